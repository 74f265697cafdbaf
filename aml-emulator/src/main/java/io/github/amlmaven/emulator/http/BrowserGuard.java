package io.github.amlmaven.emulator.http;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Keeps web pages of others out. The emulator gives tokens to whoever is on the machine, as a virtual machine's metadata
 * service does, and a browser is: so a page must not reach it across sites, nor under a host name of its own that it points
 * at 127.0.0.1.
 */
public final class BrowserGuard implements Handler {

    /** What answers without a token of the caller's. */
    private static final Pattern OPEN_TO_THE_MACHINE = Pattern.compile("^/(_emulator|studio|metadata|msi)(/|$)");
    /** Where web applications call: who may is the scoring server's own matter. */
    private static final Pattern SCORING = Pattern.compile("^/inference/");

    private static final Set<String> THIS_MACHINE =
            Set.of("localhost", "[::1]", "169.254.169.254", "host.docker.internal", "host.containers.internal");

    @Override
    public void handle(Exchange exchange) {
        String path = exchange.rawPath().toLowerCase(Locale.ROOT);
        if (SCORING.matcher(path).find()) {
            return;
        }
        String own = exchange.base().toString();
        exchange.header("Origin")
                .filter(origin -> !origin.equalsIgnoreCase(own))
                .ifPresent(origin -> {
                    throw HttpError.arm(403, "Forbidden", "Web pages of " + origin + " must not use the emulator.");
                });
        if (OPEN_TO_THE_MACHINE.matcher(path).find()) {
            String host = exchange.host();
            if (!THIS_MACHINE.contains(host) && !host.startsWith("127.")) {
                throw HttpError.arm(403, "Forbidden", "Only reachable as localhost, not as " + host + ".");
            }
            // A click on a link may open the studio; anything else from another site may not.
            String site = exchange.header("Sec-Fetch-Site").orElse("none");
            boolean opened = exchange.method().equals("GET")
                    && exchange.header("Sec-Fetch-Mode").orElse("").equals("navigate");
            if (!site.equals("none") && !site.equals("same-origin") && !opened) {
                throw HttpError.arm(403, "Forbidden", "Web pages of other sites must not use the emulator.");
            }
        }
    }
}
