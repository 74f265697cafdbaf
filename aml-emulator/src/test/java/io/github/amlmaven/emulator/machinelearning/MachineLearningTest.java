package io.github.amlmaven.emulator.machinelearning;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.azure.resourcemanager.resources.ResourceManager;
import com.azure.resourcemanager.resources.models.GenericResource;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.AzureClients.Answer;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.junit.AmlEmulator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Witness: azure-core-management's poller, azure-resourcemanager-resources. */
@AmlEmulator
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MachineLearningTest {

    private static final String DONE = "SUCCESSFULLY_COMPLETED";

    private final Emulator emulator;
    private final AzureClients azure;

    MachineLearningTest(Emulator emulator) {
        this.emulator = emulator;
        this.azure = new AzureClients(emulator);
    }

    @Test
    void theFirstWorkspaceIsCompleteAndDiagnosesClean() {
        JsonNode properties = get("").path("properties");

        assertThat(properties.path("provisioningState").asText()).isEqualTo("Succeeded");
        for (String needed : new String[] {"storageAccount", "keyVault", "applicationInsights", "containerRegistry"}) {
            assertThat(azure.call(HttpMethod.GET, properties.path(needed).asText(), "")
                            .status())
                    .as(needed)
                    .isEqualTo(200);
        }
        assertThat(azure.call(HttpMethod.GET, azure.workspace() + "/datastores?isDefault=true", "")
                        .body()
                        .path("value")
                        .get(0)
                        .path("name")
                        .asText())
                .isEqualTo("workspaceblobstore");
        assertThat(get("/computes/cpu-cluster")
                        .path("properties")
                        .path("computeType")
                        .asText())
                .isEqualTo("AmlCompute");
        assertThat(azure.follow(HttpMethod.POST, azure.workspace() + "/diagnose", "{\"value\":{}}"))
                .isEqualTo(DONE);
    }

    @Test
    void aWorkspaceIsMadeAndReadByTheResourceManagerLibrary() {
        JsonNode first = get("").path("properties");
        String id = azure.workspace() + "2";
        String body = "{\"location\":\"westeurope\",\"properties\":{\"storageAccount\":"
                + first.path("storageAccount") + ",\"keyVault\":" + first.path("keyVault")
                + ",\"applicationInsights\":" + first.path("applicationInsights") + "}}";

        assertThat(azure.follow(HttpMethod.PUT, id, body)).isEqualTo(DONE);

        ResourceManager manager = ResourceManager.configure()
                .withHttpClient(azure.http())
                .authenticate(azure.credential(), azure.profile())
                .withSubscription(emulator.options().subscriptionId());
        GenericResource workspace = manager.genericResources().getById(id, "2025-12-01");
        assertThat(workspace.name()).isEqualTo("local2");
        assertThat(workspace.regionName()).isEqualTo("westeurope");
        assertThat(azure.follow(HttpMethod.DELETE, id, "")).isEqualTo(DONE);
        assertThat(azure.call(HttpMethod.GET, id, "").status()).isEqualTo(404);
    }

    @Test
    void versionsCountUpAndThePathOfAModelIsFixed() {
        String model = azure.workspace() + "/models/counted";
        String body = "{\"properties\":{\"modelUri\":\"azureml://datastores/workspaceblobstore/paths/a\"}}";

        assertThat(azure.call(HttpMethod.GET, model, "").status()).isEqualTo(404);
        assertThat(azure.call(HttpMethod.PUT, model + "/versions/9", body).status())
                .isEqualTo(201);
        assertThat(azure.call(HttpMethod.PUT, model + "/versions/10", body).status())
                .isEqualTo(201);
        assertThat(azure.call(HttpMethod.PUT, model + "/versions/10", body).status())
                .isEqualTo(200);

        JsonNode container = azure.call(HttpMethod.GET, model, "").body().path("properties");
        assertThat(container.path("latestVersion").asText()).isEqualTo("10");
        assertThat(container.path("nextVersion").asText()).isEqualTo("11");
        assertThat(names(model + "/versions?$orderBy=createdtime%20desc&$top=1"))
                .containsExactly("10");
        Answer moved = azure.call(HttpMethod.PUT, model + "/versions/10", body.replace("paths/a", "paths/b"));
        assertThat(moved.status()).isEqualTo(400);
        assertThat(moved.body().path("error").path("message").asText()).isEqualTo("Asset paths cannot be updated.");
        assertThat(azure.call(HttpMethod.DELETE, model + "/versions/10", "").status())
                .isEqualTo(200);
        assertThat(azure.call(HttpMethod.DELETE, model + "/versions/10", "").status())
                .isEqualTo(204);
        assertThat(azure.call(HttpMethod.GET, model, "")
                        .body()
                        .path("properties")
                        .path("latestVersion")
                        .asText())
                .isEqualTo("9");
    }

    @Test
    void anArchivedVersionIsListedOnlyWhenAskedFor() {
        String model = azure.workspace() + "/models/archived/versions/1";
        azure.call(HttpMethod.PUT, model, "{\"properties\":{\"modelUri\":\"u\",\"isArchived\":true}}");
        String list = azure.workspace() + "/models/archived/versions";

        assertThat(names(list)).isEmpty();
        assertThat(names(list + "?listViewType=ArchivedOnly")).containsExactly("1");
        assertThat(names(list + "?listViewType=All")).containsExactly("1");
    }

    @Test
    void anotherContentUnderAnEnvironmentsVersionIsAConflict() {
        String environment = azure.workspace() + "/environments/e/versions/1";

        assertThat(azure.call(HttpMethod.PUT, environment, "{\"properties\":{\"image\":\"a\"}}")
                        .status())
                .isEqualTo(201);
        assertThat(azure.call(HttpMethod.PUT, environment, "{\"properties\":{\"image\":\"b\"}}")
                        .status())
                .isEqualTo(409);
    }

    @Test
    void aLongListComesInPagesThatAClientFollows() {
        for (int i = 1; i <= 103; i++) {
            azure.call(
                    HttpMethod.PUT,
                    azure.workspace() + "/data/paged/versions/" + i,
                    "{\"properties\":{\"dataType\":\"uri_file\",\"dataUri\":\"u\"}}");
        }
        String next = azure.workspace() + "/data/paged/versions?listViewType=All";
        List<String> all = new ArrayList<>();
        int pages = 0;
        while (!next.isEmpty()) {
            JsonNode page = azure.call(HttpMethod.GET, next, "").body();
            page.path("value").forEach(one -> all.add(one.path("name").asText()));
            next = page.path("nextLink")
                    .asText()
                    .replace(emulator.endpoints().https().toString(), "");
            pages++;
        }

        assertThat(pages).isEqualTo(2);
        assertThat(all).hasSize(103).doesNotHaveDuplicates().startsWith("103").endsWith("1");
    }

    @Test
    void codeIsFoundByItsHashWhateverNameIsAsked() {
        String upload = azure.workspace() + "/codes/c1/versions/1/startPendingUpload";
        JsonNode reference = azure.call(HttpMethod.POST, upload, "{\"pendingUploadType\":\"TemporaryBlobReference\"}")
                .body()
                .path("blobReferenceForConsumption");
        azure.call(
                HttpMethod.PUT,
                azure.workspace() + "/codes/c1/versions/1",
                "{\"properties\":{\"codeUri\":" + reference.path("blobUri")
                        + ",\"properties\":{\"hash_sha256\":\"abc\",\"hash_version\":202208}}}");

        assertThat(reference.path("credential").path("sasUri").asText()).contains("sig=");
        assertThat(names(azure.workspace() + "/codes/other/versions?hash=abc&hashVersion=202208"))
                .containsExactly("1");
        assertThat(names(azure.workspace() + "/codes/other/versions?hash=xyz&hashVersion=202208"))
                .isEmpty();
    }

    @Test
    void anOnlineEndpointTakesTrafficOnlyForDeploymentsItHas() {
        azure.call(HttpMethod.PUT, azure.workspace() + "/models/m/versions/1", "{\"properties\":{\"modelUri\":\"u\"}}");
        String endpoint = azure.workspace() + "/onlineEndpoints/wine";
        String body = "{\"location\":\"westeurope\",\"properties\":{\"authMode\":\"Key\",\"traffic\":%s}}";

        assertThat(azure.follow(HttpMethod.PUT, endpoint, body.formatted("{}"))).isEqualTo(DONE);
        assertThat(azure.call(HttpMethod.PUT, endpoint, body.formatted("{\"blue\":100}"))
                        .status())
                .isEqualTo(400);
        assertThat(azure.follow(
                        HttpMethod.PUT,
                        endpoint + "/deployments/blue",
                        "{\"location\":\"westeurope\",\"properties\":{\"endpointComputeType\":\"Managed\",\"model\":\""
                                + azure.workspace() + "/models/m/versions/1\",\"instanceType\":\"Standard_DS3_v2\"}}"))
                .as("a deployment of a model that has no files")
                .isEqualTo("FAILED");
        assertThat(azure.follow(HttpMethod.PUT, endpoint, body.formatted("{\"blue\":100}")))
                .isEqualTo(DONE);
        assertThat(azure.call(HttpMethod.PUT, endpoint, body.formatted("{\"blue\":90}"))
                        .status())
                .isEqualTo(400);
        assertThat(azure.call(HttpMethod.DELETE, endpoint + "/deployments/blue", "")
                        .status())
                .isEqualTo(400);
        JsonNode keys = azure.call(HttpMethod.POST, endpoint + "/listKeys", "").body();
        assertThat(keys.path("primaryKey").asText()).isNotEmpty();
        assertThat(azure.follow(HttpMethod.POST, endpoint + "/regenerateKeys", "{\"keyType\":\"Primary\"}"))
                .isEqualTo(DONE);
        assertThat(azure.call(HttpMethod.POST, endpoint + "/listKeys", "")
                        .body()
                        .path("primaryKey"))
                .isNotEqualTo(keys.path("primaryKey"));
        assertThat(azure.follow(HttpMethod.DELETE, endpoint, "")).isEqualTo(DONE);
        assertThat(azure.call(HttpMethod.GET, endpoint + "/deployments/blue", "")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aSizeOfMachinesThatThereIsNotIsRefusedForComputesAndManagedDeployments() {
        Answer compute = azure.call(
                HttpMethod.PUT,
                azure.workspace() + "/computes/burst",
                "{\"location\":\"westeurope\",\"properties\":{\"computeType\":\"AmlCompute\",\"properties\":{\"vmSize\":"
                        + "\"Standard_B2s\"}}}");
        assertThat(compute.status()).isEqualTo(400);
        assertThat(compute.body().at("/error/code").asText()).isEqualTo("InvalidPropertyValue");
        assertThat(compute.body().at("/error/message").asText()).contains("Standard_B2s", "not a supported VM size");
        assertThat(azure.call(HttpMethod.GET, azure.workspace() + "/computes/burst", "")
                        .status())
                .isEqualTo(404);

        String endpoint = azure.workspace() + "/onlineEndpoints/sizes";
        azure.follow(HttpMethod.PUT, endpoint, "{\"location\":\"westeurope\",\"properties\":{\"authMode\":\"Key\"}}");
        Answer deployment = azure.call(
                HttpMethod.PUT,
                endpoint + "/deployments/blue",
                "{\"location\":\"westeurope\",\"properties\":{\"endpointComputeType\":\"Managed\",\"instanceType\":"
                        + "\"Standard_DS3\"}}");
        Answer unknown = azure.call(
                HttpMethod.PUT,
                endpoint + "/deployments/blue",
                "{\"location\":\"westeurope\",\"properties\":{\"endpointComputeType\":\"Managed\",\"instanceType\":"
                        + "\"Standard_Huge\"}}");
        assertThat(deployment.status()).isEqualTo(201);
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.body().at("/error/message").asText()).contains("Standard_Huge", "not a supported VM size");
    }

    @Test
    void anUnknownPropertyIsRefusedInResourceManagersWords() {
        Answer answer = azure.call(
                HttpMethod.PUT,
                azure.workspace() + "/onlineEndpoints/bad",
                "{\"location\":\"w\",\"properties\":{\"authMode\":\"Key\",\"trafic\":{}}}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("error").path("code").asText()).isEqualTo("InvalidRequestContent");
        assertThat(answer.body().path("error").path("message").asText()).contains("'trafic'");
    }

    private JsonNode get(String path) {
        return azure.call(HttpMethod.GET, azure.workspace() + path, "").body();
    }

    private List<String> names(String path) {
        List<String> names = new ArrayList<>();
        azure.call(HttpMethod.GET, path, "")
                .body()
                .path("value")
                .forEach(one -> names.add(one.path("name").asText()));
        return names;
    }
}
