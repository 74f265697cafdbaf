package io.github.amlmaven.core.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.github.amlmaven.core.kubernetes.KubernetesRequest.ImagePull;
import io.github.amlmaven.core.kubernetes.KubernetesRequest.ServiceType;
import io.github.amlmaven.core.registry.RegistryAccess;
import io.github.amlmaven.core.scoring.ScoringAuth;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.scoring.ScoringKeys;
import io.github.amlmaven.core.traffic.TrafficSplit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Writes each kind of object that is applied, in its variants, to {@code target/kubernetes-objects}, where {@code
 * conformance/kubernetes} reads them strictly with the types of Kubernetes, the Gateway API and Istio themselves.
 */
class AppliedObjectsTest {

    private static final Path FOLDER = Path.of("target", "kubernetes-objects");
    private static final KubernetesSerialization JSON = new KubernetesSerialization();
    private static final ScoringKeys KEYS = new ScoringKeys("p".repeat(20), "s".repeat(20));

    @BeforeAll
    static void folder() throws IOException {
        Files.createDirectories(FOLDER);
    }

    private static void write(String name, String json) throws IOException {
        Files.writeString(FOLDER.resolve(name + ".json"), json);
    }

    private static KubernetesRequest request(
            ServiceType type,
            Optional<KubernetesRequest.Autoscale> autoscale,
            Optional<String> limit,
            Map<String, String> secure,
            ImagePull pull) {
        return new KubernetesRequest(
                "models",
                true,
                "iris",
                "acr1.azurecr.io/iris@sha256:" + "a".repeat(64),
                2,
                autoscale,
                type,
                80,
                5001,
                new KubernetesRequest.Resources("100m", "512Mi", limit, limit.map(any -> "1Gi")),
                Map.of("LOG_LEVEL", "info"),
                secure,
                pull,
                new ScoringAuth(true, Optional.of(KEYS), new ScoringKeyFile(FOLDER.resolve("unused.keys.json"))),
                false,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));
    }

    @Test
    void thoseOfADeploymentWithEverything() throws IOException {
        KubernetesRequest request = request(
                ServiceType.LOAD_BALANCER,
                Optional.of(new KubernetesRequest.Autoscale(2, 5, 60)),
                Optional.of("1"),
                Map.of("TOKEN", "s3cret"),
                new ImagePull.Login(new RegistryAccess("acr1.azurecr.io", "puller", "s3cret", false)));

        assertThat(written("full", request))
                .contains("Namespace", "Secret", "Service", "Deployment", "HorizontalPodAutoscaler");
    }

    @ParameterizedTest
    @CsvSource({"cluster-ip, CLUSTER_IP", "node-port, NODE_PORT"})
    void thoseOfAPlainDeployment(String name, ServiceType type) throws IOException {
        KubernetesRequest request =
                request(type, Optional.empty(), Optional.empty(), Map.of(), new ImagePull.Secret("puller"));

        assertThat(written(name, request)).contains("Service", "Deployment").doesNotContain("HorizontalPodAutoscaler");
    }

    private static List<String> written(String name, KubernetesRequest request) throws IOException {
        ScoringObjects objects = new ScoringObjects(request, KEYS, JSON);
        write(name + "-namespace", JSON.asJson(objects.namespace()));
        int number = 0;
        for (HasMetadata object : objects.all()) {
            write(name + "-" + number++, JSON.asJson(object));
        }
        return Stream.concat(Stream.of("Namespace"), objects.all().stream().map(HasMetadata::getKind))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"false, ''", "false, wine.example", "true, ''", "true, wine.example"})
    void routesWithWeightsAndAMirror(boolean istio, String host) throws IOException {
        RouteDialect dialect = istio ? new IstioRoutes() : new GatewayApiRoutes();
        RouteFrame frame = new RouteFrame(
                "models", "wine", Optional.of("infra/front"), Optional.of(host).filter(h -> !h.isEmpty()), 80);
        String name = dialect.kind().getKind() + (host.isEmpty() ? "" : "-host");

        ObjectNode route = dialect.create(frame, "blue");
        route.put("apiVersion", dialect.kind().getGroup() + "/" + dialect.kind().getVersion())
                .put("kind", dialect.kind().getKind());
        route.withObject("/metadata").put("name", "wine").put("namespace", "models");
        write(name + "-new", route.toString());
        dialect.add(route, frame, "green");
        for (String split : new String[] {"blue=100 mirror green=10", "blue=75,green=25"}) {
            dialect.write(route, "wine", TrafficSplit.ofText(split));
            write(name + "-" + split.replaceAll("\\W+", "-"), route.toString());
        }

        assertThat(dialect.versions(route)).containsExactly("blue", "green");
    }
}
