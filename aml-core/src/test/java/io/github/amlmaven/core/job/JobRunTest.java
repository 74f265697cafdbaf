package io.github.amlmaven.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.job.JobRunResult.Outcome;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.ApiCatalog;
import io.github.amlmaven.core.testing.BlobAccount;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ProgressLog;
import io.github.amlmaven.core.testing.ReceivedRequest;
import io.github.amlmaven.core.testing.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobRunTest {

    private static final String WS = LoopbackService.WORKSPACE.armId();
    private static final String STORE = WS + "/datastores/workspaceblobstore";
    private static final String DETAILS = "GET /history/v1.0" + WS + "/runs/job1/details";
    private static final String CODE_ID = "/codes/ac359c17-c020-4c6a-aa5c-f370eaed5251/versions/1";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path project;

    private final LoopbackService service = new LoopbackService();
    private final BlobAccount data = new BlobAccount("/sa1/data");
    private final BlobAccount code = new BlobAccount("/sa1/22222222-code");
    private final ProgressLog progress = new ProgressLog();
    private final AzureClients clients = service.clients(progress);
    private final List<SubmittedJob> submitted = new ArrayList<>();

    @BeforeEach
    void job() throws IOException {
        Files.createDirectories(project.resolve("src"));
        Files.writeString(project.resolve("src/train.py"), "print(1)\n");
        Files.writeString(project.resolve("train.yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json
                type: command
                display_name: dn
                experiment_name: exp1
                code: src
                command: python train.py --data ${{inputs.data}} --lr ${{inputs.lr}} --out ${{outputs.model}}
                environment: azureml:e1:1
                compute: azureml:cpu
                inputs:
                  data:
                    type: uri_folder
                    path: azureml:d1:1
                  lr: 0.1
                outputs:
                  model:
                    type: mlflow_model
                    name: m9
                limits:
                  timeout: 3600
                resources:
                  instance_count: 1
                """);
        service.play(
                        "GET " + STORE,
                        Answer.json(
                                200,
                                "{\"name\":\"workspaceblobstore\",\"properties\":{\"datastoreType\":\"AzureBlob\",\"accountName\":"
                                        + "\"sa1\",\"containerName\":\"data\",\"endpoint\":\"" + service.authority()
                                        + "\",\"credentials\":{\"credentialsType\":\"AccountKey\"}}}"))
                .play(
                        "POST " + STORE + "/listSecrets",
                        Answer.json(200, "{\"secretsType\":\"Sas\",\"sasToken\":\"sv=2024-11-04&sr=c&sig=topsecret\"}"))
                .play(
                        "GET " + WS,
                        Answer.json(200, "{\"properties\":{\"discoveryUrl\":\"" + service.uri() + "/discovery\"}}"))
                .play("GET /discovery", Answer.json(200, "{\"api\":\"" + service.uri() + "\"}"))
                .play("PUT " + WS + "/jobs/job1", Answer.json(201, "{\"name\":\"job1\"}"))
                .play(
                        "GET " + WS + "/jobs/job1",
                        Answer.json(
                                200,
                                "{\"properties\":{\"status\":\"Completed\",\"outputs\":{\"model\":{\"uri\":"
                                        + "\"azureml://datastores/workspaceblobstore/paths/azureml/job1/model/\"}}}}"))
                .play(DETAILS, details("Running"), details("Running"), details("Completed"))
                .otherwise(this::other);
        data.put("azureml/job1/model/MLmodel", "flavors: {}\n");
        data.put("azureml/job1/model/deep/model.pkl", "abc");
        data.put("log.txt", "one\ntw");
    }

    private Answer details(String status) {
        return Answer.json(
                200,
                "{\"runId\":\"job1\",\"status\":\"" + status
                        + "\",\"properties\":{\"metrics.inertia\":\"0.25\",\"other\":\"7\"},\"logFiles\":{\"user_logs/std_log.txt\":\""
                        + service.uri()
                        + "/sa1/data/log.txt?sig=logsecret\",\"system_logs/x.txt\":\"https://nowhere.invalid/x\"}}");
    }

    private Answer other(ReceivedRequest request) {
        if (code.owns(request)) {
            return code.answer(request);
        }
        if (data.owns(request)) {
            return data.answer(request);
        }
        if (request.path().endsWith("/startPendingUpload")) {
            return Answer.json(
                    200,
                    "{\"blobReferenceForConsumption\":{\"blobUri\":\"https://sa1.blob.core.windows.net/22222222-code\","
                            + "\"credential\":{\"credentialType\":\"SAS\",\"sasUri\":\"" + service.uri()
                            + "/sa1/22222222-code?sv=2024-11-04&sr=c&sig=codesecret\"}}}");
        }
        if (request.path().contains("/codes/")) {
            return Answer.json(request.method().equals("PUT") ? 201 : 200, "{\"value\":[]}");
        }
        return Answer.error(404, "NotFound", "nothing");
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @Test
    void submitsWhatTheOfficialClientSubmits() {
        run(request(true));

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
        run(request(true));

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

        run(request(true));

        assertThat(body().path("properties").path("codeId").asText()).isEqualTo(WS + CODE_ID);
        assertThat(code.contents()).isEmpty();
        assertThat(service.sequence()).noneMatch(line -> line.contains("startPendingUpload"));
    }

    @Test
    void eachLineOfTheLogIsShownOnce() {
        service.forgetAnswers(DETAILS);
        int[] polls = {0};
        service.on(DETAILS, request -> {
            polls[0]++;
            if (polls[0] == 2) {
                data.put("log.txt", "one\ntwo\nthree\n\u001B[31mfour");
            }
            return details(polls[0] < 3 ? "Running" : "Completed");
        });

        run(request(true));

        assertThat(progress.remote()).containsExactly("one", "two", "three", "four");
        assertThat(service.requests())
                .filteredOn(request -> request.path().endsWith("log.txt"))
                .last()
                .satisfies(request -> assertThat(request.header("Range")).isNotNull());
    }

    @Test
    void namedOutputsComeToTheirFolders() {
        JobRunResult result = run(request(true));

        Path model = project.resolve("target/aml/outputs/model");
        assertThat(result.outputs()).containsExactly(Map.entry("model", model.toString()));
        assertThat(model.resolve("MLmodel")).hasContent("flavors: {}\n");
        assertThat(model.resolve("deep/model.pkl")).hasContent("abc");
    }

    @Test
    void metricsOfTheRunComeWithTheResult() {
        assertThat(run(request(true)).metrics()).containsExactly(Map.entry("inertia", 0.25));
    }

    @Test
    void aSweepNamesItsBestTrial() {
        service.play(
                "GET " + WS + "/jobs/job1",
                Answer.json(
                        200,
                        "{\"properties\":{\"status\":\"Completed\",\"objective\":{\"goal\":\"Maximize\",\"primaryMetric\":"
                                + "\"accuracy\"},\"properties\":{\"best_child_run_id\":\"job1_2\",\"score\":\"0.75\"}}}"));

        run(request(true));

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
        JobRunRequest wrong = new JobRunRequest(
                project.resolve("train.yml"),
                project,
                Map.of("learning", "1"),
                Optional.of("job1"),
                Optional.empty(),
                Map.of(),
                Duration.ofSeconds(20),
                true,
                false,
                project.resolve("target/aml/outputs"),
                project.resolve("target/aml"),
                project.resolve("target/aml/run.json"),
                true,
                false);

        AmlException failure = catchThrowableOfType(AmlException.class, () -> run(wrong));

        assertThat(failure.describe()).contains("learning").contains("data, lr");
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void anUnchangedJobSendsNothingWhileItsOutputsAreHere() throws IOException {
        record(run(request(true)));
        service.forget();

        assertThat(run(request(true)).outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void changedCodeRunsTheJobAgain() throws IOException {
        record(run(request(true)));
        Files.writeString(project.resolve("src/train.py"), "print(2)\n");
        service.play(DETAILS, details("Completed"));

        assertThat(run(request(true)).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void missingOutputsRunTheJobAgain() throws IOException {
        record(run(request(true)));
        Files.delete(project.resolve("target/aml/outputs/model/MLmodel"));
        Files.delete(project.resolve("target/aml/outputs/model/deep/model.pkl"));
        service.play(DETAILS, details("Completed"));

        assertThat(run(request(true)).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void aFailedJobSaysWhy() {
        service.play(
                DETAILS,
                Answer.json(
                        200,
                        "{\"status\":\"Failed\",\"error\":{\"error\":{\"code\":\"UserError\",\"message\":\"exit code 1\"}}}"));

        AmlException failure = catchThrowableOfType(AmlException.class, () -> run(request(true)));

        assertThat(failure.code()).isEqualTo(ErrorCode.JOB_FAILED);
        assertThat(failure).hasMessageContaining("job1").hasMessageContaining("exit code 1");
        assertThat(failure.remedy()).doesNotContain("log is above");
        assertThat(project.resolve("target/aml/outputs")).doesNotExist();
    }

    @Test
    void aCanceledJobIsNotAFailedOne() {
        service.play(DETAILS, Answer.json(200, "{\"status\":\"Canceled\"}"));

        AmlException failure = catchThrowableOfType(AmlException.class, () -> run(request(true)));

        assertThat(failure.code()).isEqualTo(ErrorCode.JOB_CANCELED);
        assertThat(failure).hasMessageContaining("job1 was canceled");
    }

    @Test
    void aJobThatRanLongerThanItsLimitSaysSo() {
        service.play(
                DETAILS,
                Answer.json(
                        200,
                        "{\"status\":\"Canceled\",\"error\":{\"error\":{\"code\":\"UserError\",\"message\":\"longer than PT3S\"}}}"));

        AmlException failure = catchThrowableOfType(AmlException.class, () -> run(request(true)));

        assertThat(failure.code()).isEqualTo(ErrorCode.JOB_CANCELED);
        assertThat(failure).hasMessageContaining("job1 was canceled: longer than PT3S");
    }

    @Test
    void aJobThatDoesNotEndIsLeftAtTheLimit() {
        service.play(DETAILS, Answer.json(200, "{\"status\":\"Queued\"}"));
        JobRunRequest hasty = new JobRunRequest(
                project.resolve("train.yml"),
                project,
                Map.of(),
                Optional.of("job1"),
                Optional.empty(),
                Map.of(),
                Duration.ofMillis(400),
                true,
                false,
                project.resolve("target/aml/outputs"),
                project.resolve("target/aml"),
                project.resolve("target/aml/run.json"),
                true,
                false);

        AmlException failure = catchThrowableOfType(AmlException.class, () -> run(hasty));

        assertThat(failure.code()).isEqualTo(ErrorCode.JOB_TIMEOUT);
        assertThat(failure.describe()).contains("goes on", "aml:wait -Daml.job=job1");
    }

    @Test
    void anInterruptedWaitLeavesTheJobAndSaysHowToWaitForItAgain() {
        AmlException failure = interrupted(false);

        assertThat(failure.code()).isEqualTo(ErrorCode.OPERATION_INTERRUPTED);
        assertThat(failure.describe()).contains("the job goes on", "mvn aml:wait -Daml.job=job1");
        assertThat(service.sequence()).noneMatch(line -> line.contains("/cancel"));
    }

    @Test
    void anInterruptedWaitCancelsTheJobWhenAsked() {
        service.play("POST " + WS + "/jobs/job1/cancel", Answer.json(202, "{}"));

        AmlException failure = interrupted(true);

        assertThat(failure.code()).isEqualTo(ErrorCode.JOB_CANCELED);
        assertThat(service.sequence()).anyMatch(line -> line.endsWith("/jobs/job1/cancel"));
    }

    private AmlException interrupted(boolean cancel) {
        service.forgetAnswers(DETAILS);
        Thread waiting = Thread.currentThread();
        service.on(DETAILS, request -> {
            waiting.interrupt();
            return details("Running");
        });
        JobRunRequest request = new JobRunRequest(
                project.resolve("train.yml"),
                project,
                Map.of(),
                Optional.of("job1"),
                Optional.empty(),
                Map.of(),
                Duration.ofSeconds(20),
                true,
                cancel,
                project.resolve("target/aml/outputs"),
                project.resolve("target/aml"),
                project.resolve("target/aml/run.json"),
                true,
                false);
        AmlException failure = catchThrowableOfType(AmlException.class, () -> run(request));
        assertThat(Thread.interrupted()).isTrue();
        return failure;
    }

    @Test
    void aJobThatIsNotWaitedForIsSubmittedAndNamed() {
        JobRunRequest detached = new JobRunRequest(
                project.resolve("train.yml"),
                project,
                Map.of(),
                Optional.of("job1"),
                Optional.empty(),
                Map.of(),
                Duration.ofSeconds(20),
                false,
                false,
                project.resolve("target/aml/outputs"),
                project.resolve("target/aml"),
                project.resolve("target/aml/run.json"),
                true,
                false);

        assertThat(run(detached).outcome()).isEqualTo(Outcome.SUBMITTED);
        assertThat(submitted).extracting(SubmittedJob::name).containsExactly("job1");
        assertThat(service.sequence()).noneMatch(line -> line.contains("/history/"));
    }

    @Test
    void aJobOfAnEarlierBuildIsFollowedToItsOutputs() {
        JobRunResult result = new JobWait(clients, progress)
                .untilCompleted(
                        new JobWait.Request(
                                "job1",
                                "f",
                                Duration.ofSeconds(20),
                                false,
                                project.resolve("target/aml/outputs"),
                                project.resolve("target/aml")),
                        submitted::add);

        assertThat(submitted).extracting(SubmittedJob::name).containsExactly("job1");
        assertThat(result.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(result.fingerprint()).isEqualTo("f");
        assertThat(result.outputs()).containsOnlyKeys("model");
        assertThat(progress.remote()).contains("one");
        assertThat(project.resolve("target/aml/metrics.md")).content().contains("| inertia | 0.25");
    }

    @Test
    void waitingForAJobThatIsNotThereTakesNothingAway() throws IOException {
        Path metrics = Files.createDirectories(project.resolve("target/aml")).resolve("metrics.json");
        Files.writeString(metrics, "{}");
        service.play("GET " + LoopbackService.WORKSPACE.armId() + "/jobs/other", Answer.error(404, "NotFound", "no"));

        assertThatThrownBy(() -> new JobWait(clients, progress)
                        .untilCompleted(
                                new JobWait.Request(
                                        "other",
                                        "",
                                        Duration.ofSeconds(20),
                                        false,
                                        project.resolve("target/aml/outputs"),
                                        project.resolve("target/aml")),
                                submitted::add))
                .isInstanceOf(AmlException.class);

        assertThat(submitted).isEmpty();
        assertThat(metrics).hasContent("{}");
    }

    @Test
    void signaturesNeverReachTheLog() {
        run(request(true));

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

    private JobRunResult run(JobRunRequest request) {
        return new JobRun(clients, new SpecReader(), progress).run(request, submitted::add);
    }

    private JobRunRequest request(boolean skipUnchanged) {
        return new JobRunRequest(
                project.resolve("train.yml"),
                project,
                Map.of(),
                Optional.of("job1"),
                Optional.empty(),
                Map.of(),
                Duration.ofSeconds(20),
                true,
                false,
                project.resolve("target/aml/outputs"),
                project.resolve("target/aml"),
                project.resolve("target/aml/run.json"),
                skipUnchanged,
                false);
    }

    private JsonNode body() {
        List<ReceivedRequest> puts = service.requests().stream()
                .filter(request ->
                        request.method().equals("PUT") && request.path().endsWith("/jobs/job1"))
                .toList();
        return puts.get(puts.size() - 1).json();
    }
}
