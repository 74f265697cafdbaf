package io.github.amlmaven.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.job.JobRunResult.Outcome;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.ApiCatalog;
import io.github.amlmaven.core.testing.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is sent for a job, what comes of it, and when nothing is sent at all. */
class JobRunTest extends OneJob {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void submitsWhatTheOfficialClientSubmits() {
        run(request());

        JsonNode theirs = Traces.scenario("job.command.submit").get(5).path("body");
        ObjectNode ours = (ObjectNode) body();
        String codeId = ours.path("properties").path("codeId").asText();
        assertThat(codeId).matches(WS + "/codes/[0-9a-f-]{36}/versions/1");
        ours.withObject("/properties").put("codeId", WS + CODE_ID);
        assertThat((JsonNode) ours).isEqualTo(theirs);
        assertThat(code.contents()).containsOnlyKeys("src/train.py");
        assertThat(code.metadata("src/train.py")).containsEntry("upload_status", "completed");
    }

    @Test
    void everyRequestIsInTheApiCatalogue() {
        run(request());

        ApiCatalog arm = ApiCatalog.machineLearning();
        ApiCatalog history = ApiCatalog.runHistory();
        assertThat(service.requests())
                .filteredOn(request -> request.path().startsWith("/subscriptions/"))
                .isNotEmpty()
                .allSatisfy(request -> assertThat(arm.problems(request))
                        // The official client sends a number where the model says text; so do we.
                        .allMatch(problem -> problem.contains("hash_version")));
        assertThat(service.requests())
                .filteredOn(request -> request.path().startsWith("/history/"))
                .hasSize(3)
                .allSatisfy(request -> assertThat(history.problems(request)).isEmpty());
    }

    @Test
    void codeThatTheWorkspaceKnowsIsNotSent() {
        service.otherwise(request -> request.path().contains("/codes/")
                ? Answer.json(200, "{\"value\":[{\"id\":\"" + WS + CODE_ID + "\"}]}")
                : other(request));

        run(request());

        assertThat(body().path("properties").path("codeId").asText()).isEqualTo(WS + CODE_ID);
        assertThat(code.contents()).isEmpty();
        assertThat(service.sequence()).noneMatch(line -> line.contains("startPendingUpload"));
    }

    @Test
    void namedOutputsComeToTheirFolders() {
        JobRunResult result = run(request());

        Path model = project.resolve("target/aml/outputs/model");
        assertThat(result.outputs()).containsExactly(Map.entry("model", model.toString()));
        assertThat(model.resolve("MLmodel")).hasContent("flavors: {}\n");
        assertThat(model.resolve("deep/model.pkl")).hasContent("abc");
    }

    @Test
    void metricsOfTheRunComeWithTheResult() {
        assertThat(run(request()).metrics()).containsExactly(Map.entry("inertia", 0.25));
    }

    @Test
    void aSweepNamesItsBestTrial() {
        service.play(
                "GET " + WS + "/jobs/job1",
                Answer.json(
                        200,
                        "{\"properties\":{\"status\":\"Completed\",\"objective\":{\"goal\":\"Maximize\",\"primaryMetric\":"
                                + "\"accuracy\"},\"properties\":{\"best_child_run_id\":\"job1_2\",\"score\":\"0.75\"}}}"));

        run(request());

        assertThat(progress.lines()).anyMatch(line -> line.endsWith("Best trial: job1_2, accuracy 0.75"));
    }

    @Test
    void inputsOfTheCommandLineWin() {
        run(new JobRunRequest(
                project.resolve("train.yml"),
                project,
                Map.of("lr", "0.5", "data", "azureml:d2:3"),
                Optional.of("job1"),
                Optional.of("other"),
                Map.of("k", "v"),
                Duration.ofSeconds(20),
                true,
                false,
                project.resolve("target/aml/outputs"),
                project.resolve("target/aml"),
                project.resolve("target/aml/run.json"),
                true,
                false));

        JsonNode properties = body().path("properties");
        assertThat(properties.path("inputs").path("lr").path("value").asText()).isEqualTo("0.5");
        assertThat(properties.path("inputs").path("data").path("uri").asText()).isEqualTo(WS + "/data/d2/versions/3");
        assertThat(properties.path("experimentName").asText()).isEqualTo("other");
        assertThat(properties.path("tags").path("k").asText()).isEqualTo("v");
    }

    @Test
    void anInputThatTheJobDoesNotHaveIsNamedBeforeAnythingIsSent() {
        JobRunRequest wrong = request(Map.of("learning", "1"), Duration.ofSeconds(20), true, false);

        AmlException failure = catchThrowableOfType(AmlException.class, () -> run(wrong));

        assertThat(failure.describe()).contains("learning").contains("data, lr");
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void anUnchangedJobSendsNothingWhileItsOutputsAreHere() throws IOException {
        record(run(request()));
        service.forget();

        assertThat(run(request()).outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void changedCodeRunsTheJobAgain() throws IOException {
        record(run(request()));
        Files.writeString(project.resolve("src/train.py"), "print(2)\n");
        service.play(DETAILS, details("Completed"));

        assertThat(run(request()).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void missingOutputsRunTheJobAgain() throws IOException {
        record(run(request()));
        Files.delete(project.resolve("target/aml/outputs/model/MLmodel"));
        Files.delete(project.resolve("target/aml/outputs/model/deep/model.pkl"));
        service.play(DETAILS, details("Completed"));

        assertThat(run(request()).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void signaturesNeverReachTheLog() {
        run(request());

        assertThat(progress.lines())
                .noneMatch(line ->
                        line.contains("topsecret") || line.contains("codesecret") || line.contains("logsecret"));
    }

    private void record(JobRunResult result) throws IOException {
        ObjectNode file = JSON.createObjectNode();
        ObjectNode outputs = file.putObject("outputs");
        outputs.put("fingerprint", result.fingerprint())
                .put("jobStatus", result.status())
                .put("jobName", result.jobName());
        outputs.set("outputs", JSON.valueToTree(result.outputs()));
        Files.writeString(project.resolve("target/aml/run.json"), file.toString());
    }
}
