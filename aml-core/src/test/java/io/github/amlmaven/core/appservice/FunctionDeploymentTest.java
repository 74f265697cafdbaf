package io.github.amlmaven.core.appservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.function.FunctionTrigger;
import io.github.amlmaven.core.function.FunctionTrigger.AuthLevel;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.PlannedChange.Field;
import io.github.amlmaven.core.scoring.ScoringAuth;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.PlainServer;
import io.github.amlmaven.core.testing.ProgressLog;
import io.github.amlmaven.core.testing.ReceivedRequest;
import java.net.URI;
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

class FunctionDeploymentTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GROUP = LoopbackService.WORKSPACE.resourceGroupId();
    private static final String SITE = GROUP + "/providers/Microsoft.Web/sites/scorer";
    private static final String PLAN = GROUP + "/providers/Microsoft.Web/serverfarms/scorer-plan";
    private static final String ACCOUNT = GROUP + "/providers/Microsoft.Storage/storageAccounts/stwine";
    private static final String IDENTITY = GROUP + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/own";
    private static final FunctionTrigger HTTP = new FunctionTrigger.Http(AuthLevel.FUNCTION);

    @TempDir
    private Path folder;

    private final LoopbackService service = new LoopbackService();
    private final ProgressLog progress = new ProgressLog();
    private final AzureClients clients = service.clients(progress);
    private final ObjectNode keys = JSON.createObjectNode();
    private final List<String> roles = new ArrayList<>();
    private JsonNode site = JSON.createObjectNode();
    private JsonNode plan = JSON.createObjectNode();

    @BeforeEach
    void anEmptyResourceGroup() {
        service.on("PUT " + PLAN, request -> {
                    plan = request.json();
                    return Answer.json(200, plan.toString());
                })
                .on(
                        "GET " + PLAN,
                        request -> plan.isEmpty()
                                ? Answer.error(404, "ResourceNotFound", "no plan")
                                : Answer.json(200, plan.toString()))
                .on(
                        "GET " + SITE,
                        request -> site.isEmpty()
                                ? Answer.error(404, "ResourceNotFound", "no site")
                                : Answer.json(200, site.toString()))
                .on("PUT " + SITE, this::put)
                .on("POST " + SITE + "/config/appsettings/list", request -> {
                    ObjectNode answer = JSON.createObjectNode();
                    answer.set("properties", settings());
                    return Answer.json(200, answer.toString());
                })
                .on("POST " + SITE + "/containerlogs", request -> Answer.text(200, ""))
                .on("GET " + SITE + "/config/web", request -> {
                    ObjectNode answer = JSON.createObjectNode();
                    answer.set("properties", site.at("/properties/siteConfig"));
                    return Answer.json(200, answer.toString());
                })
                .on(
                        "POST " + SITE + "/host/default/listkeys",
                        request -> site.isEmpty()
                                ? Answer.error(
                                        400,
                                        "BadRequest",
                                        "Encountered an error (ServiceUnavailable) from host runtime.")
                                : Answer.json(
                                        200,
                                        JSON.createObjectNode()
                                                .put("masterKey", "m")
                                                .<ObjectNode>set("functionKeys", keys)
                                                .toString()))
                .on("GET " + ACCOUNT, request -> Answer.json(200, """
                        {"name": "stwine", "properties": {"primaryEndpoints": {
                          "blob": "https://stwine.blob.core.windows.net/", "queue": "https://stwine.queue.core.windows.net/"}}}"""))
                .on(
                        "POST " + ACCOUNT + "/listKeys",
                        request -> Answer.json(200, "{\"keys\": [{\"keyName\": \"key1\", \"value\": \"s3cretkey\"}]}"))
                .on(
                        "GET " + IDENTITY,
                        request -> Answer.json(
                                200,
                                "{\"properties\": {\"clientId\": \"client-1\", \"principalId\": \"principal-1\"}}"))
                .on("GET " + ACCOUNT + "/providers/Microsoft.Authorization/roleAssignments", request -> {
                    ObjectNode answer = JSON.createObjectNode();
                    ArrayNode value = answer.putArray("value");
                    roles.forEach(role -> value.addObject()
                            .putObject("properties")
                            .put("roleDefinitionId", "/providers/Microsoft.Authorization/roleDefinitions/" + role));
                    return Answer.json(200, answer.toString());
                });
        for (String key : List.of("aml-primary", "aml-secondary")) {
            service.on("PUT " + SITE + "/host/default/functionKeys/" + key, request -> {
                keys.set(key, request.json().at("/properties/value"));
                return Answer.json(201, request.json().toString());
            });
        }
    }

    private Answer put(ReceivedRequest request) {
        ObjectNode stored = request.json().deepCopy();
        stored.put("id", SITE).put("name", "scorer");
        stored.withObject("/properties").put("defaultHostName", "scorer.azurewebsites.net");
        site = stored;
        return Answer.json(200, stored.toString());
    }

    private ObjectNode settings() {
        ObjectNode values = JSON.createObjectNode();
        site.at("/properties/siteConfig/appSettings")
                .forEach(pair -> values.put(
                        pair.path("name").asText(), pair.path("value").asText()));
        return values;
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @Test
    void theHostIsToldWhatToRunAndHoldsTheKeysItself() {
        SiteResult result = deployment(200).deploy(request(HTTP, Optional.empty()));

        assertThat(site.path("kind").asText()).isEqualTo("functionapp,linux,container");
        assertThat(site.at("/properties/siteConfig/healthCheckPath").asText()).isEqualTo("/api/health");
        assertThat(site.at("/properties/siteConfig/alwaysOn").isMissingNode()).isTrue();
        ObjectNode given = settings();
        assertThat(given.path("FUNCTIONS_EXTENSION_VERSION").asText()).isEqualTo("~4");
        assertThat(given.path("FUNCTIONS_WORKER_RUNTIME").asText()).isEqualTo("custom");
        assertThat(given.path("WEBSITES_ENABLE_APP_SERVICE_STORAGE").asText()).isEqualTo("false");
        assertThat(given.path("AzureWebJobsScriptRoot").asText()).isEqualTo("/opt/aml/functions/http-function");
        assertThat(given.path("AzureWebJobsStorage").asText())
                .isEqualTo(
                        "DefaultEndpointsProtocol=https;AccountName=stwine;AccountKey=s3cretkey;"
                                + "BlobEndpoint=https://stwine.blob.core.windows.net;QueueEndpoint=https://stwine.queue.core.windows.net");
        assertThat(given.has("AML_SCORING_PRIMARY_KEY")).isFalse();
        ScoringKeyFile.Content file = keyFile().read().orElseThrow();
        assertThat(keys.path("aml-primary").asText()).isEqualTo(file.keys().primary());
        assertThat(keys.path("aml-secondary").asText()).isEqualTo(file.keys().secondary());
        assertThat(result.scoringUri()).contains(URI.create("https://scorer.azurewebsites.net/api/score"));
        assertThat(String.join("\n", progress.lines())).doesNotContain("s3cretkey");
        assertThat(service.requests().stream()
                        .filter(request ->
                                request.path().equals(PLAN) && request.method().equals("PUT"))
                        .map(request -> request.json().path("kind").asText()))
                .containsExactly("elastic");
    }

    @Test
    void deployingTheSameAgainWritesNothing() {
        deployment(200).deploy(request(HTTP, Optional.empty()));
        service.forget();

        SiteResult again = deployment(200).deploy(request(HTTP, Optional.empty()));

        assertThat(again.changed()).isFalse();
        assertThat(service.requests()).noneMatch(request -> request.method().equals("PUT"));
    }

    @Test
    void byIdentityThereIsNoKeyOfTheAccountAnywhereAndAQueueNeedsNoneOfTheScorer() {
        SiteResult result = deployment(200)
                .deploy(request(new FunctionTrigger.Queue("wine", "wine-scored"), Optional.of(IDENTITY)));

        ObjectNode given = settings();
        assertThat(given.has("AzureWebJobsStorage")).isFalse();
        assertThat(given.path("AzureWebJobsStorage__accountName").asText()).isEqualTo("stwine");
        assertThat(given.path("AzureWebJobsStorage__credential").asText()).isEqualTo("managedidentity");
        assertThat(given.path("AzureWebJobsStorage__clientId").asText()).isEqualTo("client-1");
        assertThat(given.path("AML_FUNCTION_INPUT").asText()).isEqualTo("wine");
        assertThat(given.path("AML_FUNCTION_OUTPUT").asText()).isEqualTo("wine-scored");
        assertThat(given.path("AzureWebJobsScriptRoot").asText()).isEqualTo("/opt/aml/functions/queue");
        assertThat(site.at("/identity/userAssignedIdentities").has(IDENTITY)).isTrue();
        assertThat(service.requests()).noneMatch(request -> request.path().endsWith("/listKeys"));
        assertThat(result.scoringUri()).isEmpty();
        assertThat(result.keysFile()).isEmpty();
    }

    @Test
    void aPlanTellsTheFieldsThatWouldChangeAndNoSecret() {
        deployment(200).plan(request(HTTP, Optional.empty()));
        deployment(200).deploy(request(HTTP, Optional.empty()));
        deployment(200).plan(request(HTTP, Optional.empty()));
        deployment(200).plan(request(new FunctionTrigger.Queue("wine", "wine-scored"), Optional.of(IDENTITY)));

        assertThat(progress.planned())
                .extracting(PlannedChange::shortName, PlannedChange::action)
                .containsExactly(
                        tuple("resourceGroups/rg1/providers/Microsoft.Web/serverfarms/scorer-plan", Action.CREATE),
                        tuple("resourceGroups/rg1/providers/Microsoft.Web/sites/scorer", Action.CREATE),
                        tuple("resourceGroups/rg1/providers/Microsoft.Web/sites/scorer", Action.KEEP),
                        tuple("resourceGroups/rg1/providers/Microsoft.Web/sites/scorer", Action.UPDATE));
        assertThat(progress.planned().get(3).fields())
                .extracting(Field::path, Field::before, Field::after)
                .contains(
                        tuple(
                                "/properties/environmentVariables/AzureWebJobsScriptRoot",
                                "\"/opt/aml/functions/http-function\"",
                                "\"/opt/aml/functions/queue\""),
                        tuple("/properties/environmentVariables/AML_FUNCTION_INPUT", "", "\"wine\""))
                .anySatisfy(field -> assertThat(field.toList().get(0).toString())
                        .startsWith("/properties/environmentVariables/AzureWebJobsStorage"));
        assertThat(progress.planned().toString()).doesNotContain("s3cretkey");
    }

    @Test
    void aHandlerThatEndsIsToldAtOnceWithItsLog() {
        service.on(
                "POST " + SITE + "/containerlogs",
                request -> Answer.text(
                        200, "KeyError: 'model.pkl' AccountKey=s3cretkey\npython3 exited with code 3 (0x3)\n"));

        AmlException failure =
                catchThrowableOfType(AmlException.class, () -> deployment(503).deploy(request(HTTP, Optional.empty())));

        assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOYMENT_FAILED);
        assertThat(failure)
                .hasMessageContaining("The model in function app 'scorer' does not answer: python3 exited with code 3")
                .hasMessageContaining("KeyError: 'model.pkl'")
                .hasMessageNotContaining("s3cretkey");
    }

    @Test
    void anIdentityThatLacksARoleIsToldWithTheCommandThatGivesIt() {
        roles.add("B7E6DC6D-f1e8-4753-8033-0f276bb0955b");
        SiteRequest request = request(HTTP, Optional.of(IDENTITY));

        AmlException failure =
                catchThrowableOfType(AmlException.class, () -> deployment(503).deploy(request));

        assertThat(failure.remedy())
                .contains("az role assignment create --assignee-object-id principal-1 --assignee-principal-type"
                        + " ServicePrincipal --role \"Storage Queue Data Contributor\" --scope " + ACCOUNT)
                .doesNotContain("Storage Blob Data Owner");
        assertThat(service.requests())
                .anySatisfy(sent -> assertThat(sent.query()).containsEntry("$filter", "assignedTo('principal-1')"));
    }

    @Test
    void whoMayNotReadRolesDeploysAllTheSame() {
        service.on(
                "GET " + ACCOUNT + "/providers/Microsoft.Authorization/roleAssignments",
                request -> Answer.error(403, "AuthorizationFailed", "no roleAssignments/read"));
        SiteRequest request = request(HTTP, Optional.of(IDENTITY));

        AmlException failure =
                catchThrowableOfType(AmlException.class, () -> deployment(503).deploy(request));

        assertThat(failure.remedy()).startsWith("Mend what the log shows");
    }

    @Test
    void anAccountThatIsNotThereOrHasNoQueuesIsToldBeforeAnythingIsWritten() {
        service.on("GET " + ACCOUNT, request -> Answer.json(200, """
                {"name": "stwine", "properties": {"primaryEndpoints": {"blob": "https://stwine.blob.core.windows.net/"}}}"""));

        AmlException failure = catchThrowableOfType(AmlException.class, () -> request(HTTP, Optional.empty()));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
        assertThat(failure).hasMessageContaining("has no queues; a function app needs a storage account");
    }

    private SiteDeployment deployment(int health) {
        PlainServer model = new PlainServer(request ->
                request.getUrl().getPath().equals("/api/health") ? Answer.text(health, "") : Answer.text(401, ""));
        return new SiteDeployment(clients.appServices(), model, progress);
    }

    private ScoringKeyFile keyFile() {
        return new ScoringKeyFile(folder.resolve("scorer.keys.json"));
    }

    private SiteRequest request(FunctionTrigger trigger, Optional<String> identity) {
        FunctionStorage storage =
                new FunctionStorageLookup(clients, progress).find(Optional.of("stwine"), "rg1", identity);
        boolean byKey = trigger instanceof FunctionTrigger.Http;
        return new SiteRequest(
                "rg1",
                "scorer",
                "westeurope",
                "acr1.azurecr.io/iris@sha256:" + "a".repeat(64),
                new SiteRequest.Plan("scorer-plan", "EP1"),
                Optional.empty(),
                false,
                new SiteKind.FunctionApp(trigger, storage),
                true,
                "1.2",
                Map.of(),
                Map.of(),
                new SiteRequest.ImagePull.Anonymous(),
                new ScoringAuth(byKey, Optional.empty(), keyFile()),
                Map.of(),
                Duration.ofSeconds(2),
                Duration.ofMillis(10));
    }
}
