package io.github.amlmaven.emulator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Takes every request of every listener through guards and routes, turns errors into answers, and logs. */
final class Dispatcher implements HttpHandler {

    private static final Logger LOG = System.getLogger(Dispatcher.class.getName());
    private static final String UNNOTED = "x-aml-studio-look";

    private final RouteTable routes;
    private final RequestLog log;
    private final List<Handler> guards;
    private final FaultRules faults;

    Dispatcher(RouteTable routes, RequestLog log, List<Handler> guards, FaultRules faults) {
        this.routes = routes;
        this.log = log;
        this.guards = guards;
        this.faults = faults;
    }

    @Override
    public void handle(HttpExchange jdk) {
        Instant received = Instant.now();
        String requestId = UUID.randomUUID().toString();
        // The studio looks every few seconds; its looking would drive out what it is there to show.
        boolean noted = jdk.getRequestHeaders().getFirst(UNNOTED) == null;
        long number = noted ? log.next() : 0;
        // Noted when the answer begins, so that a client which has it finds it in the log; completed at the end.
        JdkExchange exchange = new JdkExchange(jdk, answering -> note(number, answering, received, requestId));
        try {
            identify(exchange, requestId);
            answer(exchange);
            exchange.end();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the client has gone, or what it was to be sent", e);
        } finally {
            // Does nothing to an answer that has ended.
            exchange.breakOff();
            note(number, exchange, received, requestId);
        }
    }

    private void note(long number, JdkExchange exchange, Instant received, String requestId) {
        if (number > 0) {
            log.put(entry(number, exchange, received, requestId));
        }
    }

    private static void identify(JdkExchange exchange, String requestId) {
        exchange.setHeader("x-ms-request-id", requestId);
        exchange.setHeader(
                "x-ms-correlation-request-id",
                exchange.header("x-ms-correlation-request-id").orElse(requestId));
        for (String echoed : List.of("x-ms-client-request-id", "client-request-id")) {
            exchange.header(echoed).ifPresent(value -> exchange.setHeader(echoed, value));
        }
    }

    private void answer(JdkExchange exchange) throws IOException {
        try {
            RouteTable.Outcome outcome = routes.find(exchange.method(), exchange.host(), exchange.rawPath());
            String operation = outcome instanceof RouteTable.Match match
                    ? match.operation().text()
                    : "";
            String client = exchange.header("User-Agent").orElse("");
            Optional<FaultRule> fault = faults.strike(exchange.method(), exchange.rawPath(), operation, client);
            if (fault.isPresent() && exchange.struck(fault.get())) {
                return;
            }
            for (Handler guard : guards) {
                guard.handle(exchange);
            }
            if (outcome instanceof RouteTable.Match match) {
                exchange.matched(match);
                match.handler().handle(exchange);
                if (!exchange.answered()) {
                    throw new IllegalStateException("no answer to " + exchange.method() + " " + exchange.rawPath());
                }
            } else if (outcome instanceof RouteTable.OtherMethods other) {
                throw HttpError.arm(
                                405,
                                "MethodNotAllowed",
                                "The requested resource does not support http method '" + exchange.method() + "'.")
                        .header("Allow", String.join(", ", other.allowed()));
            } else {
                throw HttpError.arm(404, "NotFound", "Nothing is served at " + exchange.rawPath() + ".");
            }
        } catch (HttpError e) {
            send(exchange, e);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "answering " + exchange.method() + " " + exchange.rawPath(), e);
            send(exchange, HttpError.arm(500, "InternalServerError", "The emulator failed: " + e));
        }
    }

    private static void send(JdkExchange exchange, HttpError error) throws IOException {
        if (exchange.answered()) {
            // Too late for a status; a connection that ends in the middle of the body is what tells the client.
            throw new IOException("failed in the middle of the answer", error);
        }
        exchange.readRest();
        error.headers().forEach(exchange::setHeader);
        if (error.body().isEmpty()) {
            exchange.send(error.status());
        } else {
            exchange.send(error.status(), error.contentType(), error.body().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static RequestLog.Entry entry(long number, JdkExchange exchange, Instant received, String requestId) {
        return new RequestLog.Entry(
                number,
                received,
                exchange.method(),
                exchange.host(),
                exchange.rawPath(),
                exchange.operation(),
                exchange.shownQuery(),
                exchange.query("api-version").orElse(""),
                exchange.status(),
                Duration.between(received, Instant.now()).toMillis(),
                exchange.header("User-Agent").orElse(""),
                requestId,
                exchange.bytesIn(),
                exchange.bytesOut(),
                exchange.fault());
    }
}
