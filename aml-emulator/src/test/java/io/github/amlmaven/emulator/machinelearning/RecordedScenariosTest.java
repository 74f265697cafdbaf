package io.github.amlmaven.emulator.machinelearning;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.machinelearning.Recording.Call;
import io.github.amlmaven.emulator.machinelearning.Replay.Answer;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.emulator.spec.AnswerSpecification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every request that azure-ai-ml 1.34.0 was recorded to send, in its order. */
class RecordedScenariosTest {

    /** Where this emulator is right to answer otherwise than the recording's service, by the request. */
    private static final Map<String, Integer> OTHERWISE = Map.of(
            // A deployment that still has traffic is not let go.
            "online.deployment.delete: DELETE {arm}{ws}/onlineEndpoints/ep-one/deployments/green"
                    + "?api-version=2023-04-01-preview",
            400,
            // The recording's service had no log, the job here has written one.
            "job.stream: GET https://sa1.blob.core.windows.net/azureml/ExperimentRun/dcid.job1/user_logs/std_log.txt?sig=x",
            200);

    /**
     * What answers have otherwise than the stable specification: secrets are required where they are written and never
     * shown, and the client's preview has settings of compute instances that come back as they were sent.
     */
    private static final Pattern BESIDE_THE_SPECIFICATION = Pattern.compile(
            ".*credentials\\.secrets of \\w+ is missing|.*\\.(enableOSPatching|enableRootAccess|releaseQuotaOnStop) is no field"
                    + " of ComputeInstanceProperties");

    @Test
    void everyRecordedRequestGetsTheStatusAndShapeThatItsScenarioNeeds(@TempDir Path home) throws Exception {
        Recording recording = Recording.read();
        EmulatorOptions options = new EmulatorOptions(home, 0, 0, Recording.SUBSCRIPTION, "rg1", "ws1", true, false);
        List<String> differences = new ArrayList<>();
        try (Emulator emulator = Emulator.start(options)) {
            Replay replay = new Replay(emulator);
            AnswerSpecification specification =
                    AnswerSpecification.of("Microsoft.MachineLearningServices", "2025-12-01");
            given(replay.azure());
            for (List<Call> scenario : recording.scenarios().values()) {
                for (Call call : scenario) {
                    difference(replay, call, specification).ifPresent(differences::add);
                }
            }
        }

        assertThat(recording.size()).isEqualTo(254);
        assertThat(recording.scenarios()).hasSize(57);
        assertThat(differences).isEmpty();
    }

    private static Optional<String> difference(Replay replay, Call call, AnswerSpecification specification) {
        Answer answer;
        try {
            answer = replay.send(call);
        } catch (IllegalStateException | IllegalArgumentException e) {
            return Optional.of(call + " could not be sent: " + e.getMessage());
        }
        int wanted = OTHERWISE.getOrDefault(call.toString(), call.status());
        // 200 and 201 differ by what was there before; the recording's service remembered less.
        boolean good = answer.status() == wanted || (answer.status() / 100 == 2 && wanted / 100 == 2);
        if (!good) {
            return Optional.of(call + " wants " + wanted + " but got " + answer.status() + " " + answer.body());
        }
        List<String> problems = specified(specification, replay, call, answer);
        if (!problems.isEmpty()) {
            return Optional.of(call + " is answered against the specification: " + problems);
        }
        return answer.status() < 300
                ? shape(call, answer).map(missing -> call + " lacks " + missing + ": " + answer.body())
                : Optional.empty();
    }

    /** The whole answer of Resource Manager, by the stable specification. */
    private static List<String> specified(AnswerSpecification specification, Replay replay, Call call, Answer answer) {
        if (!call.url().startsWith("{arm}") || call.poll() || answer.status() >= 300) {
            return List.of();
        }
        String path = call.url()
                .replace("{arm}", "")
                .replace("{ws}", replay.azure().workspace())
                .replaceAll("\\?.*", "");
        return specification
                .problems(call.method(), path, answer.status(), answer.headers()::containsKey, answer.body())
                .stream()
                .filter(problem -> !BESIDE_THE_SPECIFICATION.matcher(problem).matches())
                .toList();
    }

    /** What the client reads of the answer. */
    private static Optional<String> shape(Call call, Answer answer) {
        String path = call.url().replaceAll("\\?.*", "");
        JsonNode body = answer.body();
        if (call.poll()) {
            return body.has("status") && !body.path("status").asText().equals("Succeeded")
                    ? Optional.of("success")
                    : Optional.empty();
        }
        if (path.endsWith("/listSecrets")) {
            return need(body.hasNonNull("sasToken") || body.hasNonNull("key"), "a secret");
        }
        if (path.endsWith("/listKeys")) {
            return need(body.hasNonNull("primaryKey") && body.hasNonNull("secondaryKey"), "two keys");
        }
        if (path.endsWith("/token")) {
            return need(body.hasNonNull("accessToken") && body.hasNonNull("expiryTimeUtc"), "a token");
        }
        if (path.endsWith("/getLogs")) {
            return need(body.path("content").isTextual(), "content");
        }
        if (path.endsWith("/trigger")) {
            return need(body.path("submissionId").isTextual(), "submissionId");
        }
        if (path.endsWith("/details")) {
            return need(body.path("logFiles").isObject() && body.path("status").isTextual(), "status and logFiles");
        }
        if (call.method().equals("PUT") && call.url().startsWith("{arm}{ws}/") && !path.contains("/deployments/op")) {
            return resource(call, answer);
        }
        boolean list = call.method().equals("GET") && path.matches(".*/(versions|models|jobs|deployments|datastores)$");
        return list ? need(body.path("value").isArray(), "a list") : Optional.empty();
    }

    private static Optional<String> resource(Call call, Answer answer) {
        JsonNode body = answer.body();
        boolean named = body.path("id").isTextual()
                && body.path("name").isTextual()
                && body.path("type").isTextual()
                && body.path("properties").isObject();
        boolean longRunning = call.url().matches(".*/(onlineEndpoints|batchEndpoints|computes|schedules)/.*");
        if (longRunning && !answer.headers().containsKey("azure-asyncoperation")) {
            return Optional.of("the header Azure-AsyncOperation");
        }
        return need(named, "id, name, type or properties");
    }

    private static Optional<String> need(boolean there, String what) {
        return there ? Optional.empty() : Optional.of(what);
    }

    /** What scenarios use that none of them makes: clusters, a registry, an endpoint with tokens. */
    private static void given(AzureClients azure) {
        String subscription = "/subscriptions/" + Recording.SUBSCRIPTION;
        String location = "\"location\":\"westeurope\"";
        put(azure, subscription + "/resourceGroups/reg-rg", "{" + location + "}");
        put(
                azure,
                subscription + "/resourceGroups/rg1/providers/Microsoft.ContainerService/managedClusters/aks1",
                "{" + location + ",\"properties\":{}}");
        put(
                azure,
                subscription + "/resourceGroups/reg-rg/providers/Microsoft.MachineLearningServices/registries/reg1",
                "{" + location + ",\"properties\":{\"regionDetails\":[{" + location + "}]}}");
        assertThat(azure.call(
                                HttpMethod.PUT,
                                subscription + "/resourceGroups/rg1/providers/Microsoft.Storage/storageAccounts/sa1",
                                "{" + location + "}")
                        .status())
                .isEqualTo(200);
        put(
                azure,
                azure.workspace() + "/computes/cpu",
                "{" + location
                        + ",\"properties\":{\"computeType\":\"AmlCompute\",\"properties\":{\"vmSize\":\"Standard_DS3_v2\"}}}");
        put(
                azure,
                azure.workspace() + "/onlineEndpoints/eptok",
                "{" + location + ",\"properties\":{\"authMode\":\"AMLToken\"}}");
    }

    private static void put(AzureClients azure, String path, String body) {
        assertThat(azure.follow(HttpMethod.PUT, path, body)).as(path).isEqualTo("SUCCESSFULLY_COMPLETED");
    }
}
