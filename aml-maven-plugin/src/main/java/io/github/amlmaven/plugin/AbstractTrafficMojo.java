package io.github.amlmaven.plugin;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.endpoint.EndpointTraffic;
import io.github.amlmaven.core.kubernetes.ClusterAccess;
import io.github.amlmaven.core.kubernetes.RouteTraffic;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.traffic.TrafficTarget;
import io.github.amlmaven.plugin.config.AksCluster;
import io.github.amlmaven.plugin.config.Choice;
import io.github.amlmaven.plugin.record.DeploymentRecords;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** What the goals share that move traffic: between deployments of an endpoint, or between versions in a cluster. */
public abstract class AbstractTrafficMojo extends AbstractEndpointMojo {

    private static final List<String> TARGETS = List.of("managed", "aks");

    /**
     * {@code managed} (an online endpoint) or {@code aks} (versions that {@code aml:deploy-aks} has deployed beside each other).
     * Default: what this project has deployed last, else {@code managed}.
     */
    @Parameter(property = "aml.traffic.target")
    private @Nullable String target;

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

    /** The name that versions in a cluster share. Default: that of the last {@code aml:deploy-aks} in this project. */
    @Parameter(property = "aml.deploy.name")
    private @Nullable String name;

    @Override
    final String orElsewhere() {
        return " For versions in a cluster set -Daml.traffic.target=aks.";
    }

    /** Where the traffic is that is meant: {@code managed} or {@code aks}. */
    final String where() {
        if (target != null) {
            return target;
        }
        return !namesEndpoint() && new DeploymentRecords(outputDirectory()).movesTrafficInCluster() ? "aks" : "managed";
    }

    /** Does something with the traffic. */
    final GoalOutcome withTraffic(Progress progress, BiFunction<AzureClients, TrafficTarget, GoalOutcome> work) {
        String where = where();
        if (!TARGETS.contains(where)) {
            throw Choice.refused("aml.traffic.target", where, TARGETS);
        }
        try (AzureClients clients = connect(progress)) {
            return where.equals("aks")
                    ? inCluster(clients, progress, work)
                    : work.apply(clients, new EndpointTraffic(clients, endpoint(), limit(), progress));
        }
    }

    private GoalOutcome inCluster(
            AzureClients clients, Progress progress, BiFunction<AzureClients, TrafficTarget, GoalOutcome> work) {
        Optional<DeploymentRecords.Deployed> deployed = new DeploymentRecords(outputDirectory()).newestVersions();
        String space = Optional.ofNullable(namespace)
                .or(() -> deployed.flatMap(found -> found.text("namespace")))
                .orElse("default");
        String route = Optional.ofNullable(name)
                .or(() -> deployed.flatMap(found -> found.text("name")))
                .orElseGet(() -> DeploymentRecords.defaultName(project().getArtifactId()));
        ClusterAccess.Cluster chosen = cluster.with(clusterName, kubeconfig).choose(clients);
        try (KubernetesClient kubernetes = new ClusterAccess(clients::containerServices).connect(chosen)) {
            requireOnline(
                    URI.create(kubernetes.getConfiguration().getMasterUrl()),
                    "talks to a cluster that is not on this machine");
            return work.apply(clients, new RouteTraffic(kubernetes, space, route, limit(), progress));
        }
    }
}
