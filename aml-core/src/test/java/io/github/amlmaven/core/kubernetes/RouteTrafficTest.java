package io.github.amlmaven.core.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ProgressLog;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouteTrafficTest {

    private static final String GATEWAY = "/apis/gateway.networking.k8s.io/v1/namespaces/infra/gateways/web";
    private static final String NO_ADDRESS = """
            {"apiVersion":"gateway.networking.k8s.io/v1","kind":"Gateway","metadata":{"name":"web","namespace":"infra"},
             "spec":{"gatewayClassName":"c","listeners":[{"name":"http","port":80,"protocol":"HTTP"}]}%s}""";
    private static final String WITH_ADDRESS =
            NO_ADDRESS.formatted(",\"status\":{\"addresses\":[{\"type\":\"IPAddress\",\"value\":\"10.0.0.7\"}]}");

    private final LoopbackService service = new LoopbackService();
    private final PlayedCluster cluster = new PlayedCluster(service);
    private final ProgressLog progress = new ProgressLog();
    private final KubernetesClient client = new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(cluster.kubeconfig()))
            .build();

    @BeforeEach
    void aRouteBehindAGateway() throws Exception {
        cluster.put("/apis/gateway.networking.k8s.io", """
                {"kind":"APIGroup","apiVersion":"v1","name":"gateway.networking.k8s.io",
                 "versions":[{"groupVersion":"gateway.networking.k8s.io/v1","version":"v1"}],
                 "preferredVersion":{"groupVersion":"gateway.networking.k8s.io/v1","version":"v1"}}""");
        cluster.put("/apis/gateway.networking.k8s.io/v1/namespaces/models/httproutes/wine", """
                {"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute","metadata":{"name":"wine","namespace":"models"},
                 "spec":{"parentRefs":[{"name":"web","namespace":"infra"}],
                  "rules":[{"matches":[{"path":{"type":"PathPrefix","value":"/wine"}}],
                   "backendRefs":[{"name":"wine-blue","port":80,"weight":100}]}]}}""");
    }

    @AfterEach
    void stop() {
        client.close();
        service.close();
    }

    @Test
    void theAddressIsWaitedForWhileTheGatewayHasNone() {
        Answer none = Answer.json(200, NO_ADDRESS.formatted(""));
        service.play("GET " + GATEWAY, none, none, Answer.json(200, WITH_ADDRESS));

        assertThat(traffic(Duration.ofSeconds(20)).address()).hasToString("http://10.0.0.7/wine/score");
        assertThat(progress.lines()).anyMatch(line -> line.contains("the gateway has none yet"));
    }

    @Test
    void aGatewayThatNeverGetsAnAddressIsNamedAfterTheLimit() throws Exception {
        cluster.put(GATEWAY, NO_ADDRESS.formatted(""));

        AmlException error = catchThrowableOfType(
                AmlException.class, () -> traffic(Duration.ofMillis(300)).address());

        assertThat(error.code()).isEqualTo(ErrorCode.DEPLOYMENT_NOT_READY);
        assertThat(error.describe()).contains("HTTPRoute models/wine", "kubectl describe gateway");
    }

    private RouteTraffic traffic(Duration limit) {
        return new RouteTraffic(client, "models", "wine", limit, progress);
    }

    private static final String ROUTE = "/apis/gateway.networking.k8s.io/v1/namespaces/models/httproutes/wine";

    private static String route(String status) {
        return """
                {"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute",
                 "metadata":{"name":"wine","namespace":"models","generation":2,"resourceVersion":"7"},
                 "spec":{"parentRefs":[{"name":"web","namespace":"infra"}],
                  "rules":[{"matches":[{"path":{"type":"PathPrefix","value":"/wine"}}],
                   "backendRefs":[{"name":"wine-blue","port":80,"weight":100}]}]},"status":{"parents":[%s]}}""".formatted(status);
    }

    private static String parent(String type, String status, String reason, int generation) {
        return """
                {"parentRef":{"name":"web"},"conditions":[
                  {"type":"Accepted","status":"True","reason":"Accepted","message":"","observedGeneration":2},
                  {"type":"%s","status":"%s","reason":"%s","message":"why","observedGeneration":%d}]}""".formatted(type, status, reason, generation);
    }

    private AmlException changed(String... routesAfterwards) {
        service.play("PUT " + ROUTE, Answer.json(200, route("")));
        Answer[] answers = new Answer[routesAfterwards.length + 1];
        answers[0] = Answer.json(200, route(""));
        for (int i = 0; i < routesAfterwards.length; i++) {
            answers[i + 1] = Answer.json(200, routesAfterwards[i]);
        }
        service.play("GET " + ROUTE, answers);
        return catchThrowableOfType(
                AmlException.class,
                () -> traffic(Duration.ofSeconds(2))
                        .update(state -> new io.github.amlmaven.core.traffic.TrafficTarget.State(
                                new io.github.amlmaven.core.traffic.TrafficSplit(
                                        java.util.Map.of("blue", 50, "green", 50), java.util.Map.of()),
                                state.notes())));
    }

    @Test
    void aRouteWithABackendThatTheGatewayDoesNotFindIsReportedWithTheReason() {
        AmlException error = changed(route(parent("ResolvedRefs", "False", "BackendNotFound", 2)));

        assertThat(error.code()).isEqualTo(ErrorCode.ROUTE_REFUSED);
        assertThat(error.describe())
                .contains("HTTPRoute models/wine", "gateway web says ResolvedRefs=False, BackendNotFound: why");
    }

    @Test
    void aRouteThatNoGatewayTakesUpIsReportedWithWhatItHangsOn() {
        AmlException error = changed(route(""));

        assertThat(error.code()).isEqualTo(ErrorCode.ROUTE_REFUSED);
        assertThat(error.describe()).contains("no gateway has taken it up (it hangs on infra/web)");
    }

    @Test
    void whatAGatewayHasSaidOfAnEarlierGenerationIsNotItsVerdict() {
        assertThat(changed(
                        route(parent("ResolvedRefs", "False", "BackendNotFound", 1)
                                .replace(":2}", ":1}")),
                        route(parent("ResolvedRefs", "True", "ResolvedRefs", 2))))
                .isNull();
    }
}
