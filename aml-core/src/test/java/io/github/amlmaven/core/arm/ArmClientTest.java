package io.github.amlmaven.core.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ProgressLog;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArmClientTest {

    private static final String ID = LoopbackService.WORKSPACE.armId() + "/models/iris/versions/1";
    private static final String API = ApiVersions.MACHINE_LEARNING;
    private static final WaitOptions SHORT = new WaitOptions(Duration.ofSeconds(20), Duration.ofMillis(20));

    private final LoopbackService service = new LoopbackService();
    private final ProgressLog progress = new ProgressLog();
    private final AzureClients clients = service.clients(progress);
    private final ArmClient arm = clients.arm();

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @Test
    void aResourceThatDoesNotExistIsEmpty() {
        service.play("GET " + ID, Answer.error(404, "NotFound", "nothing here"));

        assertThat(arm.find(ID, API)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "400, ARM_BAD_REQUEST",
        "401, ARM_UNAUTHORIZED",
        "403, ARM_FORBIDDEN",
        "404, ARM_NOT_FOUND",
        "409, ARM_CONFLICT",
        "412, ARM_CONFLICT",
        "429, ARM_THROTTLED",
        "500, ARM_SERVER_ERROR",
        "503, ARM_SERVER_ERROR"
    })
    void eachStatusHasItsCodeWithTheInnermostReasonAndTheRequestId(int status, ErrorCode code) {
        service.play(
                "GET " + ID,
                Answer.json(
                                status,
                                "{\"error\":{\"code\":\"Outer\",\"message\":\"see details\",\"details\":[{\"code\":\"Middle\","
                                        + "\"message\":\"m\",\"innererror\":{\"code\":\"Inner\",\"message\":\"the disk is full\"}}]}}")
                        .with("x-ms-request-id", "req-7"));

        AmlException failure = catchThrowableOfType(AmlException.class, () -> arm.get(ID, API));

        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure)
                .hasMessageContaining("Inner: the disk is full")
                .hasMessageContaining("models/iris/versions/1");
        assertThat(failure.requestId()).isEqualTo("req-7");
    }

    @Test
    void anUnauthorizedRequestIsNotRepeatedForEver() {
        service.play(
                "GET " + ID,
                Answer.error(401, "InvalidAuthenticationToken", "no")
                        .with(
                                "WWW-Authenticate",
                                "Bearer authorization_uri=\"https://login\", error=\"invalid_token\""));

        AmlException failure = catchThrowableOfType(AmlException.class, () -> arm.get(ID, API));

        assertThat(failure.code()).isEqualTo(ErrorCode.ARM_UNAUTHORIZED);
        assertThat(service.requests()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void throttlingWaitsAsLongAsTheServiceAsks() {
        service.play(
                "GET " + ID, Answer.error(429, "TooMany", "slow").with("Retry-After", "1"), Answer.json(200, "{}"));
        Instant began = Instant.now();

        arm.get(ID, API);

        assertThat(Duration.between(began, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(990));
        assertThat(service.requests()).hasSize(2);
    }

    @Test
    void throttlingUntilADateIsUnderstood() {
        ZonedDateTime date = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(3).truncatedTo(ChronoUnit.SECONDS);
        String soon = DateTimeFormatter.RFC_1123_DATE_TIME.format(date);
        service.play(
                "GET " + ID, Answer.error(429, "TooMany", "slow").with("Retry-After", soon), Answer.json(200, "{}"));

        arm.get(ID, API);

        // azure-core waits whole seconds, so up to one less; our own delay would end two seconds before the date.
        assertThat(Instant.now()).isAfter(date.toInstant().minusSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({"0", "-5", "soon"})
    void anUnusableRetryAfterMeansOurOwnDelay(String value) {
        service.play("GET " + ID, Answer.error(503, "Busy", "slow").with("Retry-After", value), Answer.json(200, "{}"));
        Instant began = Instant.now();

        arm.get(ID, API);

        assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void aWishToWaitForHoursEndsTheAttemptsAndSaysSo() {
        service.play("GET " + ID, Answer.error(429, "TooMany", "slow").with("Retry-After", "36000"));

        AmlException failure = catchThrowableOfType(AmlException.class, () -> arm.get(ID, API));

        assertThat(failure.code()).isEqualTo(ErrorCode.ARM_THROTTLED);
        assertThat(failure.remedy()).contains("36000");
        assertThat(service.requests()).hasSize(1);
    }

    @Test
    void aServerThatNobodyRunsIsUnreachable() {
        service.close();

        AmlException failure = catchThrowableOfType(AmlException.class, () -> arm.get(ID, API));

        assertThat(failure.code()).isEqualTo(ErrorCode.ARM_UNREACHABLE);
    }

    @Test
    void aPageOfHtmlIsNotTakenForAnAnswer() {
        service.play("GET " + ID, Answer.text(200, "<html>please sign in to the proxy</html>"));

        AmlException failure = catchThrowableOfType(AmlException.class, () -> arm.get(ID, API));

        assertThat(failure.code()).isEqualTo(ErrorCode.ARM_UNREACHABLE);
        assertThat(failure.remedy()).contains("proxy");
    }

    @Test
    void secretsOfAnAnswerDoNotReachTheMessage() {
        service.play(
                "GET " + ID,
                Answer.error(
                        400,
                        "Bad",
                        "token eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0In0.c2ln at https://x/y?sv=1&sig=abc%2Fdef and AccountKey=zzz=="));

        AmlException failure = catchThrowableOfType(AmlException.class, () -> arm.get(ID, API));

        assertThat(failure.describe())
                .doesNotContain("eyJ")
                .doesNotContain("abc%2F")
                .doesNotContain("zzz");
        assertThat(progress.lines()).noneMatch(line -> line.contains("eyJ"));
    }

    @Test
    void aFurtherPageOnAnotherHostIsRefused() {
        String list = LoopbackService.WORKSPACE.armId() + "/models/iris/versions";
        service.play(
                "GET " + list,
                Answer.json(200, "{\"value\":[{\"id\":\"a\"}],\"nextLink\":\"https://evil.example/x\"}"));

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> arm.list(list, API, Map.of()).toList());

        assertThat(failure).hasMessageContaining("evil.example");
    }

    @Test
    void pagesThatRunInACircleEnd() {
        String list = LoopbackService.WORKSPACE.armId() + "/models/iris/versions";
        String next = service.uri() + list + "?api-version=" + API + "&$skip=1";
        service.play("GET " + list, Answer.json(200, "{\"value\":[{\"id\":\"a\"}],\"nextLink\":\"" + next + "\"}"));

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> arm.list(list, API, Map.of()).toList());

        assertThat(failure).hasMessageContaining("circle");
    }

    @Test
    void anItemOnTwoPagesIsGivenOnce() {
        String list = LoopbackService.WORKSPACE.armId() + "/models/iris/versions";
        String next = service.uri() + list + "?api-version=" + API + "&$skip=1";
        service.play(
                "GET " + list,
                Answer.json(200, "{\"value\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"nextLink\":\"" + next + "\"}"),
                Answer.json(200, "{\"value\":[{\"id\":\"b\"},{\"id\":\"c\"}]}"));

        List<String> ids = arm.list(list, API, Map.of("$top", "2"))
                .map(item -> item.path("id").asText())
                .toList();

        assertThat(ids).containsExactly("a", "b", "c");
        assertThat(service.requests().get(0).query()).containsEntry("$top", "2").containsEntry("api-version", API);
    }

    @Test
    void aLongOperationIsFollowedToTheResource() {
        service.play(
                        "PUT " + ID,
                        Answer.json(201, "{\"properties\":{\"provisioningState\":\"Creating\"}}")
                                .with("Azure-AsyncOperation", service.uri() + "/status"))
                .play(
                        "GET /status",
                        Answer.json(200, "{\"status\":\"InProgress\"}"),
                        Answer.json(200, "{\"status\":\"Succeeded\"}"))
                .play("GET " + ID, Answer.json(200, "{\"name\":\"1\"}"));

        ObjectNode result = arm.putAndWait(ID, API, ArmClient.JSON.createObjectNode(), SHORT);

        assertThat(result.path("name").asText()).isEqualTo("1");
        assertThat(progress.lines()).anyMatch(line -> line.startsWith("write models/iris/versions/1 is"));
    }

    @Test
    void aServerErrorWhilePollingDoesNotStartTheOperationAgain() {
        service.play("PUT " + ID, Answer.json(201, "{}").with("Azure-AsyncOperation", service.uri() + "/status"))
                .play("GET /status", Answer.error(503, "Busy", "later"), Answer.json(200, "{\"status\":\"Succeeded\"}"))
                .play("GET " + ID, Answer.json(200, "{\"name\":\"1\"}"));

        arm.putAndWait(ID, API, ArmClient.JSON.createObjectNode(), SHORT);

        assertThat(service.sequence())
                .filteredOn(line -> line.startsWith("PUT"))
                .hasSize(1);
    }

    @Test
    void aFailedOperationThrowsItsInnermostReason() {
        service.play("PUT " + ID, Answer.json(201, "{}").with("Azure-AsyncOperation", service.uri() + "/status"))
                .play(
                        "GET /status",
                        Answer.json(
                                        200,
                                        "{\"status\":\"Failed\",\"error\":{\"code\":\"A\",\"message\":\"a\",\"details\":[{\"code\":"
                                                + "\"B\",\"message\":\"b\",\"details\":[{\"code\":\"QuotaExceeded\",\"message\":"
                                                + "\"0 cores left\"}]}]}}")
                                .with("x-ms-request-id", "req-9"));

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> arm.putAndWait(ID, API, ArmClient.JSON.createObjectNode(), SHORT));

        assertThat(failure.code()).isEqualTo(ErrorCode.OPERATION_FAILED);
        assertThat(failure).hasMessageContaining("QuotaExceeded: 0 cores left");
        assertThat(progress.lines()).anyMatch(line -> line.contains("A: a"));
    }

    @Test
    void aCanceledOperationIsNotAFailedOne() {
        service.play("PUT " + ID, Answer.json(201, "{}").with("Azure-AsyncOperation", service.uri() + "/status"))
                .play("GET /status", Answer.json(200, "{\"status\":\"Canceled\"}"));

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> arm.putAndWait(ID, API, ArmClient.JSON.createObjectNode(), SHORT));

        assertThat(failure).hasMessageContaining("was canceled");
    }

    @ParameterizedTest
    @CsvSource({"401", "403", "404"})
    void aStatusUrlThatAgedMakesWayForTheResource(int status) {
        service.play("PUT " + ID, Answer.json(201, "{}").with("Azure-AsyncOperation", service.uri() + "/status"))
                .play("GET /status", Answer.error(status, "Gone", "signature expired"))
                .play(
                        "GET " + ID,
                        Answer.json(200, "{\"properties\":{\"provisioningState\":\"Updating\"}}"),
                        Answer.json(200, "{\"name\":\"1\",\"properties\":{\"provisioningState\":\"Succeeded\"}}"));

        ObjectNode result = arm.putAndWait(ID, API, ArmClient.JSON.createObjectNode(), SHORT);

        assertThat(result.path("name").asText()).isEqualTo("1");
    }

    @Test
    void aStatusUrlOnAnotherHostNeverGetsTheToken() {
        service.play("PUT " + ID, Answer.json(201, "{}").with("Azure-AsyncOperation", "https://evil.example/status"));

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> arm.putAndWait(ID, API, ArmClient.JSON.createObjectNode(), SHORT));

        assertThat(failure).hasMessageContaining("evil.example");
    }

    @Test
    void anOperationThatNeverEndsIsGivenUpAtTheLimit() {
        service.play("PUT " + ID, Answer.json(201, "{}").with("Azure-AsyncOperation", service.uri() + "/status"))
                .play("GET /status", Answer.json(200, "{\"status\":\"InProgress\"}"));

        AmlException failure = catchThrowableOfType(
                AmlException.class,
                () -> arm.putAndWait(
                        ID,
                        API,
                        ArmClient.JSON.createObjectNode(),
                        new WaitOptions(Duration.ofMillis(300), Duration.ofMillis(20))));

        assertThat(failure.code()).isEqualTo(ErrorCode.OPERATION_TIMEOUT);
    }

    @Test
    void deletingWhatIsGoneIsNoError() {
        service.play("DELETE " + ID, Answer.empty(404));

        arm.deleteAndWait(ID, API, SHORT);

        assertThat(service.requests()).hasSize(1);
    }

    @Test
    void aDeletionIsFollowedThroughItsLocation() {
        service.play("DELETE " + ID, Answer.empty(202).with("Location", service.uri() + "/result"))
                .play("GET /result", Answer.empty(202), Answer.empty(204));

        arm.deleteAndWait(ID, API, SHORT);

        assertThat(service.sequence()).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void anActionWhoseAnswerGotLostIsNotRepeated() {
        service.play("POST " + ID + "/publish", Answer.RESET);

        AmlException failure = catchThrowableOfType(AmlException.class, () -> arm.post(ID + "/publish", API, null));

        assertThat(failure).hasMessageContaining("may have been carried out");
        assertThat(service.requests()).hasSize(1);
    }
}
