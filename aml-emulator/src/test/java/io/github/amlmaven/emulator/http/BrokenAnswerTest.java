package io.github.amlmaven.emulator.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A handler that fails in the middle of its answer: the client learns of it at once, and takes nothing for complete. */
class BrokenAnswerTest {

    private static final int AT_ONCE_MILLIS = 5000;

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final RouteTable routes = new RouteTable();
    private final Listeners listeners;

    BrokenAnswerTest() throws NoSuchAlgorithmException {
        SSLContext tls = SSLContext.getDefault();
        listeners = new Listeners(routes, new RequestLog(), List.of(), new FaultRules(), () -> tls, executor);
    }

    @AfterEach
    void stop() {
        listeners.close();
        executor.shutdownNow();
    }

    /** What a client reads until the connection ends; it keeps its own side open. */
    private String read(Handler handler) throws IOException {
        routes.add("GET", "/answer", handler);
        int port = listeners.open(false, 0);
        listeners.start();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(AT_ONCE_MILLIS);
            socket.getOutputStream()
                    .write("GET /answer HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static RuntimeException failure(String kind) throws IOException {
        if (kind.equals("io")) {
            throw new IOException("the source of the body ends");
        }
        return kind.equals("http")
                ? HttpError.arm(500, "Late", "too late for a status")
                : new IllegalStateException("a handler's own failure");
    }

    @ParameterizedTest
    @CsvSource({"10, io", "10, http", "10, other", "-1, io", "-1, http", "-1, other"})
    void theConnectionEndsInTheMiddleOfTheBody(long length, String kind) throws IOException {
        String answer = read(exchange -> {
            // The body is closed before the failure leaves the handler, as it is wherever one is written.
            try (OutputStream out = exchange.stream(200, "text/plain", length)) {
                out.write("half".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                throw failure(kind);
            }
        });

        assertThat(answer).startsWith("HTTP/1.1 200 OK").contains("half");
        if (length < 0) {
            assertThat(answer).contains("chunked").doesNotContain("\r\n0\r\n");
        } else {
            assertThat(answer).contains("Content-length: 10").endsWith("half");
        }
    }

    @Test
    void aHandlerThatWritesLessThanItAnnouncedIsNotWaitedFor() throws IOException {
        assertThat(read(exchange -> {
                    try (OutputStream out = exchange.stream(200, "text/plain", 10)) {
                        out.write('x');
                    }
                }))
                .endsWith("\r\n\r\nx");
    }

    @Test
    void aChunkedAnswerThatIsCompleteEndsAsOne() throws IOException {
        String answer = read(exchange -> {
            exchange.setHeader("Connection", "close");
            try (OutputStream out = exchange.stream(200, "text/plain", -1)) {
                out.write("all of it".getBytes(StandardCharsets.US_ASCII));
            }
        });

        assertThat(answer).contains("all of it").endsWith("\r\n0\r\n\r\n");
    }
}
