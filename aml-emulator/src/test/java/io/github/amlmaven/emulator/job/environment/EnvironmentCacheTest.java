package io.github.amlmaven.emulator.job.environment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.emulator.job.process.Stop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentCacheTest {

    @Test
    void emulatorsThatShareAFolderBuildAnEnvironmentOnce(@TempDir Path folder) throws Exception {
        Path shared = folder.resolve("environments");
        ExecutorService emulators = Executors.newFixedThreadPool(3);
        List<Future<Path>> made = new ArrayList<>();
        try {
            for (int emulator = 0; emulator < 3; emulator++) {
                EnvironmentCache cache = cache(shared);
                Path log = folder.resolve("log-" + emulator);
                made.add(emulators.submit(() -> obtain(cache, log)));
            }
            Path first = made.get(0).get();
            assertThat(made).allSatisfy(path -> assertThat(path.get()).isEqualTo(first));
            assertThat(first.getParent()).isEqualTo(shared);
            FileTime built = Files.getLastModifiedTime(first.resolve("pyvenv.cfg"));

            assertThat(obtain(cache(shared), folder.resolve("log-later"))).isEqualTo(first);
            assertThat(Files.getLastModifiedTime(first.resolve("pyvenv.cfg"))).isEqualTo(built);
        } finally {
            emulators.shutdownNow();
        }
    }

    @Test
    void aBuildThatWasKilledHalfwayIsBegunAnew(@TempDir Path folder) throws Exception {
        Path whole = obtain(cache(folder), folder.resolve("log"));
        Files.delete(whole.resolve("complete"));
        Files.writeString(whole.resolve("left-over"), "");

        assertThat(obtain(cache(folder), folder.resolve("log"))).isEqualTo(whole);
        assertThat(whole.resolve("left-over")).doesNotExist();
        assertThat(whole.resolve("complete")).exists();
    }

    @Test
    void theFolderIsTheHomesUnlessOneIsShared(@TempDir Path home) {
        assertThat(EnvironmentCache.folder(home, null)).isEqualTo(home.resolve("environments"));
        assertThat(EnvironmentCache.folder(home, " ")).isEqualTo(home.resolve("environments"));
        assertThat(EnvironmentCache.folder(home, "/shared/by/all")).isEqualTo(Path.of("/shared/by/all"));
    }

    private static EnvironmentCache cache(Path folder) {
        return new EnvironmentCache(folder, () -> false, new SitePackages(Set.of()));
    }

    private static Path obtain(EnvironmentCache cache, Path log) throws Exception {
        return cache.obtain(PythonEnvironment.PLAIN, System.getenv(), log, new Stop())
                .path();
    }
}
