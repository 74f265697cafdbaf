package io.github.amlmaven.core.containerinstance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.ApiCatalog;
import io.github.amlmaven.core.testing.PlainServer;
import io.github.amlmaven.core.testing.ReceivedRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a deployment says when the group or its model does not come up. */
class ContainerGroupFailureTest extends OneContainerGroup {

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
    void anIdentityThatMayNotPullIsToldWithTheCommandThatGivesItTheRole() {
        service.on(
                "PUT " + ID,
                request -> Answer.error(
                        400, "InaccessibleImage", "The image in container group 'scorer' is not accessible."));
        String identity =
                "/subscriptions/s/resourceGroups/rg1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/pull";

        AmlException failure = catchThrowableOfType(
                AmlException.class,
                () -> deployment()
                        .deploy(request(
                                1.0,
                                Map.of(),
                                Duration.ofSeconds(20),
                                "scorer",
                                new ContainerGroupRequest.ImagePull.Identity("acr1.azurecr.io", identity))));

        assertThat(failure).hasMessageContaining("InaccessibleImage");
        assertThat(failure.remedy())
                .contains("az role assignment create", identity, "--role AcrPull", "az acr show --name acr1 ");
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
    void anEndWhoseLogIsGoneAlreadyIsNotTheLastWord() {
        model = new PlainServer(request -> {
            throw new IllegalStateException("connection refused");
        });
        Answer nothing = Answer.json(200, "{\"content\":\"\"}");
        deploymentOf(nothing, nothing, Answer.json(200, "{\"content\":\"KeyError: 'model.pkl'\"}"));
        service.on("GET " + ID, request -> {
            cannotBoot(1);
            return json(200);
        });

        assertThat(failure())
                .hasMessageContaining("init() of the scoring script failed")
                .hasMessageContaining("KeyError");
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

    private AmlException failure() {
        return catchThrowableOfType(AmlException.class, () -> deployment().deploy(request()));
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
