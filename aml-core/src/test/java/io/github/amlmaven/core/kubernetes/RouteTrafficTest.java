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
}
