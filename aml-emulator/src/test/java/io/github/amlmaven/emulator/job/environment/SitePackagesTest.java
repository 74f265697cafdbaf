package io.github.amlmaven.emulator.job.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.emulator.job.process.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Distributions of the machine's own Python instead of pip's. */
class SitePackagesTest {

    @Test
    void namesAreComparedAsPipDoes() {
        SitePackages chosen = SitePackages.of("Torch, ruamel.yaml");

        List<String> asked = List.of("torch>=2,<3", "--extra-index-url https://x.invalid/torch", "ruamel_yaml", "six");

        assertThat(chosen.in(asked)).containsExactly("torch", "ruamel-yaml");
        assertThat(chosen.without(asked)).containsExactly("--extra-index-url https://x.invalid/torch", "six");
    }

    /** pip stands for a large package: some Python of the machine has it, and no index is asked for it. */
    @Test
    void theEnvironmentSeesWhatTheMachineHasAndSaysSo(@TempDir Path folder) throws Exception {
        EnvironmentCache cache = new EnvironmentCache(folder, () -> false, SitePackages.of("pip"));

        EnvironmentCache.VirtualEnvironment made = cache.obtain(
                new PythonEnvironment("", List.of("pip==1.0")),
                Map.of("PATH", System.getenv("PATH")),
                folder.resolve("log"),
                new Stop());

        assertThat(made.note()).contains("AML_SITE_PACKAGES", "pip ");
        assertThat(Files.readString(made.path().resolve("pyvenv.cfg"))).contains("include-system-site-packages = true");
        // A program of the distribution is run by the environment's Python, not by the machine's.
        assertThat(Files.readAllLines(made.programs().resolve("pip")).get(0)).doesNotContain("#!/usr/bin/python3");
    }

    @Test
    void whatNoPythonHasIsNamed(@TempDir Path folder) {
        EnvironmentCache cache = new EnvironmentCache(folder, () -> false, SitePackages.of("no-such-distribution"));

        assertThatThrownBy(() -> cache.obtain(
                        new PythonEnvironment("", List.of("no-such-distribution")),
                        Map.of(),
                        folder.resolve("log"),
                        new Stop()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("AML_SITE_PACKAGES names no-such-distribution")
                .hasMessageContaining("python3");
    }
}
