package io.github.amlmaven.emulator.job.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.job.data.DataFailure;
import io.github.amlmaven.emulator.job.environment.EnvironmentCache;
import io.github.amlmaven.emulator.job.environment.EnvironmentFailure;
import io.github.amlmaven.emulator.job.process.FolderTree;
import io.github.amlmaven.emulator.job.process.FreePorts;
import io.github.amlmaven.emulator.job.process.HostVariables;
import io.github.amlmaven.emulator.job.process.LogTail;
import io.github.amlmaven.emulator.job.process.ProcessGang;
import io.github.amlmaven.emulator.job.process.ProcessGroup;
import io.github.amlmaven.emulator.job.process.Stop;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.JobFailure;
import io.github.amlmaven.emulator.job.state.JobStatus;
import io.github.amlmaven.emulator.job.state.Jobs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs command jobs: environment, code, inputs, the command itself, outputs. */
public final class CommandRuns {

    private static final int ERROR_LINES = 10;

    /** In the run's facts: the processes that a killed emulator would leave behind. */
    public static final String PROCESSES = "processes";

    /** Where a job's parts come from and go to. */
    public record Rooms(
            JobDefinitions definitions,
            JobInputs inputs,
            JobOutputs outputs,
            JobVariables variables,
            RunTokens tokens,
            RunLogs logs,
            EnvironmentCache environments,
            Path files) {

        public JobFolder folder(Job job) {
            return new JobFolder(files.resolve(job.workspace().name()).resolve(job.name()));
        }
    }

    private final Jobs jobs;
    private final Rooms rooms;

    public CommandRuns(Jobs jobs, Rooms rooms) {
        this.jobs = jobs;
        this.rooms = rooms;
    }

    /** Runs one job from Queued to its end. A shutdown leaves the job in the state it had. */
    public void run(ResourceId id, Stop stop) {
        if (!jobs.move(id, JobStatus.PREPARING)) {
            return;
        }
        Job job = jobs.get(id);
        JobFolder folder = rooms.folder(job);
        try {
            execute(job, folder, stop);
            end(job, folder, JobStatus.COMPLETED, Optional.empty());
        } catch (Stop.StoppedException e) {
            if (e.reason() == Stop.Reason.CANCELED) {
                end(job, folder, JobStatus.CANCELED, Optional.empty());
            }
        } catch (TimeLimitReached e) {
            end(job, folder, JobStatus.CANCELED, Optional.of(e.failure()));
        } catch (JobFailure e) {
            end(job, folder, JobStatus.FAILED, Optional.of(e));
        } catch (EnvironmentFailure e) {
            end(job, folder, JobStatus.FAILED, Optional.of(JobFailure.user(e.getMessage())));
        } catch (DataFailure e) {
            end(job, folder, JobStatus.FAILED, Optional.of(JobFailure.user(e.getMessage())));
        } catch (IOException | RuntimeException e) {
            end(job, folder, JobStatus.FAILED, Optional.of(new JobFailure("SystemError", e.toString())));
        }
    }

    private void execute(Job job, JobFolder folder, Stop stop)
            throws IOException, JobFailure, Stop.StoppedException, TimeLimitReached {
        FolderTree.delete(folder.root());
        Files.createDirectories(folder.userLog().getParent());
        JobDefinitions.Command definition = rooms.definitions().command(job);
        for (int node = 0; node < definition.distribution().nodes(); node++) {
            rooms.inputs().stageCode(job, definition.codeUri(), folder.node(node));
        }
        Map<String, String> inputs = rooms.inputs().stage(job, folder);
        Map<String, String> outputs = rooms.outputs().prepare(job, folder);
        String command = new CommandTemplate(definition.command()).resolve(inputs, outputs);
        EnvironmentCache.VirtualEnvironment environment = rooms.environments()
                .obtain(definition.environment(), HostVariables.inherited(), folder.buildLog(), stop);
        if (!environment.note().isEmpty()) {
            Files.writeString(
                    folder.userLog(), environment.note() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        Map<String, String> variables =
                rooms.variables().of(job, folder, definition.workspaceId(), environment, inputs, outputs);
        ParallelTask.install(job, folder).ifPresent(driver -> {
            variables.put("AZUREML_PARALLEL_DRIVER", driver.toString());
            variables.put(
                    "AZUREML_PARALLEL_CONFIG", job.run().path(ParallelTask.FACT).toString());
        });
        JobProcesses processes = new JobProcesses(
                folder,
                command,
                definition.distribution().kind(),
                definition.distribution().members(ports(definition.distribution())));
        ProcessGang.Outcome outcome = supervised(job, processes, variables, definition.limit(), stop);
        jobs.move(job.id(), JobStatus.FINALIZING);
        collect(job, folder, definition.distribution());
        if (outcome instanceof ProcessGang.Outcome.TimedOut) {
            throw new TimeLimitReached(definition.limit().orElse(Duration.ZERO));
        }
        ProcessGang.Outcome.Exited exited = (ProcessGang.Outcome.Exited) outcome;
        if (exited.code() != 0) {
            Distribution.Member member = processes.decisive(exited);
            throw JobFailure.user("Execution failed. User process '" + firstWord(command) + "' exited with status code "
                    + exited.code() + ". Please check log file '" + member.log() + "' for error details. Error: "
                    + LogTail.of(folder.root().resolve(member.log()), ERROR_LINES));
        }
        rooms.outputs().register(job);
    }

    private static List<Integer> ports(Distribution distribution) throws IOException {
        return distribution.kind() == Distribution.Kind.NONE ? List.of() : FreePorts.find(distribution.size());
    }

    private ProcessGang.Outcome supervised(
            Job job, JobProcesses processes, Map<String, String> variables, Optional<Duration> limit, Stop stop)
            throws IOException, Stop.StoppedException {
        stop.check();
        String token = rooms.tokens().issue(job);
        variables.put("AZUREML_RUN_TOKEN", token);
        variables.put("MLFLOW_TRACKING_TOKEN", token);
        try {
            List<ProcessGroup> groups = processes.start(variables);
            jobs.move(job.id(), JobStatus.RUNNING, moved -> {
                ArrayNode started = moved.run().putArray(PROCESSES);
                groups.forEach(group -> group.startInstant()
                        .ifPresent(start ->
                                started.addObject().put("pid", group.pid()).put("start", start.toString())));
            });
            return new ProcessGang(groups).await(limit, stop);
        } finally {
            rooms.tokens().revoke(token);
        }
    }

    /** Artifacts of all nodes; where two have written the same name, the first node's stays. */
    private void collect(Job job, JobFolder folder, Distribution distribution) throws IOException {
        for (int node = distribution.nodes() - 1; node > 0; node--) {
            rooms.outputs().artifacts(job, folder.node(node));
        }
        rooms.outputs().collect(job, folder);
        ObjectNode metrics = rooms.outputs().metrics(folder);
        if (!metrics.isEmpty()) {
            jobs.update(job.id(), stored -> stored.run().withObject("/metrics").setAll(metrics));
        }
    }

    private void end(Job job, JobFolder folder, JobStatus status, Optional<JobFailure> failure) {
        Optional<JobFailure> reported = failure;
        JobStatus reached = status;
        try {
            rooms.logs().publish(job, folder);
            rooms.logs().ended(job);
            if (status == JobStatus.COMPLETED) {
                FolderTree.delete(folder.root());
            }
        } catch (IOException e) {
            reached = JobStatus.FAILED;
            reported = Optional.of(failure.orElse(new JobFailure("SystemError", "Cannot keep the job's log: " + e)));
        }
        jobs.finish(job.id(), reached, reported);
    }

    private static String firstWord(String command) {
        String[] words = command.strip().split("\\s+", 2);
        return words[0];
    }

    private static final class TimeLimitReached extends Exception {

        private static final long serialVersionUID = 1L;

        private final Duration limit;

        TimeLimitReached(Duration limit) {
            super("time limit", null, false, false);
            this.limit = limit;
        }

        JobFailure failure() {
            return JobFailure.user("The job was canceled because it ran longer than its limit of " + limit + ".");
        }
    }
}
