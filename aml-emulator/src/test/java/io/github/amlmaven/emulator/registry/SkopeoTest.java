package io.github.amlmaven.emulator.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.azure.core.http.HttpMethod;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Witness: skopeo. */
@Tag("external")
class SkopeoTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void skopeoIsHere() {
        boolean here = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "skopeo")));
        if ("true".equals(System.getenv("CI"))) {
            assertThat(here).as("CI installs skopeo, so this test must run").isTrue();
        }
        assumeTrue(here, "skopeo is not installed");
    }

    @Test
    void anImageThatJibPushedIsPulledAndPushedBackUnderTheSameDigest() throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.in(folder.resolve("home")))) {
            String password = password(emulator);
            String server = emulator.endpoints().authority();
            Path file = Files.writeString(folder.resolve("model.txt"), "model");
            JibContainer pushed = Jib.fromScratch()
                    .addLayer(List.of(file), AbsoluteUnixPath.get("/model"))
                    .containerize(Containerizer.to(
                                    RegistryImage.named(server + "/app:1").addCredential("acrlocal", password))
                            .setAllowInsecureRegistries(true));
            Path auth = folder.resolve("auth.json");
            run(
                    "skopeo",
                    "login",
                    "--authfile",
                    auth.toString(),
                    "--tls-verify=false",
                    "-u",
                    "acrlocal",
                    "-p",
                    password,
                    server);
            run(
                    "skopeo",
                    "copy",
                    "--authfile",
                    auth.toString(),
                    "--preserve-digests",
                    "--src-tls-verify=false",
                    "docker://" + server + "/app:1",
                    "dir:" + folder.resolve("dir"));
            run(
                    "skopeo",
                    "copy",
                    "--authfile",
                    auth.toString(),
                    "--preserve-digests",
                    "--dest-tls-verify=false",
                    "dir:" + folder.resolve("dir"),
                    "docker://" + server + "/copy:1");
            String digest = run(
                    "skopeo",
                    "inspect",
                    "--authfile",
                    auth.toString(),
                    "--tls-verify=false",
                    "--format",
                    "{{.Digest}}",
                    "docker://" + server + "/copy:1");

            assertThat(digest.strip()).isEqualTo(pushed.getDigest().toString());
        }
    }

    private static String password(Emulator emulator) {
        AzureClients azure = new AzureClients(emulator);
        String id = "/subscriptions/" + emulator.options().subscriptionId()
                + "/resourceGroups/local/providers/Microsoft.ContainerRegistry/registries/acrlocal";
        azure.call(HttpMethod.PATCH, id, "{\"properties\":{\"adminUserEnabled\":true}}");
        return azure.call(HttpMethod.POST, id + "/listCredentials", "")
                .body()
                .at("/passwords/0/value")
                .asText();
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "run", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int exit = process.waitFor();
        String output = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(exit).as("%s %s: %s", command[0], command[1], output).isZero();
        return output;
    }
}
