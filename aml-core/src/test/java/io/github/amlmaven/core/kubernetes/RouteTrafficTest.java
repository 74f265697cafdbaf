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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void callersOfAHostAreToldOfTheListenerWithTls() throws Exception {
        String listeners = "{\"name\":\"http\",\"port\":80,\"protocol\":\"HTTP\"}";
        cluster.put(
                GATEWAY,
                WITH_ADDRESS.replace(
                        listeners, listeners + ",{\"name\":\"tls\",\"port\":8443,\"protocol\":\"HTTPS\"}"));

        assertThat(traffic(Duration.ofSeconds(5)).address()).hasToString("http://10.0.0.7/wine/score");
        cluster.object(ROUTE).withObject("/spec").putArray("hostnames").add("wine.example");
        assertThat(traffic(Duration.ofSeconds(5)).address()).hasToString("https://wine.example:8443/wine/score");
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

    private AmlException changed(String... routesAfterwards) throws Exception {
        cluster.put(GATEWAY, NO_ADDRESS.formatted(""));
        cluster.put(CLASS, gatewayClass("True"));
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
    void aRouteWithABackendThatTheGatewayDoesNotFindIsReportedWithTheReason() throws Exception {
        AmlException error = changed(route(parent("ResolvedRefs", "False", "BackendNotFound", 2)));

        assertThat(error.code()).isEqualTo(ErrorCode.ROUTE_REFUSED);
        assertThat(error.describe())
                .contains("HTTPRoute models/wine", "gateway web says ResolvedRefs=False, BackendNotFound: why");
    }

    @Test
    void aRouteThatNoGatewayTakesUpIsReportedWithWhatItHangsOn() throws Exception {
        AmlException error = changed(route(""));

        assertThat(error.code()).isEqualTo(ErrorCode.ROUTE_REFUSED);
        assertThat(error.describe()).contains("no gateway has taken it up (it hangs on infra/web)");
    }

    @Test
    void whatAGatewayHasSaidOfAnEarlierGenerationIsNotItsVerdict() throws Exception {
        assertThat(changed(
                        route(parent("ResolvedRefs", "False", "BackendNotFound", 1)
                                .replace(":2}", ":1}")),
                        route(parent("ResolvedRefs", "True", "ResolvedRefs", 2))))
                .isNull();
    }

    private static final String CLASS = "/apis/gateway.networking.k8s.io/v1/gatewayclasses/c";

    private static String gatewayClass(String accepted) {
        return """
                {"apiVersion":"gateway.networking.k8s.io/v1","kind":"GatewayClass","metadata":{"name":"c"},
                 "spec":{"controllerName":"example.com/ctl"},
                 "status":{"conditions":[{"type":"Accepted","status":"%s","reason":"R","message":"m"}]}}""".formatted(accepted);
    }

    @Test
    void aGatewayThatIsNotThereIsToldAtOnceWithThoseThatAre() throws Exception {
        cluster.put(
                "/apis/gateway.networking.k8s.io/v1/namespaces/other/gateways/front",
                NO_ADDRESS
                        .formatted("")
                        .replace(
                                "\"name\":\"web\",\"namespace\":\"infra\"",
                                "\"name\":\"front\",\"namespace\":\"other\""));
        long start = System.nanoTime();

        AmlException error = catchThrowableOfType(
                AmlException.class, () -> traffic(Duration.ofMinutes(5)).checkServed());

        assertThat(error.code()).isEqualTo(ErrorCode.ROUTE_REFUSED);
        assertThat(error.describe())
                .contains("HTTPRoute models/wine is not served: there is no Gateway infra/web")
                .contains("-Daml.deploy.gateway (there is other/front)");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''      | is of GatewayClass 'c', which the cluster does not have",
                "Unknown | is of GatewayClass 'c', which no controller has taken up (example.com/ctl does not run)",
                "False   | which its controller example.com/ctl refuses (Accepted=False, R: m)",
            })
    void aGatewayThatNobodyServesIsTold(String accepted, String reason) throws Exception {
        cluster.put(GATEWAY, NO_ADDRESS.formatted(""));
        if (!accepted.isEmpty()) {
            cluster.put(CLASS, gatewayClass(accepted));
        }

        AmlException error = catchThrowableOfType(
                AmlException.class, () -> traffic(Duration.ofMinutes(5)).checkServed());

        assertThat(error.code()).isEqualTo(ErrorCode.ROUTE_REFUSED);
        assertThat(error).hasMessageContaining("Gateway infra/web").hasMessageContaining(reason);
    }

    @Test
    void aClassThatWasMadeJustNowIsWaitedFor() throws Exception {
        cluster.put(GATEWAY, NO_ADDRESS.formatted(""));
        cluster.put(
                CLASS,
                gatewayClass("Unknown")
                        .replace(
                                "\"name\":\"c\"",
                                "\"name\":\"c\",\"creationTimestamp\":\""
                                        + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "\""));
        RouteFrame frame = new RouteFrame("models", "beer", Optional.of("infra/web"), Optional.empty(), 80);

        traffic(Duration.ofMinutes(5)).checkGateway(frame);
        assertThat(progress.lines()).anyMatch(line -> line.contains("no controller has taken up yet"));
        AmlException error = catchThrowableOfType(
                AmlException.class, () -> traffic(Duration.ofMillis(500)).checkServed());
        assertThat(error.code()).isEqualTo(ErrorCode.ROUTE_REFUSED);

        cluster.put(CLASS, gatewayClass("Unknown"));
        assertThat(catchThrowableOfType(
                        AmlException.class, () -> traffic(Duration.ofMinutes(5)).checkGateway(frame)))
                .hasMessageContaining("example.com/ctl does not run");
    }

    @Test
    void whoMayNotReadClassesWaitsForTheGatewaysWord() throws Exception {
        cluster.put(GATEWAY, NO_ADDRESS.formatted(""));
        service.play("GET " + CLASS, Answer.json(403, "{\"kind\":\"Status\",\"code\":403,\"message\":\"no\"}"));

        AmlException error = catchThrowableOfType(
                AmlException.class, () -> traffic(Duration.ofMillis(500)).checkServed());

        assertThat(error).hasMessageContaining("no gateway has taken it up (it hangs on infra/web)");
    }

    @Test
    void nothingIsDeployedForAGatewayThatIsNotThere() {
        RouteFrame frame = new RouteFrame("models", "beer", Optional.of("infra/nowhere"), Optional.empty(), 80);

        AmlException error = catchThrowableOfType(
                AmlException.class, () -> traffic(Duration.ofMinutes(5)).checkGateway(frame));

        assertThat(error.code()).isEqualTo(ErrorCode.ROUTE_REFUSED);
        assertThat(error).hasMessageContaining("there is no Gateway infra/nowhere");
    }

    @Test
    void whoPutsTrafficBackGetsThroughAndIsWarned() {
        service.play("PUT " + ROUTE, Answer.json(200, route("")));
        service.play("GET " + ROUTE, Answer.json(200, route("")));

        traffic(Duration.ofSeconds(2))
                .update(state -> new io.github.amlmaven.core.traffic.TrafficTarget.State(
                        new io.github.amlmaven.core.traffic.TrafficSplit(
                                java.util.Map.of("blue", 50, "green", 50), java.util.Map.of()),
                        state.notes()));

        assertThat(progress.lines())
                .anyMatch(line -> line.contains("not served, as before: there is no Gateway infra/web"));
    }

    @Test
    void aRouteOnAWrongGatewayIsMovedToTheConfiguredOne() throws Exception {
        service.play("GET " + ROUTE, Answer.json(200, route("").replace("wine-blue", "wine-green")));
        service.play("PUT " + ROUTE, Answer.json(200, route(parent("ResolvedRefs", "True", "ResolvedRefs", 2))));

        boolean changed = traffic(Duration.ofSeconds(2))
                .ensure(new RouteFrame("models", "wine", Optional.of("front"), Optional.empty(), 80), "blue");

        assertThat(changed).isTrue();
        assertThat(service.requests().stream()
                        .filter(request -> request.method().equals("PUT"))
                        .map(request -> request.json().at("/spec/parentRefs").toString()))
                .containsExactly("[{\"name\":\"front\",\"namespace\":\"models\"}]");
        assertThat(progress.lines()).anyMatch(line -> line.contains("is moved from gateway infra/web to models/front"));
    }
}
