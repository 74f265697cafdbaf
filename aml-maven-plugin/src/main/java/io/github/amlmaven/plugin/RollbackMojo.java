package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.endpoint.TrafficRollback;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Puts the traffic of a managed online endpoint back as it was, by the journal that lies in tags of the endpoint. Run again, it
 * goes one change further back.
 */
@Mojo(name = "rollback", requiresProject = false, threadSafe = true)
public final class RollbackMojo extends AbstractEndpointMojo {

    /**
     * The deployment that shall get most of the traffic again, as it did last, or the number of a journal entry. Default: the
     * traffic before the last change. On the command line also {@code -Dto=}.
     */
    @Parameter(property = "aml.rollback.to")
    private @Nullable String to;

    @Override
    protected GoalOutcome run(Progress progress) {
        TrafficRollback.Request request = request();
        try (AzureClients clients = connect(progress)) {
            return TrafficMojo.outcome(new TrafficRollback(clients, progress).rollBack(request), dryRun());
        }
    }

    /** What the parameters ask for. */
    TrafficRollback.Request request() {
        return new TrafficRollback.Request(
                endpoint(),
                Optional.ofNullable(to)
                        .or(() -> Optional.ofNullable(
                                session().getUserProperties().getProperty("to"))),
                limit(),
                dryRun());
    }
}
