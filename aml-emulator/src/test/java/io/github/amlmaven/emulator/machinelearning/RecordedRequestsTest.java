package io.github.amlmaven.emulator.machinelearning;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.AzureClients.Answer;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.machinelearning.RecordedRequests.Call;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.emulator.store.MvDocumentStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedRequestsTest {

    private static final Set<String> KINDS = Set.of(
            "models",
            "environments",
            "data",
            "components",
            "codes",
            "computes",
            "onlineEndpoints",
            "batchEndpoints",
            "datastores",
            "resyncKeys",
            "diagnose");

    /** Not served: model packages are preview, and a deployment that no container runs has no log. */
    private static final Set<String> LEFT_OUT = Set.of("model.package", "online.logs");
    /** The recording's service let a deployment go that still had traffic. */
    private static final Map<String, Integer> STRICTER = Map.of("online.deployment.delete", 400);

    @Test
    void theOfficialClientsRequestsAreTakenAsTheScenariosNeed(@TempDir Path home) throws Exception {
        given(home);
        EmulatorOptions options =
                new EmulatorOptions(home, 0, 0, RecordedRequests.SUBSCRIPTION, "rg1", "ws1", true, false);
        try (Emulator emulator = Emulator.start(options)) {
            AzureClients azure = new AzureClients(emulator);
            RecordedRequests recorded = new RecordedRequests(azure);
            List<String> differences = new ArrayList<>();
            List<Call> calls = recorded.to(KINDS).stream()
                    .filter(call -> !LEFT_OUT.contains(call.scenario()))
                    .toList();
            for (Call call : calls) {
                Answer answer = send(azure, recorded, call);
                int expected = STRICTER.getOrDefault(call.scenario(), call.status());
                if (answer.status() / 100 != expected / 100) {
                    differences.add(call.scenario() + ": " + call.method() + " " + call.path() + " expected "
                            + call.status() + " but was " + answer);
                }
            }

            assertThat(calls).hasSizeGreaterThan(80);
            assertThat(differences).isEmpty();
        }
    }

    private static Answer send(AzureClients azure, RecordedRequests recorded, Call call) {
        if (call.method().equals("PUT")) {
            recorded.prepare(call.body());
        }
        Answer answer = azure.call(HttpMethod.valueOf(call.method()), call.path(), call.body());
        if (call.method().equals("PUT")) {
            settle(azure, call.path());
        }
        return answer;
    }

    /** The client follows the operation; here it is enough that the resource has come to rest. */
    private static void settle(AzureClients azure, String path) {
        Instant limit = Instant.now().plus(Duration.ofSeconds(20));
        while (Instant.now().isBefore(limit)) {
            String state = azure.call(HttpMethod.GET, path, "")
                    .body()
                    .path("properties")
                    .path("provisioningState")
                    .asText("Succeeded");
            if (state.equals("Succeeded") || state.equals("Failed")) {
                return;
            }
        }
        throw new IllegalStateException("not settled: " + path);
    }

    /** What scenarios use that none of these requests makes: a cluster, a job, an endpoint with tokens. */
    private static void given(Path home) {
        String group = "/subscriptions/" + RecordedRequests.SUBSCRIPTION + "/resourceGroups/rg1/providers/";
        String workspace = group + "Microsoft.MachineLearningServices/workspaces/ws1";
        try (MvDocumentStore store = MvDocumentStore.open(home.resolve("state.mv"))) {
            put(store, group + "Microsoft.ContainerService/managedClusters/aks1", "");
            put(store, workspace + "/jobs/job1", "");
            put(store, workspace + "/onlineEndpoints/eptok", "AMLToken");
        }
    }

    private static void put(MvDocumentStore store, String id, String authMode) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("id", id);
        document.putObject("properties").put("authMode", authMode).put("provisioningState", "Succeeded");
        store.put("resources", id.toLowerCase(Locale.ROOT), document);
    }
}
