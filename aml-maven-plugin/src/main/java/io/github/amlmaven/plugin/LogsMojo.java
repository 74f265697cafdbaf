package io.github.amlmaven.plugin;

import io.github.amlmaven.core.appservice.SiteLogs;
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
import java.util.Set;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Shows the end of the log of a managed online deployment's container, or of a web app's or function app's. Which one: where this project has
 * deployed last, unless {@code -Daml.endpoint} or {@code -Daml.logs.target} says otherwise.
 */
@Mojo(name = "logs", requiresProject = false, threadSafe = true)
public final class LogsMojo extends AbstractEndpointMojo {

    private static final Set<String> TARGETS = Set.of("managed", "webapp", "function");

    /** {@code managed}, {@code webapp} or {@code function}. Default: where this project has deployed last of them. */
    @Parameter(property = "aml.logs.target")
    private @Nullable String target;

    /** The name of the app. Default: the one that this project has deployed. */
    @Parameter(property = "aml.deploy.name")
    private @Nullable String name;

    /** The resource group of the app. Default: that of the deployment, else that of the workspace. */
    @Parameter(property = "aml.deploy.resourceGroup")
    private @Nullable String deployResourceGroup;

    /** The web app's slot. Default: production. */
    @Parameter(property = "aml.webapp.slot")
    private @Nullable String slot;

    /** The function app's slot. Default: production. */
    @Parameter(property = "aml.function.slot")
    private @Nullable String functionSlot;

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
        return switch (target()) {
            case "webapp" -> site("webapp", "web app", slot, progress);
            case "function" -> site("function", "function app", functionSlot, progress);
            default -> managed(progress);
        };
    }

    private String target() {
        if (target != null && !TARGETS.contains(target)) {
            throw invalid("aml.logs.target '" + target + "'", "Set it to managed, webapp or function.");
        }
        if (target != null) {
            return target;
        }
        if (namesEndpoint()) {
            return "managed";
        }
        DeploymentRecords records = new DeploymentRecords(outputDirectory());
        Instant ofEndpoint = started(records.newestEndpoint());
        Instant ofWebApp = started(records.newestLeftBehind("webapp"));
        Instant ofFunction = started(records.newestLeftBehind("function"));
        if (ofFunction.isAfter(ofWebApp) && ofFunction.isAfter(ofEndpoint)) {
            return "function";
        }
        return ofWebApp.isAfter(ofEndpoint) ? "webapp" : "managed";
    }

    private static Instant started(Optional<DeploymentRecords.Deployed> deployed) {
        return deployed.map(DeploymentRecords.Deployed::startedAt).orElse(Instant.MIN);
    }

    private GoalOutcome site(String kind, String word, @Nullable String of, Progress progress) {
        Optional<DeploymentRecords.Deployed> deployed =
                new DeploymentRecords(outputDirectory()).newestLeftBehind(kind, name);
        String app = Optional.ofNullable(name)
                .or(() -> deployed.flatMap(d -> d.text("name")))
                .orElseGet(() -> DeploymentRecords.defaultName(project().getArtifactId()));
        try (AzureClients clients = connect(progress)) {
            String group = Optional.ofNullable(deployResourceGroup)
                    .or(() -> deployed.flatMap(d -> d.text("resourceGroup")))
                    .orElse(clients.workspace().resourceGroup());
            List<String> lines =
                    new SiteLogs(clients.appServices(), word).read(group, app, Optional.ofNullable(of), tail);
            lines.forEach(progress::remoteLog);
            return GoalOutcome.done(
                    "Log of " + word + " " + app + (of == null ? "" : " slot " + of) + ": " + lines.size() + " lines",
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
