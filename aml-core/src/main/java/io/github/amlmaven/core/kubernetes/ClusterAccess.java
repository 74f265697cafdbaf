package io.github.amlmaven.core.kubernetes;

import com.azure.core.util.Context;
import com.azure.resourcemanager.containerservice.ContainerServiceManager;
import com.azure.resourcemanager.containerservice.fluent.ManagedClustersClient;
import com.azure.resourcemanager.containerservice.fluent.models.CredentialResultsInner;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Suggestion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Gets a Kubernetes client, from AKS or from a kubeconfig. Certificates are checked against the kubeconfig's own CA. */
public final class ClusterAccess {

    private static final int REQUEST_TIMEOUT_MILLIS = 30_000;

    private final Supplier<ContainerServiceManager> manager;

    /** @param manager asked for only when a cluster is named by its resource group */
    public ClusterAccess(Supplier<ContainerServiceManager> manager) {
        this.manager = manager;
    }

    /** Which cluster. */
    public sealed interface Cluster {

        /**
         * An AKS cluster.
         *
         * @param admin whether the cluster's administrator credential is used, for a cluster with local accounts only
         */
        record Aks(String resourceGroup, String name, boolean admin) implements Cluster {}

        /** Any cluster, by a kubeconfig file and a context in it; without one its current context. */
        record Kubeconfig(Path file, Optional<String> context) implements Cluster {}
    }

    /** A client; the caller closes it. */
    public KubernetesClient connect(Cluster cluster) {
        Config config = cluster instanceof Cluster.Aks aks ? ofAks(aks) : ofFile((Cluster.Kubeconfig) cluster);
        config.setRequestTimeout(REQUEST_TIMEOUT_MILLIS);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .withHttpClientBuilderConsumer(HttpClient.Builder::preferHttp11)
                .build();
    }

    private String kubeconfig(Cluster.Aks aks) {
        String what = "read the kubeconfig of AKS cluster '" + aks.name() + "' in resource group '"
                + aks.resourceGroup() + "'";
        try {
            ManagedClustersClient clusters = manager.get().serviceClient().getManagedClusters();
            CredentialResultsInner credentials = aks.admin()
                    ? clusters.listClusterAdminCredentialsWithResponse(
                                    aks.resourceGroup(), aks.name(), null, Context.NONE)
                            .getValue()
                    : clusters.listClusterUserCredentialsWithResponse(
                                    aks.resourceGroup(), aks.name(), null, null, Context.NONE)
                            .getValue();
            if (credentials.kubeconfigs() == null || credentials.kubeconfigs().isEmpty()) {
                throw AmlException.of(ErrorCode.CLUSTER_REFUSED, what + ": the answer holds none")
                        .remedy(
                                "Give the identity 'Azure Kubernetes Service Cluster User Role' there, or name a kubeconfig:"
                                        + " -Daml.deploy.kubeconfig.")
                        .build();
            }
            return new String(credentials.kubeconfigs().get(0).value(), StandardCharsets.UTF_8);
        } catch (RuntimeException e) {
            throw ArmErrors.ofFailure(what, e);
        }
    }

    private Config ofAks(Cluster.Aks aks) {
        String kubeconfig = kubeconfig(aks);
        return usable("of AKS cluster '" + aks.name() + "'", () -> Config.fromKubeconfig(kubeconfig));
    }

    private static Config ofFile(Cluster.Kubeconfig kubeconfig) {
        if (!Files.isRegularFile(kubeconfig.file())) {
            throw AmlException.of(ErrorCode.FILE_MISSING, "There is no kubeconfig " + kubeconfig.file())
                    .build();
        }
        Config config = usable(
                kubeconfig.file().toString(),
                () -> Config.fromKubeconfig(
                        kubeconfig.context().orElse(null), kubeconfig.file().toFile()));
        List<String> contexts =
                config.getContexts().stream().map(NamedContext::getName).toList();
        // The client takes the current context for one that is not there.
        if (kubeconfig.context().filter(wanted -> !contexts.contains(wanted)).isPresent()) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "The kubeconfig " + kubeconfig.file() + " has no context '"
                                    + kubeconfig.context().get() + "'"
                                    + Suggestion.sentence(kubeconfig.context().get(), contexts))
                    .remedy("Set <context> of <cluster> to one that it has: " + String.join(", ", contexts) + ".")
                    .build();
        }
        return config;
    }

    private static Config usable(String source, Supplier<Config> reader) {
        try {
            return reader.get();
        } catch (KubernetesClientException | IllegalArgumentException e) {
            // The parser's message quotes the file, which holds credentials.
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "The kubeconfig " + source + " cannot be used ("
                                    + e.getClass().getSimpleName() + ")")
                    .remedy("Check it with 'kubectl config view'.")
                    .build();
        }
    }
}
