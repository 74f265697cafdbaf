package io.github.amlmaven.emulator.job.run;

import io.github.amlmaven.emulator.job.process.ProcessGroup;
import io.github.amlmaven.emulator.job.process.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Starts the processes of an MPI job by this machine's own {@code mpirun}, as AML does on its nodes, so that MPI programs
 * really talk to each other. All nodes are this machine, so what Open MPI says of ranks within a node is put right for each
 * process; its ranks and size over all nodes are its own.
 *
 * <p>Source: https://docs.open-mpi.org/en/v4.1.x/ (mpirun, several application contexts); variables as in <a
 * href="https://learn.microsoft.com/azure/machine-learning/how-to-train-distributed-gpu">AML's guide</a>.
 */
final class MpiLaunch {

    private static final Optional<Path> MPIRUN = Programs.find("mpirun").filter(MpiLaunch::openMpi);

    /** Its arguments are the log, the file that a failure is left in, and the command. */
    private static final String RANK = "exec >>\"$0\" 2>&1; \"$SHELL_OF_JOB\" -c \"$2\"; code=$?;"
            + " [ $code = 0 ] || echo $code >\"$1\"; exit $code";

    private final JobProcesses processes;
    private final JobFolder folder;

    MpiLaunch(JobProcesses processes) {
        this.processes = processes;
        this.folder = processes.folder();
    }

    static boolean installed() {
        return MPIRUN.isPresent();
    }

    /** One group: {@code mpirun} with all that it starts. */
    ProcessGroup start(Map<String, String> variables) throws IOException {
        Map<String, String> own = new TreeMap<>(variables);
        // What a job runs as is the emulator's user, and the ranks are more than this machine has cores.
        own.put("OMPI_ALLOW_RUN_AS_ROOT", "1");
        own.put("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
        own.put("SHELL_OF_JOB", JobProcesses.shell());
        Files.createDirectories(failures());
        return ProcessGroup.start(line(), folder.code(), own, folder.root().resolve(JobFolder.USER_LOG));
    }

    private List<String> line() {
        List<String> line =
                new ArrayList<>(List.of(MPIRUN.orElseThrow().toString(), "--oversubscribe", "--bind-to", "none"));
        String separator = "";
        for (Distribution.Member member : processes.members()) {
            if (!separator.isEmpty()) {
                line.add(separator);
            }
            separator = ":";
            line.addAll(List.of(
                    "-n", "1", "-wdir", folder.node(member.node()).code().toString(), "env"));
            member.variables().forEach((name, value) -> line.add(name + "=" + value));
            line.addAll(List.of(
                    "sh",
                    "-c",
                    RANK,
                    folder.root().resolve(member.log()).toString(),
                    failure(member).toString(),
                    processes.command()));
        }
        return line;
    }

    /** The process that failed of itself: when several have, the first that said so. */
    Optional<Distribution.Member> failed() throws IOException {
        Distribution.Member first = null;
        for (Distribution.Member member : processes.members()) {
            if (Files.exists(failure(member))
                    && (first == null
                            || Files.getLastModifiedTime(failure(member))
                                            .compareTo(Files.getLastModifiedTime(failure(first)))
                                    < 0)) {
                first = member;
            }
        }
        return Optional.ofNullable(first);
    }

    private Path failures() {
        return folder.root().resolve("mpi");
    }

    private Path failure(Distribution.Member member) {
        return failures().resolve("failed-" + member.rank());
    }

    /** Others take other options, and AML's images have Open MPI. */
    private static boolean openMpi(Path mpirun) {
        try {
            Process process = new ProcessBuilder(mpirun.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            try (var out = process.getInputStream()) {
                return new String(out.readAllBytes(), StandardCharsets.UTF_8).contains("Open MPI");
            }
        } catch (IOException e) {
            // A file of that name which is no program for this machine: as good as not installed.
            return false;
        }
    }
}
