package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** How a gateway hands a request on once it knows where to; its own answers are Envoy's. */
final class GatewayForwarding {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Set<String> WITHHELD = Set.of(
            "connection",
            "content-length",
            "date",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "transfer-encoding",
            "upgrade");

    /** Made by the first call, as the emulator starts without it. */
    private static final class Client {
        private static final HttpClient HTTP =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private final AtomicInteger next = new AtomicInteger();

    /** Whether one of the names, some of them {@code *.} and a domain or {@code *}, is the host that was asked for. */
    static boolean isFor(JsonNode hosts, HttpExchange exchange) {
        String asked = String.valueOf(exchange.getRequestHeaders().getFirst("Host"))
                .replaceFirst(":\\d+$", "")
                .toLowerCase(Locale.ROOT);
        for (JsonNode host : hosts) {
            String name = host.asText().toLowerCase(Locale.ROOT);
            if (name.equals("*")
                    || name.equals(asked)
                    || (name.startsWith("*.") && asked.endsWith(name.substring(1)))) {
                return true;
            }
        }
        return false;
    }

    /** The ports take turns. */
    Optional<Integer> oneOf(List<Integer> ports) {
        return ports.isEmpty()
                ? Optional.empty()
                : Optional.of(ports.get(Math.floorMod(next.getAndIncrement(), ports.size())));
    }

    static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Sends it to a port of this machine and answers what comes back. */
    void send(HttpExchange exchange, int port, String target, byte[] body) throws IOException {
        try {
            HttpResponse<byte[]> reply =
                    Client.HTTP.send(request(exchange, port, target, body), HttpResponse.BodyHandlers.ofByteArray());
            reply.headers().map().forEach((name, values) -> {
                if (!WITHHELD.contains(name.toLowerCase(Locale.ROOT))) {
                    values.forEach(value -> exchange.getResponseHeaders().add(name, value));
                }
            });
            exchange.sendResponseHeaders(reply.statusCode(), reply.body().length == 0 ? -1 : reply.body().length);
            exchange.getResponseBody().write(reply.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer(exchange, 503, "the gateway ends");
        } catch (IOException e) {
            answer(exchange, 502, "upstream connect error or disconnect/reset before headers");
        }
    }

    /** A copy's answer, and its failure, are nobody's. */
    void copy(HttpExchange exchange, int port, String target, byte[] body) {
        CompletableFuture<?> unused = Client.HTTP
                .sendAsync(request(exchange, port, target, body), HttpResponse.BodyHandlers.discarding())
                .whenComplete((reply, failure) -> System.getLogger(GatewayForwarding.class.getName())
                        .log(System.Logger.Level.DEBUG, "mirrored to port " + port, failure));
    }

    private static HttpRequest request(HttpExchange exchange, int port, String target, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .timeout(LIMIT)
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!WITHHELD.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }
}
