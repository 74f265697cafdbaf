package io.github.amlmaven.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String BODY = "{\"properties\":{\"modelUri\":\"u\"}}";
    private static final String MODEL = "/models/m/versions/1";

    @Test
    void whatWasAcknowledgedIsThereAfterKill9(@TempDir Path folder) throws Exception {
        Path home = folder.resolve("home");
        for (int life = 1; life <= 2; life++) {
            Process process = start(home, folder.resolve("log-" + life));
            try {
                AzureClients azure = new AzureClients(AzureClients.Coordinates.in(home));
                if (life == 1) {
                    assertThat(azure.call(HttpMethod.PUT, azure.workspace() + MODEL, BODY)
                                    .status())
                            .isEqualTo(201);
                } else {
                    assertThat(azure.call(HttpMethod.GET, azure.workspace() + MODEL, "")
                                    .status())
                            .isEqualTo(200);
                }
            } finally {
                assertThat(process.destroyForcibly().waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
            }
        }
    }

    @Test
    void theProcessEndsCleanlyWhenAskedTo(@TempDir Path folder) throws Exception {
        Path home = folder.resolve("home");
        Process process = start(home, folder.resolve("log"));

        process.destroy();

        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(home.resolve("emulator.json")).doesNotExist();
    }

    /** Starts an emulator process and waits until its descriptor says that it listens. */
    private static Process start(Path home, Path log) throws IOException {
        Path descriptor = home.resolve("emulator.json");
        long before = Files.exists(descriptor) ? pid(descriptor) : 0;
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmulatorMain.class.getName(),
                        "--home",
                        home.toString(),
                        "--no-upstream")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Instant limit = Instant.now().plus(LIMIT);
        while (!Files.exists(descriptor) || pid(descriptor) == before) {
            if (!process.isAlive() || Instant.now().isAfter(limit)) {
                process.destroyForcibly();
                throw new IOException("the emulator did not start: " + Files.readString(log));
            }
            Thread.onSpinWait();
        }
        return process;
    }

    private static long pid(Path descriptor) throws IOException {
        return new ObjectMapper().readTree(descriptor.toFile()).path("pid").asLong();
    }
}
