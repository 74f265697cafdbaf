package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.endpoint.DeploymentLogs;
import io.github.amlmaven.core.endpoint.DeploymentLogs.Container;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** Shows the end of the log of a managed online deployment's container. */
@Mojo(name = "logs", requiresProject = false, threadSafe = true)
public final class LogsMojo extends AbstractEndpointMojo {

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
        String endpoint = endpoint();
        Container wanted = container();
        if (tail < 1) {
            throw invalid("aml.logs.tail is " + tail, "Set <tail> to 1 or more.");
        }
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
