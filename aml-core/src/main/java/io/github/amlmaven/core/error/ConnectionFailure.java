package io.github.amlmaven.core.error;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;

/** Why a request to a service had no answer, in the words that the user reads whatever the service is. */
public final class ConnectionFailure {

    private ConnectionFailure() {}

    /**
     * The reason, without secrets.
     *
     * @param root the innermost cause
     */
    public static String reason(Throwable root) {
        if (root instanceof UnknownHostException) {
            return "unknown host " + firstLine(root);
        }
        if (root instanceof ConnectException) {
            return "connection refused or no route: " + firstLine(root);
        }
        if (root instanceof SocketTimeoutException || root instanceof TimeoutException) {
            return "no answer in time: " + firstLine(root);
        }
        if (root instanceof EOFException) {
            // Its own message tells what a buffer holds.
            return "the connection was closed before an answer came";
        }
        return (root instanceof IOException
                        ? "connection broke"
                        : root.getClass().getSimpleName())
                + ": " + firstLine(root);
    }

    /** What an exception says of itself, in one line and without secrets; its type when it says nothing. */
    public static String firstLine(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        return Redaction.of(message.lines().findFirst().orElse(message));
    }
}
