package io.github.amlmaven.emulator.job.run;

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
record JobProcesses(JobFolder folder, String command, Distribution.Kind kind, List<Distribution.Member> members) {

    /** Starts all of them, each in its node's working directory; when one cannot be started none is left. */
    List<ProcessGroup> start(Map<String, String> variables) throws IOException {
        if (byMpirun()) {
            return List.of(new MpiLaunch(this).start(variables));
        }
        List<ProcessGroup> groups = new ArrayList<>();
        try {
            for (Distribution.Member member : members) {
                Map<String, String> own = new TreeMap<>(variables);
                own.putAll(member.variables());
                groups.add(ProcessGroup.start(
                        List.of(shell(), "-c", command),
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

    /** The process whose end was the job's. */
    Distribution.Member decisive(ProcessGang.Outcome.Exited outcome) throws IOException {
        return byMpirun() ? new MpiLaunch(this).failed().orElse(members.get(0)) : members.get(outcome.member());
    }

    static String shell() {
        return Programs.find("bash").isPresent() ? "bash" : "sh";
    }

    private boolean byMpirun() {
        return kind == Distribution.Kind.MPI && MpiLaunch.installed();
    }
}
