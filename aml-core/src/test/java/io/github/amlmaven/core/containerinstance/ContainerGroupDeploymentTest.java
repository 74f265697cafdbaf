package io.github.amlmaven.core.containerinstance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.ApiCatalog;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ReceivedRequest;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ContainerGroupDeploymentTest extends OneContainerGroup {

    @Test
    void theWrittenGroupIsWhatTheServiceDocuments() {
        ContainerGroupResult result = deployment().deploy(request());

        ReceivedRequest put = put();
        assertThat(ApiCatalog.containerInstance().problems(put)).isEmpty();
        JsonNode properties = put.json().path("properties");
        JsonNode container = properties.path("containers").path(0).path("properties");
        assertThat(container.path("image").asText()).isEqualTo(IMAGE);
        assertThat(container
                        .path("resources")
                        .path("requests")
                        .path("memoryInGB")
                        .asDouble())
                .isEqualTo(1.5);
        assertThat(container.path("livenessProbe").path("httpGet").path("path").asText())
                .isEqualTo("/");
        assertThat(properties.path("ipAddress").path("dnsNameLabel").asText()).isEqualTo("scorer-it");
        assertThat(properties
                        .path("imageRegistryCredentials")
                        .path(0)
                        .path("server")
                        .asText())
                .isEqualTo("acr1.azurecr.io");
        assertThat(result.scoringUri())
                .isEqualTo(URI.create("http://scorer-it.westeurope.azurecontainer.io:5001/score"));
        assertThat(result.changed()).isTrue();
    }

    @Test
    void theEndOfTheContainersLogIsRead() {
        ContainerGroupLogs logs = new ContainerGroupLogs(clients.containerInstances(), progress);
        String group = LoopbackService.WORKSPACE.resourceGroup();
        AmlException missing = catchThrowableOfType(AmlException.class, () -> logs.read(group, "scorer", 9));
        assertThat(missing.code()).isEqualTo(ErrorCode.ARM_NOT_FOUND);
        assertThat(missing.remedy()).contains("aml:deploy-aci");

        deployment().deploy(request());
        String path = "GET " + ID + "/containers/scorer/logs";
        service.on(
                path, request -> Answer.json(200, "{\"content\":\"init\\nAuthorization: Bearer abcdefgh12345\\n\"}"));
        assertThat(logs.read(group, "scorer", 9)).containsExactly("init", "Authorization: Bearer ***");
        assertThat(service.requests())
                .anySatisfy(request -> assertThat(request.query()).containsEntry("tail", "9"));

        service.on(path, request -> Answer.error(404, "ContainerNotFound", "never started"));
        assertThat(logs.read(group, "scorer", 9)).isEmpty();
    }

    @Test
    void keysGoAsSecureValuesAndToAFileOfTheOwnerAlone() throws Exception {
        ContainerGroupResult result = deployment().deploy(request());

        ScoringKeyFile.Content content =
                new ScoringKeyFile(result.keysFile().orElseThrow()).read().orElseThrow();
        Map<String, JsonNode> variables = new TreeMap<>();
        put().json()
                .path("properties")
                .path("containers")
                .path(0)
                .path("properties")
                .path("environmentVariables")
                .forEach(v -> variables.put(v.path("name").asText(), v));
        assertThat(variable(variables, "AML_SCORING_PRIMARY_KEY")
                        .path("secureValue")
                        .asText())
                .isEqualTo(content.keys().primary())
                .hasSizeGreaterThan(40);
        assertThat(variable(variables, "AML_SCORING_PRIMARY_KEY").has("value")).isFalse();
        assertThat(variable(variables, "TOKEN").path("secureValue").asText()).isEqualTo("s3cret");
        assertThat(content.scoringUri()).contains(result.scoringUri());
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(result.keysFile().orElseThrow())))
                .isEqualTo("rw-------");
        assertThat(String.join("\n", progress.lines()))
                .doesNotContain(content.keys().primary());
    }

    @Test
    void deployingTheSameAgainWritesNothing() {
        deployment().deploy(request());
        service.forget();

        ContainerGroupResult second = deployment().deploy(request());

        assertThat(second.changed()).isFalse();
        assertThat(service.requests()).allSatisfy(r -> assertThat(r.method()).isEqualTo("GET"));
    }

    @Test
    void anotherSecretValueIsAChangeAlthoughNobodyCanReadTheOldOne() {
        deployment().deploy(request());

        ContainerGroupResult second = deployment().deploy(request(1.0, Map.of("TOKEN", "other")));

        assertThat(second.changed()).isTrue();
        assertThat(puts).hasValue(2);
    }

    @Test
    void keysSurviveAChangeOfTheImageOrSize() {
        deployment().deploy(request());
        ScoringKeyFile file = new ScoringKeyFile(folder.resolve("scorer.keys.json"));
        Optional<ScoringKeyFile.Content> before = file.read();

        deployment().deploy(request(2.0, Map.of()));

        assertThat(file.read()).isEqualTo(before);
    }

    @Test
    void newKeysOfARunningGroupAreAnnouncedSinceTheOldOnesCannotBeReadBack() throws Exception {
        deployment().deploy(request());
        assertThat(progress.lines()).noneMatch(line -> line.contains("new keys"));
        Path file = folder.resolve("scorer.keys.json");
        Files.delete(file);

        assertThat(deployment().plan(request())).isEqualTo(Action.UPDATE);
        assertThat(progress.lines())
                .filteredOn(line -> line.contains("gets new keys"))
                .singleElement()
                .asString()
                .contains("refused (401)", file.toString(), "-Daml.deploy.keysServerId");
        assertThat(file).doesNotExist();

        deployment().deploy(request());
        assertThat(progress.lines())
                .filteredOn(line -> line.contains("gets new keys"))
                .hasSize(2);
    }

    @Test
    void keysThatEveryReaderOfTheGroupKnowsAreReplaced() throws Exception {
        deployment().deploy(request());
        Files.delete(folder.resolve("scorer.keys.json"));
        for (JsonNode variable :
                Objects.requireNonNull(live).at("/properties/containers/0/properties/environmentVariables")) {
            if (variable.path("name").asText().endsWith("_KEY")) {
                ((ObjectNode) variable)
                        .put(
                                "value",
                                "known-to-everybody-" + variable.path("name").asText());
            }
        }

        ContainerGroupResult result = deployment().deploy(request());

        assertThat(new ScoringKeyFile(result.keysFile().orElseThrow())
                        .read()
                        .orElseThrow()
                        .keys()
                        .primary())
                .hasSizeGreaterThan(40)
                .doesNotContain("known-to-everybody");
        assertThat(progress.lines())
                .filteredOn(line -> line.contains("gets new keys"))
                .singleElement()
                .asString()
                .contains("plain values that everybody who may read it knows");
    }

    @Test
    void anotherSizeDeletesTheGroupFirstSinceItCannotBeChangedInPlace() {
        deployment().deploy(request());
        service.forget();

        deployment().deploy(request(2.0, Map.of("TOKEN", "s3cret")));

        assertThat(service.requests().stream().map(ReceivedRequest::method).filter(m -> !m.equals("GET")))
                .containsExactly("DELETE", "PUT");
    }

    @Test
    void aLostAnswerToTheWriteIsNoFailureWhenTheWriteHasArrived() {
        service.on("PUT " + ID, request -> {
            puts.incrementAndGet();
            live = stored(request);
            return Answer.RESET;
        });

        ContainerGroupResult result = deployment().deploy(request());

        assertThat(result.changed()).isTrue();
        assertThat(result.ip()).isEqualTo("20.1.2.3");
    }

    @Test
    void anotherChangeUnderWayIsWaitedFor() {
        service.on("PUT " + ID, request -> {
            if (puts.incrementAndGet() < 3) {
                return Answer.error(
                        409,
                        "ContainerGroupTransitioning",
                        "The container group is still being updated: TransitioningState");
            }
            live = stored(request);
            return json(201);
        });

        assertThat(deployment().deploy(request()).changed()).isTrue();
        assertThat(puts).hasValue(3);
    }

    @Test
    void anOperationLeftByAKilledBuildIsTakenUp() {
        deployment().deploy(request());
        AtomicInteger looks = new AtomicInteger();
        service.forget();
        service.on("GET " + ID, request -> {
            state(looks.incrementAndGet() < 3 ? "Updating" : "Succeeded");
            return json(200);
        });

        assertThat(deployment().deploy(request()).changed()).isFalse();
        assertThat(looks.get()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void wrongNamesAreRefusedTogetherBeforeAnythingIsSent() {
        AmlException failure = catchThrowableOfType(
                AmlException.class,
                () -> deployment().deploy(request(0, Map.of("A-B", "x"), Duration.ofSeconds(1), "Bad--Name")));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
        assertThat(failure)
                .hasMessageContaining("Bad--Name")
                .hasMessageContaining("A-B")
                .hasMessageContaining("cpu");
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void aPlanReadsAndNeverWrites() {
        assertThat(deployment().plan(request())).isEqualTo(Action.CREATE);
        assertThat(puts).hasValue(0);
        assertThat(folder.resolve("scorer.keys.json")).doesNotExist();
    }

    @Test
    void removalIsRepeatable() {
        deployment().deploy(request());
        ContainerGroupRemoval removal = new ContainerGroupRemoval(clients.containerInstances(), progress);

        assertThat(removal.remove("rg1", "scorer", Duration.ofSeconds(5), Duration.ofMillis(10)))
                .isTrue();
        assertThat(removal.remove("rg1", "scorer", Duration.ofSeconds(5), Duration.ofMillis(10)))
                .isFalse();
    }

    private static JsonNode variable(Map<String, JsonNode> variables, String name) {
        return Objects.requireNonNull(variables.get(name), name);
    }

    private ReceivedRequest put() {
        List<ReceivedRequest> all = service.requests().stream()
                .filter(r -> r.method().equals("PUT"))
                .toList();
        return all.get(all.size() - 1);
    }

    private void state(String provisioningState) {
        if (live != null) {
            ((ObjectNode) live.get("properties")).put("provisioningState", provisioningState);
        }
    }
}
