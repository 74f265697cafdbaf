package io.github.amlmaven.core.appservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.registry.RegistryAccess;
import io.github.amlmaven.core.scoring.EntraTokens;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteDeploymentTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WEB = LoopbackService.WORKSPACE.resourceGroupId() + "/providers/Microsoft.Web";
    private static final String SITE = WEB + "/sites/scorer";
    private static final String SLOT = SITE + "/slots/staging";
    private static final String IMAGE = "acr1.azurecr.io/iris@sha256:" + "a".repeat(64);

    @TempDir
    private Path folder;

    private final LoopbackService service = new LoopbackService();
    private final ProgressLog progress = new ProgressLog();
    private final AzureClients clients = service.clients(progress);
    private final ObjectNode sites = JSON.createObjectNode();
    private final ObjectNode settings = JSON.createObjectNode();
    private String log = "";
    private PlainServer model = new PlainServer(request -> Answer.text(401, ""));

    @BeforeEach
    void anEmptyResourceGroup() {
        model = new PlainServer(
                request -> request.getUrl().getPath().equals("/") ? Answer.text(200, "Healthy") : Answer.text(401, ""));
        String plan = WEB + "/serverfarms/scorer-plan";
        service.on("PUT " + plan, request -> Answer.json(200, request.json().toString()));
        for (String site : List.of(SITE, SLOT)) {
            service.on(
                            "GET " + site,
                            request -> sites.has(site)
                                    ? Answer.json(200, sites.get(site).toString())
                                    : Answer.error(404, "ResourceNotFound", "no site"))
                    .on("PUT " + site, request -> put(site, request))
                    .on(
                            "POST " + site + "/config/appsettings/list",
                            request -> Answer.json(
                                    200,
                                    JSON.createObjectNode()
                                            .set("properties", settings.path(site))
                                            .toString()))
                    .on("POST " + site + "/containerlogs", request -> Answer.text(200, log));
        }
        service.on("POST " + SITE + "/slotsswap", request -> {
            JsonNode here = settings.get(SITE);
            settings.set(SITE, settings.get(SLOT));
            settings.set(SLOT, here);
            return Answer.empty(200);
        });
    }

    private Answer put(String site, ReceivedRequest request) {
        ObjectNode body = (ObjectNode) request.json();
        ObjectNode values = JSON.createObjectNode();
        body.at("/properties/siteConfig/appSettings")
                .forEach(pair -> values.put(
                        pair.path("name").asText(), pair.path("value").asText()));
        settings.set(site, values);
        ObjectNode stored = body.deepCopy();
        stored.put("id", site).put("name", site.substring(site.lastIndexOf('/') + 1));
        stored.withObject("/properties")
                .put(
                        "defaultHostName",
                        site.equals(SITE) ? "scorer.azurewebsites.net" : "scorer-staging.azurewebsites.net");
        sites.set(site, stored);
        return Answer.json(200, stored.toString());
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @Test
    void theAppGetsImageSettingsAndTlsAndIsReachedByHttps() {
        SiteResult result = deployment().deploy(request(Optional.empty(), false));

        JsonNode properties = lastPut().json().path("properties");
        assertThat(properties.at("/siteConfig/linuxFxVersion").asText()).isEqualTo("DOCKER|" + IMAGE);
        assertThat(properties.at("/siteConfig/minTlsVersion").asText()).isEqualTo("1.2");
        assertThat(properties.path("httpsOnly").asBoolean()).isTrue();
        assertThat(properties.path("serverFarmId").asText()).isEqualTo(WEB + "/serverfarms/scorer-plan");
        JsonNode given = settings.path(SITE);
        assertThat(given.path("WEBSITES_PORT").asText()).isEqualTo("5001");
        assertThat(given.path("DOCKER_REGISTRY_SERVER_URL").asText()).isEqualTo("https://acr1.azurecr.io");
        assertThat(given.path("TOKEN").asText()).isEqualTo("s3cret");
        assertThat(result.scoringUri()).contains(URI.create("https://scorer.azurewebsites.net/score"));
        assertThat(service.requests().stream().map(ReceivedRequest::path)).contains(WEB + "/serverfarms/scorer-plan");
        assertThat(String.join("\n", progress.lines()))
                .doesNotContain("s3cret")
                .doesNotContain(given.path("AML_SCORING_PRIMARY_KEY").asText());
    }

    @Test
    void deployingTheSameAgainWritesNothingAlthoughTheRegistryTokenIsAnother() {
        deployment().deploy(request(Optional.empty(), false));
        service.forget();

        SiteResult again = deployment().deploy(request(Optional.empty(), false));

        assertThat(again.changed()).isFalse();
        assertThat(service.requests()).noneMatch(request -> request.method().equals("PUT"));
    }

    @Test
    void neitherDoesItWithoutKeys() {
        ScoringAuth open = new ScoringAuth(false, Optional.empty(), keyFile());
        deployment().deploy(request(Optional.empty(), false, open));
        service.forget();

        SiteResult again = deployment().deploy(request(Optional.empty(), false, open));

        assertThat(again.changed()).isFalse();
        assertThat(service.requests()).noneMatch(request -> request.method().equals("PUT"));
    }

    @Test
    void theSlotHasTheKeysOfProductionAndIsSwappedOnceItAnswers() throws Exception {
        deployment().deploy(request(Optional.empty(), false));
        String key = settings.at("/" + SITE.replace("/", "~1") + "/AML_SCORING_PRIMARY_KEY")
                .asText();
        java.nio.file.Files.delete(folder.resolve("scorer.keys.json"));

        SiteResult result = deployment().deploy(request(Optional.of("staging"), true));

        assertThat(settings.path(SITE).path("AML_SCORING_PRIMARY_KEY").asText()).isEqualTo(key);
        assertThat(settings.path(SLOT).path("AML_SCORING_PRIMARY_KEY").asText()).isEqualTo(key);
        assertThat(result.swapped()).isTrue();
        assertThat(result.scoringUri()).contains(URI.create("https://scorer.azurewebsites.net/score"));
    }

    @Test
    void aSlotThatDoesNotStartIsNotSwapped() {
        deployment().deploy(request(Optional.empty(), false));
        model = new PlainServer(request -> {
            log = "2026-01-01T00:00:00.000Z ERROR - Container scorer_1 for site scorer has exited, failing site start\n"
                    + "KeyError: 'model.pkl' TOKEN=s3cret";
            return Answer.text(503, "");
        });

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> deployment().deploy(request(Optional.of("staging"), true)));

        assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOYMENT_FAILED);
        assertThat(failure)
                .hasMessageContaining("failing site start")
                .hasMessageContaining("KeyError: 'model.pkl'")
                .hasMessageNotContaining("s3cret");
        assertThat(service.requests()).noneMatch(request -> request.path().endsWith("/slotsswap"));
    }

    @Test
    void theFormerContainerIsNotTakenForTheNewOne() {
        model = new PlainServer(request -> new Answer(200, Map.of("x-aml-deployment", "another"), new byte[0]));

        AmlException failure =
                catchThrowableOfType(AmlException.class, () -> deployment().deploy(request(Optional.empty(), false)));

        assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOYMENT_NOT_READY);
        assertThat(failure).hasMessageContaining("the former container still answers");
    }

    @Test
    void aSlotNeedsItsApp() {
        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> deployment().deploy(request(Optional.of("staging"), false)));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
        assertThat(service.requests()).noneMatch(request -> request.method().equals("PUT"));
    }

    @Test
    void aPlanWithoutSlotsIsToldBeforeAnythingIsSent() {
        deployment().deploy(request(Optional.empty(), false));
        service.on(
                "GET " + WEB + "/serverfarms/scorer-plan",
                request -> Answer.json(
                        200, "{\"name\": \"scorer-plan\", \"sku\": {\"name\": \"B1\", \"tier\": \"Basic\"}}"));

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> deployment().deploy(request(Optional.of("staging"), false)));

        assertThat(failure).hasMessage("App Service plan 'scorer-plan' is of B1 (Basic), whose apps have no slots");
        assertThat(failure.remedy()).contains("az appservice plan update --name scorer-plan");
        assertThat(sites.has(SLOT)).isFalse();
    }

    @Test
    void aPlanTellsWhatASwapDoesToProduction() {
        deployment().deploy(request(Optional.empty(), false));
        deployment().deploy(request(Optional.of("staging"), false));
        for (String site : List.of(SITE, SLOT)) {
            service.on(
                    "GET " + site + "/config/web",
                    request -> Answer.json(
                            200,
                            "{\"properties\": {\"linuxFxVersion\": \"DOCKER|" + (site.equals(SITE) ? "old" : IMAGE)
                                    + "\"}}"));
        }

        PlannedChange.Action plan = deployment().plan(request(Optional.of("staging"), true));

        assertThat(plan).isEqualTo(PlannedChange.Action.UPDATE);
        assertThat(progress.planned())
                .filteredOn(change -> change.resource().endsWith("sites/scorer"))
                .flatExtracting(PlannedChange::fields)
                .extracting(PlannedChange.Field::line)
                .containsExactly("~ /linuxFxVersion  \"DOCKER|old\" -> \"DOCKER|" + IMAGE + "\"");
    }

    @Test
    void withEntraTokensThereAreNoKeys() {
        EntraTokens tokens = EntraTokens.ofTenant(
                "https://login.microsoftonline.com",
                "t1",
                List.of("api://wine"),
                List.of("Model.Score"),
                Optional.empty());
        ScoringAuth auth = new ScoringAuth(false, Optional.empty(), keyFile(), Optional.of(tokens));

        SiteResult result = deployment().deploy(request(Optional.empty(), false, auth));

        JsonNode given = settings.path(SITE);
        assertThat(given.has("AML_SCORING_PRIMARY_KEY")).isFalse();
        assertThat(given.path("AML_SCORING_ENTRA_AUDIENCES").asText()).isEqualTo("api://wine");
        assertThat(given.path("AML_SCORING_ENTRA_ISSUERS").asText())
                .isEqualTo("https://sts.windows.net/t1/ https://login.microsoftonline.com/t1/v2.0");
        assertThat(given.path("AML_SCORING_ENTRA_ROLES").asText()).isEqualTo("Model.Score");
        assertThat(given.path("AML_SCORING_ENTRA_KEYS_URL").asText())
                .isEqualTo("https://login.microsoftonline.com/t1/discovery/v2.0/keys");
        assertThat(result.keysFile()).isEmpty();
    }

    private SiteDeployment deployment() {
        return new SiteDeployment(clients.appServices(), model, progress);
    }

    private ScoringKeyFile keyFile() {
        return new ScoringKeyFile(folder.resolve("scorer.keys.json"));
    }

    @Test
    void aPlanTellsTheSettingWhoseSecretChangesAndNoOther() {
        deployment().deploy(request(Optional.empty(), false));
        service.on(
                "GET " + SITE + "/config/web",
                request -> Answer.json(
                        200,
                        JSON.createObjectNode()
                                .set("properties", sites.at("/" + SITE.replace("/", "~1") + "/properties/siteConfig"))
                                .toString()));
        SiteRequest other = request(
                Optional.empty(), false, new ScoringAuth(true, Optional.empty(), keyFile()), Map.of("TOKEN", "other!"));
        deployment().plan(other);

        assertThat(progress.planned())
                .filteredOn(change -> change.resource().endsWith("sites/scorer"))
                .flatExtracting(PlannedChange::fields)
                .extracting(PlannedChange.Field::line)
                .containsExactly("~ /properties/environmentVariables/TOKEN/secureValue  (secret) changes");
    }

    private SiteRequest request(Optional<String> slot, boolean swap) {
        return request(slot, swap, new ScoringAuth(true, Optional.empty(), keyFile()));
    }

    private SiteRequest request(Optional<String> slot, boolean swap, ScoringAuth auth) {
        return request(slot, swap, auth, Map.of("TOKEN", "s3cret"));
    }

    private SiteRequest request(Optional<String> slot, boolean swap, ScoringAuth auth, Map<String, String> secure) {
        return new SiteRequest(
                "rg1",
                "scorer",
                "westeurope",
                IMAGE,
                new SiteRequest.Plan("scorer-plan", "S1"),
                slot,
                swap,
                new SiteKind.WebApp(5001, "/"),
                true,
                "1.2",
                Map.of("LOG_LEVEL", "info"),
                secure,
                new SiteRequest.ImagePull.Login(new RegistryAccess(
                        "acr1.azurecr.io", RegistryAccess.TOKEN_USER, "token-" + System.nanoTime(), false)),
                auth,
                Map.of("BuildId", "7"),
                Duration.ofSeconds(2),
                Duration.ofMillis(10));
    }

    private ReceivedRequest lastPut() {
        return service.requests().stream()
                .filter(request ->
                        request.method().equals("PUT") && request.path().endsWith("/sites/scorer"))
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }
}
