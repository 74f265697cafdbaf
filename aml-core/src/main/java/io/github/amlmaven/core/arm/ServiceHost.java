package io.github.amlmaven.core.arm;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.net.URI;

/** Holds the token to the host that it is for. */
final class ServiceHost {

    private ServiceHost() {}

    /**
     * Refuses a URL that a service handed out and that leads to another authority than the service's own.
     *
     * @param what what the URL is for
     */
    static void require(URI endpoint, String url, String what) {
        URI target;
        try {
            target = URI.create(url);
        } catch (IllegalArgumentException notAUrl) {
            throw AmlException.of(ErrorCode.ARM_SERVER_ERROR, "The service gave an unusable URL for " + what)
                    .cause(notAUrl)
                    .build();
        }
        boolean same = endpoint.getScheme().equalsIgnoreCase(String.valueOf(target.getScheme()))
                && endpoint.getHost().equalsIgnoreCase(String.valueOf(target.getHost()))
                && port(endpoint) == port(target);
        if (!same) {
            throw AmlException.of(
                            ErrorCode.ARM_SERVER_ERROR,
                            "The URL of " + what + " leads to another host (" + target.getHost() + "), not to "
                                    + endpoint.getHost())
                    .remedy("The token was not sent there. Report this with the request id.")
                    .build();
        }
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : 443;
    }
}
