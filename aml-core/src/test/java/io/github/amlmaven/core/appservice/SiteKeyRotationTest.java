package io.github.amlmaven.core.appservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.appservice.SiteKeyRotation.App;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.scoring.ScoringKeys;
import io.github.amlmaven.core.scoring.ScoringKeys.Which;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.PlainServer;
import io.github.amlmaven.core.testing.ProgressLog;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteKeyRotationTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SITE =
            LoopbackService.WORKSPACE.resourceGroupId() + "/providers/Microsoft.Web/sites/scorer";
    private static final String SLOT = SITE + "/slots/staging";
    private static final String OLD_FIRST = "the-first-key-of-old";
    private static final String OLD_SECOND = "the-second-key-of-old";

    @TempDir
    private Path folder;

    private final LoopbackService service = new LoopbackService();
    private final ProgressLog progress = new ProgressLog();
    private final AzureClients clients = service.clients(progress);
    private final Map<String, ObjectNode> settings = new HashMap<>();
    private final ObjectNode hostKeys = JSON.createObjectNode();
    private final Map<String, Integer> askedWithTheNewKey = new HashMap<>();
    private String log = "";

    @BeforeEach
    void anAppWithASlot() {
        for (String site : List.of(SITE, SLOT)) {
            String host = site.equals(SITE) ? "scorer" : "scorer-staging";
            settings.put(
                    site,
                    JSON.createObjectNode()
                            .put("OTHER", "stays")
                            .put(ScoringKeys.PRIMARY_VARIABLE, OLD_FIRST)
                            .put(ScoringKeys.SECONDARY_VARIABLE, OLD_SECOND));
            service.on(
                            "GET " + site,
                            request -> Answer.json(
                                    200,
                                    "{\"id\": \"" + site + "\", \"properties\": {\"state\": \"Running\","
                                            + " \"defaultHostName\": \"" + host + ".azurewebsites.net\"}}"))
                    .on("POST " + site + "/config/appsettings/list", request -> properties(settings.get(site)))
                    .on("PUT " + site + "/config/appsettings", request -> {
                        settings.put(site, (ObjectNode) request.json().path("properties"));
                        return properties(settings.get(site));
                    })
                    .on("POST " + site + "/containerlogs", request -> Answer.text(200, log))
                    .on(
                            "POST " + site + "/host/default/listkeys",
                            request -> Answer.json(
                                    200,
                                    JSON.createObjectNode()
                                            .put("masterKey", "the-master-key-of-all")
                                            .<ObjectNode>set("functionKeys", hostKeys)
                                            .toString()));
        }
        for (String key : List.of("aml-primary", "aml-secondary")) {
            service.on("PUT " + SITE + "/host/default/functionKeys/" + key, request -> {
                hostKeys.set(key, request.json().at("/properties/value"));
                return Answer.json(201, request.json().toString());
            });
        }
        slots(List.of("staging"));
    }

    private void slots(List<String> names) {
        ObjectNode list = JSON.createObjectNode();
        names.forEach(name -> list.withArray("/value")
                .addObject()
                .put("id", SITE + "/slots/" + name)
                .put("name", "scorer/" + name));
        list.withArray("/value");
        service.on("GET " + SITE + "/slots", request -> Answer.json(200, list.toString()));
    }

    private static Answer properties(JsonNode values) {
        return Answer.json(
                200, JSON.createObjectNode().set("properties", values).toString());
    }

    /** A server that knows its settings' keys from the second time on that it is asked with a new one. */
    private PlainServer server() {
        return new PlainServer(request -> {
            String site = request.getUrl().getHost().contains("staging") ? SLOT : SITE;
            String given =
                    String.valueOf(request.getHeaders().getValue(com.azure.core.http.HttpHeaderName.AUTHORIZATION));
            boolean known = List.of(OLD_FIRST, OLD_SECOND).stream().anyMatch(old -> given.equals("Bearer " + old));
            boolean isSet = List.of(ScoringKeys.PRIMARY_VARIABLE, ScoringKeys.SECONDARY_VARIABLE).stream()
                    .anyMatch(key -> given.equals(
                            "Bearer " + settings.get(site).path(key).asText()));
            boolean swapped = !known && askedWithTheNewKey.merge(site, 1, Integer::sum) > 1;
            return Answer.text(known || (isSet && swapped) ? 200 : 401, "");
        });
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @Test
    void theKeysOfAnAppAreWrittenAndNothingIsChanged() {
        Path written = rotation(server()).list(request(App.WEB_APP, Optional.empty()));

        ScoringKeyFile.Content content = new ScoringKeyFile(written).read().orElseThrow();
        assertThat(content.keys()).isEqualTo(new ScoringKeys(OLD_FIRST, OLD_SECOND));
        assertThat(content.scoringUri()).contains(URI.create("https://scorer.azurewebsites.net/score"));
        assertThat(service.requests()).noneMatch(request -> request.method().equals("PUT"));
    }

    @Test
    void oneKeyIsReplacedInAllSlotsAndTheBuildWaitsUntilItOpensThem() {
        PlainServer server = server();

        rotation(server).list(request(App.WEB_APP, Optional.of(Which.SECONDARY)));

        ScoringKeys keys = file().read().orElseThrow().keys();
        assertThat(keys.primary()).isEqualTo(OLD_FIRST);
        assertThat(keys.secondary()).isNotEqualTo(OLD_SECOND).hasSizeGreaterThan(40);
        for (String site : List.of(SITE, SLOT)) {
            assertThat(settings.get(site).path(ScoringKeys.PRIMARY_VARIABLE).asText())
                    .isEqualTo(OLD_FIRST);
            assertThat(settings.get(site).path(ScoringKeys.SECONDARY_VARIABLE).asText())
                    .isEqualTo(keys.secondary());
            assertThat(settings.get(site).path("OTHER").asText()).isEqualTo("stays");
            assertThat(askedWithTheNewKey).containsEntry(site, 2);
        }
        assertThat(String.join("\n", progress.lines()))
                .doesNotContain(keys.secondary())
                .doesNotContain(OLD_FIRST);
    }

    @Test
    void anAppThatDoesNotStartWithTheNewKeyIsToldWithItsLogAndTheKeyIsNotLost() {
        PlainServer deaf = new PlainServer(request -> {
            log = "MemoryError "
                    + settings.get(SITE).path(ScoringKeys.PRIMARY_VARIABLE).asText()
                    + "\nContainer scorer_0_1 for site scorer has exited, failing site start\n";
            return Answer.text(401, "");
        });

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> rotation(deaf).list(request(App.WEB_APP, Optional.of(Which.PRIMARY))));

        ScoringKeys keys = file().read().orElseThrow().keys();
        assertThat(failure.code()).isIn(ErrorCode.DEPLOYMENT_FAILED, ErrorCode.DEPLOYMENT_NOT_READY);
        assertThat(failure)
                .hasMessageContaining("The new primary key does not open web app 'scorer'")
                .hasMessageContaining("MemoryError")
                .hasMessageNotContaining(keys.primary());
        assertThat(keys.primary())
                .isEqualTo(settings.get(SITE).path(ScoringKeys.PRIMARY_VARIABLE).asText());
        assertThat(settings.get(SLOT).path(ScoringKeys.PRIMARY_VARIABLE).asText())
                .isEqualTo(OLD_FIRST);
    }

    @Test
    void anAppThatTakesTokensHasNoKeys() {
        settings.put(SITE, JSON.createObjectNode());

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> rotation(server()).list(request(App.WEB_APP, Optional.empty())));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
        assertThat(failure).hasMessageContaining("has no keys: it takes Entra ID tokens");
    }

    @Test
    void theFunctionsHostGetsTheNewKeyAndKeepsTheOther() {
        slots(List.of());
        hostKeys.put("aml-primary", OLD_FIRST).put("aml-secondary", OLD_SECOND);
        settings.get(SITE).put("AzureWebJobsScriptRoot", "/opt/aml/functions/http-function");

        rotation(server()).list(request(App.FUNCTION_APP, Optional.of(Which.PRIMARY)));

        ScoringKeyFile.Content content = file().read().orElseThrow();
        assertThat(content.scoringUri()).contains(URI.create("https://scorer.azurewebsites.net/api/score"));
        assertThat(content.keys().primary())
                .isNotEqualTo(OLD_FIRST)
                .isEqualTo(hostKeys.path("aml-primary").asText());
        assertThat(content.keys().secondary()).isEqualTo(OLD_SECOND);
        assertThat(service.requests().stream()
                        .filter(request -> request.method().equals("PUT"))
                        .map(request -> request.path()))
                .containsExactly(SITE + "/host/default/functionKeys/aml-primary");
    }

    @Test
    void theMasterKeyIsNotReplacedUnderCallersWhoHaveNoOther() {
        hostKeys.put("aml-secondary", OLD_SECOND);

        AmlException failure = catchThrowableOfType(
                AmlException.class,
                () -> rotation(server()).list(request(App.FUNCTION_APP, Optional.of(Which.PRIMARY))));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
        assertThat(failure).hasMessageContaining("functions of authLevel admin open to the master key alone");
        assertThat(service.requests()).noneMatch(request -> request.method().equals("PUT"));
    }

    private SiteKeyRotation rotation(PlainServer server) {
        return new SiteKeyRotation(clients.appServices(), server, progress);
    }

    private ScoringKeyFile file() {
        return new ScoringKeyFile(folder.resolve("scorer.keys.json"));
    }

    private SiteKeyRotation.Request request(App app, Optional<Which> rotate) {
        return new SiteKeyRotation.Request(
                app, "rg1", "scorer", rotate, file(), Duration.ofSeconds(2), Duration.ofMillis(10));
    }
}
