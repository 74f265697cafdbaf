package io.github.amlmaven.core.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.BlobAccount;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ProgressLog;
import io.github.amlmaven.core.testing.ReceivedRequest;
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
import org.junit.jupiter.api.io.TempDir;

/** A workspace in which a command job runs to its end, with code, log, outputs and metrics. */
abstract class OneJob {

    static final String WS = LoopbackService.WORKSPACE.armId();
    static final String STORE = WS + "/datastores/workspaceblobstore";
    static final String DETAILS = "GET /history/v1.0" + WS + "/runs/job1/details";
    static final String CODE_ID = "/codes/ac359c17-c020-4c6a-aa5c-f370eaed5251/versions/1";

    @TempDir
    Path project;

    final LoopbackService service = new LoopbackService();
    final BlobAccount data = new BlobAccount("/sa1/data");
    final BlobAccount code = new BlobAccount("/sa1/22222222-code");
    final ProgressLog progress = new ProgressLog();
    final AzureClients clients = service.clients(progress);
    final List<SubmittedJob> submitted = new ArrayList<>();

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

    final Answer details(String status) {
        return Answer.json(
                200,
                "{\"runId\":\"job1\",\"status\":\"" + status
                        + "\",\"properties\":{\"metrics.inertia\":\"0.25\",\"other\":\"7\"},\"logFiles\":{\"user_logs/std_log.txt\":\""
                        + service.uri()
                        + "/sa1/data/log.txt?sig=logsecret\",\"system_logs/x.txt\":\"https://nowhere.invalid/x\"}}");
    }

    final Answer other(ReceivedRequest request) {
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

    final JobRunResult run(JobRunRequest request) {
        return new JobRun(clients, new SpecReader(), progress).run(request, submitted::add);
    }

    final JobRunRequest request() {
        return request(Map.of(), Duration.ofSeconds(20), true, false);
    }

    final JobRunRequest request(
            Map<String, String> inputs, Duration timeout, boolean waitForEnd, boolean cancelOnInterrupt) {
        return new JobRunRequest(
                project.resolve("train.yml"),
                project,
                inputs,
                Optional.of("job1"),
                Optional.empty(),
                Map.of(),
                timeout,
                waitForEnd,
                cancelOnInterrupt,
                project.resolve("target/aml/outputs"),
                project.resolve("target/aml"),
                project.resolve("target/aml/run.json"),
                true,
                false);
    }

    final JsonNode body() {
        List<ReceivedRequest> puts = service.requests().stream()
                .filter(request ->
                        request.method().equals("PUT") && request.path().endsWith("/jobs/job1"))
                .toList();
        return puts.get(puts.size() - 1).json();
    }
}
