package io.github.amlmaven.emulator.job.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.job.state.JobFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * On how many nodes a command runs, with how many processes, and how these find each other.
 *
 * @param parameterServers of a TensorFlow cluster; its workers are {@code nodes * processesPerNode}
 */
public record Distribution(Kind kind, int nodes, int processesPerNode, int workers, int parameterServers) {

    /** Which framework's environment variables the processes get. */
    enum Kind {
        NONE,
        PYTORCH,
        MPI,
        TENSORFLOW
    }

    static final Distribution ONE_PROCESS = new Distribution(Kind.NONE, 1, 1, 1, 0);

    private static final int LIMIT = 64;

    /**
     * One process to start.
     *
     * @param node 0 for the first
     * @param log name of its log file in the run
     */
    record Member(int rank, int node, int localRank, Map<String, String> variables, String log) {}

    /**
     * Reads {@code distribution} and {@code resources}, in Resource Manager's spelling, a pipeline step's or a component's.
     *
     * @throws JobFailure when it is of a kind that is not emulated, or of more processes than this machine should bear
     */
    public static Distribution of(JsonNode distribution, JsonNode resources) throws JobFailure {
        int nodes = number(resources, 1, "instanceCount", "instance_count");
        String type = text(distribution, "distributionType", "distribution_type", "type");
        int perNode = number(distribution, 1, "processCountPerInstance", "process_count_per_instance");
        Distribution read = switch (type.toLowerCase(Locale.ROOT)) {
            case "" -> ONE_PROCESS;
            case "pytorch" -> new Distribution(Kind.PYTORCH, nodes, perNode, 0, 0);
            case "mpi" -> new Distribution(Kind.MPI, nodes, perNode, 0, 0);
            case "tensorflow" ->
                new Distribution(
                        Kind.TENSORFLOW,
                        nodes,
                        1,
                        number(distribution, nodes, "workerCount", "worker_count"),
                        number(distribution, 0, "parameterServerCount", "parameter_server_count"));
            default ->
                throw new JobFailure(
                        "NotEmulated",
                        "Distribution of type '" + type + "' is not emulated; PyTorch, Mpi and TensorFlow are.");
        };
        if (read.size() < 1 || read.size() > LIMIT) {
            throw JobFailure.user(
                    "The job would be " + read.size() + " processes; 1 to " + LIMIT + " can be run here.");
        }
        return read;
    }

    /** How many processes in all. */
    int size() {
        return kind == Kind.TENSORFLOW ? workers + parameterServers : nodes * processesPerNode;
    }

    /**
     * The processes.
     *
     * @param ports a free port for the first process, and for each process of a TensorFlow cluster
     */
    List<Member> members(List<Integer> ports) {
        List<Member> members = new ArrayList<>();
        for (int rank = 0; rank < size(); rank++) {
            int node = kind == Kind.TENSORFLOW ? rank % nodes : rank / processesPerNode;
            int local = kind == Kind.TENSORFLOW ? rank / nodes : rank % processesPerNode;
            Map<String, String> variables = new TreeMap<>();
            switch (kind) {
                case NONE -> {}
                case PYTORCH -> torch(variables, rank, node, local, ports.get(0));
                case MPI -> mpi(variables, rank, local, ports.get(0));
                case TENSORFLOW -> variables.put("TF_CONFIG", tensorFlow(rank, ports));
            }
            variables.put("AZUREML_CR_NODE_RANK", Integer.toString(node));
            variables.put("AZUREML_NODE_COUNT", Integer.toString(nodes));
            variables.put("AZUREML_PROCESS_NAME", "rank_" + rank);
            members.add(new Member(rank, node, local, variables, log(rank)));
        }
        return members;
    }

    private void torch(Map<String, String> variables, int rank, int node, int local, int port) {
        variables.put("MASTER_ADDR", "127.0.0.1");
        variables.put("MASTER_PORT", Integer.toString(port));
        variables.put("WORLD_SIZE", Integer.toString(size()));
        variables.put("NODE_RANK", Integer.toString(node));
        variables.put("RANK", Integer.toString(rank));
        variables.put("LOCAL_RANK", Integer.toString(local));
    }

    private void mpi(Map<String, String> variables, int rank, int local, int port) {
        variables.put("OMPI_COMM_WORLD_RANK", Integer.toString(rank));
        variables.put("OMPI_COMM_WORLD_SIZE", Integer.toString(size()));
        variables.put("OMPI_COMM_WORLD_LOCAL_RANK", Integer.toString(local));
        variables.put("OMPI_COMM_WORLD_LOCAL_SIZE", Integer.toString(processesPerNode));
        variables.put("OMPI_COMM_WORLD_NODE_RANK", Integer.toString(local));
        variables.put("OMPI_UNIVERSE_SIZE", Integer.toString(size()));
        variables.put("AZ_BATCH_MASTER_NODE", "127.0.0.1:" + port);
        variables.put("AZ_BATCHAI_MPI_MASTER_NODE", "127.0.0.1");
    }

    /** Workers come first, then parameter servers. */
    private String tensorFlow(int rank, List<Integer> ports) {
        boolean worker = rank < workers;
        String servers = parameterServers == 0 ? "" : ", \"ps\": " + addresses(ports.subList(workers, size()));
        return "{\"cluster\": {\"worker\": " + addresses(ports.subList(0, workers)) + servers
                + "}, \"task\": {\"type\": \""
                + (worker ? "worker" : "ps") + "\", \"index\": " + (worker ? rank : rank - workers)
                + "}, \"environment\": \"cloud\"}";
    }

    private static String addresses(List<Integer> ports) {
        return ports.stream().map(port -> "\"127.0.0.1:" + port + "\"").toList().toString();
    }

    /** One process has the plain name; of several each has its own, that of a parameter server with {@code _ps}. */
    private String log(int rank) {
        if (kind == Kind.NONE) {
            return JobFolder.USER_LOG;
        }
        boolean server = kind == Kind.TENSORFLOW && rank >= workers;
        return "user_logs/std_log_process_" + (server ? rank - workers + "_ps" : rank) + ".txt";
    }

    private static String text(JsonNode node, String... names) {
        for (String name : names) {
            if (node.path(name).isTextual()) {
                return node.path(name).asText();
            }
        }
        return "";
    }

    private static int number(JsonNode node, int otherwise, String... names) {
        for (String name : names) {
            if (node.hasNonNull(name)) {
                return node.path(name).asInt(otherwise);
            }
        }
        return otherwise;
    }
}
