package io.github.amlmaven.emulator.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.emulator.tls.ServerCertificate;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenersTest {

    private static final int LIMIT_MILLIS = 20_000;
    private static final byte[] REQUEST =
            "GET /here HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final CompletableFuture<SSLContext> tls = new CompletableFuture<>();
    private final RouteTable routes = new RouteTable();
    private final Listeners listeners =
            new Listeners(routes, new RequestLog(), List.of(), new FaultRules(), tls::join, executor);

    @AfterEach
    void stop() {
        listeners.close();
        executor.shutdownNow();
    }

    @Test
    void aConnectionByTlsWaitsUntilTlsIsReadyAndAPlainOneDoesNot(@TempDir Path home) throws Exception {
        routes.add("GET", "/here", exchange -> exchange.send(204));
        int secure = listeners.open(true, 0);
        int plain = listeners.open(false, 0);
        listeners.start();

        try (Socket early = new Socket(InetAddress.getLoopbackAddress(), secure)) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), plain)) {
                assertThat(ask(socket)).startsWith("HTTP/1.1 204");
            }
            tls.complete(ServerCertificate.in(home, Instant.now()).serverContext());
            try (Socket socket = trustingAll().getSocketFactory().createSocket(early, "localhost", secure, false)) {
                assertThat(ask(socket)).startsWith("HTTP/1.1 204");
            }
        }
        int late = listeners.open(true, 0);
        try (Socket socket = trustingAll().getSocketFactory().createSocket("localhost", late)) {
            assertThat(ask(socket)).startsWith("HTTP/1.1 204");
        }
    }

    @Test
    void aPortIsFreeAgainAlsoWhenItWasClosedBeforeTlsWasReady() throws Exception {
        int secure = listeners.open(true, 0);
        listeners.start();
        listeners.close();

        try (ServerSocket next = new ServerSocket(secure, 1, InetAddress.getLoopbackAddress())) {
            assertThat(next.getLocalPort()).isEqualTo(secure);
        }
        tls.cancel(true);
    }

    private static String ask(Socket socket) throws Exception {
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.getOutputStream().write(REQUEST);
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static SSLContext trustingAll() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, null);
        return context;
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
