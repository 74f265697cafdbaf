package io.github.amlmaven.emulator.studio;

import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * {@code /studio/}: a page that shows models, jobs, endpoints, images and requests, and moves clock and faults. Its data are
 * the emulator's own APIs, with a token as a managed identity gets it; {@link io.github.amlmaven.emulator.http.BrowserGuard}
 * keeps other sites' pages from doing the same.
 */
public final class StudioProvider implements Provider {

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    /** Nothing from elsewhere, nothing inline, in nobody's frame. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    @Override
    public void declare(Routes routes) {
        routes.add("GET", "/studio", this::page);
        routes.add("GET", "/studio/{file}", exchange -> send(exchange, exchange.variable("file")));
    }

    /** Links in the page are relative, so it has to be asked for with the slash. */
    private void page(Exchange exchange) throws IOException {
        if (exchange.rawPath().endsWith("/")) {
            send(exchange, "index.html");
        } else {
            exchange.setHeader("Location", "/studio/");
            exchange.send(302);
        }
    }

    private static void send(Exchange exchange, String file) throws IOException {
        String type = file.matches("[a-z-]+\\.[a-z]+") ? TYPES.get(file.substring(file.indexOf('.') + 1)) : null;
        if (type == null) {
            throw nothing(file);
        }
        try (InputStream resource = StudioProvider.class.getResourceAsStream(file)) {
            if (resource == null) {
                throw nothing(file);
            }
            exchange.setHeader("Content-Security-Policy", POLICY);
            exchange.setHeader("X-Content-Type-Options", "nosniff");
            exchange.setHeader("Referrer-Policy", "no-referrer");
            exchange.setHeader("Cross-Origin-Opener-Policy", "same-origin");
            exchange.setHeader("Cross-Origin-Resource-Policy", "same-origin");
            exchange.setHeader("Cache-Control", "no-cache");
            exchange.send(200, type, resource.readAllBytes());
        }
    }

    private static HttpError nothing(String file) {
        return HttpError.arm(404, "NotFound", "The studio has no '" + file + "'.");
    }
}
