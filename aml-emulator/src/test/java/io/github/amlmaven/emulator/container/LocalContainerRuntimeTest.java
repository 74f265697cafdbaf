package io.github.amlmaven.emulator.container;

import static io.github.amlmaven.emulator.container.Calls.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalContainerRuntimeTest {

    @TempDir
    static Path shared;

    private static SingleImageStore images;

    @TempDir
    Path folder;

    @BeforeAll
    static void image() throws IOException {
        images = new SingleImageStore(shared);
    }

    @ParameterizedTest
    @ValueSource(strings = {"podman", "docker", "bubblewrap", "unshare", "chroot", "process"})
    void aContainerServesLogsAndLeavesNothingBehind(String isolation) throws Exception {
        try (LocalContainerRuntime runtime = runtime(isolation)) {
            ContainerRuntime.Container container = runtime.start(spec(Map.of("SECRET", "two\nlines")));
            JsonNode answer = await(() -> get(container, "/hello"));

            assertThat(answer.path("version").asText()).isEqualTo("1");
            assertThat(answer.path("greeting").asText()).isEqualTo("from the image");
            assertThat(answer.path("secret").asText()).isEqualTo("two\nlines");
            if (!isolation.equals("process")) {
                assertThat(answer.path("uid").asInt()).isEqualTo(65532);
                assertThat(answer.path("cwd").asText()).isEqualTo("/app");
            }
            if (!isolation.equals("podman")) {
                // Podman's own network works on some machines, on others it is this machine's.
                assertThat(runtime.hostNetwork()).isEqualTo(!isolation.equals("docker"));
            }
            assertThat(container.alive()).isTrue();
            await(() -> container.log(0).contains("request /hello"));
            assertThat(container.log(1)).isEqualTo("request /hello\n");
            assertThat(processesWith("two\nlines")).as("secret in arguments").isEmpty();

            container.stop();

            assertThat(container.alive()).isFalse();
            assertThat(container.exitCode()).isPresent();
            assertThatThrownBy(() -> get(container, "/")).isInstanceOf(IOException.class);
            assertThat(folder.resolve("files/running")).isEmptyDirectory();
        }
    }

    @Test
    void theExitCodeAndLastWordsOfAContainerThatFailsAreKept() throws Exception {
        try (LocalContainerRuntime runtime = runtime("")) {
            ContainerRuntime.Container container = runtime.start(spec(Map.of("FAIL", "7")));

            await(() -> container.exitCode().isPresent());
            assertThat(container.exitCode()).contains(7);
            await(() -> container.log(0).contains("failing as asked"));
        }
    }

    @Test
    void closingTheRuntimeEndsItsContainers() throws Exception {
        ContainerRuntime.Container container;
        try (LocalContainerRuntime runtime = runtime("")) {
            container = runtime.start(spec(Map.of()));
            await(() -> get(container, "/"));
        }
        assertThat(container.alive()).isFalse();
    }

    @Test
    void whatAKilledEmulatorLeftRunningIsEndedAtTheNextStart() throws Exception {
        LocalContainerRuntime killed = runtime("");
        ContainerRuntime.Container container = killed.start(spec(Map.of()));
        await(() -> get(container, "/"));

        try (LocalContainerRuntime next = runtime("")) {
            assertThatThrownBy(() -> get(container, "/")).isInstanceOf(IOException.class);
            assertThat(next.isolation()).isNotEmpty();
        } finally {
            killed.close();
        }
    }

    @Test
    void anImageThatIsNotThereIsNamedInTheError() throws Exception {
        try (LocalContainerRuntime runtime = runtime("process")) {
            assertThatThrownBy(() -> runtime.start(
                            new ContainerSpec("x", "localhost:1/missing:2", List.of(), Map.of(), 5001, 0, 0)))
                    .isInstanceOf(ImageUnavailableException.class)
                    .hasMessageContaining("localhost:1/missing:2");
        }
    }

    @Test
    void anUnknownIsolationIsRefusedWithTheKnownOnes() throws Exception {
        try (LocalContainerRuntime runtime = runtime("magic")) {
            assertThatThrownBy(() -> runtime.start(spec(Map.of())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("magic")
                    .hasMessageContaining("bubblewrap");
        }
    }

    private LocalContainerRuntime runtime(String isolation) throws IOException {
        LocalContainerRuntime runtime = new LocalContainerRuntime(folder.resolve("files"), images, isolation);
        if (!isolation.isEmpty() && !isolation.equals("magic")) {
            Assumptions.assumeTrue(
                    runtime.isolation().equals(isolation), () -> "not on this machine: " + runtime.isolation());
        }
        return runtime;
    }

    private static ContainerSpec spec(Map<String, String> environment) {
        return new ContainerSpec("server", SingleImageStore.IMAGE, List.of(), environment, 5001, 0.5, 0.5);
    }

    private static JsonNode get(ContainerRuntime.Container container, String path) throws Exception {
        return Calls.get("http://127.0.0.1:" + container.hostPort() + path);
    }

    private static List<ProcessHandle> processesWith(String word) throws IOException {
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    try {
                        return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                                .contains(word);
                    } catch (IOException e) {
                        return false;
                    }
                })
                .toList();
    }
}
