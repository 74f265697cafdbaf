package io.github.amlmaven.core.image.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.python.PythonInterpreter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WheelResolutionTest {

    private static final PythonInterpreter PYTHON = PythonInterpreter.find(Optional.empty());
    private static final WheelTarget AMD64 = new WheelTarget("linux/amd64", "x86_64", "3.11");

    @TempDir
    Path cache;

    @Test
    void wheelsAreForTheImageAndNotForThisMachine() throws IOException {
        // Python 3.12 on ARM, whatever runs this test; colorama's marker is false on every Linux.
        ResolvedPackages packages = resolve(
                new WheelTarget("linux/arm64", "aarch64", "3.12"),
                "markupsafe==3.0.2",
                "click==8.1.7",
                "six==1.16.0; sys_platform == 'linux'");

        try (var files = Files.walk(packages.site())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("_speedups.cpython-312-aarch64-linux-gnu.so", "six.py")
                    .doesNotContain("colorama", "bin", "__pycache__")
                    .noneMatch(name -> name.endsWith(".pyc"));
        }
        assertThat(packages.lock().lines())
                .hasSize(4)
                .anyMatch(line -> line.startsWith("markupsafe==3.0.2 --hash=sha256:"));
    }

    @Test
    void aLockGivesTheSamePackagesAndRefusesOthers() {
        ResolvedPackages packages = resolve(AMD64, "six==1.16.0");
        WheelResolution resolution = new WheelResolution(PYTHON, cache, false, Progress.NONE);

        ResolvedPackages locked = resolution.resolve(PythonRequirements.none(), Optional.of(packages.lock()), AMD64);
        assertThat(locked.lock()).isEqualTo(packages.lock());

        String forged = packages.lock().replaceAll("sha256:[0-9a-f]{8}", "sha256:00000000");
        assertThatThrownBy(() -> resolution.resolve(PythonRequirements.none(), Optional.of(forged), AMD64))
                .isInstanceOfSatisfying(AmlException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.PYTHON_DEPENDENCIES);
                    assertThat(e.describe()).contains("DO NOT MATCH THE HASHES");
                });
        assertThat(cache.resolve("wheels"))
                .isDirectoryNotContaining(path -> path.getFileName().toString().startsWith(".new"));
    }

    @Test
    void offlineTheCacheIsAllThereIs() {
        ResolvedPackages cached = resolve(AMD64, "six==1.16.0");
        WheelResolution offline = new WheelResolution(PYTHON, cache, true, Progress.NONE);

        assertThat(offline.resolve(wanted("six==1.16.0"), Optional.empty(), AMD64))
                .isEqualTo(cached);
        assertThatThrownBy(() -> offline.resolve(wanted("click==8.1.7"), Optional.empty(), AMD64))
                .isInstanceOfSatisfying(AmlException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.OFFLINE);
                    assertThat(e.describe()).contains("click==8.1.7", "without -o");
                });
    }

    @Test
    void theRequirementThatCannotBeMetIsNamed() {
        assertThatThrownBy(() -> resolve(AMD64, "six==1.16.0", "six-that-is-not-there==9"))
                .isInstanceOfSatisfying(AmlException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.PYTHON_DEPENDENCIES);
                    assertThat(e.describe())
                            .contains("No wheels for 'six-that-is-not-there==9' on linux/amd64 with Python 3.11")
                            .contains("pip: ERROR:");
                });
    }

    private ResolvedPackages resolve(WheelTarget target, String... requirements) {
        return new WheelResolution(PYTHON, cache, false, Progress.NONE)
                .resolve(wanted(requirements), Optional.empty(), target);
    }

    private static PythonRequirements wanted(String... requirements) {
        return new PythonRequirements(Optional.empty(), List.of(requirements), List.of(), List.of());
    }
}
