package io.github.amlmaven.core.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.azure.core.http.HttpHeaderName;
import io.github.amlmaven.core.canary.CanaryRequest.Interrupted;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.scoring.ScoringCredential;
import io.github.amlmaven.core.scoring.ScoringRequest.Payload;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.traffic.TrafficRollback;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The steps of a canary, its end whatever ends it, and what is left for the next build. */
class CanaryTest extends OneCanary {

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
    void whatWasJudgedUntilAStopCanBeAskedForBesideTheThreadThatIsStopped() throws InterruptedException {
        CountDownLatch inTheSecondStep = new CountDownLatch(5);
        model = version -> {
            boolean second = target.history().size() == 2;
            if (second) {
                inTheSecondStep.countDown();
            }
            return second && version.equals("green") ? Answer.json(503, "") : Answer.json(200, "[1]");
        };
        CanaryPlan quickThenSlow = new CanaryPlan(
                Optional.of("green"),
                List.of(new CanaryStep(10, true, BAKE), new CanaryStep(25, false, Duration.ofMinutes(5))),
                List.of(new Payload("data", "[[1]]", Optional.empty())),
                Duration.ofMillis(5),
                Duration.ofSeconds(10),
                1,
                List.of(new Judge.ErrorRate(OptionalDouble.of(1), OptionalDouble.empty()), DRIFT));
        Canary canary = canary();
        assertThat(canary.soFar()).isEmpty();
        Thread build = new Thread(() -> canary.run(request(quickThenSlow, Interrupted.RESTART)));
        build.setUncaughtExceptionHandler((thread, e) -> {});
        build.start();
        assertThat(inTheSecondStep.await(20, TimeUnit.SECONDS)).isTrue();

        canary.stop();

        CanaryResult soFar = canary.soFar().orElseThrow();
        assertThat(soFar.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(soFar.after()).hasToString("blue=100");
        assertThat(soFar.steps())
                .extracting(CanaryResult.StepResult::verdict)
                .containsExactly(Verdict.PASS, Verdict.INCONCLUSIVE);
        CanaryResult.StepResult cutShort = soFar.steps().get(1);
        assertThat(cutShort.traffic()).hasToString("blue=75,green=25");
        assertThat(cutShort.findings()).extracting(Finding::judge).containsExactly("error_rate", "drift");
        assertThat(cutShort.findings().get(0).failures()).containsOnlyKeys(503);
        assertThat(cutShort.findings().get(0).value()).hasValue(1);
        build.join(20_000);
        assertThat(canary.soFar().orElseThrow().steps()).hasSize(2);
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

        assertThatThrownBy(() -> new TrafficRollback(target, progress)
                        .rollBack(new TrafficRollback.Request(Optional.of("green"), false)))
                .hasMessageContaining("the traffic before it was blue=100, in which 'green' does not lead");
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
}
