package io.github.amlmaven.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.spec.PipelineComponentSpec;
import io.github.amlmaven.core.spec.PipelineStep;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The step as it is appended, and the script as it runs: against the services' own paths, on loopback. */
@Timeout(60)
class PullRequestCallbackTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PULL_REQUEST = "/contoso/p/_apis/git/repositories/r/pullRequests/7";
    private static final String OWN = "{\"run\":{\"info\":{\"run_id\":\"own\",\"experiment_id\":\"e1\"},"
            + "\"data\":{\"tags\":[{\"key\":\"mlflow.parentRunId\",\"value\":\"root\"}]}}}";

    @TempDir
    private Path project;

    private HttpServer server;
    private final Map<String, List<String>> answers = new TreeMap<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String key =
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(key + " " + body);
            authorizations.add(key + " " + exchange.getRequestHeaders().getFirst("Authorization")
                    + exchange.getRequestHeaders().getFirst("secret"));
            List<String> next = answers.getOrDefault(key, List.of("404 {}"));
            String answer = next.size() > 1 ? next.remove(0) : next.get(0);
            byte[] text = answer.substring(4).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        server.start();
        answer("GET /mlflow/api/2.0/mlflow/runs/get", "200 " + OWN);
        answer("GET " + PULL_REQUEST + "/threads", "200 {\"value\":[]}");
        answer("POST " + PULL_REQUEST + "/threads", "200 {\"id\":1}");
        answer("POST " + PULL_REQUEST + "/statuses", "200 {\"id\":1}");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(String request, String... answers) {
        this.answers.put(request, new ArrayList<>(List.of(answers)));
    }

    private static String runs(String... namesAndStates) {
        StringBuilder runs = new StringBuilder("200 {\"runs\":[");
        for (int index = 0; index < namesAndStates.length; index += 2) {
            runs.append(index == 0 ? "" : ",")
                    .append(
                            "{\"info\":{\"run_id\":\"%1$s-id\",\"status\":\"%2$s\"},\"data\":{\"metrics\":[{\"key\":\"loss\",\"value\":0.25}],"
                                    .formatted(namesAndStates[index], namesAndStates[index + 1]))
                    .append("\"tags\":[{\"key\":\"mlflow.runName\",\"value\":\"%s\"}]}}"
                            .formatted(namesAndStates[index]));
        }
        return runs + "]}";
    }

    private record Ended(int code, String output) {}

    private Ended script(String url, String secret, Map<String, String> variables) throws Exception {
        Path script = project.resolve("tell_pull_request.py");
        try (var from = PullRequestCallback.class.getResourceAsStream("tell_pull_request.py")) {
            Files.write(script, from.readAllBytes());
        }
        String steps = Base64.getEncoder().encodeToString("[\"prepare\",\"train\"]".getBytes(StandardCharsets.UTF_8));
        ProcessBuilder builder = new ProcessBuilder(
                "python3",
                script.toString(),
                "--url",
                url,
                "--steps",
                steps,
                "--context",
                "ml",
                "--secret",
                secret,
                "--pause",
                "0.05",
                "--grace",
                "0.2",
                "--limit",
                "30");
        builder.environment()
                .putAll(Map.of(
                        "MLFLOW_TRACKING_URI", base() + "/mlflow",
                        "MLFLOW_TRACKING_TOKEN", "run-token",
                        "AZUREML_RUN_ID", "own",
                        "AZUREML_ROOT_RUN_ID", "root"));
        builder.environment().putAll(variables);
        Path output = project.resolve("output.txt");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(output));
    }

    private String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private JsonNode sent(String request) throws IOException {
        String found = requests.stream()
                .filter(one -> one.startsWith(request + " "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(request + " is not among " + requests));
        return JSON.readTree(found.substring(request.length() + 1));
    }

    @Test
    void waitsForTheOthersAndTellsWhatTheyMeasured() throws Exception {
        answer(
                "POST /mlflow/api/2.0/mlflow/runs/search",
                runs("prepare", "RUNNING"),
                "503 {}",
                runs("prepare", "FINISHED", "train", "RUNNING"),
                runs("prepare", "FINISHED", "train", "FINISHED"));

        Ended ended = script(base() + PULL_REQUEST, "none", Map.of("AML_CALLBACK_TOKEN", "pat"));

        assertThat(ended.output()).contains("told 127.0.0.1: Azure ML job root: Completed; loss 0.25");
        assertThat(ended.code()).isZero();
        assertThat(sent("POST /mlflow/api/2.0/mlflow/runs/search")
                        .path("filter")
                        .asText())
                .isEqualTo("tags.mlflow.parentRunId = 'root'");
        assertThat(sent("POST " + PULL_REQUEST + "/threads")
                        .at("/comments/0/content")
                        .asText())
                .contains("| prepare | Finished |", "| train | loss | 0.25 |", "<!-- aml-maven-plugin: ml -->");
        assertThat(sent("POST " + PULL_REQUEST + "/statuses").path("state").asText())
                .isEqualTo("succeeded");
        assertThat(authorizations).contains("POST " + PULL_REQUEST + "/threads Basic OnBhdA==null");
        assertThat(ended.output()).doesNotContain("OnBhdA==");
    }

    /** A step behind one that failed has no run, now or ever. */
    @Test
    void aFailureIsToldThoughAStepNeverRan() throws Exception {
        answer("POST /mlflow/api/2.0/mlflow/runs/search", runs("prepare", "FAILED"));

        Ended ended = script(base() + PULL_REQUEST, "none", Map.of("AML_CALLBACK_TOKEN", "pat"));

        assertThat(ended.code()).isZero();
        assertThat(sent("POST " + PULL_REQUEST + "/statuses").path("state").asText())
                .isEqualTo("failed");
        assertThat(sent("POST " + PULL_REQUEST + "/threads")
                        .at("/comments/0/content")
                        .asText())
                .contains("| train | not run |");
    }

    /** https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret */
    @Test
    void theTokenComesFromAKeyVaultByTheComputesIdentity() throws Exception {
        answer("POST /mlflow/api/2.0/mlflow/runs/search", runs("prepare", "FINISHED", "train", "FINISHED"));
        answer("GET /MSI/auth", "200 {\"access_token\":\"entra\"}");
        answer("GET /secrets/pat", "200 {\"value\":\"ghs_x\",\"id\":\"i\"}");
        String status = "/repos/contoso/wine/statuses/6dcb09b5b57875f334f61aebed695e2e4193db5e";
        answer("POST " + status, "201 {\"id\":1}");

        Ended ended = script(
                base() + status,
                base() + "/secrets/pat",
                Map.of("MSI_ENDPOINT", base() + "/MSI/auth", "MSI_SECRET", "machine"));

        assertThat(ended.output()).contains("Completed");
        assertThat(authorizations)
                .contains(
                        "GET /MSI/auth nullmachine",
                        "GET /secrets/pat Bearer entranull",
                        "POST " + status + " Bearer ghs_xnull");
        assertThat(sent("POST " + status).path("state").asText()).isEqualTo("success");
    }

    @Test
    void aTokenThatMayNotFailsTheStepAndIsNotPrinted() throws Exception {
        answer("POST /mlflow/api/2.0/mlflow/runs/search", runs("prepare", "FINISHED", "train", "FINISHED"));
        answer("GET " + PULL_REQUEST + "/threads", "401 {\"message\":\"TF400813: not authorized\"}");

        Ended ended = script(base() + PULL_REQUEST, "none", Map.of("AML_CALLBACK_TOKEN", "s3cret"));

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output()).contains("HTTP 401 TF400813: not authorized").doesNotContain("s3cret");
    }

    @Test
    void nothingIsSentWhenNobodyIsToBeToldOrInTheClear() throws Exception {
        assertThat(script("none", "none", Map.of()).output()).contains("nobody is to be told");
        assertThat(requests).isEmpty();
        answer("POST /mlflow/api/2.0/mlflow/runs/search", runs("prepare", "FINISHED", "train", "FINISHED"));
        Ended ended = script("http://dev.azure.invalid" + PULL_REQUEST, "none", Map.of("AML_CALLBACK_TOKEN", "s3cret"));
        assertThat(ended.output()).contains("in the clear");
    }

    private PipelineComponentSpec pipeline(String more) throws IOException {
        Path file = Files.writeString(project.resolve("pipeline.yml"), """
                type: pipeline
                settings: {default_compute: azureml:cpu}
                inputs: {rate: 0.1%s}
                jobs:
                  prepare: {type: command, command: echo, environment: azureml:e:1}
                  train: {type: command, display_name: Train it, command: echo, environment: azureml:e:1}
                """.formatted(more));
        return new SpecLoader(new SpecReader(), project).pipeline(file);
    }

    private PullRequestCallback callback(Optional<String> secret) {
        return new PullRequestCallback(
                new SpecReader(),
                new PullRequestCallback.Terms("serverless", secret, "ml", project.resolve("callback")));
    }

    @Test
    void theStepWaitsForNoneAndAsksForTheComputesIdentityOnlyToReadASecret() throws Exception {
        PipelineComponentSpec with =
                callback(Optional.of("https://kv.vault.azure.net/secrets/pat")).append(pipeline(""));

        PipelineStep step = with.steps().get(2);
        assertThat(step.content().toString()).doesNotContain("parent.jobs").contains("${{parent.inputs.callback_url}}");
        assertThat(step.content().at("/identity/type").asText()).isEqualTo("managed");
        assertThat(step.content().at("/compute").asText()).isEqualTo("azureml:serverless");
        byte[] names =
                Base64.getDecoder().decode(step.content().at("/inputs/steps").asText());
        assertThat(new String(names, StandardCharsets.UTF_8)).isEqualTo("[\"prepare\",\"Train it\"]");
        assertThat(with.inputs().at("/callback_url/default").asText()).isEqualTo("none");
        assertThat(with.inputs().at("/rate/default").asText()).isEqualTo("0.1");
        assertThat(callback(Optional.empty())
                        .append(pipeline(""))
                        .steps()
                        .get(2)
                        .content()
                        .has("identity"))
                .isFalse();
    }

    @Test
    void anInputOfTheSameNameIsRefused() {
        assertThatThrownBy(() -> callback(Optional.empty()).append(pipeline(", callback_url: x")))
                .isInstanceOf(AmlException.class)
                .hasMessageContaining("callback_url");
    }

    @Test
    void aSecretInPlaceOfItsAddressIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> callback(Optional.of("ghp_abc")))
                .isInstanceOf(AmlException.class)
                .hasMessageNotContaining("ghp_abc");
    }
}
