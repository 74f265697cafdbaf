package io.github.amlmaven.plugin;

import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.ranks.ProcessRanks;
import io.github.amlmaven.core.ranks.RanksRequest;
import io.github.amlmaven.core.ranks.RanksResult;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Prints the environment of every process of a distributed job as Azure ML sets it, from the virtual machine's size, the
 * number of nodes and the processes on each: {@code MASTER_ADDR}, {@code RANK} and their like for PyTorch, {@code OMPI_*}
 * for MPI, {@code TF_CONFIG} for TensorFlow. Warns when the processes do not fit the machine's GPUs, when torch meets MPI,
 * and when a launcher such as torchrun is started once a GPU. Sends nothing.
 */
@Mojo(name = "ranks", requiresProject = false, threadSafe = true)
public final class RanksMojo extends AbstractAmlMojo {

    /** The job's YAML file, a command job. It is not needed when the parameters below say all. */
    @Parameter(property = "aml.job.file", defaultValue = "${project.basedir}/src/main/aml/train.yml")
    private @Nullable File jobFile;

    /** {@code pytorch}, {@code mpi} or {@code tensorflow}, instead of the file's {@code distribution.type}. */
    @Parameter(property = "aml.ranks.distribution")
    private @Nullable String distribution;

    /** The virtual machine's size, {@code Standard_NC24s_v3}, instead of the file's {@code resources.instance_type}. */
    @Parameter(property = "aml.ranks.vmSize")
    private @Nullable String vmSize;

    /** The number of nodes, instead of the file's {@code resources.instance_count}. */
    @Parameter(property = "aml.ranks.nodes")
    private @Nullable Integer nodes;

    /** Processes on each node, instead of the file's {@code distribution.process_count_per_instance}. */
    @Parameter(property = "aml.ranks.processes")
    private @Nullable Integer processes;

    @Override
    protected GoalOutcome run(Progress progress) {
        RanksResult result = new ProcessRanks(specReader()).describe(request());
        for (RanksResult.RankedProcess process : result.processes()) {
            progress.info("node " + process.node() + ", process " + process.localRank() + ": "
                    + process.variables().entrySet().stream()
                            .map(variable -> variable.getKey() + "=" + variable.getValue())
                            .collect(Collectors.joining(" ")));
        }
        result.warnings().forEach(progress::warn);
        List<Map<String, String>> variables = result.processes().stream()
                .map(RanksResult.RankedProcess::variables)
                .toList();
        return GoalOutcome.done(
                result.processes().size() + " processes",
                Map.of("processes", variables, "warnings", result.warnings()));
    }

    /** What the parameters ask for. */
    RanksRequest request() {
        return new RanksRequest(
                Optional.ofNullable(jobFile).map(File::toPath).filter(this::isWanted),
                projectDirectory(),
                Optional.ofNullable(distribution),
                Optional.ofNullable(vmSize),
                Optional.ofNullable(nodes),
                Optional.ofNullable(processes));
    }

    /** A file that was named must be there; the usual one may be missing. */
    private boolean isWanted(Path file) {
        return Files.exists(file) || session().getUserProperties().containsKey("aml.job.file");
    }
}
