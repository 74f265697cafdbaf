package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.maven.plugins.annotations.Mojo;

/** Runs the emulator in the foreground until Ctrl-C. */
@Mojo(name = "emulator-run", requiresProject = false, aggregator = true, threadSafe = true)
public final class EmulatorRunMojo extends AbstractWorkspaceMojo {

    @Override
    protected GoalOutcome run(Progress progress) {
        try (AzureClients clients = connect(progress)) {
            progress.info("AML, ARM, registry and blob storage: "
                    + clients.endpoints().resourceManager());
            progress.info("Workspace: " + clients.workspace().armId());
            progress.info("Press Ctrl-C to end");
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AmlException.of(ErrorCode.EMULATOR_FAILED, "the emulator was interrupted")
                    .cause(e)
                    .build();
        }
        return GoalOutcome.done("Emulator ended", Map.of());
    }
}
