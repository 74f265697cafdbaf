package io.github.amlmaven.core.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.github.amlmaven.core.registry.RegistryAccess;
import io.github.amlmaven.core.scoring.DesiredState;
import io.github.amlmaven.core.scoring.ScoringKeys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The Kubernetes objects of one scoring deployment. Every field that is written here is owned by this plugin. */
final class ScoringObjects {

    static final String MANAGER = "aml-maven-plugin";
    static final String STATE_ANNOTATION = "aml-maven-plugin/desired-state";
    private static final String SECRET_ANNOTATION = "aml-maven-plugin/secret-state";
    private static final String PORT_NAME = "http";
    private static final int SERVER_PORT = 5001;
    private static final int STARTUP_PERIOD_SECONDS = 5;

    private final KubernetesRequest request;
    private final ScoringKeys keys;
    private final KubernetesSerialization serialization;

    ScoringObjects(KubernetesRequest request, ScoringKeys keys, KubernetesSerialization serialization) {
        this.request = request;
        this.keys = keys;
        this.serialization = serialization;
    }

    static String secretName(String name) {
        return name + "-keys";
    }

    static String pullSecretName(String name) {
        return name + "-pull";
    }

    /** What all objects of one deployment carry. */
    static Map<String, String> labels(String name) {
        return Map.of(
                "app.kubernetes.io/name", name,
                "app.kubernetes.io/instance", name,
                "app.kubernetes.io/component", "scoring",
                "app.kubernetes.io/managed-by", MANAGER);
    }

    /** By what a Service and a Deployment find their pods; a Deployment's selector can never be changed. */
    static Map<String, String> selector(String name) {
        return Map.of("app.kubernetes.io/name", name, "app.kubernetes.io/instance", name);
    }

    Namespace namespace() {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(request.namespace())
                .endMetadata()
                .build();
    }

    /** All namespaced objects in the order in which they are applied: what a pod needs comes before the pod. */
    List<HasMetadata> all() {
        List<HasMetadata> objects = new ArrayList<>();
        objects.add(secret());
        pullSecret().ifPresent(objects::add);
        objects.add(service());
        objects.add(deployment(fingerprint()));
        autoscaler().ifPresent(objects::add);
        return objects;
    }

    String fingerprint() {
        List<Object> state = new ArrayList<>(List.of(secret(), service(), deployment("")));
        autoscaler().ifPresent(state::add);
        return DesiredState.fingerprint(serialization.asJson(state), keys);
    }

    Secret secret() {
        Map<String, String> data = new TreeMap<>();
        request.secureEnvironment().forEach((name, value) -> data.put(name, base64(value)));
        data.put(ScoringKeys.PRIMARY_VARIABLE, base64(keys.primary()));
        data.put(ScoringKeys.SECONDARY_VARIABLE, base64(keys.secondary()));
        return new SecretBuilder()
                .withNewMetadata()
                .withName(secretName(request.name()))
                .withNamespace(request.namespace())
                .withLabels(labels(request.name()))
                .endMetadata()
                .withType("Opaque")
                .withData(data)
                .build();
    }

    private Optional<Secret> pullSecret() {
        if (!(request.pull() instanceof KubernetesRequest.ImagePull.Login login)) {
            return Optional.empty();
        }
        RegistryAccess access = login.access();
        String auth = base64(access.username() + ":" + access.password());
        String config = serialization.asJson(Map.of("auths", Map.of(access.loginServer(), Map.of("auth", auth))));
        return Optional.of(new SecretBuilder()
                .withNewMetadata()
                .withName(pullSecretName(request.name()))
                .withNamespace(request.namespace())
                .withLabels(labels(request.name()))
                .endMetadata()
                .withType("kubernetes.io/dockerconfigjson")
                .withData(Map.of(".dockerconfigjson", base64(config)))
                .build());
    }

    Service service() {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(request.name())
                .withNamespace(request.namespace())
                .withLabels(labels(request.name()))
                .endMetadata()
                .withNewSpec()
                .withType(request.serviceType().kubernetes())
                .withSelector(selector(request.name()))
                .addNewPort()
                .withName(PORT_NAME)
                .withProtocol("TCP")
                .withPort(request.servicePort())
                .withTargetPort(new IntOrString(PORT_NAME))
                .endPort()
                .endSpec()
                .build();
    }

    Deployment deployment(String fingerprint) {
        Map<String, String> podAnnotations =
                Map.of(SECRET_ANNOTATION, DesiredState.fingerprint(serialization.asJson(secret().getData()), keys));
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(request.name())
                .withNamespace(request.namespace())
                .withLabels(labels(request.name()))
                .withAnnotations(Map.of(STATE_ANNOTATION, fingerprint))
                .endMetadata()
                .withNewSpec()
                // With an autoscaler the number of pods is its business; writing one here would undo its work.
                .withReplicas(request.autoscale().isPresent() ? null : request.replicas())
                .withProgressDeadlineSeconds(
                        (int) Math.max(60, Math.min(request.limit().toSeconds(), Integer.MAX_VALUE)))
                .withNewSelector()
                .withMatchLabels(selector(request.name()))
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(labels(request.name()))
                .withAnnotations(podAnnotations)
                .endMetadata()
                .withNewSpec()
                .withAutomountServiceAccountToken(false)
                .withImagePullSecrets(imagePullSecrets())
                .withContainers(container())
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private List<LocalObjectReference> imagePullSecrets() {
        if (request.pull() instanceof KubernetesRequest.ImagePull.Secret secret) {
            return List.of(new LocalObjectReference(secret.name()));
        }
        return request.pull() instanceof KubernetesRequest.ImagePull.Login
                ? List.of(new LocalObjectReference(pullSecretName(request.name())))
                : List.of();
    }

    private Container container() {
        int startupTries = (int) Math.max(12, request.limit().toSeconds() / STARTUP_PERIOD_SECONDS);
        return new ContainerBuilder()
                .withName(request.name())
                .withImage(request.image())
                .addNewPort()
                .withName(PORT_NAME)
                .withContainerPort(request.containerPort())
                .withProtocol("TCP")
                .endPort()
                .withEnv(variables())
                .withResources(resources())
                .withStartupProbe(probe(STARTUP_PERIOD_SECONDS, startupTries))
                .withReadinessProbe(probe(5, 3))
                .withLivenessProbe(probe(10, 6))
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .build();
    }

    private List<EnvVar> variables() {
        Map<String, EnvVar> variables = new TreeMap<>();
        request.environment().forEach((name, value) -> variables.put(name, plain(name, value)));
        if (request.containerPort() != SERVER_PORT) {
            variables.computeIfAbsent("PORT", name -> plain(name, String.valueOf(request.containerPort())));
        }
        request.secureEnvironment().keySet().forEach(name -> variables.put(name, fromSecret(name)));
        if (request.auth().enabled()) {
            variables.put(ScoringKeys.PRIMARY_VARIABLE, fromSecret(ScoringKeys.PRIMARY_VARIABLE));
            variables.put(ScoringKeys.SECONDARY_VARIABLE, fromSecret(ScoringKeys.SECONDARY_VARIABLE));
        }
        request.auth().variables().forEach((name, value) -> variables.put(name, plain(name, value)));
        return new ArrayList<>(variables.values());
    }

    private static EnvVar plain(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }

    private EnvVar fromSecret(String name) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewSecretKeyRef(name, secretName(request.name()), null)
                .endValueFrom()
                .build();
    }

    private ResourceRequirements resources() {
        KubernetesRequest.Resources wanted = request.resources();
        ResourceRequirementsBuilder builder = new ResourceRequirementsBuilder()
                .addToRequests("cpu", new Quantity(wanted.cpu()))
                .addToRequests("memory", new Quantity(wanted.memory()));
        wanted.cpuLimit().ifPresent(limit -> builder.addToLimits("cpu", new Quantity(limit)));
        wanted.memoryLimit().ifPresent(limit -> builder.addToLimits("memory", new Quantity(limit)));
        return builder.build();
    }

    private static Probe probe(int periodSeconds, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath("/")
                .withPort(new IntOrString(PORT_NAME))
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withTimeoutSeconds(5)
                .withFailureThreshold(failures)
                .build();
    }

    private Optional<HorizontalPodAutoscaler> autoscaler() {
        return request.autoscale()
                .map(bounds -> new HorizontalPodAutoscalerBuilder()
                        .withNewMetadata()
                        .withName(request.name())
                        .withNamespace(request.namespace())
                        .withLabels(labels(request.name()))
                        .endMetadata()
                        .withNewSpec()
                        .withNewScaleTargetRef("apps/v1", "Deployment", request.name())
                        .withMinReplicas(bounds.minReplicas())
                        .withMaxReplicas(bounds.maxReplicas())
                        .addNewMetric()
                        .withType("Resource")
                        .withNewResource()
                        .withName("cpu")
                        .withNewTarget()
                        .withType("Utilization")
                        .withAverageUtilization(bounds.targetCpuPercent())
                        .endTarget()
                        .endResource()
                        .endMetric()
                        .endSpec()
                        .build());
    }

    private static String base64(String value) {
        return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }
}
