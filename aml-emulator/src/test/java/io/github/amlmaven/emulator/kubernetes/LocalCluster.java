package io.github.amlmaven.emulator.kubernetes;

import com.azure.resourcemanager.containerservice.ContainerServiceManager;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.github.amlmaven.emulator.AzureClients;
import java.nio.charset.StandardCharsets;

/** The cluster that each emulator has, reached as a user does: by the kubeconfig that Resource Manager hands out. */
final class LocalCluster {

    private LocalCluster() {}

    static KubernetesClient client(AzureClients azure) {
        byte[] kubeconfig = ContainerServiceManager.configure()
                .withHttpClient(azure.http())
                .authenticate(azure.credential(), azure.profile())
                .kubernetesClusters()
                .getByResourceGroup("local", "aks-local")
                .userKubeConfigContent();
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(new String(kubeconfig, StandardCharsets.UTF_8)))
                .build();
    }
}
