package io.github.amlmaven.plugin;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.plugin.local.RunningEmulator;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.maven.plugins.annotations.Mojo;

/** Runs the emulator in the foreground until Ctrl-C. Does nothing when another process runs it already. */
@Mojo(name = "emulator-run", requiresProject = false, aggregator = true, threadSafe = true)
public final class EmulatorRunMojo extends AbstractWorkspaceMojo {

    @Override
    protected GoalOutcome run(Progress progress) {
        EmulatorOptions options = emulatorOptions();
        if (dryRun()) {
            return GoalOutcome.dryRun(
                    RunningEmulator.in(options.home())
                            .map(running -> "The emulator runs already" + where(running))
                            .orElse("Would run the emulator in " + options.home()),
                    Map.of());
        }
        RunningEmulator emulator =
                localCloud().connect(options, session(), progress).emulator();
        if (emulator.pid() != ProcessHandle.current().pid()) {
            return GoalOutcome.upToDate("Emulator runs already" + where(emulator), Map.of());
        }
        progress.info("AML, ARM, registry and blob storage: " + emulator.https());
        progress.info("Workspace: " + emulator.workspace() + " in resource group " + emulator.resourceGroup());
        progress.info("Studio: " + emulator.http().resolve("/studio/"));
        progress.info("Press Ctrl-C to end");
        awaitEnd();
        return GoalOutcome.done("Emulator ended", Map.of());
    }

    @Override
    boolean endsByInterrupt() {
        return true;
    }

    private static String where(RunningEmulator emulator) {
        return " at " + emulator.https() + " (process " + emulator.pid() + ")";
    }

    private static void awaitEnd() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AmlException.of(ErrorCode.EMULATOR_FAILED, "the emulator was interrupted")
                    .cause(e)
                    .build();
        }
    }
}
