package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.WorkspaceConfig;
import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Attaches this folder to a workspace: writes {@code .azureml/config.json}, which this plugin, the Python SDKs and the az
 * CLI look for from here and from all folders below. Name the workspace with {@code -Daml.subscriptionId},
 * {@code -Daml.resourceGroup} and {@code -Daml.workspace}. Nothing is sent.
 */
@Mojo(name = "attach", requiresProject = false, aggregator = true, threadSafe = true)
public final class AttachMojo extends AbstractWorkspaceMojo {

    private static final String SUBSCRIPTION = "(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    @Override
    protected GoalOutcome run(Progress progress) {
        WorkspaceId workspace = locate().orElseThrow(() -> AmlException.of(
                                ErrorCode.WORKSPACE_NOT_CONFIGURED, "aml:attach needs to know the workspace")
                        .remedy("Set -Daml.subscriptionId, -Daml.resourceGroup and -Daml.workspace.")
                        .build())
                .workspace();
        if (!workspace.subscriptionId().matches(SUBSCRIPTION)) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "aml.subscriptionId '" + workspace.subscriptionId() + "' is not a subscription's id")
                    .remedy("A subscription's id is a GUID; 'az account show --query id' prints it.")
                    .build();
        }
        Path file = WorkspaceConfig.fileIn(projectDirectory());
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("subscriptionId", workspace.subscriptionId());
        outputs.put("resourceGroup", workspace.resourceGroup());
        outputs.put("workspace", workspace.workspace());
        outputs.put("file", file.toString());
        if (dryRun()) {
            return GoalOutcome.dryRun("Would write " + file, outputs);
        }
        boolean changed = WorkspaceConfig.write(file, workspace);
        return changed
                ? GoalOutcome.done("Attached to workspace " + workspace.workspace() + " in " + file, outputs)
                : GoalOutcome.upToDate("Attached to workspace " + workspace.workspace() + " already", outputs);
    }
}
