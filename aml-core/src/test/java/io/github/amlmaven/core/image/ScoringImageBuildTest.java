package io.github.amlmaven.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.python.ProcessOutput;
import io.github.amlmaven.core.python.ProcessRun;
import io.github.amlmaven.core.python.PythonInterpreter;
import io.github.amlmaven.core.registry.RegistryAccess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds real images with real packages, unpacks them and runs what is inside. */
class ScoringImageBuildTest {

    @TempDir
    static Path folder;

    private static Project project;
    private static ScoringImageResult first;
    private static List<String> firstLayers;
    private static Path unpacked;

    @BeforeAll
    static void buildOnce() throws IOException {
        project = new Project(folder.resolve("project"), folder.resolve("cache"));
        first = new ScoringImageBuild(Progress.NONE).build(project.request());
        Layout layout = new Layout(folder.resolve("project/target/image"));
        firstLayers = layout.layers();
        unpacked = folder.resolve("unpacked");
        layout.unpack(unpacked);
    }

    @Test
    void theSameInputsGiveTheSameDigestWithEmptyCaches() throws IOException {
        Project other = new Project(folder.resolve("elsewhere/project"), folder.resolve("elsewhere/cache"));

        ScoringImageResult second = new ScoringImageBuild(Progress.NONE).build(other.request());

        assertThat(second.upToDate()).isFalse();
        assertThat(second.digest()).isEqualTo(first.digest());
    }

    @Test
    void nothingIsBuiltWhenNothingChangedAndACodeChangeOnlyChangesTheCodeLayer() throws IOException {
        ScoringImageResult again = new ScoringImageBuild(Progress.NONE).build(project.request());
        assertThat(again.upToDate()).isTrue();
        assertThat(again.digest()).isEqualTo(first.digest());

        project.write("src/main/python/score.py", Project.SCORE + "\n# another line\n");
        ScoringImageResult changed = new ScoringImageBuild(Progress.NONE).build(project.request());
        List<String> layers = new Layout(folder.resolve("project/target/image")).layers();

        assertThat(changed.upToDate()).isFalse();
        assertThat(layers)
                .hasSameSizeAs(firstLayers)
                .startsWith(firstLayers.subList(0, firstLayers.size() - 1).toArray(String[]::new));
        assertThat(layers.get(layers.size() - 1)).isNotEqualTo(firstLayers.get(firstLayers.size() - 1));

        Files.delete(folder.resolve("project/target/image/blobs")
                .resolve(layers.get(0).replace(':', '/')));
        assertThat(new ScoringImageBuild(Progress.NONE).build(project.request()).upToDate())
                .as("an image that lost a layer is built again")
                .isFalse();
        project.write("src/main/python/score.py", Project.SCORE);
    }

    @Test
    void manifestAndConfigurationAgreeWithTheLayersBytes() throws IOException {
        Layout layout = new Layout(folder.resolve("project/target/image"));

        assertThat(layout.diffIds()).isEqualTo(layout.computedDiffIds());
        for (String layer : layout.layers()) {
            Path blob = folder.resolve("project/target/image/blobs").resolve(layer.replace(':', '/'));
            assertThat("sha256:" + Sha256.of(blob)).isEqualTo(layer);
        }
        long steps = StreamSupport.stream(layout.configuration().path("history").spliterator(), false)
                .filter(step -> !step.path("empty_layer").asBoolean())
                .count();
        assertThat(steps).isEqualTo(layout.layers().size());
    }

    @Test
    void aTarForDockerHasTheModelsLayersWhereItsConfigurationSays() throws IOException {
        Project other = new Project(folder.resolve("docker/project"), folder.resolve("cache"));
        Path tar = folder.resolve("docker/image.tar");
        other.target = new ImageTarget.Tar(tar, "example/wine:1");
        other.format = ImageFormat.DOCKER;

        ScoringImageResult result = new ScoringImageBuild(Progress.NONE).build(other.request());

        Map<String, byte[]> entries = new HashMap<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(Files.newInputStream(tar))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        }
        ObjectMapper json = new ObjectMapper();
        JsonNode image = json.readTree(entries.get("manifest.json")).get(0);
        JsonNode configuration = json.readTree(entries.get(image.path("Config").asText()));
        List<String> diffIds = new ArrayList<>();
        for (JsonNode layer : image.path("Layers")) {
            Sha256 sha256 = new Sha256();
            sha256.add(new GZIPInputStream(new ByteArrayInputStream(entries.get(layer.asText()))));
            diffIds.add("sha256:" + sha256.hex());
        }
        assertThat(configuration.path("rootfs").path("diff_ids"))
                .extracting(JsonNode::asText)
                .containsExactlyElementsOf(diffIds);
        assertThat(result.digest()).startsWith("sha256:").isNotEqualTo(first.digest());
        assertThat(new ScoringImageBuild(Progress.NONE).build(other.request()).upToDate())
                .isTrue();
    }

    @Test
    void aConfiguredBaseThatCannotBePulledIsNotReplacedBySomethingElse() throws IOException {
        Project other = new Project(folder.resolve("base/project"), folder.resolve("cache"));
        other.base = Optional.of("localhost:1/python:3.11");
        other.registry = Optional.of(new RegistryAccess("localhost:1", "user", "secret", true));

        assertThatThrownBy(() -> new ScoringImageBuild(Progress.NONE).build(other.request()))
                .isInstanceOfSatisfying(
                        AmlException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.BASE_IMAGE_UNAVAILABLE))
                .hasMessageContaining("localhost:1/python:3.11");
    }

    @Test
    void theContainerIsConfiguredAsAmlsIs() throws IOException {
        var configuration = new Layout(folder.resolve("project/target/image")).configuration();

        assertThat(configuration.path("config").path("User").asText()).isEqualTo("65532:65532");
        assertThat(configuration.path("config").path("ExposedPorts").has("5001/tcp"))
                .isTrue();
        assertThat(configuration
                        .path("config")
                        .path("Labels")
                        .path(HostPython.LABEL)
                        .asText())
                .isEqualTo("true");
        assertThat(configuration.path("created").asText()).startsWith("1970-01-01");
        assertThat(first.hostOnly()).isTrue();
        assertThat(unpacked.resolve("var/azureml-app/azureml-models/wine/1/model/factor.json"))
                .exists();
        assertThat(unpacked.resolve("var/azureml-app/score.py")).exists();
        assertThat(Files.readString(first.lock())).contains("azureml-inference-server-http==1.5.1 --hash=sha256:");
    }

    @Test
    void thisMachinesPythonRunsInAChangedRoot() throws IOException {
        assumeThat(new ProcessRun(List.of("id", "-u")).run().lines())
                .as("chroot needs root")
                .containsExactly("0");
        Map<String, String> environment = new Layout(folder.resolve("project/target/image")).environment();
        List<String> command =
                new ArrayList<>(List.of("/usr/sbin/chroot", "--userspec=65532:65532", unpacked.toString()));
        command.addAll(List.of("/usr/local/bin/python3", "-c"));
        command.add("import ssl, json, sqlite3, ctypes, hashlib, bz2, lzma, zoneinfo; print(ssl.OPENSSL_VERSION)");
        ProcessRun run = new ProcessRun(command);
        environment.forEach(run::environment);

        ProcessOutput output = run.run();

        assertThat(output.lines()).anyMatch(line -> line.contains("SSL")).noneMatch(line -> line.contains("Error"));
        assertThat(output.exitCode()).isZero();
    }

    @Test
    void theServerWantsAKeyAnswersWithEitherAndLeavesTheProbeOpen() throws Exception {
        int port = freePort();
        Map<String, String> keys = Map.of("AML_SCORING_PRIMARY_KEY", "first", "AML_SCORING_SECONDARY_KEY", "zweiter");
        Path log = Files.createTempFile(folder, "server", ".log");
        Process server = serve(port, keys, unpacked.resolve("var/azureml-app"), log);
        try {
            awaitProbe(server, port);

            HttpResponse<String> refused = score(port, Optional.empty());
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"scoring\"");
            assertThat(refused.body()).startsWith("{\"message\":");
            assertThat(score(port, Optional.of("Bearer wrong")).statusCode()).isEqualTo(401);
            assertThat(score(port, Optional.of("Basic first")).statusCode()).isEqualTo(401);
            for (String key : keys.values()) {
                HttpResponse<String> answer = score(port, Optional.of("Bearer " + key));
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("{\"result\": [3, 6]}");
            }
        } finally {
            stop(server);
        }
    }

    @Test
    void aFailingInitEndsTheServerWithItsTracebackInTheLog() throws Exception {
        Path app = Files.createDirectories(folder.resolve("bad-app"));
        Files.writeString(
                app.resolve("score.py"),
                "def init():\n    raise ValueError('no such model')\n\n\ndef run(data):\n    pass\n");
        Path log = Files.createTempFile(folder, "server", ".log");
        Process server = serve(freePort(), Map.of("AML_SCORING_AUTH_ENABLED", "false"), app, log);

        assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isEqualTo(3);
        assertThat(Files.readString(log))
                .contains("score.py\", line 2, in init")
                .contains("ValueError: no such model");
    }

    @Test
    void aServerWithoutAKeyDoesNotStart() throws Exception {
        Path log = Files.createTempFile(folder, "server", ".log");
        Process server = serve(freePort(), Map.of(), unpacked.resolve("var/azureml-app"), log);

        assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isEqualTo(3);
        assertThat(Files.readString(log)).contains("no key is set").contains("AML_SCORING_AUTH_ENABLED=false");
    }

    private static Process serve(int port, Map<String, String> settings, Path app, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        PythonInterpreter.find(Optional.empty()).executable().toString(),
                        unpacked.resolve("opt/aml/scoring_server.py").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        Map<String, String> environment = builder.environment();
        environment.putAll(Map.of(
                "PORT",
                Integer.toString(port),
                "PYTHONPATH",
                unpacked.resolve("opt/aml/python").toString(),
                "AML_APP_ROOT",
                app.toString(),
                "AZUREML_ENTRY_SCRIPT",
                "score.py",
                "AZUREML_MODEL_DIR",
                unpacked.resolve("var/azureml-app/azureml-models/wine/1").toString()));
        environment.putAll(settings);
        return builder.start();
    }

    private static void awaitProbe(Process server, int port) throws Exception {
        Instant limit = Instant.now().plus(Duration.ofSeconds(60));
        while (Instant.now().isBefore(limit) && server.isAlive()) {
            try {
                HttpRequest probe = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                        .timeout(Duration.ofSeconds(20))
                        .build();
                if (HttpClient.newHttpClient()
                                .send(probe, HttpResponse.BodyHandlers.ofString())
                                .statusCode()
                        == 200) {
                    return;
                }
            } catch (IOException e) {
                Thread.onSpinWait();
            }
        }
        throw new AssertionError("the server does not answer; alive: " + server.isAlive());
    }

    private static HttpResponse<String> score(int port, Optional<String> authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/score"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"data\": [1, 2]}"));
        authorization.ifPresent(value -> request.header("Authorization", value));
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void stop(Process server) throws InterruptedException {
        server.descendants().forEach(ProcessHandle::destroy);
        server.destroy();
        if (!server.waitFor(20, TimeUnit.SECONDS)) {
            server.destroyForcibly();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
