package io.github.amlmaven.plugin;

import io.github.amlmaven.core.appservice.WebAppLogs;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.endpoint.DeploymentLogs;
import io.github.amlmaven.core.endpoint.DeploymentLogs.Container;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.record.DeploymentRecords;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Shows the end of the log of a managed online deployment's container, or of a web app's. Which one: where this project has
 * deployed last, unless {@code -Daml.endpoint} or {@code -Daml.logs.target} says otherwise.
 */
@Mojo(name = "logs", requiresProject = false, threadSafe = true)
public final class LogsMojo extends AbstractEndpointMojo {

    /** {@code managed} or {@code webapp}. Default: where this project has deployed last of the two. */
    @Parameter(property = "aml.logs.target")
    private @Nullable String target;

    /** The name of the web app. Default: the one that this project has deployed. */
    @Parameter(property = "aml.deploy.name")
    private @Nullable String name;

    /** The resource group of the web app. Default: that of the deployment, else that of the workspace. */
    @Parameter(property = "aml.deploy.resourceGroup")
    private @Nullable String deployResourceGroup;

    /** The web app's slot. Default: production. */
    @Parameter(property = "aml.webapp.slot")
    private @Nullable String slot;

    /** The deployment. Default: the one that gets the most traffic, or the only one. */
    @Parameter(property = "aml.deployment")
    private @Nullable String deployment;

    /** How many lines. */
    @Parameter(property = "aml.logs.tail", defaultValue = "100")
    private int tail;

    /** {@code inference-server}, or {@code storage-initializer}: what fetches model and code. */
    @Parameter(property = "aml.logs.container", defaultValue = "inference-server")
    private String container;

    @Override
    protected GoalOutcome run(Progress progress) {
        if (tail < 1) {
            throw invalid("aml.logs.tail is " + tail, "Set <tail> to 1 or more.");
        }
        return isWebApp() ? webApp(progress) : managed(progress);
    }

    private boolean isWebApp() {
        if (target != null && !target.equals("managed") && !target.equals("webapp")) {
            throw invalid("aml.logs.target '" + target + "'", "Set it to managed or webapp.");
        }
        if (target != null || namesEndpoint()) {
            return "webapp".equals(target);
        }
        DeploymentRecords records = new DeploymentRecords(outputDirectory());
        Instant ofWebApp = started(records.newestLeftBehind("webapp"));
        return !ofWebApp.equals(Instant.MIN) && ofWebApp.isAfter(started(records.newestEndpoint()));
    }

    private static Instant started(Optional<DeploymentRecords.Deployed> deployed) {
        return deployed.map(DeploymentRecords.Deployed::startedAt).orElse(Instant.MIN);
    }

    private GoalOutcome webApp(Progress progress) {
        Optional<DeploymentRecords.Deployed> deployed =
                new DeploymentRecords(outputDirectory()).newestLeftBehind("webapp", name);
        String app = Optional.ofNullable(name)
                .or(() -> deployed.flatMap(d -> d.text("name")))
                .orElseGet(() -> DeploymentRecords.defaultName(project().getArtifactId()));
        try (AzureClients clients = connect(progress)) {
            String group = Optional.ofNullable(deployResourceGroup)
                    .or(() -> deployed.flatMap(d -> d.text("resourceGroup")))
                    .orElse(clients.workspace().resourceGroup());
            List<String> lines =
                    new WebAppLogs(clients.appServices()).read(group, app, Optional.ofNullable(slot), tail);
            lines.forEach(progress::remoteLog);
            return GoalOutcome.done(
                    "Log of web app " + app + (slot == null ? "" : " slot " + slot) + ": " + lines.size() + " lines",
                    Map.of("name", app, "lines", lines.size()));
        }
    }

    private GoalOutcome managed(Progress progress) {
        String endpoint = endpoint();
        Container wanted = container();
        try (AzureClients clients = connect(progress)) {
            DeploymentLogs.Log log =
                    new DeploymentLogs(clients).read(endpoint, Optional.ofNullable(deployment), wanted, tail);
            log.lines().forEach(progress::remoteLog);
            return GoalOutcome.done(
                    "Log of deployment " + log.deployment() + " of endpoint " + endpoint + ": "
                            + log.lines().size() + " lines",
                    Map.of(
                            "endpoint", endpoint,
                            "deployment", log.deployment(),
                            "lines", log.lines().size()));
        }
    }

    /** Which container the parameter names. */
    Container container() {
        return switch (container) {
            case "inference-server" -> Container.INFERENCE_SERVER;
            case "storage-initializer" -> Container.STORAGE_INITIALIZER;
            default ->
                throw invalid(
                        "aml.logs.container '" + container + "'", "Set it to inference-server or storage-initializer.");
        };
    }

    private static AmlException invalid(String what, String remedy) {
        return AmlException.of(ErrorCode.CONFIGURATION_INVALID, what)
                .remedy(remedy)
                .build();
    }
}
