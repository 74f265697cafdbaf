package io.github.amlmaven.emulator.inference;

import io.github.amlmaven.emulator.http.HttpError;
import java.io.IOException;
import java.util.Locale;
import java.util.Objects;

/**
 * A deployment that cannot be served. The codes are AML's (how-to-troubleshoot-online-endpoints): {@code
 * ImageBuildFailure}, {@code BadArgument}, {@code ResourceNotReady}, {@code OperationCanceled}.
 */
final class ServingFailure extends IOException {

    private static final long serialVersionUID = 1L;

    private final String code;

    private ServingFailure(String code, String message) {
        super(message);
        this.code = code;
    }

    static ServingFailure imageBuild(String message) {
        return new ServingFailure("ImageBuildFailure", message);
    }

    static ServingFailure badArgument(String message) {
        return new ServingFailure("BadArgument", message);
    }

    static ServingFailure notReady(String message) {
        return new ServingFailure("ResourceNotReady", message);
    }

    static ServingFailure canceled(String message) {
        return new ServingFailure("OperationCanceled", message);
    }

    /** The failed operation's error; what the message says, and then where to read on, is the service's own habit. */
    HttpError asError() {
        String text = Objects.requireNonNull(getMessage());
        return HttpError.arm(
                400,
                code,
                text + (text.endsWith(".") ? "" : ".")
                        + " Please see troubleshooting guide, available here: https://aka.ms/oe-tsg#error-"
                        + code.toLowerCase(Locale.ROOT));
    }
}
