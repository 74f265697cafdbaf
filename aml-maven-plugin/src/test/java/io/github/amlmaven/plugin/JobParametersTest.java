package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.github.amlmaven.core.job.JobRunRequest;
import io.github.amlmaven.core.pipeline.PipelinePublicationRequest;
import io.github.amlmaven.core.ranks.RanksRequest;
import io.github.amlmaven.core.schedule.ScheduleRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.junit.jupiter.api.Test;

/** What stands in the POM is what the library is asked for: jobs, pipelines and schedules. What it does then, the invoker projects prove. */
@MojoTest
class JobParametersTest extends GoalTest {

    @Test
    @InjectMojo(goal = "run", pom = HEAD + """
            <jobFile>jobs/train.yml</jobFile><inputs><clusters>4</clusters></inputs><jobName>j1</jobName>
            <experiment>wine</experiment><tags><team>a</team></tags><timeout>2h</timeout>
            <skipUnchanged>false</skipUnchanged><dryRun>true</dryRun>
            <waitForEnd>false</waitForEnd><cancelOnInterrupt>true</cancelOnInterrupt>
            """ + TAIL)
    void run(RunMojo goal) {
        session.getUserProperties().setProperty("aml.inputs.seed", "7");

        JobRunRequest request = goal.request();

        assertThat(request.file()).isAbsolute().endsWithRaw(Path.of("jobs", "train.yml"));
        assertThat(request.inputs()).containsOnly(entry("clusters", "4"), entry("seed", "7"));
        assertThat(request.name()).contains("j1");
        assertThat(request.experimentName()).contains("wine");
        assertThat(request.tags()).containsOnly(entry("team", "a"));
        assertThat(request.timeout()).isEqualTo(Duration.ofHours(2));
        assertThat(request.skipUnchanged()).isFalse();
        assertThat(request.waitForEnd()).isFalse();
        assertThat(request.cancelOnInterrupt()).isTrue();
        assertThat(request.dryRun()).isTrue();
    }

    @Test
    @InjectMojo(goal = "wait", pom = HEAD + "<job>j1</job><timeout>5m</timeout>" + TAIL)
    void waitForAJob(WaitMojo goal) {
        assertThat(goal.job().name()).isEqualTo("j1");
        assertThat(goal.timeout()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    @InjectMojo(goal = "ranks", pom = HEAD + """
            <distribution>mpi</distribution><vmSize>Standard_NC24s_v3</vmSize><nodes>2</nodes><processes>4</processes>
            """ + TAIL)
    void ranks(RanksMojo goal) {
        RanksRequest request = goal.request();

        assertThat(request.file()).isEmpty();
        assertThat(request.distribution()).contains("mpi");
        assertThat(request.vmSize()).contains("Standard_NC24s_v3");
        assertThat(request.nodes()).contains(2);
        assertThat(request.processesPerNode()).contains(4);
    }

    @Test
    @InjectMojo(goal = "publish-pipeline", pom = HEAD + """
            <pipelineFile>p.yml</pipelineFile><pipelineName>nightly</pipelineName><endpoint>nightly-wine</endpoint>
            <pipelineVersion>7</pipelineVersion><defaultCompute>big</defaultCompute><makeDefault>false</makeDefault>
            <keepVersions>3</keepVersions><tags><team>a</team></tags><timeout>3m</timeout><dryRun>true</dryRun>
            """ + TAIL)
    void publishPipeline(PublishPipelineMojo goal) {
        PipelinePublicationRequest request = goal.request();

        assertThat(request.file()).isAbsolute().endsWithRaw(Path.of("p.yml"));
        assertThat(request.name()).contains("nightly");
        assertThat(request.endpoint()).contains("nightly-wine");
        assertThat(request.version()).contains("7");
        assertThat(request.defaultCompute()).contains("big");
        assertThat(request.makeDefault()).isFalse();
        assertThat(request.keepVersions()).hasValue(3);
        assertThat(request.tags()).containsOnly(entry("team", "a"));
        assertThat(request.timeout()).isEqualTo(Duration.ofMinutes(3));
        assertThat(request.dryRun()).isTrue();
    }

    @Test
    @InjectMojo(goal = "schedule", pom = HEAD + """
            <scheduleJob>nightly.yml</scheduleJob><scheduleName>nightly</scheduleName><cron>0 3 * * *</cron>
            <timeZone>Tokyo Standard Time</timeZone><startTime>2030-01-31T06:00:00</startTime><timeout>3m</timeout>
            """ + TAIL)
    void schedule(ScheduleMojo goal) {
        ScheduleRequest request = goal.request();

        assertThat(request.action()).isEqualTo(ScheduleRequest.Action.APPLY);
        assertThat(request.file()).isAbsolute().endsWithRaw(Path.of("nightly.yml"));
        assertThat(request.name()).contains("nightly");
        assertThat(request.trigger())
                .contains(new ScheduleRequest.Trigger(
                        Optional.of("0 3 * * *"), "", 1, "Tokyo Standard Time", Optional.of("2030-01-31T06:00:00")));
        assertThat(request.timeout()).isEqualTo(Duration.ofMinutes(3));
    }
}
