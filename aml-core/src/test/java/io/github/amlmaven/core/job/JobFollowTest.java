package io.github.amlmaven.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.job.JobRunResult.Outcome;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A job is followed to its end, whichever that is, or left alone. */
class JobFollowTest extends OneJob {

    @Test
    void eachLineOfTheLogIsShownOnce() {
        service.forgetAnswers(DETAILS);
        int[] polls = {0};
        service.on(DETAILS, request -> {
            polls[0]++;
            if (polls[0] == 2) {
                data.put("log.txt", "one\ntwo\nthree\n\u001B[31mfour");
            }
            return details(polls[0] < 3 ? "Running" : "Completed");
        });

        run(request());

        assertThat(progress.remote()).containsExactly("one", "two", "three", "four");
        assertThat(service.requests())
                .filteredOn(request -> request.path().endsWith("log.txt"))
                .last()
                .satisfies(request -> assertThat(request.header("Range")).isNotNull());
    }

    @Test
    void aFailedJobSaysWhy() {
        service.play(
                DETAILS,
                Answer.json(
                        200,
                        "{\"status\":\"Failed\",\"error\":{\"error\":{\"code\":\"UserError\",\"message\":\"exit code 1\"}}}"));

        AmlException failure = catchThrowableOfType(AmlException.class, () -> run(request()));

        assertThat(failure.code()).isEqualTo(ErrorCode.JOB_FAILED);
        assertThat(failure).hasMessageContaining("job1").hasMessageContaining("exit code 1");
        assertThat(failure.remedy()).doesNotContain("log is above");
        assertThat(project.resolve("target/aml/outputs")).doesNotExist();
    }

    @Test
    void aCanceledJobIsNotAFailedOne() {
        service.play(DETAILS, Answer.json(200, "{\"status\":\"Canceled\"}"));

        AmlException failure = catchThrowableOfType(AmlException.class, () -> run(request()));

        assertThat(failure.code()).isEqualTo(ErrorCode.JOB_CANCELED);
        assertThat(failure).hasMessageContaining("job1 was canceled");
    }

    @Test
    void aJobThatRanLongerThanItsLimitSaysSo() {
        service.play(
                DETAILS,
                Answer.json(
                        200,
                        "{\"status\":\"Canceled\",\"error\":{\"error\":{\"code\":\"UserError\",\"message\":\"longer than PT3S\"}}}"));

        AmlException failure = catchThrowableOfType(AmlException.class, () -> run(request()));

        assertThat(failure.code()).isEqualTo(ErrorCode.JOB_CANCELED);
        assertThat(failure).hasMessageContaining("job1 was canceled: longer than PT3S");
    }

    @Test
    void aJobThatDoesNotEndIsLeftAtTheLimit() {
        service.play(DETAILS, Answer.json(200, "{\"status\":\"Queued\"}"));
        JobRunRequest hasty = request(Map.of(), Duration.ofMillis(400), true, false);

        AmlException failure = catchThrowableOfType(AmlException.class, () -> run(hasty));

        assertThat(failure.code()).isEqualTo(ErrorCode.JOB_TIMEOUT);
        assertThat(failure.describe()).contains("goes on", "aml:wait -Daml.job=job1");
    }

    @Test
    void anInterruptedWaitLeavesTheJobAndSaysHowToWaitForItAgain() {
        AmlException failure = interrupted(false);

        assertThat(failure.code()).isEqualTo(ErrorCode.OPERATION_INTERRUPTED);
        assertThat(failure.describe()).contains("the job goes on", "mvn aml:wait -Daml.job=job1");
        assertThat(service.sequence()).noneMatch(line -> line.contains("/cancel"));
    }

    @Test
    void anInterruptedWaitCancelsTheJobWhenAsked() {
        service.play("POST " + WS + "/jobs/job1/cancel", Answer.json(202, "{}"));

        AmlException failure = interrupted(true);

        assertThat(failure.code()).isEqualTo(ErrorCode.JOB_CANCELED);
        assertThat(service.sequence()).anyMatch(line -> line.endsWith("/jobs/job1/cancel"));
    }

    private AmlException interrupted(boolean cancel) {
        service.forgetAnswers(DETAILS);
        Thread waiting = Thread.currentThread();
        service.on(DETAILS, request -> {
            waiting.interrupt();
            return details("Running");
        });
        JobRunRequest request = request(Map.of(), Duration.ofSeconds(20), true, cancel);
        AmlException failure = catchThrowableOfType(AmlException.class, () -> run(request));
        assertThat(Thread.interrupted()).isTrue();
        return failure;
    }

    @Test
    void aJobThatIsNotWaitedForIsSubmittedAndNamed() {
        JobRunRequest detached = request(Map.of(), Duration.ofSeconds(20), false, false);

        assertThat(run(detached).outcome()).isEqualTo(Outcome.SUBMITTED);
        assertThat(submitted).extracting(SubmittedJob::name).containsExactly("job1");
        assertThat(service.sequence()).noneMatch(line -> line.contains("/history/"));
    }

    @Test
    void aJobOfAnEarlierBuildIsFollowedToItsOutputs() {
        JobRunResult result = new JobWait(clients, progress)
                .untilCompleted(
                        new JobWait.Request(
                                "job1",
                                "f",
                                Duration.ofSeconds(20),
                                false,
                                project.resolve("target/aml/outputs"),
                                project.resolve("target/aml")),
                        submitted::add);

        assertThat(submitted).extracting(SubmittedJob::name).containsExactly("job1");
        assertThat(result.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(result.fingerprint()).isEqualTo("f");
        assertThat(result.outputs()).containsOnlyKeys("model");
        assertThat(progress.remote()).contains("one");
        assertThat(project.resolve("target/aml/metrics.md")).content().contains("| inertia | 0.25");
    }

    @Test
    void waitingForAJobThatIsNotThereTakesNothingAway() throws IOException {
        Path metrics = Files.createDirectories(project.resolve("target/aml")).resolve("metrics.json");
        Files.writeString(metrics, "{}");
        service.play("GET " + LoopbackService.WORKSPACE.armId() + "/jobs/other", Answer.error(404, "NotFound", "no"));

        assertThatThrownBy(() -> new JobWait(clients, progress)
                        .untilCompleted(
                                new JobWait.Request(
                                        "other",
                                        "",
                                        Duration.ofSeconds(20),
                                        false,
                                        project.resolve("target/aml/outputs"),
                                        project.resolve("target/aml")),
                                submitted::add))
                .isInstanceOf(AmlException.class);

        assertThat(submitted).isEmpty();
        assertThat(metrics).hasContent("{}");
    }
}
