package io.github.amlmaven.emulator.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Sends invocations to a custom handler. */
final class HandlerCall {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** What a connection has of its own. */
    private static final Set<String> HOP = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private final int port;

    /** @param port where the handler listens */
    HandlerCall(int port) {
        this.port = port;
    }

    /** Passes a request on as it is ({@code enableForwardingHttpRequest}), with the invocation's id. */
    HttpResponse<byte[]> forward(
            String method, URI target, Map<String, List<String>> headers, byte[] body, String invocation)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address(target.toString()))
                .timeout(LIMIT)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach((name, values) -> {
            if (!HOP.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return send(request, invocation);
    }

    /**
     * Invokes a function that another trigger runs.
     *
     * @return {@code Outputs}, {@code Logs} and {@code ReturnValue}
     * @throws IOException when it has failed
     */
    JsonNode invoke(String function, JsonNode payload, String invocation) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address("/" + function))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(payload)));
        HttpResponse<byte[]> response = send(request, invocation);
        if (response.statusCode() < 200 || response.statusCode() > 299) {
            throw new IOException("Response status code does not indicate success: " + response.statusCode());
        }
        return JSON.readTree(response.body());
    }

    private URI address(String target) {
        return URI.create("http://127.0.0.1:" + port + target);
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request, String invocation) throws IOException {
        request.setHeader("X-Azure-Functions-HostVersion", FunctionHost.VERSION);
        request.setHeader("X-Azure-Functions-InvocationId", invocation);
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    static boolean isHop(String header) {
        return HOP.contains(header.toLowerCase(Locale.ROOT));
    }
}
