package io.github.amlmaven.core.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.schedule.ScheduleRequest.Action;
import io.github.amlmaven.core.schedule.ScheduleResult.Outcome;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.ApiCatalog;
import io.github.amlmaven.core.testing.LoopbackService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobScheduleTest {

    private static final String SCHEDULE = LoopbackService.WORKSPACE.armId() + "/schedules/nightly";

    @TempDir
    private Path project;

    private final LoopbackService service = new LoopbackService();
    private final AzureClients clients = service.clients(Progress.NONE);

    @BeforeEach
    void files() throws IOException {
        Files.writeString(project.resolve("job.yml"), """
                type: command
                command: echo ${{inputs.lr}}
                environment: azureml:e1:1
                compute: azureml:cpu
                inputs:
                  lr: 0.1
                """);
        Files.writeString(project.resolve("schedule.yml"), """
                name: nightly
                display_name: every night
                trigger:
                  type: recurrence
                  frequency: week
                  interval: 2
                  schedule:
                    hours: 4
                    minutes: [0, 30]
                    week_days: [monday, friday]
                  time_zone: W. Europe Standard Time
                create_job:
                  type: command
                  job: ./job.yml
                  experiment_name: nights
                  inputs:
                    lr: 0.2
                """);
        service.play("GET " + SCHEDULE, Answer.error(404, "NotFound", "none"))
                .play("PUT " + SCHEDULE, Answer.json(201, "{\"properties\":{\"provisioningState\":\"Succeeded\"}}"));
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @Test
    void aFileBecomesWhatTheServiceTakes() {
        ScheduleResult result = run(Action.APPLY, Optional.empty(), false);

        assertThat(result.outcome()).isEqualTo(Outcome.CHANGED);
        assertThat(result.body().at("/properties/trigger").toString())
                .isEqualTo(
                        "{\"timeZone\":\"W. Europe Standard Time\",\"triggerType\":\"Recurrence\",\"frequency\":\"week\","
                                + "\"interval\":2,\"schedule\":{\"hours\":[4],\"minutes\":[0,30],\"weekDays\":[\"monday\",\"friday\"]}}");
        assertThat(result.body().at("/properties/isEnabled").asBoolean()).isTrue();
        assertThat(result.body()
                        .at("/properties/action/jobDefinition/experimentName")
                        .asText())
                .isEqualTo("nights");
        assertThat(result.body()
                        .at("/properties/action/jobDefinition/inputs/lr/value")
                        .asText())
                .isEqualTo("0.2");
        ApiCatalog catalog = ApiCatalog.machineLearning();
        assertThat(service.requests())
                .filteredOn(request -> request.path().equals(SCHEDULE))
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(request -> assertThat(catalog.problems(request)).isEmpty());
    }

    @Test
    void theSameContentIsLeftAloneAndADisabledScheduleStaysDisabled() {
        ObjectNode created = run(Action.APPLY, Optional.empty(), false).body();
        ((ObjectNode) created.path("properties")).put("isEnabled", false);
        service.play("GET " + SCHEDULE, Answer.json(200, created.toString()));

        ScheduleResult again = run(Action.APPLY, Optional.empty(), false);
        assertThat(again.outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(again.sentence()).endsWith("it is disabled");

        ScheduleResult changed = run(Action.APPLY, Optional.of(cron("0 3 * * *")), false);
        assertThat(changed.outcome()).isEqualTo(Outcome.CHANGED);
        assertThat(changed.body().at("/properties/isEnabled").asBoolean()).isFalse();
        assertThat(changed.body().at("/properties/trigger/expression").asText()).isEqualTo("0 3 * * *");
    }

    @Test
    void aDryRunSendsNothing() {
        assertThat(run(Action.APPLY, Optional.empty(), true).outcome()).isEqualTo(Outcome.DRY_RUN);
        assertThat(service.requests()).noneMatch(request -> request.method().equals("PUT"));
    }

    @Test
    void whatIsNotThereIsNotDisabledAndNeedNotBeDeleted() {
        AmlException error =
                catchThrowableOfType(AmlException.class, () -> run(Action.DISABLE, Optional.empty(), false));

        assertThat(error.code()).isEqualTo(ErrorCode.ARM_NOT_FOUND);
        assertThat(run(Action.DELETE, Optional.empty(), false).outcome()).isEqualTo(Outcome.UNCHANGED);
    }

    private static ScheduleRequest.Trigger cron(String expression) {
        return new ScheduleRequest.Trigger(Optional.of(expression), "", 1, "UTC", Optional.empty());
    }

    private ScheduleResult run(Action action, Optional<ScheduleRequest.Trigger> trigger, boolean dryRun) {
        return new JobSchedule(clients, new SpecReader(), Progress.NONE)
                .run(new ScheduleRequest(
                        action,
                        project.resolve(trigger.isPresent() ? "job.yml" : "schedule.yml"),
                        project,
                        Optional.of("nightly"),
                        trigger,
                        Duration.ofSeconds(30),
                        dryRun));
    }
}
