package io.github.amlmaven.core.image;

import com.google.cloud.tools.jib.api.InsecureRegistryException;
import com.google.cloud.tools.jib.api.RegistryAuthenticationFailedException;
import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.http.ResponseException;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Jib's errors as coded errors. */
final class ImageFailure {

    /** What the JDK has no exception of its own for. */
    private static final String NO_SPACE = "No space left on device";

    private ImageFailure() {}

    /** The innermost cause's own words. */
    static String innermost(Throwable error) {
        Throwable inner = error;
        while (inner.getCause() != null && inner.getCause() != inner) {
            inner = inner.getCause();
        }
        String message = inner.getMessage();
        return inner instanceof UnknownHostException
                ? "unknown host " + message
                : message == null || message.isBlank() ? inner.getClass().getSimpleName() : message;
    }

    /** The error for a build that could not be finished. */
    static AmlException of(Throwable error, String reference) {
        Optional<AmlException> coded = find(error, AmlException.class);
        if (coded.isPresent()) {
            return coded.get();
        }
        String why = innermost(error);
        if (find(error, FileSystemException.class).isPresent() || why.contains(NO_SPACE)) {
            return AmlException.of(ErrorCode.LOCAL_IO, "Image " + reference + " cannot be built: " + why)
                    .cause(error)
                    .build();
        }
        if (find(error, RegistryUnauthorizedException.class).isPresent()
                || find(error, RegistryAuthenticationFailedException.class).isPresent()) {
            return AmlException.of(
                            ErrorCode.REGISTRY_REFUSED, "The registry refuses access to " + reference + ": " + why)
                    .cause(error)
                    .build();
        }
        if (find(error, SSLException.class).isPresent()) {
            return AmlException.of(
                            ErrorCode.REGISTRY_UNREACHABLE,
                            "No TLS connection to the registry of " + reference + ": " + why)
                    .cause(error)
                    .remedy("A registry must speak TLS, with a certificate that the JVM trusts: see 'TLS' in"
                            + " docs/authentication.md.")
                    .build();
        }
        boolean unreachable = find(error, ConnectException.class).isPresent()
                || find(error, UnknownHostException.class).isPresent()
                || find(error, SocketTimeoutException.class).isPresent()
                || find(error, SocketException.class).isPresent()
                || find(error, InsecureRegistryException.class).isPresent();
        if (unreachable) {
            return AmlException.of(
                            ErrorCode.REGISTRY_UNREACHABLE, "The registry of " + reference + " does not answer: " + why)
                    .cause(error)
                    .build();
        }
        String status = find(error, ResponseException.class)
                .map(response -> " (HTTP " + response.getStatusCode() + ")")
                .orElse("");
        return AmlException.of(ErrorCode.IMAGE_BUILD_FAILED, "Image " + reference + " cannot be built: " + why + status)
                .cause(error)
                .build();
    }

    private static <T extends Throwable> Optional<T> find(Throwable error, Class<T> type) {
        for (Throwable inner = error; inner != null; inner = inner.getCause()) {
            if (type.isInstance(inner)) {
                return Optional.of(type.cast(inner));
            }
        }
        return Optional.empty();
    }
}
