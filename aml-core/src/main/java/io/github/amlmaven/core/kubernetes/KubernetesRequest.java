package io.github.amlmaven.core.kubernetes;

import io.fabric8.kubernetes.api.model.Quantity;
import io.github.amlmaven.core.error.ParameterCheck;
import io.github.amlmaven.core.registry.RegistryAccess;
import io.github.amlmaven.core.scoring.ScoringAuth;
import io.github.amlmaven.core.scoring.ScoringVariables;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A scoring image as Kubernetes objects.
 *
 * @param namespace where the objects live
 * @param createNamespace whether the namespace is made when it is missing
 * @param name of the Deployment and the Service, and first part of the other objects' names
 * @param image the image, by digest where it is known
 * @param replicas number of pods without autoscale
 * @param autoscale bounds of the number of pods
 * @param serviceType how the Service is reached
 * @param servicePort the Service's port
 * @param containerPort the port the server listens on
 * @param resources what a pod asks for
 * @param environment variables of the container
 * @param secureEnvironment variables that are kept in a Secret
 * @param pull how nodes get the image
 * @param auth keys of the scoring server
 * @param forceConflicts whether fields that another tool manages are taken over
 * @param limit how long to wait for the rollout
 * @param interval between two looks
 */
public record KubernetesRequest(
        String namespace,
        boolean createNamespace,
        String name,
        String image,
        int replicas,
        Optional<Autoscale> autoscale,
        ServiceType serviceType,
        int servicePort,
        int containerPort,
        Resources resources,
        Map<String, String> environment,
        Map<String, String> secureEnvironment,
        ImagePull pull,
        ScoringAuth auth,
        boolean forceConflicts,
        Duration limit,
        Duration interval) {

    /**
     * Bounds of a HorizontalPodAutoscaler.
     *
     * @param targetCpuPercent average CPU use, of what a pod asks for, that it aims at
     */
    public record Autoscale(int minReplicas, int maxReplicas, int targetCpuPercent) {}

    /** Kubernetes quantities ({@code 500m}, {@code 1Gi}); an empty limit is none. */
    public record Resources(String cpu, String memory, Optional<String> cpuLimit, Optional<String> memoryLimit) {}

    /** The Kubernetes Service types that make sense for a scoring server. */
    public enum ServiceType {
        LOAD_BALANCER("LoadBalancer"),
        CLUSTER_IP("ClusterIP"),
        NODE_PORT("NodePort");

        private final String kubernetes;

        ServiceType(String kubernetes) {
            this.kubernetes = kubernetes;
        }

        /** The name as Kubernetes writes it. */
        public String kubernetes() {
            return kubernetes;
        }
    }

    /** How nodes get at the image. */
    public sealed interface ImagePull {

        /** By the cluster's own identity, as with {@code az aks update --attach-acr}, or the image is public. */
        record Cluster() implements ImagePull {}

        /** By an existing Secret of type {@code kubernetes.io/dockerconfigjson}. */
        record Secret(String name) implements ImagePull {}

        /** By a login that is put into a Secret of its own. */
        record Login(RegistryAccess access) implements ImagePull {}
    }

    /** The same as one version among others: reached through a route, so its Service needs no address of its own. */
    KubernetesRequest asVersion(String versionName, ScoringAuth shared) {
        return new KubernetesRequest(
                namespace,
                createNamespace,
                versionName,
                image,
                replicas,
                autoscale,
                ServiceType.CLUSTER_IP,
                servicePort,
                containerPort,
                resources,
                environment,
                secureEnvironment,
                pull,
                shared,
                forceConflicts,
                limit,
                interval);
    }

    /** Checks everything that can be checked before anything is sent; limits from the Kubernetes API conventions. */
    void check() {
        String label = "lower-case letters, digits and hyphens, a letter first, 63 at most";
        ParameterCheck check = new ParameterCheck()
                .requireMatch("name", name, "[a-z]([a-z0-9-]{0,56}[a-z0-9])?", label.replace("63", "58"))
                .requireMatch("namespace", namespace, "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", label)
                .require(replicas >= 1 || autoscale.isPresent(), "replicas " + replicas + ": at least 1")
                .require(servicePort > 0 && servicePort <= 65_535, "servicePort " + servicePort + ": 1 to 65535")
                .require(
                        containerPort > 0 && containerPort <= 65_535,
                        "containerPort " + containerPort + ": 1 to 65535");
        autoscale.ifPresent(a -> check.require(
                        a.minReplicas() >= 1 && a.maxReplicas() >= a.minReplicas(),
                        "autoscale: minReplicas " + a.minReplicas() + " of at least 1 and at most maxReplicas "
                                + a.maxReplicas())
                .require(
                        a.targetCpuPercent() >= 1 && a.targetCpuPercent() <= 100,
                        "autoscale targetCpu " + a.targetCpuPercent() + ": 1 to 100 percent"));
        checkQuantity(check, "cpu", Optional.of(resources.cpu()));
        checkQuantity(check, "memory", Optional.of(resources.memory()));
        checkQuantity(check, "cpuLimit", resources.cpuLimit());
        checkQuantity(check, "memoryLimit", resources.memoryLimit());
        ScoringVariables.check(check, environment, secureEnvironment);
        auth.check(check);
        check.orThrow("The model cannot be deployed to Kubernetes");
    }

    private static void checkQuantity(ParameterCheck check, String parameter, Optional<String> value) {
        value.ifPresent(text -> check.require(
                isQuantity(text), parameter + " '" + text + "': a Kubernetes quantity, such as 500m, 2 or 1Gi"));
    }

    private static boolean isQuantity(String text) {
        try {
            return Quantity.getAmountInBytes(new Quantity(text)).signum() > 0;
        } catch (RuntimeException e) {
            // Quantity throws several kinds for what it cannot read; all of them mean the same to the user.
            return false;
        }
    }
}
