package io.github.amlmaven.plugin;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.endpoint.OnlineDeploymentRequest.Host;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.kubernetes.ClusterAccess;
import io.github.amlmaven.core.kubernetes.KubernetesDeployment;
import io.github.amlmaven.core.kubernetes.KubernetesRequest;
import io.github.amlmaven.core.kubernetes.KubernetesRequest.ImagePull;
import io.github.amlmaven.core.kubernetes.KubernetesResult;
import io.github.amlmaven.core.kubernetes.RouteFrame;
import io.github.amlmaven.core.kubernetes.VersionedDeployment;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.ImageName;
import io.github.amlmaven.plugin.config.AksAutoscale;
import io.github.amlmaven.plugin.config.AksCluster;
import io.github.amlmaven.plugin.config.AksResources;
import io.github.amlmaven.plugin.config.Choice;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Deploys the scoring image to a Kubernetes cluster, AKS or any other: a Deployment, a Service, a Secret with the keys
 * and, when {@code <autoscale>} is given, a HorizontalPodAutoscaler, by server-side apply. Waits until the rollout is
 * done; when nothing has changed, no object gets a new generation.
 *
 * <p>With {@code strategy=aml} Azure Machine Learning deploys instead: a Kubernetes online endpoint on a cluster that is
 * attached to the workspace as compute, from the YAML files of endpoint and deployments, as {@code aml:deploy-managed} does it
 * for managed endpoints. Parameters of image, cluster and objects are not used then.
 */
@Mojo(name = "deploy-aks", requiresProject = false, threadSafe = true)
public final class DeployAksMojo extends AbstractDeployMojo {

    /**
     * Who deploys: {@code direct} (this goal, Kubernetes objects with the scoring image) or {@code aml} (Azure Machine Learning,
     * a Kubernetes online endpoint).
     */
    @Parameter(property = "aml.deploy.strategy", defaultValue = "direct")
    private String strategy;

    /** For {@code strategy=aml}: the endpoint's YAML file. */
    @Parameter(property = "aml.endpoint.file", defaultValue = "${project.basedir}/src/main/aml/endpoint.yml")
    private File endpointFile;

    /**
     * For {@code strategy=aml}: the deployments' YAML files, made in this order. Default: {@code src/main/aml/deployment.yml}. A
     * deployment without {@code model} gets the model that {@code aml:register} has left in {@code model.json}.
     */
    @Parameter(property = "aml.deployment.files")
    private @Nullable List<File> deploymentFiles;

    /**
     * For {@code strategy=aml}: the traffic afterwards: {@code blue=90,green=10}; adds up to 100 or 0. Default: {@code traffic} of
     * the endpoint's file; without it the traffic stays, and an endpoint's first deployment gets all of it.
     */
    @Parameter(property = "aml.traffic")
    private @Nullable String traffic;

    /** Which cluster: the nested {@code name}, {@code resourceGroup}, {@code kubeconfig}, {@code context}. */
    @Parameter
    private AksCluster cluster = new AksCluster();

    /** The AKS cluster's name, short for {@code <cluster><name>}. */
    @Parameter(property = "aml.deploy.cluster")
    private @Nullable String clusterName;

    /** A kubeconfig file, short for {@code <cluster><kubeconfig>}. */
    @Parameter(property = "aml.deploy.kubeconfig")
    private @Nullable String kubeconfig;

    /** The namespace of all objects. */
    @Parameter(property = "aml.deploy.namespace", defaultValue = "default")
    private String namespace;

    /** Whether the namespace is made when it does not exist. */
    @Parameter(property = "aml.deploy.createNamespace", defaultValue = "false")
    private boolean createNamespace;

    /**
     * Deploys this version beside others of the same {@code name}, behind a route that splits the requests: an
     * {@code HTTPRoute} of the Gateway API, or Istio's {@code VirtualService} where the cluster has only that. The first version
     * gets all requests, later ones none until {@code aml:traffic} or {@code aml:canary} gives them some. Letters, digits and
     * hyphens. Without it there is one Deployment, which rolls over in place.
     */
    @Parameter(property = "aml.deploy.version")
    private @Nullable String version;

    /** The Gateway of the route, {@code [namespace/]name}. Default: the only one of the cluster. */
    @Parameter(property = "aml.deploy.gateway")
    private @Nullable String gateway;

    /** The host name that the route answers. Default: every host, below the path {@code /<name>}. */
    @Parameter(property = "aml.deploy.host")
    private @Nullable String host;

    /** The number of pods; not used with {@code <autoscale>}. */
    @Parameter(property = "aml.deploy.replicas", defaultValue = "1")
    private int replicas;

    /** Bounds of the number of pods: {@code minReplicas}, {@code maxReplicas}, {@code targetCpu}. */
    @Parameter
    private @Nullable AksAutoscale autoscale;

    /**
     * {@code LoadBalancer} (an address of its own), {@code ClusterIP} (within the cluster, for an ingress that is there
     * already) or {@code NodePort}.
     */
    @Parameter(property = "aml.deploy.serviceType", defaultValue = "LoadBalancer")
    private String serviceType;

    /** The Service's port. */
    @Parameter(property = "aml.deploy.servicePort", defaultValue = "80")
    private int servicePort;

    /** The port that the server listens on in its container. */
    @Parameter(property = "aml.deploy.port", defaultValue = "5001")
    private int port;

    /** What a pod asks for: {@code cpu}, {@code memory}, {@code cpuLimit}, {@code memoryLimit} as Kubernetes quantities. */
    @Parameter
    private AksResources resources = new AksResources();

    /**
     * An existing Secret of type {@code kubernetes.io/dockerconfigjson} to pull the image with. Not needed when the
     * registry is attached to the cluster ({@code az aks update --attach-acr}).
     */
    @Parameter(property = "aml.deploy.imagePullSecret")
    private @Nullable String imagePullSecret;

    /** Whether fields that another tool manages are taken over. */
    @Parameter(property = "aml.deploy.forceConflicts", defaultValue = "false")
    private boolean forceConflicts;

    @Override
    protected GoalOutcome run(Progress progress) {
        return switch (strategy) {
            case "direct" -> direct(progress);
            case "aml" -> {
                OnlineEndpointDeployment deployment = new OnlineEndpointDeployment(this, Host.KUBERNETES);
                yield deployment.deploy(deployment.request(endpointFile, deploymentFiles, traffic, limit()), progress);
            }
            default -> throw Choice.refused("aml.deploy.strategy", strategy, List.of("direct", "aml"));
        };
    }

    private GoalOutcome direct(Progress progress) {
        AzureClients clients = connect(progress);
        ImageName image = image(clients, progress);
        KubernetesRequest request = request(clients, image);
        ClusterAccess.Cluster target = cluster.with(clusterName, kubeconfig).choose(clients);
        try (KubernetesClient kubernetes = new ClusterAccess(clients::containerServices).connect(target)) {
            requireOnline(
                    URI.create(kubernetes.getConfiguration().getMasterUrl()),
                    "talks to a cluster that is not on this machine");
            KubernetesDeployment deployment = new KubernetesDeployment(kubernetes, clients.httpClient(), progress);
            if (dryRun()) {
                List<String> objects = deployment.plan(request);
                return GoalOutcome.dryRun(
                        "Would apply " + String.join(", ", objects) + " with " + image, Map.of("objects", objects));
            }
            attempts(Map.of(
                    "name", request.name(),
                    "namespace", request.namespace(),
                    "keysFile", request.auth().keyFile().path().toString()));
            KubernetesResult result = version == null
                    ? deployment.deploy(request)
                    : new VersionedDeployment(kubernetes, clients.httpClient(), progress)
                            .deploy(request, frame(request), version);
            String sentence = "Model serves at " + result.scoringUri()
                    + (result.reachable() ? "" : " (within the cluster)")
                    + result.keysFile()
                            .map(file -> ", keys in " + file)
                            .orElse(request.auth().closed() ? ", for Entra ID tokens" : ", without a key");
            return result.changed()
                    ? GoalOutcome.done(sentence, outputs(request, result))
                    : GoalOutcome.upToDate(sentence + " (unchanged)", outputs(request, result));
        }
    }

    /** What the parameters ask for. */
    KubernetesRequest request(AzureClients clients, ImageName image) {
        return new KubernetesRequest(
                namespace,
                createNamespace,
                deploymentName(),
                image.toString(),
                replicas,
                Optional.ofNullable(autoscale).map(AksAutoscale::bounds),
                serviceType(),
                servicePort,
                port,
                resources.wanted(),
                environment(),
                secureEnvironment(),
                pull(image, clients),
                auth(deploymentName() + "-aks.keys.json", clients),
                forceConflicts,
                limit(),
                clients.waitUpTo(limit()).interval());
    }

    private KubernetesRequest.ServiceType serviceType() {
        return Stream.of(KubernetesRequest.ServiceType.values())
                .filter(type -> type.kubernetes().equalsIgnoreCase(serviceType))
                .findFirst()
                .orElseThrow(() -> AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID, "'" + serviceType + "' is not a Service type")
                        .remedy("Set <serviceType> (-Daml.deploy.serviceType) to LoadBalancer, ClusterIP or NodePort.")
                        .build());
    }

    private ImagePull pull(ImageName image, AzureClients clients) {
        if (imagePullSecret != null) {
            return new ImagePull.Secret(imagePullSecret);
        }
        return namedLogin(image, clients).<ImagePull>map(ImagePull.Login::new).orElseGet(ImagePull.Cluster::new);
    }

    private RouteFrame frame(KubernetesRequest request) {
        return new RouteFrame(
                request.namespace(),
                request.name(),
                Optional.ofNullable(gateway),
                Optional.ofNullable(host),
                request.servicePort());
    }

    private Map<String, Object> outputs(KubernetesRequest request, KubernetesResult result) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("name", result.name());
        outputs.put("namespace", result.namespace());
        if (version != null) {
            outputs.put("version", version);
        }
        outputs.put("scoringUri", result.scoringUri().toString());
        outputs.put("reachable", result.reachable());
        outputs.put("image", result.image());
        outputs.put("generation", result.generation());
        outputs.put("availableReplicas", result.replicas());
        result.keysFile().ifPresent(file -> outputs.put("keysFile", file.toString()));
        addEntra(request.auth(), outputs);
        outputs.put("changed", result.changed());
        return outputs;
    }
}
