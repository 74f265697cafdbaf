package io.github.amlmaven.core.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.scoring.ScoringAuth;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.scoring.ScoringKeys;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.ApiCatalog;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.PlainServer;
import io.github.amlmaven.core.testing.ProgressLog;
import io.github.amlmaven.core.testing.ReceivedRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubernetesDeploymentTest {

    private static final String NS = "/api/v1/namespaces/models";
    private static final String DEPLOYMENT = "/apis/apps/v1/namespaces/models/deployments/iris";
    private static final String SERVICE = NS + "/services/iris";
    private static final String SECRET = NS + "/secrets/iris-keys";
    private static final String AUTOSCALER = "/apis/autoscaling/v2/namespaces/models/horizontalpodautoscalers/iris";
    private static final String AKS = LoopbackService.WORKSPACE.resourceGroupId()
            + "/providers/Microsoft.ContainerService/managedClusters/aks1/listClusterUserCredential";

    @TempDir
    private Path folder;

    private final LoopbackService service = new LoopbackService();
    private final ProgressLog progress = new ProgressLog();
    private final AzureClients azure = service.clients(progress);
    private final PlayedCluster cluster = new PlayedCluster(service);
    private final PlainServer model = new PlainServer(
            request -> request.getUrl().getPath().equals("/") ? Answer.text(200, "Healthy") : Answer.text(401, ""));
    private KubernetesClient client;

    @BeforeEach
    void connect() throws Exception {
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), cluster.kubeconfig());
        client = new ClusterAccess(azure::containerServices)
                .connect(new ClusterAccess.Cluster.Kubeconfig(kubeconfig, Optional.of("two")));
    }

    @AfterEach
    void stop() {
        client.close();
        azure.close();
        service.close();
    }

    @Test
    void objectsAreAppliedServerSideUnderOurNameInOrderOfNeed() {
        KubernetesResult result = deploy(request(1, Optional.empty()));

        List<ReceivedRequest> applied = service.requests().stream()
                .filter(r -> r.method().equals("PATCH"))
                .toList();
        assertThat(applied).extracting(ReceivedRequest::path).containsExactly(NS, SECRET, SERVICE, DEPLOYMENT);
        assertThat(applied).allSatisfy(r -> {
            assertThat(r.header("Content-Type")).startsWith("application/apply-patch+yaml");
            assertThat(r.query()).containsEntry("fieldManager", "aml-maven-plugin");
            assertThat(r.query().getOrDefault("force", "false")).isEqualTo("false");
            assertThat(r.header("Authorization")).isEqualTo("Bearer cluster-token");
        });
        assertThat(result.changed()).isTrue();
        assertThat(result.scoringUri()).isEqualTo(URI.create("http://20.9.8.7:31080/score"));
    }

    @Test
    void deployingTheSameAgainChangesNothing() {
        deploy(request(2, Optional.empty()));

        KubernetesResult second = deploy(request(2, Optional.empty()));

        assertThat(second.changed()).isFalse();
        assertThat(second.generation()).isEqualTo(1);
    }

    @Test
    void anotherNumberOfPodsIsAChange() {
        deploy(request(1, Optional.empty()));

        KubernetesResult second = deploy(request(3, Optional.empty()));

        assertThat(second.changed()).isTrue();
        assertThat(second.generation()).isEqualTo(2);
        assertThat(second.replicas()).isEqualTo(3);
    }

    @Test
    void theClustersKeysOutliveACleanedBuildFolder() throws Exception {
        deploy(request(1, Optional.empty()));
        String primary =
                cluster.object(SECRET).at("/data/AML_SCORING_PRIMARY_KEY").asText();
        Path keys = folder.resolve("iris.keys.json");
        Files.delete(keys);

        KubernetesResult second = deploy(request(1, Optional.empty()));

        assertThat(second.changed()).isFalse();
        assertThat(new ScoringKeyFile(keys).read().orElseThrow().keys().primary())
                .isEqualTo(new String(Base64.getDecoder().decode(primary), StandardCharsets.UTF_8));
    }

    @Test
    void anAutoscalerOwnsTheNumberOfPodsAndGoesWhenItIsNotWantedAnyMore() {
        deploy(request(1, Optional.of(new KubernetesRequest.Autoscale(2, 5, 60))));
        assertThat(cluster.object(DEPLOYMENT).at("/spec").has("replicas")).isFalse();
        assertThat(cluster.object(AUTOSCALER).at("/spec/maxReplicas").asInt()).isEqualTo(5);
        assertThat(cluster.object(AUTOSCALER)
                        .at("/spec/metrics/0/resource/target/averageUtilization")
                        .asInt())
                .isEqualTo(60);

        deploy(request(1, Optional.empty()));

        assertThat(cluster.has(AUTOSCALER)).isFalse();
    }

    @Test
    void secretsAreNowhereButInTheSecret() {
        deploy(request(1, Optional.empty()));

        ScoringKeys keys = new ScoringKeyFile(folder.resolve("iris.keys.json"))
                .read()
                .orElseThrow()
                .keys();
        String everythingElse = cluster.object(DEPLOYMENT).toString() + cluster.object(SERVICE);
        assertThat(everythingElse).doesNotContain(keys.primary()).doesNotContain("s3cret");
        assertThat(cluster.object(DEPLOYMENT)
                        .at("/spec/template/spec/containers/0/env")
                        .findValuesAsText("key"))
                .contains("AML_SCORING_PRIMARY_KEY", "TOKEN");
    }

    @Test
    void everyObjectIsValidInStrictReading() throws Exception {
        KubernetesSerialization serialization = client.getKubernetesSerialization();
        KubernetesRequest request = request(1, Optional.of(new KubernetesRequest.Autoscale(1, 2, 50)));
        ObjectMapper strict = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        List<HasMetadata> objects =
                new ScoringObjects(request, new ScoringKeys("p".repeat(20), "s".repeat(20)), serialization).all();

        for (HasMetadata object : objects) {
            JsonNode json = strict.readTree(serialization.asJson(object));
            HasMetadata again = strict.treeToValue(json, object.getClass());
            assertThat(again).isEqualTo(object);
            assertThat(again.getMetadata().getLabels())
                    .containsEntry("app.kubernetes.io/managed-by", "aml-maven-plugin");
        }
        assertThat(objects).hasSize(4);
    }

    @Test
    void aCrashingPodFailsTheRolloutWithItsStateAndLog() throws Exception {
        cluster.controller(deployment ->
                deployment.putObject("status").put("observedGeneration", 1).put("replicas", 1));
        cluster.put(NS + "/pods/iris-1", """
                {"kind":"Pod","apiVersion":"v1","metadata":{"name":"iris-1","namespace":"models","labels":
                {"app.kubernetes.io/name":"iris","app.kubernetes.io/instance":"iris"}},"status":{"phase":"Running",
                "containerStatuses":[{"name":"iris","ready":false,"restartCount":4,"image":"i","imageID":"i",
                "state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off"}},
                "lastState":{"terminated":{"exitCode":3}}}]}}
                """);

        AmlException failure = catchThrowableOfType(AmlException.class, () -> deploy(request(1, Optional.empty())));

        assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOYMENT_NOT_READY);
        assertThat(failure)
                .hasMessageContaining("CrashLoopBackOff")
                .hasMessageContaining("exit code 3")
                .hasMessageContaining("KeyError: 'model.pkl'");
    }

    @Test
    void theLogOfEachPodIsReadWithItsNameInFrontAndWithoutKeys() throws Exception {
        pod("iris-1", "iris");
        PodLogs logs = new PodLogs(client, "models");

        assertThat(logs.read("iris", Optional.empty(), 7))
                .isEqualTo(new PodLogs.Log("iris", List.of("iris-1"), List.of("Traceback", "KeyError: 'model.pkl'")));
        assertThat(service.requests())
                .anySatisfy(request -> assertThat(request.query()).containsEntry("tailLines", "7"));

        deploy(request(1, Optional.empty()));
        pod("iris-2", "iris");
        String key = new ScoringKeyFile(folder.resolve("iris.keys.json"))
                .read()
                .orElseThrow()
                .keys()
                .primary();
        service.on("GET " + NS + "/pods/iris-2/log", request -> Answer.text(200, "key is " + key + "\n"));
        assertThat(logs.read("iris", Optional.empty(), 7).lines())
                .containsExactly("iris-1 | Traceback", "iris-1 | KeyError: 'model.pkl'", "iris-2 | key is ***");
    }

    @Test
    void aVersionsLogIsThatOfItsOwnPods() throws Exception {
        pod("iris-blue-1", "iris-blue");

        assertThat(new PodLogs(client, "models")
                        .read("iris", Optional.of("blue"), 7)
                        .pods())
                .containsExactly("iris-blue-1");
        AmlException missing = catchThrowableOfType(
                AmlException.class, () -> new PodLogs(client, "models").read("iris", Optional.of("green"), 7));
        assertThat(missing).hasMessageContaining("no pods of 'iris-green' in namespace 'models'");
    }

    @Test
    void whoMayNotReadLogsIsTold() throws Exception {
        pod("iris-1", "iris");
        service.on(
                "GET " + NS + "/pods/iris-1/log",
                request ->
                        Answer.json(403, "{\"kind\":\"Status\",\"code\":403,\"message\":\"pods/log is forbidden\"}"));

        AmlException refused = catchThrowableOfType(
                AmlException.class, () -> new PodLogs(client, "models").read("iris", Optional.empty(), 7));
        assertThat(refused.code()).isEqualTo(ErrorCode.CLUSTER_REFUSED);
        assertThat(refused).hasMessageContaining("pods/log is forbidden");
    }

    @Test
    void whoMayReadLogsNeedNotReadSecrets() throws Exception {
        pod("iris-1", "iris");
        service.on(
                "GET " + NS + "/secrets/iris-keys",
                request -> Answer.json(403, "{\"kind\":\"Status\",\"code\":403,\"message\":\"secrets is forbidden\"}"));

        assertThat(new PodLogs(client, "models")
                        .read("iris", Optional.empty(), 7)
                        .lines())
                .containsExactly("Traceback", "KeyError: 'model.pkl'");
        assertThat(service.requests())
                .anySatisfy(request -> assertThat(request.path()).contains("/secrets/"));
    }

    private void pod(String name, String of) throws Exception {
        cluster.put(NS + "/pods/" + name, """
                {"kind":"Pod","apiVersion":"v1","metadata":{"name":"%s","namespace":"models","labels":
                {"app.kubernetes.io/name":"%s","app.kubernetes.io/instance":"%s"}},"status":{"phase":"Running"}}
                """.formatted(name, of, of));
    }

    @Test
    void anotherToolsFieldsAreNotTakenOverUnasked() {
        service.on(
                "PATCH " + SERVICE,
                request -> Answer.json(
                        409,
                        "{\"kind\":\"Status\",\"code\":409,\"reason\":\"Conflict\",\"message\":\"Apply failed with 1"
                                + " conflict: conflict with \\\"helm\\\": .spec.type\"}"));

        AmlException failure = catchThrowableOfType(AmlException.class, () -> deploy(request(1, Optional.empty())));

        assertThat(failure.code()).isEqualTo(ErrorCode.CLUSTER_REFUSED);
        assertThat(failure).hasMessageContaining("service/iris").hasMessageContaining("helm");
        assertThat(failure.remedy()).contains("forceConflicts");
    }

    @Test
    void removalTakesOurObjectsOnlyAndIsRepeatable() throws Exception {
        deploy(request(1, Optional.empty()));
        cluster.put(
                NS + "/secrets/other", "{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"other\"}}");
        KubernetesRemoval removal = new KubernetesRemoval(client);

        assertThat(removal.remove("models", "iris")).contains("deployment/iris", "service/iris", "secret/iris-keys");
        assertThat(removal.remove("models", "iris")).isEmpty();
        assertThat(cluster.has(NS + "/secrets/other")).isTrue();
    }

    @Test
    void theKubeconfigOfAksIsAskedForAsDocumented() {
        String config = Base64.getEncoder().encodeToString(cluster.kubeconfig().getBytes(StandardCharsets.UTF_8));
        service.play(
                "POST " + AKS,
                Answer.json(200, "{\"kubeconfigs\":[{\"name\":\"clusterUser\",\"value\":\"" + config + "\"}]}"));

        try (KubernetesClient aks = new ClusterAccess(azure::containerServices)
                .connect(new ClusterAccess.Cluster.Aks("rg1", "aks1", false))) {
            assertThat(aks.getMasterUrl().toString()).startsWith(service.uri().toString());
        }
        assertThat(ApiCatalog.containerService().problems(service.requests().get(0)))
                .isEmpty();
    }

    @Test
    void aCertificateThatTheKubeconfigDoesNotTrustIsRefused() throws Exception {
        Path kubeconfig = Files.writeString(
                folder.resolve("untrusting"), cluster.kubeconfig().replaceAll(" +certificate-authority-data.*\n", ""));
        try (KubernetesClient untrusting = new ClusterAccess(azure::containerServices)
                .connect(new ClusterAccess.Cluster.Kubeconfig(kubeconfig, Optional.empty()))) {
            untrusting.getConfiguration().setRequestRetryBackoffLimit(0);

            AmlException failure = catchThrowableOfType(
                    AmlException.class,
                    () -> new KubernetesDeployment(untrusting, model, progress).plan(request(1, Optional.empty())));

            assertThat(failure.code()).isEqualTo(ErrorCode.CLUSTER_UNREACHABLE);
        }
    }

    @Test
    void wrongParametersAreRefusedTogetherBeforeAnythingIsSent() {
        service.forget();
        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> deploy(request(0, Optional.of(new KubernetesRequest.Autoscale(3, 2, 0)))));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
        assertThat(failure).hasMessageContaining("maxReplicas").hasMessageContaining("targetCpu");
        assertThat(service.requests()).isEmpty();
    }

    private KubernetesResult deploy(KubernetesRequest request) {
        return new KubernetesDeployment(client, model, progress).deploy(request);
    }

    @Test
    void aPlanTellsWhichKeyOfASecretChangesAndNothingOfTheOthers() {
        deploy(request(1, Optional.empty()));
        new KubernetesDeployment(client, model, progress).plan(request(1, Optional.empty(), "other!"));

        assertThat(progress.planned())
                .filteredOn(change -> change.resource().endsWith("secret/iris-keys"))
                .flatExtracting(PlannedChange::fields)
                .extracting(PlannedChange.Field::line)
                .containsExactly("~ /data/TOKEN  (secret) changes");
        assertThat(progress.planned().toString()).doesNotContain("s3cret").doesNotContain("other!");
    }

    private KubernetesRequest request(int replicas, Optional<KubernetesRequest.Autoscale> autoscale) {
        return request(replicas, autoscale, "s3cret");
    }

    private KubernetesRequest request(int replicas, Optional<KubernetesRequest.Autoscale> autoscale, String secret) {
        return new KubernetesRequest(
                "models",
                true,
                "iris",
                "acr1.azurecr.io/iris@sha256:" + "a".repeat(64),
                replicas,
                autoscale,
                KubernetesRequest.ServiceType.LOAD_BALANCER,
                80,
                5001,
                new KubernetesRequest.Resources("100m", "512Mi", Optional.of("1"), Optional.of("1Gi")),
                Map.of("LOG_LEVEL", "info"),
                Map.of("TOKEN", secret),
                new KubernetesRequest.ImagePull.Cluster(),
                new ScoringAuth(true, Optional.empty(), new ScoringKeyFile(folder.resolve("iris.keys.json"))),
                false,
                Duration.ofSeconds(20),
                Duration.ofMillis(10));
    }
}
