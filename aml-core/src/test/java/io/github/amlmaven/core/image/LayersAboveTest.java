package io.github.amlmaven.core.image;

import static io.github.amlmaven.core.testing.PlainAnswer.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.RegistryAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is built upon the model's layers. */
class LayersAboveTest {

    /** The interpreter, the packages, the code. */
    private static final long LAYERS = 3;

    @TempDir
    Path folder;

    private final AtomicLong compressed = new AtomicLong();

    @Test
    void areCompressedWhileTheModelIsOnItsWay() throws IOException {
        Project project = new Project(folder.resolve("project"), folder.resolve("cache"));
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newCachedThreadPool();
        registry.setExecutor(threads);
        registry.createContext("/", this::registry);
        registry.start();
        try {
            String server = "localhost:" + registry.getAddress().getPort();
            project.registry = Optional.of(new RegistryAccess(server, "user", "secret", true));
            project.target = new ImageTarget.InRegistry("wine", "1");

            assertThatThrownBy(() -> new ScoringImageBuild(Progress.NONE).build(project.request()))
                    .isInstanceOf(AmlException.class)
                    .hasMessageContaining("no room");
            assertThat(compressed).hasValue(LAYERS);
        } finally {
            registry.stop(0);
            threads.shutdownNow();
        }
    }

    /** Takes the model only when all that is above it is ready, and then refuses it. */
    private void registry(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        switch (exchange.getRequestMethod()) {
            case "POST" -> {
                exchange.getResponseHeaders().add("Location", path + "1");
                answer(exchange, 202, "");
            }
            case "PATCH" -> {
                Instant limit = Instant.now().plus(Duration.ofMinutes(1));
                while (inCache() < LAYERS && Instant.now().isBefore(limit)) {
                    pause();
                }
                compressed.set(inCache());
                answer(exchange, 202, "");
            }
            case "PUT" -> answer(exchange, 507, "no room");
            default -> answer(exchange, path.equals("/v2/") ? 200 : 404, "");
        }
    }

    private long inCache() throws IOException {
        Path selectors = folder.resolve("cache/jib/layers/selectors");
        if (!Files.isDirectory(selectors)) {
            return 0;
        }
        try (Stream<Path> known = Files.list(selectors)) {
            return known.count();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
