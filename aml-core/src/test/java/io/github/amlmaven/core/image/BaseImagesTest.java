package io.github.amlmaven.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.image.layer.RepositoryClient;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.RegistryAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A base that is made for several platforms. */
class BaseImagesTest {

    /** By the last segment of their path. */
    private final Map<String, String> contents = new ConcurrentHashMap<>();

    private HttpServer registry;
    private String amd64;
    private String arm64;

    @BeforeEach
    void start() throws IOException {
        registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", this::answer);
        registry.start();
        amd64 = image("3.11.9");
        arm64 = image("3.12.1");
        contents.put(
                "slim",
                "{\"manifests\":[" + entry("windows", "amd64", "sha256:no") + "," + entry("linux", "amd64", amd64) + ","
                        + entry("linux", "arm64", arm64) + "]}");
    }

    @AfterEach
    void stop() {
        registry.stop(0);
    }

    @Test
    void theImageOfThePlatformIsTaken() {
        BaseImage base = resolve("linux/arm64");

        assertThat(base.identity()).endsWith(arm64);
        assertThat(base.pythonVersion()).hasValue("3.12");
        assertThat(resolve("linux/amd64").identity()).endsWith(amd64);
    }

    @Test
    void aBaseThatIsNotMadeForThePlatformIsRefused() {
        contents.put("slim", "{\"manifests\":[" + entry("linux", "amd64", amd64) + "]}");

        assertThatThrownBy(() -> resolve("linux/arm64")).isInstanceOfSatisfying(AmlException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.BASE_IMAGE_UNSUITABLE);
            assertThat(refused).hasMessageContaining("is not made for linux/arm64");
        });
    }

    private BaseImage resolve(String platform) {
        String server = "localhost:" + registry.getAddress().getPort();
        return new BaseImages(
                        Optional.of(new RegistryAccess(server, "user", "secret", true)),
                        ImagePlatform.of(platform),
                        false,
                        false,
                        StampIndex.none(),
                        repository -> new RepositoryClient(repository, Progress.NONE),
                        Progress.NONE)
                .resolve(Optional.of(server + "/python:slim"), "3.11", Optional.empty());
    }

    /** The digest of an image's manifest. */
    private String image(String pythonVersion) {
        String configuration = put("{\"config\":{\"Env\":[\"PYTHON_VERSION=" + pythonVersion + "\"]}}");
        return put("{\"config\":{\"digest\":\"" + configuration + "\"},\"layers\":[]}");
    }

    private String put(String content) {
        String digest = "sha256:" + Sha256.of(content.getBytes(StandardCharsets.UTF_8));
        contents.put(digest, content);
        return digest;
    }

    private static String entry(String os, String architecture, String digest) {
        return "{\"digest\":\"" + digest + "\",\"platform\":{\"os\":\"" + os + "\",\"architecture\":\"" + architecture
                + "\"}}";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String content = path.equals("/v2/") ? "{}" : contents.get(path.substring(path.lastIndexOf('/') + 1));
            byte[] bytes = (content == null ? "absent" : content).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(content == null ? 404 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
