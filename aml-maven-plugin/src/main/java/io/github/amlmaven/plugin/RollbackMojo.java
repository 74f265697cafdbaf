package io.github.amlmaven.plugin;

import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.traffic.TrafficRollback;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Puts the traffic of an online endpoint, or of a model in a cluster, back as it was, by the journal that lies there. A release
 * that a killed {@code aml:canary} has left half done is taken back first. Run again, it goes one change further back.
 */
@Mojo(name = "rollback", requiresProject = false, threadSafe = true)
public final class RollbackMojo extends AbstractTrafficMojo {

    /**
     * The deployment that shall get most of the traffic again, as it did last, or the number of a journal entry. Default: the
     * traffic before the last change. On the command line also {@code -Dto=}.
     */
    @Parameter(property = "aml.rollback.to")
    private @Nullable String to;

    @Override
    protected GoalOutcome run(Progress progress) {
        TrafficRollback.Request request = request();
        return withTraffic(
                progress,
                (clients, target) ->
                        TrafficMojo.outcome(new TrafficRollback(target, progress).rollBack(request), dryRun()));
    }

    /** What the parameters ask for. */
    TrafficRollback.Request request() {
        return new TrafficRollback.Request(
                Optional.ofNullable(to)
                        .or(() -> Optional.ofNullable(
                                session().getUserProperties().getProperty("to"))),
                dryRun());
    }
}
