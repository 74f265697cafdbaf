package io.github.amlmaven.plugin;

import io.github.amlmaven.core.appservice.SiteLogs;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.endpoint.DeploymentLogs;
import io.github.amlmaven.core.endpoint.DeploymentLogs.Container;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Shows the end of the log of a managed online deployment's container, or of a web app's or function app's. Which one: where this project has
 * deployed last, unless {@code -Daml.endpoint} or {@code -Daml.logs.target} says otherwise.
 */
@Mojo(name = "logs", requiresProject = false, threadSafe = true)
public final class LogsMojo extends AbstractServedMojo {

    private static final List<String> TARGETS = List.of("managed", "webapp", "function");

    /** {@code managed}, {@code webapp} or {@code function}. Default: where this project has deployed last of them. */
    @Parameter(property = "aml.logs.target")
    private @Nullable String target;

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
        return switch (target("aml.logs.target", target, TARGETS)) {
            case "webapp" -> site("webapp", "web app", slot, progress);
            case "function" -> site("function", "function app", functionSlot, progress);
            default -> managed(progress);
        };
    }

    private GoalOutcome site(String kind, String word, @Nullable String of, Progress progress) {
        try (AzureClients clients = connect(progress)) {
            App app = app(kind, clients);
            List<String> lines = new SiteLogs(clients.appServices(), word)
                    .read(app.resourceGroup(), app.name(), Optional.ofNullable(of), tail);
            lines.forEach(progress::remoteLog);
            return GoalOutcome.done(
                    "Log of " + word + " " + app.name() + (of == null ? "" : " slot " + of) + ": " + lines.size()
                            + " lines",
                    Map.of("name", app.name(), "lines", lines.size()));
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
