package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * A question asked of a running container again and again.
 *
 * @param path for an HTTP GET; empty for a mere connection
 * @param initialDelay, period, timeout in seconds
 * @param successes answers in a row that make it good
 * @param failures answers in a row that make it bad
 */
public record Probe(Optional<String> path, int initialDelay, int period, int timeout, int successes, int failures) {

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /** Asks once; empty when the answer is good, else what was wrong, worded as the kubelet does. */
    Optional<String> ask(int port) throws InterruptedException {
        Duration limit = Duration.ofSeconds(Math.max(1, timeout));
        String url = "http://127.0.0.1:" + port + path.orElse("");
        try {
            if (path.isEmpty()) {
                try (Socket socket = new Socket()) {
                    socket.connect(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) limit.toMillis());
                }
                return Optional.empty();
            }
            HttpResponse<Void> answer = CLIENT.send(
                    HttpRequest.newBuilder(URI.create(url)).timeout(limit).build(),
                    HttpResponse.BodyHandlers.discarding());
            return answer.statusCode() >= 200 && answer.statusCode() < 400
                    ? Optional.empty()
                    : Optional.of("HTTP probe failed with statuscode: " + answer.statusCode());
        } catch (IOException e) {
            return Optional.of(
                    "Get \"" + url + "\": " + (e.getMessage() == null ? "connection refused" : e.getMessage()));
        }
    }
}
