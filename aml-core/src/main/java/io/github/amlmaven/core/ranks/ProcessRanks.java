package io.github.amlmaven.core.ranks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.ranks.RanksResult.RankedProcess;
import io.github.amlmaven.core.spec.CommandJobSpec;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Describes the environment of every process of a distributed job as AML sets it.
 *
 * <p>Source: https://learn.microsoft.com/azure/machine-learning/how-to-train-distributed-gpu
 */
public final class ProcessRanks {

    private static final int MOST = 4096;
    private static final String FIRST = "<address of node 0>";
    private static final String PORT = "<port>";

    private final SpecReader reader;

    public ProcessRanks(SpecReader reader) {
        this.reader = reader;
    }

    /** What is known of the job. */
    private record Layout(String kind, int nodes, int perNode, int workers, int servers, Optional<String> vmSize) {

        int size() {
            return kind.equals("tensorflow") ? workers + servers : nodes * perNode;
        }
    }

    /** Describes the processes; nothing is sent. */
    public RanksResult describe(RanksRequest request) {
        Optional<CommandJobSpec> job =
                request.file().map(file -> new SpecLoader(reader, request.projectDirectory()).commandJob(file));
        Layout layout = layout(request, job);
        if (layout.size() < 1 || layout.size() > MOST) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            layout.nodes() + " nodes with " + layout.perNode() + " processes each are " + layout.size()
                                    + " processes")
                    .remedy("Describe 1 to " + MOST + " processes.")
                    .build();
        }
        List<RankedProcess> processes = IntStream.range(0, layout.size())
                .mapToObj(rank -> process(layout, rank))
                .toList();
        List<String> warnings = new ArrayList<>();
        gpus(layout).ifPresent(warnings::add);
        job.ifPresent(spec -> warnings.addAll(FrameworkChecks.of(spec, layout.kind(), layout.perNode())));
        return new RanksResult(processes, warnings);
    }

    private static Layout layout(RanksRequest request, Optional<CommandJobSpec> job) {
        Optional<ObjectNode> distribution = job.map(spec -> spec.spec().object("distribution"));
        Optional<ObjectNode> resources = job.map(spec -> spec.spec().object("resources"));
        String kind = request.distribution()
                .or(() -> distribution.map(node -> node.path("type").asText()))
                .map(text -> text.toLowerCase(Locale.ROOT))
                .orElse("pytorch");
        if (!List.of("pytorch", "mpi", "tensorflow").contains(kind)) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "unknown distribution '" + kind + "'")
                    .remedy("Known are pytorch, mpi and tensorflow.")
                    .build();
        }
        int nodes = request.nodes()
                .orElseGet(() -> resources
                        .map(node -> node.path("instance_count").asInt(1))
                        .orElse(1));
        int perNode = request.processesPerNode()
                .orElseGet(() -> distribution
                        .map(node -> node.path("process_count_per_instance").asInt(1))
                        .orElse(1));
        return new Layout(
                kind,
                nodes,
                perNode,
                distribution.map(node -> node.path("worker_count").asInt(nodes)).orElse(nodes),
                distribution
                        .map(node -> node.path("parameter_server_count").asInt(0))
                        .orElse(0),
                request.vmSize()
                        .or(() -> resources
                                .map(node -> node.path("instance_type").asText(""))
                                .filter(type -> !type.isEmpty())));
    }

    private static RankedProcess process(Layout layout, int rank) {
        boolean tensorFlow = layout.kind().equals("tensorflow");
        int node = tensorFlow ? rank % layout.nodes() : rank / layout.perNode();
        int local = tensorFlow ? rank / layout.nodes() : rank % layout.perNode();
        Map<String, String> variables = new LinkedHashMap<>();
        switch (layout.kind()) {
            case "pytorch" -> {
                variables.put("MASTER_ADDR", FIRST);
                variables.put("MASTER_PORT", PORT);
                variables.put("WORLD_SIZE", text(layout.size()));
                variables.put("NODE_RANK", text(node));
                variables.put("RANK", text(rank));
                variables.put("LOCAL_RANK", text(local));
            }
            case "mpi" -> {
                variables.put("OMPI_COMM_WORLD_RANK", text(rank));
                variables.put("OMPI_COMM_WORLD_SIZE", text(layout.size()));
                variables.put("OMPI_COMM_WORLD_LOCAL_RANK", text(local));
                variables.put("OMPI_COMM_WORLD_LOCAL_SIZE", text(layout.perNode()));
                variables.put("AZ_BATCH_MASTER_NODE", FIRST + ":" + PORT);
            }
            default -> variables.put("TF_CONFIG", tensorFlow(layout, rank));
        }
        return new RankedProcess(rank, node, local, variables);
    }

    private static String tensorFlow(Layout layout, int rank) {
        boolean worker = rank < layout.workers();
        String servers = layout.servers() == 0 ? "" : ", \"ps\": " + hosts(layout, layout.workers(), layout.size());
        return "{\"cluster\": {\"worker\": " + hosts(layout, 0, layout.workers()) + servers
                + "}, \"task\": {\"type\": \"" + (worker ? "worker" : "ps") + "\", \"index\": "
                + (worker ? rank : rank - layout.workers()) + "}, \"environment\": \"cloud\"}";
    }

    private static String hosts(Layout layout, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(rank -> "\"<address of node " + rank % layout.nodes() + ">:" + PORT + "\"")
                .toList()
                .toString();
    }

    private static Optional<String> gpus(Layout layout) {
        if (layout.vmSize().isEmpty()) {
            return Optional.empty();
        }
        String size = layout.vmSize().get();
        OptionalInt gpus = VmSizes.gpus(size);
        if (gpus.isEmpty()) {
            return Optional.of(
                    "How many GPUs " + size + " has is not known here; processes are not checked against it.");
        }
        int count = gpus.getAsInt();
        if (count == 0 && layout.perNode() > 1) {
            return Optional.of(size + " has no GPU: the " + layout.perNode() + " processes of a node share its CPUs.");
        }
        if (count > 0 && layout.perNode() > count) {
            return Optional.of(layout.perNode() + " processes a node do not fit the " + count + " GPU(s) of " + size
                    + ": LOCAL_RANK " + count + " and above have none. Set process_count_per_instance to " + count
                    + ".");
        }
        if (count > layout.perNode() && layout.perNode() > 1) {
            return Optional.of((count - layout.perNode()) + " of the " + count + " GPUs of " + size
                    + " stay idle: process_count_per_instance is " + layout.perNode() + ".");
        }
        return Optional.empty();
    }

    private static String text(int number) {
        return Integer.toString(number);
    }
}
