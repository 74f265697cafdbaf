package io.github.amlmaven.emulator.job;

import io.github.amlmaven.emulator.job.process.ProcessGang;
import io.github.amlmaven.emulator.job.process.ProcessGroup;
import io.github.amlmaven.emulator.job.process.Programs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The processes of one job: the same command on each node, as often as the distribution says.
 *
 * @param folder of the first node
 */
record JobProcesses(JobFolder folder, String command, List<Distribution.Member> members) {

    /** Starts all of them, each in its node's working directory; when one cannot be started none is left. */
    List<ProcessGroup> start(Map<String, String> variables) throws IOException {
        List<ProcessGroup> groups = new ArrayList<>();
        try {
            for (Distribution.Member member : members) {
                Map<String, String> own = new TreeMap<>(member.variables());
                own.putAll(variables);
                groups.add(ProcessGroup.start(
                        List.of(Programs.find("bash").isPresent() ? "bash" : "sh", "-c", command),
                        folder.node(member.node()).code(),
                        own,
                        folder.root().resolve(member.log())));
            }
            return groups;
        } catch (IOException e) {
            new ProcessGang(groups).end();
            throw e;
        }
    }
}
