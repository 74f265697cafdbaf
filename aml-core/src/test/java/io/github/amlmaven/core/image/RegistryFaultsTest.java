package io.github.amlmaven.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.RegistryAccess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a registry is not told as a fault of the model, which is hashed and sent at the same time. */
class RegistryFaultsTest {

    /** Enough to be sent while it is hashed. */
    private static final long LARGE = 17L << 20;

    /** Packages are fetched once for all. */
    @TempDir
    static Path cache;

    @TempDir
    Path folder;

    private Project project;

    @BeforeEach
    void model() throws IOException {
        project = new Project(folder.resolve("project"), cache);
        try (RandomAccessFile weights =
                new RandomAccessFile(project.write("model/weights.bin", "").toFile(), "rw")) {
            weights.setLength(LARGE);
        }
        project.target = new ImageTarget.InRegistry("wine", "1");
    }

    @Test
    void oneThatIsNotThereIsUnreachable() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }

        refused(free, false, ErrorCode.REGISTRY_UNREACHABLE);
    }

    @Test
    void oneThatRefusesAPasswordSaysSo() throws IOException {
        AmlException refused = refusedForItsPassword();

        assertThat(refused).hasMessageContaining("401").message().doesNotContain("secret");
    }

    @Test
    void oneWithoutTlsIsToldApartFromOneThatIsNotThere() throws IOException {
        try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread answers = new Thread(() -> badRequests(plain), "plain-registry");
            answers.setDaemon(true);
            answers.start();

            AmlException refused = refused(plain.getLocalPort(), false, ErrorCode.REGISTRY_UNREACHABLE);

            assertThat(refused).hasMessageContaining("No TLS connection");
        }
    }

    @Test
    void aFileThatCannotBeUsedIsNamedAndNoFaultOfTheBuild() {
        AmlException told = ImageFailure.of(new FileSystemException("/full/layer", null, "no room"), "wine:1");

        assertThat(told.code()).isEqualTo(ErrorCode.LOCAL_IO);
        assertThat(told).hasMessageContaining("/full/layer");
        assertThat(ImageFailure.of(new IOException("No space left on device"), "wine:1")
                        .code())
                .isEqualTo(ErrorCode.LOCAL_IO);
    }

    /** What a server without TLS says to the beginning of a handshake. */
    private static void badRequests(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** By a registry that speaks HTTP and wants another password. */
    private AmlException refusedForItsPassword() throws IOException {
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=here");
                exchange.sendResponseHeaders(401, -1);
            }
        });
        registry.start();
        try {
            return refused(registry.getAddress().getPort(), true, ErrorCode.REGISTRY_REFUSED);
        } finally {
            registry.stop(0);
        }
    }

    private AmlException refused(int port, boolean local, ErrorCode code) {
        project.registry = Optional.of(new RegistryAccess("localhost:" + port, "user", "secret", local));
        AmlException[] told = new AmlException[1];
        assertThatThrownBy(() -> new ScoringImageBuild(Progress.NONE).build(project.request()))
                .isInstanceOfSatisfying(AmlException.class, refused -> told[0] = refused);
        assertThat(told[0].code()).as(told[0].getMessage()).isEqualTo(code);
        return told[0];
    }
}
