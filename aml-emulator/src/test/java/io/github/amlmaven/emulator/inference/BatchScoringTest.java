package io.github.amlmaven.emulator.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.junit.AmlEmulator;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Batch deployments of a model, by REST alone. */
@AmlEmulator
class BatchScoringTest {

    private static final Set<String> ENDS = Set.of("Completed", "Failed", "Canceled");

    private final Emulator emulator;
    private final ModelTeam team;

    BatchScoringTest(Emulator emulator) {
        this.emulator = emulator;
        this.team = new ModelTeam(emulator);
    }

    @Test
    void eachRowOfAMiniBatchIsAppendedAndAFailingOneIsTriedAgain() throws Exception {
        String code = team.code("rows", Map.of("batch.py", """
                        import os
                        from pathlib import Path

                        def init():
                            global factor, tried
                            factor, tried = int(next(Path(os.environ["AZUREML_MODEL_DIR"]).rglob("factor.txt")).read_text()), 0

                        def run(mini_batch):
                            global tried
                            tried += 1
                            if tried == 1:
                                raise ValueError("the first attempt fails")
                            return [f"{Path(f).name} {int(Path(f).read_text()) * factor} {len(mini_batch)}" for f in mini_batch]
                        """));
        String model = team.model("factor", "custom_model", Map.of("model/factor.txt", "10"));
        String data = team.model("numbers", "custom_model", Map.of("model/a", "1", "model/b", "2", "model/c", "3"));
        String environment = team.environment("plain", "dependencies:\n- python>=3.10\n");
        String endpoint = team.path("/batchEndpoints/rows");
        assertThat(team.azure()
                        .follow(
                                HttpMethod.PUT,
                                endpoint,
                                "{\"location\":\"westeurope\",\"properties\":{\"authMode\":\"aadToken\"}}"))
                .isEqualTo("SUCCESSFULLY_COMPLETED");
        String deployment = """
                {"location":"westeurope","properties":{"model":{"referenceType":"Id","assetId":"%s"},"environmentId":"%s",
                "codeConfiguration":{"codeId":"%s","scoringScript":"batch.py"},"compute":"%s","miniBatchSize":2,
                "outputAction":"AppendRow","outputFileName":"rows.csv","retrySettings":{"maxRetries":2,"timeout":"PT30S"}}}""".formatted(model, environment, code, team.path("/computes/cpu-cluster"));
        assertThat(team.azure().follow(HttpMethod.PUT, endpoint + "/deployments/one", deployment))
                .isEqualTo("SUCCESSFULLY_COMPLETED");

        String job = invoke("rows", "one", data);

        assertThat(ended(job).path("status").asText()).isEqualTo("Completed");
        assertThat(output(job)).containsExactly("a 10 2", "b 20 2", "c 30 1");
    }

    private String invoke(String endpoint, String deployment, String data) throws Exception {
        HttpRequest request = new HttpRequest(
                        HttpMethod.POST,
                        team.get("/batchEndpoints/" + endpoint)
                                .path("properties")
                                .path("scoringUri")
                                .asText())
                .setHeader(
                        HttpHeaderName.AUTHORIZATION, "Bearer " + team.azure().token("https://ml.azure.com/.default"))
                .setHeader(HttpHeaderName.fromString("azureml-model-deployment"), deployment)
                .setHeader(HttpHeaderName.CONTENT_TYPE, "application/json")
                .setBody("{\"properties\":{\"inputData\":{\"data\":{\"jobInputType\":\"UriFolder\",\"uri\":\"" + data
                        + "\"}}}}");
        try (HttpResponse response = team.azure().http().sendSync(request, Context.NONE)) {
            JsonNode answer =
                    new ObjectMapper().readTree(response.getBodyAsBinaryData().toString());
            assertThat(response.getStatusCode()).as(answer.toString()).isEqualTo(201);
            return answer.path("name").asText();
        }
    }

    private JsonNode ended(String job) {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        JsonNode properties = team.get("/jobs/" + job).path("properties");
        while (!ENDS.contains(properties.path("status").asText()) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(50_000_000);
            properties = team.get("/jobs/" + job).path("properties");
        }
        return properties;
    }

    /** The rows, read where the step's output says. */
    private List<String> output(String job) {
        String step = team.azure()
                .call(HttpMethod.GET, "/history/v1.0" + team.path("/runs/" + job + "/children"), "")
                .body()
                .path("value")
                .path(0)
                .path("runId")
                .asText();
        String uri = team.get("/jobs/" + step)
                .path("properties")
                .path("outputs")
                .path("score")
                .path("uri")
                .asText();
        assertThat(uri).startsWith("azureml://datastores/workspaceblobstore/paths/");
        String path = uri.substring("azureml://datastores/workspaceblobstore/paths/".length());
        JsonNode store = team.get("/datastores/workspaceblobstore").path("properties");
        String sas = team.post(
                        "/datastores/workspaceblobstore/listSecrets", "{'expirableSecret':true,'expireAfterHours':1}")
                .path("sasToken")
                .asText();
        String url =
                emulator.endpoints().https() + "/" + store.path("accountName").asText() + "/"
                        + store.path("containerName").asText() + "/" + path + (path.endsWith("/") ? "" : "/")
                        + "rows.csv?" + sas;
        try (HttpResponse response = team.azure().http().sendSync(new HttpRequest(HttpMethod.GET, url), Context.NONE)) {
            assertThat(response.getStatusCode()).as(url.replaceAll("\\?.*", "")).isEqualTo(200);
            return response.getBodyAsBinaryData().toString().lines().toList();
        }
    }
}
