package io.github.amlmaven.plugin;

import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.local.RunningEmulator;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;

/** Ends the emulator that {@code aml:emulator-start} has started. Its state stays. Does nothing when none runs. */
@Mojo(name = "emulator-stop", requiresProject = false, aggregator = true, threadSafe = true)
public final class EmulatorStopMojo extends AbstractWorkspaceMojo {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Override
    protected GoalOutcome run(Progress progress) {
        Path home = emulatorOptions().home();
        Optional<RunningEmulator> running = RunningEmulator.in(home);
        if (running.isEmpty()) {
            return GoalOutcome.upToDate("No emulator runs for " + home, Map.of());
        }
        long pid = running.get().pid();
        if (dryRun()) {
            return GoalOutcome.dryRun("Would end the emulator of " + home + " (process " + pid + ")", Map.of());
        }
        running.get().stop(LIMIT);
        return GoalOutcome.done("Emulator ended (process " + pid + "); its state stays in " + home, Map.of("pid", pid));
    }
}
