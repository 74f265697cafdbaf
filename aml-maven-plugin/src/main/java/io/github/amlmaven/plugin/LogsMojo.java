package io.github.amlmaven.plugin;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.amlmaven.core.appservice.SiteLogs;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.containerinstance.ContainerGroupLogs;
import io.github.amlmaven.core.endpoint.DeploymentLogs;
import io.github.amlmaven.core.endpoint.DeploymentLogs.Container;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.kubernetes.ClusterAccess;
import io.github.amlmaven.core.kubernetes.PodLogs;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.config.AksCluster;
import io.github.amlmaven.plugin.record.DeploymentRecords;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Shows the end of the log of what was deployed: of an online deployment's container, a container group, the pods in a cluster, a
 * web app or a function app. Which one: where this project has deployed last, unless {@code -Daml.endpoint} or
 * {@code -Daml.logs.target} says otherwise.
 */
@Mojo(name = "logs", requiresProject = false, threadSafe = true)
public final class LogsMojo extends AbstractServedMojo {

    private static final List<String> TARGETS = List.of("managed", "aci", "aks", "webapp", "function");

    /**
     * {@code managed} (any online endpoint of Azure Machine Learning), {@code aci}, {@code aks} (pods in a cluster), {@code webapp}
     * or {@code function}. Default: where this project has deployed last.
     */
    @Parameter(property = "aml.logs.target")
    private @Nullable String target;

    /** The web app's slot. Default: production. */
    @Parameter(property = "aml.webapp.slot")
    private @Nullable String slot;

    /** The function app's slot. Default: production. */
    @Parameter(property = "aml.function.slot")
    private @Nullable String functionSlot;

    /** The deployment of an endpoint, or the version in a cluster. Default: the one that gets the most traffic, or the only one. */
    @Parameter(property = "aml.deployment")
    private @Nullable String deployment;

    /** Which cluster: the nested {@code name}, {@code resourceGroup}, {@code kubeconfig}, {@code context}. */
    @Parameter
    private AksCluster cluster = new AksCluster();

    /** The AKS cluster's name, short for {@code <cluster><name>}. */
    @Parameter(property = "aml.deploy.cluster")
    private @Nullable String clusterName;

    /** A kubeconfig file, short for {@code <cluster><kubeconfig>}. */
    @Parameter(property = "aml.deploy.kubeconfig")
    private @Nullable String kubeconfig;

    /** The namespace in the cluster. Default: that of the deployment, else {@code default}. */
    @Parameter(property = "aml.deploy.namespace")
    private @Nullable String namespace;

    /** How many lines; of each pod or container where there are several. */
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
            case "aci" -> group(progress);
            case "aks" -> pods(progress);
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
                    "Log of " + word + " " + app.name() + (of == null ? "" : " slot " + of) + ": "
                            + count(lines.size(), "line"),
                    Map.of("name", app.name(), "lines", lines.size()));
        }
    }

    @Override
    String orElsewhere() {
        return " For what runs elsewhere set -Daml.logs.target: aci, aks, webapp or function.";
    }

    private GoalOutcome group(Progress progress) {
        try (AzureClients clients = connect(progress)) {
            App group = app("aci", clients);
            List<String> lines = new ContainerGroupLogs(clients.containerInstances(), progress)
                    .read(group.resourceGroup(), group.name(), tail);
            lines.forEach(progress::remoteLog);
            return GoalOutcome.done(
                    "Log of container group " + group.name() + ": " + count(lines.size(), "line"),
                    Map.of("name", group.name(), "lines", lines.size()));
        }
    }

    private GoalOutcome pods(Progress progress) {
        Optional<DeploymentRecords.Deployed> deployed = newest("aks");
        String space = Optional.ofNullable(namespace)
                .or(() -> deployed.flatMap(found -> found.text("namespace")))
                .orElse("default");
        try (AzureClients clients = connect(progress)) {
            ClusterAccess.Cluster chosen = cluster.with(clusterName, kubeconfig).choose(clients);
            try (KubernetesClient kubernetes = new ClusterAccess(clients::containerServices).connect(chosen)) {
                requireOnline(
                        URI.create(kubernetes.getConfiguration().getMasterUrl()),
                        "talks to a cluster that is not on this machine");
                PodLogs.Log log =
                        new PodLogs(kubernetes, space).read(appName("aks"), Optional.ofNullable(deployment), tail);
                log.lines().forEach(progress::remoteLog);
                return GoalOutcome.done(
                        "Log of " + count(log.pods().size(), "pod") + " of " + log.deployment() + ": "
                                + count(log.lines().size(), "line"),
                        Map.of("name", log.deployment(), "lines", log.lines().size()));
            }
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
                            + count(log.lines().size(), "line"),
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
