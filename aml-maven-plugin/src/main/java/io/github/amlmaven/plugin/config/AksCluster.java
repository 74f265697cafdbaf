package io.github.amlmaven.plugin.config;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.kubernetes.ClusterAccess;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** The nested {@code <cluster>} of {@code aml:deploy-aks} and {@code aml:undeploy}. */
public final class AksCluster {

    /** The AKS cluster's name. In a local cloud its default is {@code aks-<workspace>}. */
    @Parameter
    private @Nullable String name;

    /** The AKS cluster's resource group. Default: that of the workspace. */
    @Parameter
    private @Nullable String resourceGroup;

    /** Whether the cluster's administrator credential is used; needs local accounts to be enabled. */
    @Parameter
    private boolean admin;

    /** A kubeconfig file, for any Kubernetes cluster. */
    @Parameter
    private @Nullable String kubeconfig;

    /** The context in the kubeconfig. Default: its current one. */
    @Parameter
    private @Nullable String context;

    /** The same, with what was given on the command line. */
    public AksCluster with(@Nullable String givenName, @Nullable String givenKubeconfig) {
        name = givenName == null ? name : givenName;
        kubeconfig = givenKubeconfig == null ? kubeconfig : givenKubeconfig;
        return this;
    }

    public ClusterAccess.Cluster choose(AzureClients clients) {
        if (kubeconfig != null) {
            return new ClusterAccess.Cluster.Kubeconfig(Path.of(kubeconfig), Optional.ofNullable(context));
        }
        String cluster = name == null && clients.endpoints().isLocal()
                ? "aks-" + clients.workspace().workspace()
                : name;
        if (cluster == null) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "the goal does not know which cluster")
                    .remedy(
                            "Set <cluster><name> (-Daml.deploy.cluster=...) or a <kubeconfig> (-Daml.deploy.kubeconfig=...).")
                    .build();
        }
        return new ClusterAccess.Cluster.Aks(
                resourceGroup == null ? clients.workspace().resourceGroup() : resourceGroup, cluster, admin);
    }
}
