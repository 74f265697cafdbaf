package io.github.amlmaven.core.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownInterpretersTest {

    @TempDir
    Path folder;

    private final AtomicInteger probes = new AtomicInteger();
    private Path python;

    @BeforeEach
    void anInterpreterThatIsNotNew() throws IOException {
        assumeThat(FileSystems.getDefault().supportedFileAttributeViews()).contains("unix");
        python = executable("install/bin/python3");
        Files.createDirectories(folder.resolve("install/lib/python3.11"));
    }

    @Test
    void anInterpreterIsNotStartedAgainToSayTheSame() throws IOException {
        PythonInterpreter first = found(python, python);

        assertThat(untilKnown(python, python)).isEqualTo(first);
    }

    @Test
    void anUpgradedInterpreterIsAskedAgain() throws IOException {
        untilKnown(python, python);
        int before = probes.get();

        Files.writeString(python, "another");

        found(python, python);
        assertThat(probes).hasValue(before + 1);
    }

    @Test
    void anInterpreterThatLostAModuleIsAskedAgain() throws IOException {
        Path venv = Files.createDirectory(folder.resolve("install/lib/python3.11/venv"));
        untilKnown(python, python);
        int before = probes.get();

        Files.delete(venv);

        found(python, python);
        assertThat(probes).hasValue(before + 1);
    }

    @Test
    void anInterpreterThatBecomesAVirtualEnvironmentsIsAskedAgain() throws IOException {
        untilKnown(python, python);
        int before = probes.get();

        Files.writeString(folder.resolve("install/pyvenv.cfg"), "home = /usr/bin");

        found(python, python);
        assertThat(probes).hasValue(before + 1);
    }

    @Test
    void whereAShimLeadsIsAlwaysAsked() throws IOException {
        Path shim = executable("shims/python3");
        awaitTick();

        found(shim, python);
        found(shim, python);

        assertThat(probes).hasValue(2);
    }

    @Test
    void anInterpreterThatCannotBeUsedIsAlwaysAsked() {
        for (int time = 1; time <= 2; time++) {
            assertThat(known().of(python.toString(), () -> {
                        probes.incrementAndGet();
                        return Optional.empty();
                    }))
                    .isEmpty();
            assertThat(probes).hasValue(time);
        }
    }

    private PythonInterpreter found(Path command, Path behind) {
        return known().of(command.toString(), () -> {
                    probes.incrementAndGet();
                    return Optional.of(new PythonInterpreter(behind, "3.11.7", folder.resolve("install")));
                })
                .orElseThrow();
    }

    /** A file changed a moment ago is not trusted: its stamp would not tell a change within the same tick. */
    private PythonInterpreter untilKnown(Path command, Path behind) throws IOException {
        Instant limit = Instant.now().plusSeconds(10);
        int before;
        PythonInterpreter found;
        do {
            assertThat(Instant.now()).isBefore(limit);
            before = probes.get();
            found = found(command, behind);
        } while (probes.get() > before);
        return found;
    }

    private void awaitTick() throws IOException {
        Instant settled = Files.getLastModifiedTime(folder.resolve("shims/python3"))
                .toInstant()
                .plus(Duration.ofMillis(200));
        while (Instant.now().isBefore(settled)) {
            Thread.onSpinWait();
        }
    }

    private KnownInterpreters known() {
        return new KnownInterpreters(new StampIndex(folder.resolve("index"), false, Progress.NONE));
    }

    private Path executable(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, name);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
