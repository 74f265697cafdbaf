package io.github.amlmaven.emulator.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.AzureClients.Answer;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.container.ServerImages;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Deployments of a Python scoring script, served by azureml-inference-server-http from PyPI. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OnlineServingTest {

    private static final String SCORE = """
            import json, os, time
            from pathlib import Path

            def init():
                global factor
                folder = Path(os.environ["AZUREML_MODEL_DIR"]) / "model"
                factor = int((folder / "factor.txt").read_text())
                print("loaded factor", factor)

            def run(data):
                request = json.loads(data)
                print("scored", request)
                time.sleep(request.get("sleep", 0))
                if "fail" in request:
                    raise ValueError("no")
                return {"result": request["n"] * factor, "by": os.environ["VARIANT"]}
            """;

    private Emulator emulator;
    private ModelTeam team;
    private String environment;
    private String code;

    @BeforeAll
    void twoVersionsServe(@TempDir Path home) throws IOException {
        emulator = Emulator.start(EmulatorOptions.in(home));
        team = new ModelTeam(emulator);
        environment = team.environment("inference", "");
        code = team.code(
                "scoring",
                Map.of(
                        "score.py",
                        SCORE,
                        "broken.py",
                        "def init():\n    raise OSError('no weights')\n\ndef run(data):\n    return data\n"));
        team.model("doubler", "custom_model", Map.of("model/factor.txt", "2"));
        team.model("tripler", "custom_model", Map.of("model/factor.txt", "3"));
        team.endpoint("wine", "Key");
        assertThat(deploy("wine", "blue", "doubler", "")).isEqualTo("Succeeded");
        assertThat(deploy(
                        "wine",
                        "green",
                        "tripler",
                        "'requestSettings':{'requestTimeout':'PT1S','maxConcurrentRequestsPerInstance':1},"))
                .isEqualTo("Succeeded");
        team.traffic("wine", "{'blue':90,'green':10}", "{}");
    }

    private String deploy(String endpoint, String name, String model, String more) {
        return team.deploy(
                endpoint,
                name,
                code,
                "score.py",
                environment,
                "'model':'" + team.path("/models/" + model + "/versions/1") + "','environmentVariables':{'VARIANT':'"
                        + name + "'}," + more);
    }

    @AfterAll
    void stop() {
        emulator.close();
    }

    private HttpResponse<String> wine(String body, String... headers) {
        return team.score("wine", team.key("wine", "primaryKey"), body, headers);
    }

    @Test
    void trafficIsSplitByWeightAndTheHeaderPins() {
        Map<String, Integer> served = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            HttpResponse<String> answer = wine("{\"n\":5}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            String deployment =
                    answer.headers().firstValue("azureml-model-deployment").orElseThrow();
            assertThat(answer.body()).contains("\"by\": \"" + deployment + "\"");
            served.merge(deployment, 1, Integer::sum);
        }
        assertThat(served).isEqualTo(Map.of("blue", 18, "green", 2));
        assertThat(wine("{\"n\":5}", "azureml-model-deployment", "green").body())
                .contains("15");
        assertThat(wine("{\"n\":5}", "azureml-model-deployment", "nobody").statusCode())
                .isEqualTo(404);
    }

    @Test
    void theServersOwnHeadersComeThroughAndTheRequestIdIsTheFrontEnds() {
        HttpResponse<String> answer =
                wine("{\"n\":1}", "x-request-id", "mine", "x-ms-client-request-id", "id with spaces");

        assertThat(answer.headers().firstValue("x-ms-server-version").orElse(""))
                .startsWith("azmlinfsrv/");
        assertThat(answer.headers().firstValue("x-ms-run-function-failed")).contains("False");
        assertThat(answer.headers().firstValue("x-ms-client-request-id")).contains("idwithspaces");
        assertThat(answer.headers().firstValue("x-request-id").orElse("mine")).isNotEqualTo("mine");
    }

    @Test
    void onlyAKeyOpensAKeyEndpointAndARegeneratedOneClosesForTheOld() {
        team.endpoint("keys", "Key");
        String old = team.key("keys", "secondaryKey");

        assertThat(team.score("keys", "", "{}").statusCode()).isEqualTo(401);
        assertThat(team.score("keys", "wrong", "{}").statusCode()).isEqualTo(401);
        HttpResponse<String> empty = team.score("keys", old, "{}");
        assertThat(empty.statusCode()).isEqualTo(404);
        assertThat(empty.body()).contains("positive weight");
        assertThat(team.azure()
                        .follow(
                                HttpMethod.POST,
                                team.path("/onlineEndpoints/keys/regenerateKeys"),
                                "{\"keyType\":\"Secondary\"}"))
                .isEqualTo("SUCCESSFULLY_COMPLETED");
        assertThat(team.score("keys", old, "{}").statusCode()).isEqualTo(401);
        assertThat(team.score("keys", team.key("keys", "secondaryKey"), "{}").statusCode())
                .isEqualTo(404);
    }

    @Test
    void tokensOpenTokenEndpoints() {
        team.endpoint("tokens", "AMLToken");
        team.endpoint("entra", "AADToken");
        String token = team.post("/onlineEndpoints/tokens/token", "")
                .path("accessToken")
                .asText();
        String entra = team.azure().token("https://ml.azure.com/.default");

        assertThat(team.score("tokens", token, "{}").statusCode()).isEqualTo(404);
        assertThat(team.score("tokens", entra, "{}").statusCode()).isEqualTo(401);
        assertThat(team.score("entra", entra, "{}").statusCode()).isEqualTo(404);
        assertThat(team.score("entra", team.azure().token("https://management.azure.com/.default"), "{}")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aFailingModelIs424AndASlowOne408() {
        HttpResponse<String> failed = wine("{\"n\":1,\"fail\":1}", "azureml-model-deployment", "green");
        assertThat(failed.statusCode()).isEqualTo(424);
        assertThat(failed.headers().firstValue("ms-azureml-model-error-statuscode"))
                .contains("500");
        assertThat(failed.headers().firstValue("x-ms-run-function-failed")).contains("True");

        assertThat(wine("{\"n\":1,\"sleep\":1.5}", "azureml-model-deployment", "green")
                        .statusCode())
                .isEqualTo(408);
    }

    @Test
    void anEndpointOnAnAttachedClusterServesAndFailsAsKubernetesDoes() {
        team.endpoint("cluster", "Key", ",'compute':'" + team.path("/computes/k8s-cluster") + "'");
        assertThat(deploy(
                        "cluster",
                        "blue",
                        "doubler",
                        "'endpointComputeType':'Kubernetes','requestSettings':{'requestTimeout':'PT1S'},"))
                .isEqualTo("Succeeded");
        String key = team.key("cluster", "primaryKey");
        assertThat(team.get("/onlineEndpoints/cluster").path("kind").asText()).isEqualTo("K8S");

        String[] pinned = {"azureml-model-deployment", "blue"};
        assertThat(team.score("cluster", key, "{\"n\":5}", pinned).body()).contains("10");
        assertThat(team.score("cluster", key, "{\"n\":1,\"sleep\":3}", pinned).statusCode())
                .isEqualTo(504);
    }

    @Test
    void anEndpointOnAComputeThatIsNoClusterIsRefused() {
        for (String compute : new String[] {"cpu-cluster", "nothing"}) {
            Answer refused = team.azure()
                    .call(
                            HttpMethod.PUT,
                            team.path("/onlineEndpoints/nowhere"),
                            "{\"location\":\"westeurope\",\"properties\":{\"authMode\":\"Key\",\"compute\":\""
                                    + team.path("/computes/" + compute) + "\"}}");
            assertThat(refused.status()).as(compute).isEqualTo(400);
            assertThat(refused.body().toString()).contains("attached Kubernetes cluster", compute);
        }
    }

    @Test
    void moreRequestsThanTheDeploymentTakesAre429() {
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            calls.add(CompletableFuture.supplyAsync(
                    () -> wine("{\"n\":1,\"sleep\":0.4}", "azureml-model-deployment", "blue")
                            .statusCode(),
                    command -> new Thread(command).start()));
        }
        List<Integer> statuses = calls.stream().map(CompletableFuture::join).toList();

        assertThat(statuses).contains(200, 429);
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(2);
    }

    @Test
    void monitorTellsWhatTheFrontEndHasAnsweredAndAutoscaleGoesByIt() {
        team.endpoint("counted", "Key");
        deploy("counted", "blue", "doubler", "");
        team.traffic("counted", "{'blue':100}", "{}");
        String key = team.key("counted", "primaryKey");
        for (int i = 0; i < 3; i++) {
            team.score("counted", key, "{\"n\":1}");
        }
        team.score("counted", key, "{\"n\":1,\"fail\":1}");

        JsonNode metrics = metrics("?metricnames=RequestsPerMinute,RequestLatency_P95&aggregation=Total,Maximum"
                + "&$filter=deployment%20eq%20'blue'%20and%20statusCode%20eq%20'*'");
        JsonNode failed = metrics.at("/value/0/timeseries/1");
        assertThat(metrics.at("/value/0/name/value").asText()).isEqualTo("RequestsPerMinute");
        assertThat(failed.at("/metadatavalues/1/value").asText()).isEqualTo("424");
        assertThat(sum(metrics.at("/value/0/timeseries/0"), "total")).isEqualTo(3);
        assertThat(sum(failed, "total")).isEqualTo(1);
        assertThat(sum(metrics.at("/value/1/timeseries/0"), "maximum")).isPositive();
        assertThat(metrics("?metricnames=Nonsense").path("message").asText())
                .startsWith("Failed to find metric configuration for provider");

        String deployment = "/onlineEndpoints/counted/deployments/blue";
        autoscale("2", "4", "");
        assertThat(team.get(deployment).at("/sku/capacity").asInt()).isEqualTo(2);
        autoscale(
                "2",
                "4",
                "{'metricTrigger':{'metricName':'RequestsPerMinute','metricResourceUri':'"
                        + team.path("/onlineEndpoints/counted")
                        + "','timeGrain':'PT1M','statistic':'Average','timeWindow':'PT5M','timeAggregation':'Total','operator':"
                        + "'GreaterThan','threshold':3},'scaleAction':{'direction':'Increase','type':'ChangeCount','value':'1',"
                        + "'cooldown':'PT0S'}}");
        assertThat(team.get(deployment).at("/sku/capacity").asInt()).isEqualTo(3);
    }

    private JsonNode metrics(String query) {
        return metrics(team, "counted", query);
    }

    private static JsonNode metrics(ModelTeam team, String endpoint, String query) {
        return team.azure()
                .call(
                        HttpMethod.GET,
                        team.path("/onlineEndpoints/" + endpoint + "/providers/Microsoft.Insights/metrics" + query),
                        "")
                .body();
    }

    private static double sum(JsonNode series, String aggregation) {
        double sum = 0;
        for (JsonNode point : series.path("data")) {
            sum += point.path(aggregation).asDouble();
        }
        return sum;
    }

    private void autoscale(String least, String most, String rule) {
        String setting = team.path("").replaceFirst("/providers/.*", "")
                + "/providers/Microsoft.Insights/autoscaleSettings/counted";
        String body = "{'location':'westeurope','properties':{'targetResourceUri':'"
                + team.path("/onlineEndpoints/counted/deployments/blue")
                + "','enabled':true,'profiles':[{'name':'p','capacity':{'minimum':'" + least + "','maximum':'" + most
                + "','default':'" + least + "'},'rules':[" + rule + "]}]}}";
        assertThat(team.azure()
                        .call(HttpMethod.PUT, setting, body.replace('\'', '"'))
                        .status())
                .isIn(200, 201);
    }

    @Test
    void logsTellWhatServerAndDownloadDid() {
        assertThat(team.logs("wine", "blue", "InferenceServer"))
                .contains("UserContainerStart: Succeeded", "loaded factor 2");
        assertThat(team.logs("wine", "blue", "StorageInitializer")).contains("1 files of the model");
    }

    @Test
    void aDeploymentWhoseInitRaisesFailsWithItsLog() {
        team.endpoint("failing", "Key");
        assertThat(team.deploy("failing", "bad", code, "broken.py", environment, ""))
                .isEqualTo("Failed");
        assertThat(team.logs("failing", "bad", "InferenceServer"))
                .contains("OSError: no weights", "UserContainerStart: Failed");
        assertThat(team.deploy("failing", "lost", code, "missing.py", environment, ""))
                .isEqualTo("Failed");
        String unknown = team.environment("unknown", "dependencies:\n- pip:\n  - no-such-package-of-anybody==0.0.1\n");
        assertThat(team.deploy("failing", "unbuilt", code, "score.py", unknown, ""))
                .isEqualTo("Failed");
        assertThat(team.logs("failing", "unbuilt", "InferenceServer")).contains("UserContainerImagePull: Failed");
    }

    @Test
    void anUpdateThatFailsLeavesTheOldOneServing() {
        team.endpoint("rolling", "Key");
        deploy("rolling", "one", "doubler", "");
        team.traffic("rolling", "{'one':100}", "{}");
        assertThat(team.deploy("rolling", "one", code, "broken.py", environment, ""))
                .isEqualTo("Failed");

        assertThat(team.score("rolling", team.key("rolling", "primaryKey"), "{\"n\":4}")
                        .body())
                .contains("8");
    }

    @Test
    void anEndpointTellsWhereItsOperationIsFollowed() {
        JsonNode made = team.get("/onlineEndpoints/wine");
        assertThat(made.path("properties")
                        .path("properties")
                        .path("AzureAsyncOperationUri")
                        .asText())
                .contains("/mfeOperationsStatus/oeidp:");
    }

    @Test
    void anImageOfTheEmulatedRegistryIsServedWithItsModelMounted(@TempDir Path folder) throws Exception {
        String image = new ServerImages(emulator, folder).push("one");
        team.endpoint("container", "Key");
        String own = team.environment("own-image", image, "");
        assertThat(team.deploy(
                        "container", "one", "", "", own, "'model':'" + team.path("/models/doubler/versions/1") + "',"))
                .isEqualTo("Succeeded");
        team.traffic("container", "{'one':100}", "{}");

        HttpResponse<String> answer = team.score("container", team.key("container", "primaryKey"), "{}");
        assertThat(answer.body()).contains("\"version\": \"one\"", "\"model\": [\"model\"]");
    }

    @Test
    void deploymentsServeAgainAfterARestartAndMonitorStillKnowsTheRequests(@TempDir Path other) throws IOException {
        EmulatorOptions options = EmulatorOptions.in(other);
        String key;
        try (Emulator first = Emulator.start(options)) {
            ModelTeam before = new ModelTeam(first);
            String inference = before.environment("inference", "");
            String scoring = before.code(
                    "scoring", Map.of("score.py", "def init():\n    pass\n\ndef run(data):\n    return [1]\n"));
            before.endpoint("lasting", "Key");
            assertThat(before.deploy("lasting", "blue", scoring, "score.py", inference, ""))
                    .isEqualTo("Succeeded");
            before.traffic("lasting", "{'blue':100}", "{}");
            key = before.key("lasting", "primaryKey");
            assertThat(before.score("lasting", key, "{}").statusCode()).isEqualTo(200);
        }
        try (Emulator second = Emulator.start(options)) {
            ModelTeam after = new ModelTeam(second);
            assertThat(after.score("lasting", key, "{}").body()).isEqualTo("[1]");
            JsonNode requests = metrics(after, "lasting", "?metricnames=RequestsPerMinute&aggregation=Total");
            assertThat(sum(requests.at("/value/0/timeseries/0"), "total")).isEqualTo(2);
        }
    }
}
