package io.github.amlmaven.core.arm;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpResponse;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ConnectionFailure;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Redaction;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Turns what Azure answered, or that it did not answer, into the one coded error. Also for failures of the typed
 * clients, which throw {@link HttpResponseException} and its sub-classes.
 */
public final class ArmErrors {

    private static final HttpHeaderName REQUEST_ID = HttpHeaderName.fromString("x-ms-request-id");

    private ArmErrors() {}

    /**
     * The error for an answer with a status of 400 or more.
     *
     * @param what the operation and the resource, as in {@code "register model 'iris'"}
     */
    public static AmlException ofResponse(String what, int status, HttpHeaders headers, String body) {
        Optional<ServiceError> error = ServiceError.parse(body);
        String reason = error.map(e -> e.code() + ": " + e.message()).orElseGet(() -> "HTTP " + status + plain(body));
        AmlException.Builder builder =
                AmlException.of(codeOf(status), what + ": " + reason).requestId(headers.getValue(REQUEST_ID));
        String retryAfter = headers.getValue(HttpHeaderName.RETRY_AFTER);
        if (status == 429 && retryAfter != null) {
            builder.remedy("The service asked to wait (Retry-After: " + retryAfter + "). Run the goal again later.");
        }
        if (codeOf(status) == ErrorCode.ARM_BAD_REQUEST || codeOf(status) == ErrorCode.ARM_NOT_FOUND) {
            MissingReference.remedy(reason).ifPresent(builder::remedy);
        }
        return builder.build();
    }

    /** The error for anything a client threw; an {@link AmlException} stays what it is. */
    public static AmlException ofFailure(String what, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = next(cause)) {
            if (cause instanceof AmlException coded) {
                return coded;
            }
            if (cause instanceof HttpResponseException answered && answered.getResponse() != null) {
                return ofAnswer(what, answered);
            }
            if (cause instanceof ClientAuthenticationException) {
                return AmlException.of(ErrorCode.CREDENTIAL_REFUSED, what + ": " + ConnectionFailure.firstLine(cause))
                        .build();
            }
        }
        return unreachable(what, failure);
    }

    private static AmlException ofAnswer(String what, HttpResponseException answered) {
        HttpResponse response = answered.getResponse();
        // The SDK has read the body already; it keeps what it made of it, which prints as the service's JSON or text.
        Object value = answered.getValue();
        if (value instanceof com.azure.core.management.exception.ManagementError error) {
            com.azure.core.management.exception.ManagementError inner = error;
            while (inner.getDetails() != null && !inner.getDetails().isEmpty()) {
                inner = inner.getDetails().get(0);
            }
            return AmlException.of(
                            codeOf(response.getStatusCode()),
                            what + ": " + inner.getCode() + ": " + Redaction.of(String.valueOf(inner.getMessage())))
                    .requestId(response.getHeaderValue(REQUEST_ID))
                    .build();
        }
        return ofResponse(what, response.getStatusCode(), response.getHeaders(), String.valueOf(answered.getMessage()));
    }

    /** Whether it says that the thread was interrupted; a client that waits for a socket has a time-out of the same kind. */
    public static boolean isInterruption(Throwable cause) {
        return cause instanceof InterruptedException
                || (cause instanceof InterruptedIOException && !(cause instanceof SocketTimeoutException));
    }

    private static AmlException unreachable(String what, Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = next(cause)) {
            root = cause;
            if (isInterruption(cause)) {
                return AmlException.of(ErrorCode.OPERATION_INTERRUPTED, what + ": interrupted")
                        .cause(cause)
                        .build();
            }
            if (cause instanceof SSLException) {
                return AmlException.of(
                                ErrorCode.ARM_UNREACHABLE, what + ": TLS failed: " + ConnectionFailure.firstLine(cause))
                        .remedy("Check that the host is the right one and that this JVM trusts its certificate"
                                + " (a proxy may have replaced it); there is no switch to ignore this.")
                        .cause(cause)
                        .build();
            }
        }
        return AmlException.of(ErrorCode.ARM_UNREACHABLE, what + ": " + ConnectionFailure.reason(root))
                .cause(root)
                .build();
    }

    static ErrorCode codeOf(int status) {
        return switch (status) {
            case 401 -> ErrorCode.ARM_UNAUTHORIZED;
            case 403 -> ErrorCode.ARM_FORBIDDEN;
            case 404, 410 -> ErrorCode.ARM_NOT_FOUND;
            case 409, 412 -> ErrorCode.ARM_CONFLICT;
            case 429 -> ErrorCode.ARM_THROTTLED;
            case 407, 408 -> ErrorCode.ARM_UNREACHABLE;
            default -> status >= 500 ? ErrorCode.ARM_SERVER_ERROR : ErrorCode.ARM_BAD_REQUEST;
        };
    }

    private static @Nullable Throwable next(Throwable failure) {
        return failure.getCause() == failure ? null : failure.getCause();
    }

    /** A proxy's HTML page says nothing in one line; a short plain text may. */
    private static String plain(String body) {
        String text = body.strip();
        if (text.isEmpty()) {
            return "";
        }
        if (text.startsWith("<")) {
            return " with an HTML page instead of JSON (a proxy may stand in between)";
        }
        String line = text.lines().findFirst().orElse("");
        return ": " + Redaction.of(line.length() > 300 ? line.substring(0, 300) + "..." : line);
    }
}
