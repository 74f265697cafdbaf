package io.github.amlmaven.core.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpRequest;
import io.github.amlmaven.core.arm.ArmClient;
import io.github.amlmaven.core.canary.CanaryRequest.Interrupted;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.scoring.ModelCall;
import io.github.amlmaven.core.scoring.ScoringCredential;
import io.github.amlmaven.core.scoring.ScoringRequest.Payload;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.PlainServer;
import io.github.amlmaven.core.testing.ProgressLog;
import io.github.amlmaven.core.traffic.TrafficRollback;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CanaryTest {

    private static final Judge ERRORS = new Judge.ErrorRate(OptionalDouble.of(0.05), OptionalDouble.empty());
    private static final Judge DRIFT = new Judge.Drift(Judge.Drift.Measure.DISAGREEMENT, 0.1, 1e-6);
    private static final Judge LATENCY =
            new Judge.Latency(0.9, Optional.of(Duration.ofSeconds(20)), OptionalDouble.empty());
    private static final Duration BAKE = Duration.ofMillis(120);

    private final ProgressLog progress = new ProgressLog();
    private PlayedTarget target = new PlayedTarget("blue=100", Map.of());
    private Function<String, Answer> model = version -> Answer.json(200, "[1, {\"label\": \"red\"}]");
    private Consumer<HttpRequest> seen = request -> {};
    private Function<HttpRequest, Answer> queries = request -> Answer.text(404, "");

    @Test
    void aGoodCandidateGetsTheTrafficStepByStepAndTheJournalWhatWasBefore() {
        CanaryResult result = run(plan(BAKE, 3, ERRORS, DRIFT, LATENCY), Interrupted.RESTART);

        assertThat(result.verdict()).isEqualTo(Verdict.PASS);
        assertThat(target.history()).containsExactly("blue=100 mirror green=10", "blue=75,green=25", "green=100");
        assertThat(target.read().notes())
                .hasSize(1)
                .allSatisfy((name, value) -> assertThat(name + " " + value)
                        .startsWith("aml.traffic.before.1 ")
                        .endsWith(" blue=100"));
        assertThat(result.steps())
                .hasSize(3)
                .allSatisfy(step -> assertThat(step.findings()).hasSize(3).allMatch(finding -> finding.samples() >= 3));
    }

    @Test
    void eachRequestCarriesWhatOpensTheVersionThen() {
        AtomicInteger token = new AtomicInteger();
        target.credential = () -> Optional.of(ScoringCredential.token(
                ScoringCredential.Kind.AML_TOKEN, "t" + token.incrementAndGet(), PlayedTarget.ADDRESS));
        List<String> sent = Collections.synchronizedList(new ArrayList<>());
        seen = request -> sent.add(request.getHeaders().getValue(HttpHeaderName.AUTHORIZATION));

        assertThat(run(plan(BAKE, 3, ERRORS), Interrupted.RESTART).verdict()).isEqualTo(Verdict.PASS);
        assertThat(sent).hasSizeGreaterThan(6).doesNotHaveDuplicates();
    }

    @Test
    void errorsOfTheCandidateEndTheCanaryEarlyAndPutTheTrafficBack() {
        model = version -> version.equals("green") ? Answer.json(500, "\"no\"") : Answer.json(200, "[1]");

        CanaryResult result = run(plan(Duration.ofMinutes(5), 10, ERRORS), Interrupted.RESTART);

        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(target.history()).containsExactly("blue=100 mirror green=10", "blue=100");
        assertThat(target.read().notes()).isEmpty();
        Finding finding = result.steps().get(0).findings().get(0);
        assertThat(finding.value()).hasValue(1);
        assertThat(finding.live()).hasValue(0);
        assertThat(finding.samples()).isBetween(10, 12);
        AmlException error = catchThrowableOfType(AmlException.class, () -> result.requirePassed(target));
        assertThat(error.code()).isEqualTo(ErrorCode.CANARY_FAILED);
        assertThat(error.getMessage()).contains("error rate of green is 1, of blue 0", "Traffic is blue=100");
        assertThat(error.remedy()).contains("read green");
    }

    @Test
    void whatFailsAtTheLiveVersionTooSaysNothingAboutTheCandidate() {
        model = version -> Answer.json(400, "\"bad sample\"");

        CanaryResult result = run(plan(BAKE, 3, ERRORS), Interrupted.RESTART);

        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(target.read().split()).hasToString("blue=100");
    }

    @Test
    void otherPredictionsAreDrift() {
        model = version -> Answer.json(
                200, version.equals("green") ? "[1, {\"label\": \"blue\"}]" : "[1.0, {\"label\": \"red\"}]");

        CanaryResult result = run(plan(BAKE, 3, DRIFT), Interrupted.RESTART);

        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(result.steps().get(0).findings().get(0).value()).hasValue(0.5);
        assertThat(target.read().split()).hasToString("blue=100");
    }

    @Test
    void tooFewSamplesAreInconclusiveAndTheTrafficGoesBack() {
        CanaryResult result = run(plan(BAKE, 100_000, ERRORS), Interrupted.RESTART);

        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(target.history()).endsWith("blue=100");
        assertThat(catchThrowableOfType(AmlException.class, () -> result.requirePassed(target))
                        .code())
                .isEqualTo(ErrorCode.CANARY_INCONCLUSIVE);
    }

    @Test
    void aQueryOfPrometheusJudgesByItsFirstValue() {
        List<String> asked = new ArrayList<>();
        queries = request -> {
            asked.add(request.getUrl().toString());
            return Answer.json(200, "{\"status\":\"success\",\"data\":{\"result\":[{\"value\":[1,\"0.25\"]}]}}");
        };
        Judge query = new Judge.Query(
                "saturation",
                "http://prometheus:9090/api/v1/query?query=busy{version=\"{candidate}\"}",
                Optional.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalDouble.of(0.2));

        CanaryResult result = run(plan(BAKE, 1, query), Interrupted.RESTART);

        assertThat(asked).containsExactly("http://prometheus:9090/api/v1/query?query=busy%7Bversion=%22green%22%7D");
        assertThat(result.steps().get(0).findings().get(0).sentence()).isEqualTo("saturation is 0.25 (maximum 0.2)");
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    }

    private static Judge query(String url, String server) {
        return new Judge.Query(
                "saturation", url, Optional.empty(), Optional.of(server), OptionalDouble.empty(), OptionalDouble.of(1));
    }

    @Test
    void theRemedyOfAnInconclusiveVerdictIsThatOfItsReason() {
        assertThat(inconclusive(plan(BAKE, 100_000, ERRORS)))
                .contains("minimum_samples")
                .doesNotContain("query");
        queries = request -> Answer.text(200, "out of order");
        assertThat(inconclusive(plan(BAKE, 1, query("https://prometheus/", "metrics"))))
                .contains("query 'saturation'")
                .doesNotContain("minimum_samples");
        model = version -> Answer.json(400, "\"bad sample\"");
        assertThat(inconclusive(plan(BAKE, 3, ERRORS))).contains("probe").doesNotContain("minimum_samples");
    }

    private String inconclusive(CanaryPlan plan) {
        target = new PlayedTarget("blue=100", Map.of());
        CanaryResult result = run(plan, Interrupted.RESTART);
        AmlException error = catchThrowableOfType(AmlException.class, () -> result.requirePassed(target));
        assertThat(error.code()).isEqualTo(ErrorCode.CANARY_INCONCLUSIVE);
        return error.remedy();
    }

    @Test
    void aQueryCarriesItsServersCredentialsToHttpsOnly() {
        List<String> sent = new ArrayList<>();
        queries = request -> {
            sent.add(request.getHeaders().getValue(HttpHeaderName.AUTHORIZATION));
            return Answer.json(200, "0.5");
        };

        assertThat(run(plan(BAKE, 1, query("https://prometheus/", "metrics")), Interrupted.RESTART)
                        .verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(sent).containsOnly("Basic for metrics");
        sent.clear();
        target = new PlayedTarget("blue=100", Map.of());
        AmlException error = catchThrowableOfType(
                AmlException.class,
                () -> run(plan(BAKE, 1, query("http://prometheus/", "metrics")), Interrupted.RESTART));
        assertThat(error.getMessage()).contains("are not sent to prometheus");
        assertThat(sent).isEmpty();
        assertThat(target.read().split()).hasToString("blue=100");
    }

    @Test
    void aMetricOfAzureMonitorJudgesTheCandidatesPart() {
        target.id =
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/onlineEndpoints/wine";
        List<String> asked = new ArrayList<>();
        queries = request -> {
            asked.add(request.getUrl().toString());
            return Answer.json(
                    200,
                    "{\"value\":[{\"timeseries\":[{\"data\":[{\"timeStamp\":\"a\"},{\"maximum\":120.0},{\"maximum\":80.0}]}]}]}");
        };
        Judge metric = new Judge.Metric(
                "RequestLatency_P95",
                "maximum",
                Duration.ofMinutes(5),
                Optional.of("statusCode eq '200'"),
                OptionalDouble.empty(),
                OptionalDouble.of(100));

        CanaryResult result = run(plan(BAKE, 1, metric), Interrupted.RESTART);

        assertThat(asked.get(0))
                .contains(
                        "/onlineEndpoints/wine/providers/Microsoft.Insights/metrics?",
                        "timespan=PT5M",
                        "deployment",
                        "green",
                        "statusCode");
        assertThat(result.steps().get(0).findings().get(0).sentence())
                .isEqualTo("RequestLatency_P95 of green is 120 (maximum 100)");
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void aMetricThatAzureMonitorDoesNotHaveYetIsInconclusive() {
        target.id = "/subscriptions/s/resourceGroups/g/providers/p/workspaces/w/onlineEndpoints/wine";
        queries = request -> Answer.json(200, "{\"value\":[{\"timeseries\":[]}]}");
        Judge metric = new Judge.Metric(
                "RequestsPerMinute",
                "total",
                Duration.ofMinutes(5),
                Optional.empty(),
                OptionalDouble.of(1),
                OptionalDouble.empty());

        assertThat(run(plan(BAKE, 1, metric), Interrupted.RESTART).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void aQueryWithoutANumberIsInconclusive() {
        Judge query = new Judge.Query(
                "saturation",
                "http://prometheus/",
                Optional.empty(),
                Optional.empty(),
                OptionalDouble.of(1),
                OptionalDouble.empty());

        assertThat(run(plan(BAKE, 1, query), Interrupted.RESTART).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void whereNothingCanBeMirroredTheMirrorStepLeavesTheTraffic() {
        target.mirrors = false;

        run(plan(BAKE, 3, ERRORS), Interrupted.RESTART);

        assertThat(target.history()).containsExactly("blue=75,green=25", "green=100");
    }

    @Test
    void anErrorPutsTheTrafficBackAndIsWhatTheUserSees() {
        target.beforeWrite = () -> {
            if (target.history().size() == 2) {
                target.beforeWrite = () -> {};
                throw AmlException.of(ErrorCode.ARM_SERVER_ERROR, "write: 500").build();
            }
        };

        AmlException error =
                catchThrowableOfType(AmlException.class, () -> run(plan(BAKE, 3, ERRORS), Interrupted.RESTART));

        assertThat(error.code()).isEqualTo(ErrorCode.ARM_SERVER_ERROR);
        assertThat(target.history()).containsExactly("blue=100 mirror green=10", "blue=75,green=25", "blue=100");
        assertThat(target.read().notes()).isEmpty();
    }

    @Test
    void whatCannotBePutBackSaysSo() {
        target.beforeWrite = () -> {
            if (target.history().size() == 1) {
                throw AmlException.of(ErrorCode.ARM_UNREACHABLE, "no network").build();
            }
        };

        AmlException error =
                catchThrowableOfType(AmlException.class, () -> run(plan(BAKE, 3, ERRORS), Interrupted.RESTART));

        assertThat(error.code()).isEqualTo(ErrorCode.RELEASE_NOT_RESTORED);
        assertThat(error.remedy()).contains("mvn aml:rollback");
    }

    @Test
    void aStoppedBuildPutsTheTrafficBackBesideTheThreadThatItStops() throws InterruptedException {
        CountDownLatch called = new CountDownLatch(1);
        model = version -> {
            called.countDown();
            return Answer.json(200, "[1]");
        };
        Canary canary = canary();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread build =
                new Thread(() -> canary.run(request(plan(Duration.ofMinutes(5), 3, ERRORS), Interrupted.RESTART)));
        build.setUncaughtExceptionHandler((thread, e) -> thrown.set(e));
        build.start();
        assertThat(called.await(20, TimeUnit.SECONDS)).isTrue();

        canary.stop();

        assertThat(target.read().split()).hasToString("blue=100");
        assertThat(target.read().notes()).isEmpty();
        build.join(20_000);
        assertThat(thrown.get())
                .isInstanceOfSatisfying(
                        AmlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OPERATION_INTERRUPTED));
        assertThat(target.history()).containsExactly("blue=100 mirror green=10", "blue=100");
    }

    @ParameterizedTest
    @EnumSource(Interrupted.class)
    void whatAKilledBuildHasLeftIsPutBackOrGoesOn(Interrupted interrupted) {
        target = new PlayedTarget("blue=75,green=25", Map.of("aml.release.open", open(deadBuild(), "blue=100")));

        CanaryResult result = run(plan(BAKE, 3, ERRORS), interrupted);

        switch (interrupted) {
            case RESTART ->
                assertThat(target.history())
                        .containsExactly("blue=100", "blue=100 mirror green=10", "blue=75,green=25", "green=100");
            case RESUME -> assertThat(target.history()).containsExactly("green=100");
            case RESTORE -> assertThat(target.history()).containsExactly("blue=100");
        }
        assertThat(target.read().notes()).doesNotContainKey("aml.release.open");
        assertThat(result.verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void aRollbackPutsBackWhatAKilledBuildHasLeft() {
        target = new PlayedTarget("blue=75,green=25", Map.of("aml.release.open", open(deadBuild(), "blue=100")));

        new TrafficRollback(target, progress).rollBack(new TrafficRollback.Request(Optional.empty(), false));

        assertThat(target.read().split()).hasToString("blue=100");
        assertThat(target.read().notes()).isEmpty();
    }

    @Test
    void aReleaseOfALivingBuildIsNotTouched() {
        String own = ProcessHandle.current().pid() + "/"
                + ProcessHandle.current()
                        .info()
                        .startInstant()
                        .orElse(Instant.EPOCH)
                        .getEpochSecond();
        String host = deadBuild().substring(0, deadBuild().indexOf('/'));
        target = new PlayedTarget("blue=75,green=25", Map.of("aml.release.open", open(host + "/" + own, "blue=100")));

        AmlException error =
                catchThrowableOfType(AmlException.class, () -> run(plan(BAKE, 3, ERRORS), Interrupted.RESTART));

        assertThat(error.code()).isEqualTo(ErrorCode.RELEASE_HELD);
        assertThat(target.history()).isEmpty();
    }

    @Test
    void aBuildOfAnotherMachineIsDeadOnceItsTimeHasPassed() {
        target = new PlayedTarget("blue=75,green=25", Map.of("aml.release.open", open("elsewhere/1/1", "blue=100")));

        assertThat(run(plan(BAKE, 3, ERRORS), Interrupted.RESTORE).after()).hasToString("blue=100");
    }

    @Test
    void trafficThatOthersChangeMeanwhileStaysAsTheySetIt() {
        target.beforeWrite = () -> {
            if (target.history().size() == 2) {
                target.seize("blue=50,green=50");
            }
        };

        AmlException error =
                catchThrowableOfType(AmlException.class, () -> run(plan(BAKE, 3, ERRORS), Interrupted.RESTART));

        assertThat(error.code()).isEqualTo(ErrorCode.RELEASE_LOST);
        assertThat(target.read().split()).hasToString("blue=50,green=50");
        assertThat(target.read().notes()).isEmpty();
    }

    @Test
    void aCandidateThatIsNotThereIsRefusedBeforeAnythingIsChanged() {
        AmlException error = catchThrowableOfType(
                AmlException.class,
                () -> canary().run(new CanaryRequest(
                        plan(BAKE, 3, ERRORS), Optional.of("gren"), Interrupted.RESTART, false, false)));

        assertThat(error.getMessage()).contains("Did you mean 'green'?");
        assertThat(target.history()).isEmpty();
    }

    private static String deadBuild() {
        try {
            return java.net.InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "") + "/"
                    + ProcessHandle.current().pid() + "/1";
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static String open(String build, String before) {
        return "2026-01-31T12:00:00Z " + build + " green " + before;
    }

    private static CanaryPlan plan(Duration bake, int samples, Judge... judges) {
        return new CanaryPlan(
                Optional.of("green"),
                List.of(
                        new CanaryStep(10, true, bake),
                        new CanaryStep(25, false, bake),
                        new CanaryStep(100, false, bake)),
                List.of(new Payload("data", "[[1]]", Optional.empty())),
                Duration.ofMillis(5),
                Duration.ofSeconds(10),
                samples,
                List.of(judges));
    }

    private static CanaryRequest request(CanaryPlan plan, Interrupted interrupted) {
        return new CanaryRequest(plan, Optional.empty(), interrupted, false, false);
    }

    private CanaryResult run(CanaryPlan plan, Interrupted interrupted) {
        return canary().run(request(plan, interrupted));
    }

    private Canary canary() {
        PlainServer models = new PlainServer(request -> {
            seen.accept(request);
            return model.apply(request.getHeaders().getValue(HttpHeaderName.fromString("azureml-model-deployment")));
        });
        return new Canary(
                target,
                new ModelCall(models, progress),
                new FigureSources(
                        new PlainServer(request -> queries.apply(request)),
                        server -> "Basic for " + server,
                        new ArmClient(
                                new HttpPipelineBuilder()
                                        .httpClient(new PlainServer(request -> queries.apply(request)))
                                        .build(),
                                URI.create("https://management.azure.com"),
                                progress)),
                progress,
                Clock.systemUTC(),
                Duration.ofMillis(5));
    }
}
