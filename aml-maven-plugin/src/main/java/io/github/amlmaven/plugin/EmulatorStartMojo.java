package io.github.amlmaven.plugin;

import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.plugin.local.EmulatorProcess;
import io.github.amlmaven.plugin.local.RunningEmulator;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Starts the emulator in a process of its own, which goes on after the build: what is deployed keeps serving, and later
 * builds find and use it. Does nothing when it runs already.
 */
@Mojo(name = "emulator-start", requiresProject = false, aggregator = true, threadSafe = true)
public final class EmulatorStartMojo extends AbstractWorkspaceMojo {

    /**
     * Cache shared by projects, here for the emulator's parsed classes: they make each start after the first one quicker. A
     * build with the environment variable {@code CI} reads them but does not write them, since its machine is seldom
     * there for a second start.
     */
    @Parameter(property = "aml.cache", defaultValue = "${user.home}/.aml/cache")
    private File cacheDirectory;

    @Override
    protected GoalOutcome run(Progress progress) {
        EmulatorOptions options = emulatorOptions();
        Optional<RunningEmulator> running = RunningEmulator.in(options.home());
        if (dryRun()) {
            return GoalOutcome.dryRun(
                    running.isPresent() ? "The emulator runs already" : "Would start the emulator in " + options.home(),
                    Map.of());
        }
        RunningEmulator emulator = running.orElseGet(() -> EmulatorProcess.start(
                options, cacheDirectory.toPath().resolve("emulator"), System.getenv("CI") == null, progress));
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("https", emulator.https().toString());
        outputs.put("http", emulator.http().toString());
        outputs.put("studio", emulator.http().resolve("/studio/").toString());
        outputs.put("certificate", emulator.certificate().toString());
        outputs.put("pid", emulator.pid());
        outputs.put("home", emulator.home().toString());
        String where = " at " + emulator.https() + " (process " + emulator.pid() + "), studio at "
                + emulator.http().resolve("/studio/");
        return running.isPresent()
                ? GoalOutcome.upToDate("Emulator runs already" + where, outputs)
                : GoalOutcome.done("Emulator started" + where + "; end it with mvn aml:emulator-stop", outputs);
    }
}
