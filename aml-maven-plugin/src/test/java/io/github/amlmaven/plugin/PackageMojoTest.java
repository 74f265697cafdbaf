package io.github.amlmaven.plugin;

import static org.apache.maven.api.plugin.testing.MojoExtension.setVariableValueToObject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.sun.net.httpserver.HttpServer;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.eclipse.aether.DefaultSessionData;
import org.eclipse.aether.RepositorySystemSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signing in goes on beside the check of the project's own files, and nobody notices. */
@MojoTest
class PackageMojoTest extends GoalTest {

    private static final String LOCAL = "<cloud>local</cloud><image><base>host</base></image>";

    private HttpServer emulator;

    @BeforeEach
    void anEmulatorWhoseCertificateIsGone() throws IOException {
        emulator = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        emulator.createContext("/", exchange -> {
            byte[] health = "{\"online\":true}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, health.length);
            exchange.getResponseBody().write(health);
            exchange.close();
        });
        emulator.start();
        String address = "localhost:" + emulator.getAddress().getPort();
        write("emulator/emulator.json", """
                {"https":"https://%s","http":"http://%s","certificate":"%s","tenantId":"t","subscriptionId":"s",
                 "resourceGroup":"g","workspace":"w","pid":1}
                """.formatted(address, address, directory.resolve("emulator/gone.pem")));
    }

    @AfterEach
    void stop() {
        emulator.stop(0);
    }

    @Test
    @InjectMojo(goal = "package", pom = HEAD + LOCAL + TAIL)
    void aMistakeInTheProjectIsWhatIsReportedWhenSigningInFailsToo(PackageMojo goal) throws Exception {
        prepare(goal);

        assertThatThrownBy(() -> goal.run(Progress.NONE))
                .isInstanceOfSatisfying(
                        AmlException.class,
                        mistake -> assertThat(mistake.code()).isEqualTo(ErrorCode.FILE_MISSING))
                .hasMessageContaining("score.py");

        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().endsWith("-sign-in"));
    }

    @Test
    @InjectMojo(goal = "package", pom = HEAD + LOCAL + TAIL)
    void aSignInThatFailsIsReportedWhenTheProjectIsInOrder(PackageMojo goal) throws Exception {
        prepare(goal);
        write("code/score.py", "def init():\n    pass\n\n\ndef run(data):\n    return data\n");

        assertThatThrownBy(() -> goal.run(Progress.NONE))
                .isInstanceOfSatisfying(
                        AmlException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.EMULATOR_FAILED))
                .hasMessageContaining("gone.pem");
    }

    private void prepare(PackageMojo goal) throws Exception {
        RepositorySystemSession repositories = mock(RepositorySystemSession.class);
        when(repositories.getData()).thenReturn(new DefaultSessionData());
        when(session.getRepositorySession()).thenReturn(repositories);
        setVariableValueToObject(
                goal, "emulatorHome", directory.resolve("emulator").toFile());
        setVariableValueToObject(
                goal, "modelPath", write("model/factor.json", "{}").getParent().toFile());
        setVariableValueToObject(
                goal, "cacheDirectory", directory.resolve("cache").toFile());
        setVariableValueToObject(goal, "allowOutsideProject", true);
        given.setProperty("aml.image.code", directory.resolve("code").toString());
    }

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
