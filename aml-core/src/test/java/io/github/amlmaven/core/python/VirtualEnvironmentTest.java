package io.github.amlmaven.core.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class VirtualEnvironmentTest {

    private static final List<String> REQUIREMENTS =
            List.of("--index-url", "https://me:topsecret@pypi.example/simple", "--pre", "six==1.16.0");

    @TempDir
    Path folder;

    private Path cache;

    @BeforeEach
    void cache() {
        cache = folder.resolve("cache");
    }

    @Test
    void credentialsOfAnIndexReachPipInAFileOfTheOwnerOnlyThatIsGoneAfterwards() throws IOException {
        VirtualEnvironment.with(interpreter(0), cache, REQUIREMENTS, false, Progress.NONE);

        assertThat(folder.resolve("arguments"))
                .content()
                .contains("pip install")
                .doesNotContain("topsecret");
        assertThat(folder.resolve("file")).content().isEqualToIgnoringNewLines("""
                --index-url https://me:topsecret@pypi.example/simple
                --pre
                six==1.16.0
                """);
        assertThat(folder.resolve("mode")).content().startsWith("-rw------- ");
        assertNothingIsKept();
    }

    @Test
    void aPipThatFailsLeavesNoCredentialsInTheMessageOrOnDisk() throws IOException {
        PythonInterpreter failing = interpreter(1);

        assertThatThrownBy(() -> VirtualEnvironment.with(failing, cache, REQUIREMENTS, false, Progress.NONE))
                .isInstanceOfSatisfying(AmlException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.PYTHON_DEPENDENCIES);
                    assertThat(e.describe())
                            .contains("https://***@pypi.example/simple")
                            .contains("six==1.16.0")
                            .doesNotContain("topsecret");
                });
        assertNothingIsKept();
    }

    @Test
    void offlineAnEnvironmentIsTakenFromTheCacheOrRefusedBeforePipIsAsked() throws IOException {
        PythonInterpreter interpreter = interpreter(0);

        assertThatThrownBy(() -> VirtualEnvironment.with(interpreter, cache, REQUIREMENTS, true, Progress.NONE))
                .isInstanceOfSatisfying(AmlException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.OFFLINE);
                    assertThat(e.describe()).contains("six==1.16.0").doesNotContain("topsecret");
                });
        assertThat(folder.resolve("arguments")).doesNotExist();

        VirtualEnvironment made = VirtualEnvironment.with(interpreter, cache, REQUIREMENTS, false, Progress.NONE);
        assertThat(VirtualEnvironment.with(interpreter, cache, REQUIREMENTS, true, Progress.NONE))
                .isEqualTo(made);
    }

    private void assertNothingIsKept() throws IOException {
        try (var files = Files.walk(cache)) {
            assertThat(files.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(file).content().doesNotContain("topsecret"));
        }
    }

    /** A Python that makes environments of itself and whose pip keeps a record beside the cache. */
    private PythonInterpreter interpreter(int exitCode) throws IOException {
        Path python = folder.resolve("python3");
        Files.writeString(python, """
                #!/bin/sh
                echo "$@" >> '%1$s/arguments'
                if [ "$2" = venv ]; then
                  mkdir -p "$3/bin" && cp '%1$s/python3' "$3/bin/python"
                  exit
                fi
                for last; do :; done
                cat "$last" | tee '%1$s/file'
                ls -l "$last" > '%1$s/mode'
                exit %2$d
                """.formatted(folder, exitCode));
        Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new PythonInterpreter(python, "3.11.7", folder);
    }
}
