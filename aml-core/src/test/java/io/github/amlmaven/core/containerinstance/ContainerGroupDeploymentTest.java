package io.github.amlmaven.core.containerinstance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.registry.RegistryAccess;
import io.github.amlmaven.core.scoring.ScoringAuth;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.ApiCatalog;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.PlainServer;
import io.github.amlmaven.core.testing.ProgressLog;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerGroupDeploymentTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ID = LoopbackService.WORKSPACE.resourceGroupId()
            + "/providers/Microsoft.ContainerInstance/containerGroups/scorer";
    private static final String IMAGE = "acr1.azurecr.io/iris@sha256:" + "a".repeat(64);

    @TempDir
    private Path folder;

    private final LoopbackService service = new LoopbackService();
    private final ProgressLog progress = new ProgressLog();
    private final AzureClients clients = service.clients(progress);
    private final AtomicInteger puts = new AtomicInteger();
    private @Nullable ObjectNode live;
    private PlainServer model = new PlainServer(request -> Answer.text(401, ""));

    @BeforeEach
    void anEmptyResourceGroup() {
        model = new PlainServer(
                request -> request.getUrl().getPath().equals("/") ? Answer.text(200, "Healthy") : Answer.text(401, ""));
        service.on("GET " + ID, request -> live == null ? Answer.error(404, "ResourceNotFound", "no group") : json(200))
                .on("PUT " + ID, request -> {
                    puts.incrementAndGet();
                    live = stored(request);
                    return json(201);
                })
                .on("DELETE " + ID, request -> {
                    live = null;
                    return Answer.empty(204);
                });
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

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
    void aQuotaThatIsUsedUpIsNotWaitedFor() {
        service.on("PUT " + ID, request -> {
            puts.incrementAndGet();
            return Answer.error(
                    409, "ContainerGroupQuotaReached", "Resource type 'StandardCores' has reached its limit of 10");
        });

        AmlException failure = failure();

        assertThat(failure.code()).isEqualTo(ErrorCode.ARM_CONFLICT);
        assertThat(failure).hasMessageContaining("StandardCores");
        assertThat(puts).hasValue(1);
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
    void aContainerThatKeepsOnEndingFailsAtOnceWithEventsAndItsLog() {
        model = new PlainServer(request -> {
            throw new IllegalStateException("connection refused");
        });
        service.on("PUT " + ID, request -> {
                    live = stored(request);
                    crash();
                    return json(201);
                })
                .play(
                        "GET " + ID + "/containers/scorer/logs",
                        Answer.json(200, "{\"content\":\"Traceback\\nKeyError: 'model.pkl'\\n\"}"));

        AmlException failure = failure();

        assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOYMENT_FAILED);
        assertThat(failure)
                .hasMessageContaining("KeyError: 'model.pkl'")
                .hasMessageContaining("BackOff")
                .hasMessageContaining("exit code 3");
        ReceivedRequest logs = service.requests().get(service.requests().size() - 1);
        assertThat(ApiCatalog.containerInstance().problems(logs)).isEmpty();
    }

    @Test
    void aServerThatCannotLoadTheModelIsGivenUpAtItsFirstEndWithItsLog() {
        model = new PlainServer(request -> {
            throw new IllegalStateException("connection refused");
        });
        service.on("PUT " + ID, request -> {
                    live = stored(request);
                    cannotBoot(0);
                    return json(201);
                })
                .play(
                        "GET " + ID + "/containers/scorer/logs",
                        Answer.json(200, "{\"content\":\"RuntimeError: trained with another version\"}"));

        AmlException failure = failure();

        assertThat(failure)
                .hasMessageContaining("init() of the scoring script failed")
                .hasMessageContaining("trained with another version");
    }

    @Test
    void anUnchangedGroupThatServesIsFineHoweverOftenItWasRestarted() {
        deploymentOf();
        model = new PlainServer(request -> Answer.text(200, "Healthy"));
        cannotBoot(5);

        assertThat(deployment().deploy(request()).changed()).isFalse();
    }

    @Test
    void theLogOfTheRunThatEndedIsShownWhenTheNextOneHasNothingToSayYet() {
        model = new PlainServer(request -> {
            throw new IllegalStateException("connection refused");
        });
        deploymentOf(
                Answer.json(200, "{\"content\":\"KeyError: 'model.pkl'\"}"), Answer.json(200, "{\"content\":\"\"}"));
        AtomicInteger looks = new AtomicInteger();
        service.on("GET " + ID, request -> {
            int look = looks.incrementAndGet();
            view(look < 6 ? "Terminated" : "Running", look < 6 ? 1 : 3);
            return json(200);
        });

        AmlException failure = failure();

        assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOYMENT_NOT_READY);
        assertThat(failure).hasMessageContaining("KeyError: 'model.pkl'");
    }

    @Test
    void aModelThatNeverAnswersIsGivenUpAtTheLimitWithItsLog() {
        model = new PlainServer(request -> Answer.text(503, "loading"));
        service.play("GET " + ID + "/containers/scorer/logs", Answer.json(200, "{\"content\":\"loading model\"}"));

        AmlException failure = catchThrowableOfType(
                AmlException.class,
                () -> deployment().deploy(request(1.0, Map.of(), Duration.ofMillis(300), "scorer")));

        assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOYMENT_NOT_READY);
        assertThat(failure).hasMessageContaining("503").hasMessageContaining("loading model");
    }

    @Test
    void anImageThatDoesNotCheckKeysIsReported() {
        model = new PlainServer(request -> Answer.text(200, "open"));

        deployment().deploy(request());

        assertThat(progress.lines()).anyMatch(line -> line.contains("answers without a key"));
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
        assertThat(deployment().plan(request())).isEqualTo(ContainerGroupDeployment.Plan.CREATE);
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

    private ContainerGroupDeployment deployment() {
        return new ContainerGroupDeployment(clients.containerInstances(), model, progress);
    }

    private AmlException failure() {
        return catchThrowableOfType(AmlException.class, () -> deployment().deploy(request()));
    }

    private ContainerGroupRequest request() {
        return request(1.0, Map.of("TOKEN", "s3cret"));
    }

    private ContainerGroupRequest request(double cpu, Map<String, String> secure) {
        return request(cpu, secure, Duration.ofSeconds(20), "scorer");
    }

    private ContainerGroupRequest request(double cpu, Map<String, String> secure, Duration limit, String name) {
        return new ContainerGroupRequest(
                "rg1",
                name,
                "westeurope",
                IMAGE,
                cpu,
                1.5,
                5001,
                Optional.of("scorer-it"),
                "Always",
                Map.of("LOG_LEVEL", "info"),
                secure,
                new ContainerGroupRequest.ImagePull.Login(new RegistryAccess(
                        "acr1.azurecr.io", RegistryAccess.TOKEN_USER, "token-" + System.nanoTime(), false)),
                new ScoringAuth(true, Optional.empty(), new ScoringKeyFile(folder.resolve("scorer.keys.json"))),
                Map.of("BuildId", "7"),
                limit,
                Duration.ofMillis(10));
    }

    private ReceivedRequest put() {
        List<ReceivedRequest> all = service.requests().stream()
                .filter(r -> r.method().equals("PUT"))
                .toList();
        return all.get(all.size() - 1);
    }

    private Answer json(int status) {
        return Answer.json(status, String.valueOf(live));
    }

    /** The group as the service gives it back: without secure values, with an address and a state. */
    private ObjectNode stored(ReceivedRequest request) {
        ObjectNode group = (ObjectNode) request.json();
        group.put("id", ID).put("name", "scorer");
        ObjectNode properties = (ObjectNode) group.get("properties");
        properties.put("provisioningState", "Succeeded");
        ((ObjectNode) properties.get("ipAddress"))
                .put("ip", "20.1.2.3")
                .put("fqdn", "scorer-it.westeurope.azurecontainer.io");
        properties.putObject("instanceView").put("state", "Running");
        for (JsonNode container : properties.path("containers")) {
            for (JsonNode variable : container.path("properties").path("environmentVariables")) {
                ((ObjectNode) variable).remove("secureValue");
            }
        }
        return group;
    }

    private void state(String provisioningState) {
        if (live != null) {
            ((ObjectNode) live.get("properties")).put("provisioningState", provisioningState);
        }
    }

    /** A group that was deployed by an earlier build, whose container's log answers so. */
    private void deploymentOf(Answer... logs) {
        PlainServer failing = model;
        model = new PlainServer(request -> Answer.text(200, "Healthy"));
        deployment().deploy(request());
        model = failing;
        service.play("GET " + ID + "/containers/scorer/logs", logs);
    }

    private void view(String containerState, int restarts) {
        if (live != null) {
            ObjectNode view = ((ObjectNode) live.at("/properties/containers/0/properties")).putObject("instanceView");
            view.put("restartCount", restarts);
            view.putObject("currentState").put("state", containerState);
        }
    }

    private void cannotBoot(int restarts) {
        view("Terminated", restarts);
        if (live != null) {
            ((ObjectNode) live.at("/properties/containers/0/properties/instanceView/currentState")).put("exitCode", 3);
        }
    }

    private void crash() {
        if (live != null) {
            ObjectNode view = ((ObjectNode) live.at("/properties/containers/0/properties")).putObject("instanceView");
            view.put("restartCount", 4);
            view.putObject("currentState").put("state", "Terminated").put("exitCode", 3);
            ArrayNode events = view.putArray("events");
            events.add(JSON.createObjectNode()
                    .put("name", "BackOff")
                    .put("message", "Restarting")
                    .put("count", 4));
        }
    }
}
