package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Nodes and processes of a run configuration as {@code resources} and {@code distribution}. Two things change from the first
 * API to the second: {@code pytorch.processCount}, the number of all processes, was ignored when a pipeline was submitted from
 * YAML and takes effect now; and torch under MPI must be given its ranks.
 *
 * <p>Source of what the keys mean: the descriptions in the run configuration's JSON schema, and
 * https://learn.microsoft.com/azure/machine-learning/v1/how-to-train-distributed-gpu
 */
final class Processes {

    /** Open MPI's variables under the names that torch.distributed reads; a single node has no AZ_BATCH_MASTER_NODE. */
    static final String TRANSLATION = "export RANK=$OMPI_COMM_WORLD_RANK WORLD_SIZE=$OMPI_COMM_WORLD_SIZE"
            + " LOCAL_RANK=$OMPI_COMM_WORLD_LOCAL_RANK "
            + "MASTER_ADDR=$(echo $AZ_BATCH_MASTER_NODE localhost | cut -d' ' -f1 | cut -d: -f1) MASTER_PORT=6105";

    private static final Set<String> MPI = Set.of("openmpi", "intelmpi", "mpi");
    private static final Set<String> MPI_FRAMEWORKS = Set.of("pythonmpi", "pythonintelmpi");
    private static final Set<String> COLLECTIVES = Set.of("nccl", "gloo");

    private final V1Node run;
    private final ScriptFolder code;
    private final Notes notes;
    private final String framework;
    private final String communicator;
    private final int nodes;

    /** Of an MpiStep; null when the run configuration says it. */
    private final @Nullable Integer stepProcesses;

    Processes(V1Node run, ScriptFolder code, Notes notes) {
        this(
                run,
                code,
                notes,
                run.word("communicator"),
                run.number("nodeCount")
                        .or(() -> run.child("mpi").number("nodeCount"))
                        .or(() -> run.child("pytorch").number("nodeCount"))
                        .orElse(1),
                null);
    }

    private Processes(
            V1Node run,
            ScriptFolder code,
            Notes notes,
            String communicator,
            int nodes,
            @Nullable Integer stepProcesses) {
        this.run = run;
        this.code = code;
        this.notes = notes;
        this.framework = run.word("framework");
        this.communicator = communicator;
        this.nodes = Math.max(1, nodes);
        this.stepProcesses = stepProcesses;
    }

    /** An MpiStep says itself how many processes it has, whatever its run configuration says. */
    static Processes ofMpiStep(V1Node step, V1Node run, ScriptFolder code, Notes notes) {
        return new Processes(
                run,
                code,
                notes,
                "openmpi",
                step.number("node_count").orElse(1),
                step.number("process_count_per_node").orElse(1));
    }

    /** Sets {@code resources.instance_count} and {@code distribution}; answers what the command must begin with. */
    String apply(ObjectNode target) {
        int instances = nodes;
        String prefix = "";
        if (MPI.contains(communicator) || MPI_FRAMEWORKS.contains(framework)) {
            prefix = mpi(target);
        } else if (framework.equals("pytorch") || COLLECTIVES.contains(communicator)) {
            torch(target);
        } else if (framework.equals("tensorflowparameterserver") || communicator.equals("parameterserver")) {
            instances = tensorflow(target);
        } else if (mpiProcesses() > 1) {
            notes.comment(
                    "command",
                    run.child("mpi").location("processCountPerNode"),
                    "mpi.processCountPerNode had no effect in v1 without the communicator OpenMpi, and is left out; for"
                            + " several processes set distribution: {type: mpi, process_count_per_instance: ...}");
        }
        if (instances > 1) {
            resources(target).put("instance_count", instances);
        }
        return prefix;
    }

    private int mpiProcesses() {
        return stepProcesses != null
                ? stepProcesses
                : run.child("mpi").number("processCountPerNode").orElse(1);
    }

    static ObjectNode resources(ObjectNode target) {
        return target.get("resources") instanceof ObjectNode there ? there : target.putObject("resources");
    }

    private String mpi(ObjectNode target) {
        boolean torch = code.usesTorchDistributed() || framework.equals("pytorch");
        if (!torch || code.readsOpenMpi()) {
            if (communicator.equals("intelmpi") || framework.equals("pythonintelmpi")) {
                notes.comment(
                        "distribution",
                        run.location(run.has("communicator") ? "communicator" : "framework"),
                        "v1 ran Intel MPI; v2 runs Open MPI, which must be in the image");
            }
            distribution(target, "mpi", mpiProcesses());
            return "";
        }
        if (code.usesMpi()) {
            distribution(target, "mpi", mpiProcesses());
            notes.comment(
                    "command",
                    run.location("communicator"),
                    "MPI sets OMPI_* and not what torch.distributed reads: the command translates them into RANK,"
                            + " WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and MASTER_PORT");
            return TRANSLATION + " && ";
        }
        distribution(target, "pytorch", mpiProcesses());
        notes.comment(
                "distribution",
                run.location("communicator"),
                "v1 ran torch under MPI, which sets OMPI_* but not RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and"
                        + " MASTER_PORT; this distribution sets them. The image needs no MPI any more");
        return "";
    }

    private void torch(ObjectNode target) {
        V1Node settings = run.child("pytorch");
        int all = settings.number("processCount").orElse(0);
        if (all <= 1) {
            if (nodes > 1 || COLLECTIVES.contains(communicator)) {
                distribution(target, "pytorch", 1);
                notes.comment(
                        "distribution",
                        run.location("communicator"),
                        "as in v1, one process on each node; set the number of GPUs of a node");
            }
            return;
        }
        if (all % nodes != 0) {
            notes.problem(
                    ErrorCode.SPEC_BAD_VALUE,
                    settings.location("processCount"),
                    "'pytorch.processCount' is the number of all processes; " + all + " is no multiple of the " + nodes
                            + " nodes");
            return;
        }
        distribution(target, "pytorch", all / nodes);
        notes.comment(
                "distribution",
                settings.location("processCount"),
                "processCount: " + all + " over " + nodes + (nodes == 1 ? " node" : " nodes")
                        + ". v1 ignored it in YAML and started one process on each node; v2 starts "
                        + all / nodes + " on each. Set 1 for what v1 did");
    }

    private int tensorflow(ObjectNode target) {
        V1Node settings = run.child("tensorflow");
        int workers = settings.number("workerCount").orElse(1);
        int servers = settings.number("parameterServerCount").orElse(0);
        target.putObject("distribution")
                .put("type", "tensorflow")
                .put("worker_count", workers)
                .put("parameter_server_count", servers);
        if (workers + servers != nodes) {
            notes.comment(
                    "resources",
                    settings.location("workerCount"),
                    "v2 gives each worker and each parameter server an instance of its own: " + workers + " + "
                            + servers + ", where v1 had nodeCount: " + nodes);
        }
        return workers + servers;
    }

    private static void distribution(ObjectNode target, String type, int perNode) {
        target.putObject("distribution").put("type", type).put("process_count_per_instance", perNode);
    }
}
