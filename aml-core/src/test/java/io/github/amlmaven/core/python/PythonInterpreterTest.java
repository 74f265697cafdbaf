package io.github.amlmaven.core.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonInterpreterTest {

    @TempDir
    Path folder;

    @Test
    void findsAnInterpreterOfThisMachineAndLooksBehindShims() {
        PythonInterpreter python = PythonInterpreter.find(Optional.empty());

        assertThat(python.version()).startsWith(python.minorVersion() + ".").startsWith("3.");
        assertThat(python.executable()).isExecutable();
        assertThat(python.run(List.of("-c", "print('ø')")).run().lines()).containsExactly("ø");
    }

    @Test
    void saysWhatTheConfiguredInterpreterLacks() throws IOException {
        Path old = folder.resolve("python3");
        Files.writeString(old, """
                #!/bin/sh
                echo 'aml-probe:{"e":"/old","v":"3.8.2","p":"/","i":"cpython","venv":true}'
                """);
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThatThrownBy(() -> PythonInterpreter.find(Optional.of(old)))
                .isInstanceOfSatisfying(AmlException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.PYTHON_NOT_FOUND);
                    assertThat(e).hasMessageContaining(old + " is 3.8.2");
                });
    }

    @Test
    void aMissingInterpreterIsACodedErrorWithARemedy() {
        assertThatThrownBy(() -> PythonInterpreter.find(Optional.of(folder.resolve("nothing"))))
                .isInstanceOfSatisfying(AmlException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.PYTHON_NOT_FOUND);
                    assertThat(e.remedy()).contains("-Daml.python=");
                });
    }

    @Test
    void aProcessIsEndedAtItsLimit() {
        PythonInterpreter python = PythonInterpreter.find(Optional.empty());

        assertThatThrownBy(() -> python.run(List.of("-c", "import time; time.sleep(60)"))
                        .limit(Duration.ofMillis(300))
                        .run())
                .hasMessageContaining("did not end within");
    }
}
