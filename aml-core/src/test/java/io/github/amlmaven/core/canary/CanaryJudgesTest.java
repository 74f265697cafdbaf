package io.github.amlmaven.core.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.azure.core.http.HttpHeaderName;
import io.github.amlmaven.core.canary.CanaryRequest.Interrupted;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.testing.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What each judge says of a candidate, and what is said of its verdict. */
class CanaryJudgesTest extends OneCanary {

    @Test
    void theStatusesOfTheCandidatesFailuresAreInSentenceFindingAndError() {
        AtomicInteger answered = new AtomicInteger();
        model = version -> version.equals("blue")
                ? Answer.json(200, "[1]")
                : Answer.json(answered.getAndIncrement() % 4 == 0 ? 429 : 500, "\"no\"");

        CanaryResult result = run(plan(Duration.ofMinutes(5), 8, ERRORS), Interrupted.RESTART);

        Finding finding = result.steps().get(0).findings().get(0);
        assertThat(finding.failures().keySet()).containsExactly(500, 429);
        assertThat(finding.failures().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum())
                .isEqualTo(finding.samples());
        AmlException error = catchThrowableOfType(AmlException.class, () -> result.requirePassed(target));
        assertThat(error.getMessage())
                .containsPattern("requests each\\): green answered \\d+ x 500, \\d+ x 429\\. Traffic");
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

        CanaryResult result = run(plan(Duration.ofMinutes(5), 3, DRIFT), Interrupted.RESTART);

        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(result.steps().get(0).findings().get(0).value()).hasValue(0.5);
        assertThat(target.read().split()).hasToString("blue=100");
    }

    @Test
    void aLiveVersionThatFailsIsNotNeededForALatencyOfItsOwnLimit() {
        model = version -> version.equals("green") ? Answer.json(200, "[1]") : Answer.json(500, "\"no\"");
        Judge absolute = new Judge.Latency(0.95, Optional.of(Duration.ofSeconds(20)), OptionalDouble.empty());
        Judge relative = new Judge.Latency(0.95, Optional.empty(), OptionalDouble.of(3));

        Finding alone = run(plan(BAKE, 3, absolute), Interrupted.RESTART)
                .steps()
                .get(0)
                .findings()
                .get(0);
        target = new PlayedTarget("blue=100", Map.of());
        CanaryResult compared = run(plan(BAKE, 3, relative, DRIFT), Interrupted.RESTART);

        assertThat(alone.verdict()).isEqualTo(Verdict.PASS);
        assertThat(alone.sentence()).containsPattern("\\d+ good answers\\)");
        assertThat(compared.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(compared.steps().get(0).findings())
                .allSatisfy(finding ->
                        assertThat(finding.remedy()).startsWith("The live version has too few good answers"));
        assertThat(compared.steps().get(0).findings().get(1).sentence()).contains("is unknown (limit");
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
}
