package io.github.amlmaven.core.ranks;

import java.util.List;
import java.util.Map;

/**
 * The processes of a job.
 *
 * @param processes in the order of their rank
 * @param warnings what will not work, or not as it looks
 */
public record RanksResult(List<RankedProcess> processes, List<String> warnings) {

    public RanksResult {
        processes = List.copyOf(processes);
        warnings = List.copyOf(warnings);
    }

    /**
     * One process.
     *
     * @param rank among all processes
     * @param node the machine, 0 for the first
     * @param localRank among those of the machine
     * @param variables what AML sets for it, in the order in which they are read
     */
    public record RankedProcess(int rank, int node, int localRank, Map<String, String> variables) {}
}
