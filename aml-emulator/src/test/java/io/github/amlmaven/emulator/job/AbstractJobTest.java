package io.github.amlmaven.emulator.job;

import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** One running emulator for all tests of a class, with the environment {@code plain}, which has no packages. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
abstract class AbstractJobTest {

    /** The emulator itself. */
    final Emulator emulator;

    /** What the tests do with the emulator. */
    final Workbench bench;

    /** @param home the subclass's temporary folder */
    AbstractJobTest(Path home) throws Exception {
        emulator = Emulator.start(EmulatorOptions.in(home));
        bench = new Workbench(emulator);
        bench.environment("plain", "");
    }

    @AfterAll
    void stop() {
        emulator.close();
    }
}
