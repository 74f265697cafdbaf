package io.github.amlmaven.plugin;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.amlmaven.core.appservice.SiteRemoval;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.containerinstance.ContainerGroupRemoval;
import io.github.amlmaven.core.endpoint.EndpointRemoval;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.kubernetes.ClusterAccess;
import io.github.amlmaven.core.kubernetes.KubernetesRemoval;
import io.github.amlmaven.core.pipeline.BatchScoring;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.config.AksCluster;
import io.github.amlmaven.plugin.config.Choice;
import io.github.amlmaven.plugin.config.TimeLimit;
import io.github.amlmaven.plugin.record.DeploymentRecords;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.record.PublishedEndpoint;
import java.io.File;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Deletes what a deploy goal has deployed, and its keys. What is not there is deleted already; in a cluster only objects are
 * touched that carry this plugin's labels, and an endpoint goes only when all its deployments are this plugin's.
 */
@Mojo(name = "undeploy", requiresProject = false, threadSafe = true)
public final class UndeployMojo extends AbstractWorkspaceMojo {

    /** Targets that are endpoints of Azure Machine Learning; for a cluster with strategy aml. */
    private static final List<String> ENDPOINTS = List.of("managed", "aks", "batch");

    /**
     * {@code aci}, {@code aks}, {@code webapp}, {@code function}, {@code managed} or {@code batch}. Default: where this
     * project has deployed last.
     */
    @Parameter(property = "aml.undeploy.target")
    private @Nullable String target;

    /** The name of the container group, web app, function app, Deployment or endpoint. Default: the one that this project has deployed. */
    @Parameter(property = "aml.deploy.name")
    private @Nullable String name;

    /**
     * The endpoint of Azure Machine Learning, by its name, whoever has deployed it: what {@code aml:traffic} and {@code aml:score}
     * call so. Default: {@code aml.deploy.name}.
     */
    @Parameter(property = "aml.endpoint")
    private @Nullable String endpoint;

    /**
     * A single deployment of the endpoint, one that gets no traffic. Default: the endpoint with all its deployments.
     */
    @Parameter(property = "aml.deployment")
    private @Nullable String deployment;

    /** The online endpoint's YAML file, asked for its name where nothing was deployed from here. */
    @Parameter(property = "aml.endpoint.file", defaultValue = "${project.basedir}/src/main/aml/endpoint.yml")
    private @Nullable File endpointFile;

    /** The batch endpoint's YAML file, asked for its name where nothing was deployed from here. */
    @Parameter(property = "aml.batch.endpointFile", defaultValue = "${project.basedir}/src/main/aml/batch-endpoint.yml")
    private @Nullable File batchEndpointFile;

    /** A single slot of the web app. Default: the app with all its slots. */
    @Parameter(property = "aml.webapp.slot")
    private @Nullable String slot;

    /** A single slot of the function app. Default: the app with all its slots. */
    @Parameter(property = "aml.function.slot")
    private @Nullable String functionSlot;

    /** The resource group of the container group or app. Default: that of the deployment, else that of the workspace. */
    @Parameter(property = "aml.deploy.resourceGroup")
    private @Nullable String deployResourceGroup;

    /** The namespace. Default: that of the deployment, else {@code default}. */
    @Parameter(property = "aml.deploy.namespace")
    private @Nullable String namespace;

    /** Which cluster: the nested {@code name}, {@code resourceGroup}, {@code kubeconfig}, {@code context}. */
    @Parameter
    private AksCluster cluster = new AksCluster();

    /** The AKS cluster's name, short for {@code <cluster><name>}. */
    @Parameter(property = "aml.deploy.cluster")
    private @Nullable String clusterName;

    /** A kubeconfig file, short for {@code <cluster><kubeconfig>}. */
    @Parameter(property = "aml.deploy.kubeconfig")
    private @Nullable String kubeconfig;

    /** How long to wait until it is gone. */
    @Parameter(property = "aml.undeploy.timeout", defaultValue = "10m")
    private String timeout;

    @Override
    protected GoalOutcome run(Progress progress) {
        DeploymentRecords records = new DeploymentRecords(outputDirectory());
        Chosen chosen = chosen(records, unknown -> new BatchScoring(connect(progress), progress).isBatch(unknown));
        Optional<DeploymentRecords.Deployed> deployed = deployed(records, chosen);
        String where = deployed.map(DeploymentRecords.Deployed::goal)
                .orElse("deploy-" + (chosen.target() == null ? "aci" : chosen.target()));
        String what = Optional.ofNullable(chosen.name())
                .or(() -> deployed.flatMap(d -> d.text("name")))
                .or(() -> inFile(where))
                .orElseGet(() -> DeploymentRecords.defaultName(project().getArtifactId()));
        boolean objects = endpoint == null
                && where.equals(DeploymentRecords.AKS)
                && deployed.filter(DeploymentRecords.Deployed::isEndpoint).isEmpty();
        if (objects && deployment != null) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "aml:undeploy removes '" + what + "' from the cluster with all its versions, not '"
                                    + deployment + "' alone")
                    .remedy("Leave out -Daml.deployment; to send a version no requests: 'mvn aml:traffic'.")
                    .build();
        }
        AzureClients clients = connect(progress);
        List<String> removed = switch (where) {
            case DeploymentRecords.ACI -> removeGroup(clients, what, deployed, progress);
            case DeploymentRecords.WEBAPP -> removeSite(clients, "web app", what, slot, deployed);
            case DeploymentRecords.FUNCTION -> removeSite(clients, "function app", what, functionSlot, deployed);
            case DeploymentRecords.AKS ->
                objects
                        ? removeObjects(clients, what, deployed)
                        : removeEndpoint(clients, EndpointRemoval.Kind.ONLINE, what);
            case DeploymentRecords.MANAGED -> removeEndpoint(clients, EndpointRemoval.Kind.ONLINE, what);
            case DeploymentRecords.BATCH -> removeEndpoint(clients, EndpointRemoval.Kind.BATCH, what);
            default ->
                throw Choice.refused(
                        "aml.undeploy.target",
                        String.valueOf(target),
                        List.of("aci", "aks", "webapp", "function", "managed", "batch"));
        };
        if (dryRun()) {
            return GoalOutcome.dryRun("Would delete " + removed, Map.of("deleted", removed));
        }
        Optional<String> part = part(where);
        deployed.filter(d -> d.text("name").equals(Optional.of(what))).ifPresent(d -> forget(records, d, part));
        if (where.equals(DeploymentRecords.BATCH) && part.isEmpty()) {
            PublishedEndpoint.forget(outputDirectory(), what);
        }
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("target", where.substring("deploy-".length()));
        outputs.put("name", what);
        part.ifPresent(one -> outputs.put("deployment", one));
        outputs.put("deleted", removed);
        return removed.isEmpty()
                ? GoalOutcome.upToDate("Nothing to undeploy: there is no '" + what + "'", outputs)
                : GoalOutcome.done("Deleted " + String.join(", ", removed), outputs);
    }

    /** What the parameters name; null where they leave it open. */
    record Chosen(@Nullable String target, @Nullable String name) {}

    /** What is recorded of it. An endpoint that is named is that one or unknown here; nothing else stands in for it. */
    private Optional<DeploymentRecords.Deployed> deployed(DeploymentRecords records, Chosen chosen) {
        Optional<DeploymentRecords.Deployed> named = records.newestLeftBehind(chosen.target(), chosen.name());
        return endpoint == null
                ? named.or(() -> records.newestLeftBehind(chosen.target()))
                : named.filter(found -> found.isEndpoint() || found.goal().equals(DeploymentRecords.BATCH));
    }

    /**
     * An endpoint that is named is the one that goes, not whatever was deployed last.
     *
     * @param isBatch what the workspace says of an endpoint that is not recorded here
     */
    Chosen chosen(DeploymentRecords records, Predicate<String> isBatch) {
        if (endpoint == null) {
            return new Chosen(target, name);
        }
        if (name != null && !name.equals(endpoint)) {
            throw contradiction("aml.deploy.name is '" + name + "'");
        }
        if (target != null && !ENDPOINTS.contains(target)) {
            throw contradiction("aml.undeploy.target is " + target + ", which has none");
        }
        String of = target != null
                ? target
                : ENDPOINTS.stream()
                        .filter(kind -> records.newestLeftBehind(kind, endpoint)
                                .filter(found -> !kind.equals("aks") || found.isEndpoint())
                                .isPresent())
                        .findFirst()
                        .orElseGet(() -> isBatch.test(endpoint) ? "batch" : "managed");
        return new Chosen(of, endpoint);
    }

    private AmlException contradiction(String other) {
        return AmlException.of(
                        ErrorCode.CONFIGURATION_INVALID,
                        "aml.endpoint names the endpoint '" + endpoint + "', and " + other)
                .remedy("Give one of them.")
                .build();
    }

    /** The endpoint that the project's file describes, for a checkout in which nothing was deployed. */
    private Optional<String> inFile(String where) {
        return switch (where) {
            case DeploymentRecords.MANAGED -> endpointIn(endpointFile);
            case DeploymentRecords.BATCH -> endpointIn(batchEndpointFile);
            default -> Optional.empty();
        };
    }

    /** The deployment or slot that goes alone. */
    private Optional<String> part(String where) {
        return Optional.ofNullable(
                switch (where) {
                    case DeploymentRecords.WEBAPP -> slot;
                    case DeploymentRecords.FUNCTION -> functionSlot;
                    case DeploymentRecords.ACI -> null;
                    default -> deployment;
                });
    }

    private static void forget(DeploymentRecords records, DeploymentRecords.Deployed deployed, Optional<String> part) {
        part.ifPresentOrElse(one -> records.forget(deployed, one), () -> records.forget(deployed));
    }

    private List<String> removeEndpoint(AzureClients clients, EndpointRemoval.Kind kind, String what) {
        return new EndpointRemoval(clients)
                .remove(new EndpointRemoval.Request(
                        kind,
                        what,
                        Optional.ofNullable(deployment),
                        TimeLimit.of("aml.undeploy.timeout", timeout),
                        dryRun()));
    }

    private List<String> removeGroup(
            AzureClients clients, String what, Optional<DeploymentRecords.Deployed> deployed, Progress progress) {
        String group = group(clients, deployed);
        ContainerGroupRemoval removal = new ContainerGroupRemoval(clients.containerInstances(), progress);
        Duration limit = TimeLimit.of("aml.undeploy.timeout", timeout);
        boolean found = dryRun()
                ? removal.exists(group, what)
                : removal.remove(group, what, limit, clients.waitUpTo(limit).interval());
        return found ? List.of("container group " + what) : List.of();
    }

    private String group(AzureClients clients, Optional<DeploymentRecords.Deployed> deployed) {
        return Optional.ofNullable(deployResourceGroup)
                .or(() -> deployed.flatMap(d -> d.text("resourceGroup")))
                .orElse(clients.workspace().resourceGroup());
    }

    private List<String> removeSite(
            AzureClients clients,
            String word,
            String what,
            @Nullable String of,
            Optional<DeploymentRecords.Deployed> deployed) {
        String group = group(clients, deployed);
        Optional<String> only = Optional.ofNullable(of);
        SiteRemoval removal = new SiteRemoval(clients.appServices(), word);
        boolean found = dryRun() ? removal.exists(group, what, only) : removal.remove(group, what, only);
        return found ? List.of(only.map(s -> "slot " + s + " of ").orElse("") + word + " " + what) : List.of();
    }

    private List<String> removeObjects(
            AzureClients clients, String what, Optional<DeploymentRecords.Deployed> deployed) {
        String space = Optional.ofNullable(namespace)
                .or(() -> deployed.flatMap(d -> d.text("namespace")))
                .orElse("default");
        ClusterAccess.Cluster chosen = cluster.with(clusterName, kubeconfig).choose(clients);
        try (KubernetesClient kubernetes = new ClusterAccess(clients::containerServices).connect(chosen)) {
            requireOnline(
                    URI.create(kubernetes.getConfiguration().getMasterUrl()),
                    "talks to a cluster that is not on this machine");
            KubernetesRemoval removal = new KubernetesRemoval(kubernetes);
            return dryRun() ? removal.find(space, what) : removal.remove(space, what);
        }
    }
}
