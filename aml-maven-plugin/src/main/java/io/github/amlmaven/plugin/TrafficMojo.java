package io.github.amlmaven.plugin;

import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.traffic.OpenRelease;
import io.github.amlmaven.core.traffic.TrafficChange;
import io.github.amlmaven.core.traffic.TrafficRequest;
import io.github.amlmaven.core.traffic.TrafficResult;
import io.github.amlmaven.core.traffic.TrafficSplit;
import io.github.amlmaven.core.traffic.TrafficTarget;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Splits the requests of an online endpoint among its deployments, or of a model in a cluster among its versions; shows how they
 * are split when no split is given. The split before is noted there (in tags of the endpoint, in annotations of the route), so that {@code aml:rollback} can restore it from any machine.
 */
@Mojo(name = "traffic", requiresProject = false, threadSafe = true)
public final class TrafficMojo extends AbstractTrafficMojo {

    /** Percent by deployment: {@code blue=90,green=10}. Adds up to 100, or to 0 to answer only requests that name a deployment. Without it and a mirror nothing is changed. */
    @Parameter(property = "aml.traffic")
    private @Nullable String traffic;

    /** A deployment that gets copies of requests, with their percentage up to 50: {@code green=10}; {@code green=0} ends it. */
    @Parameter(property = "aml.traffic.mirror")
    private @Nullable String mirror;

    @Override
    protected GoalOutcome run(Progress progress) {
        if (traffic == null && mirror == null) {
            return withTraffic(progress, (clients, target) -> shown(target));
        }
        TrafficRequest request = request();
        return withTraffic(
                progress,
                (clients, target) ->
                        outcome(new TrafficChange(target, progress, Clock.systemUTC()).change(request), dryRun()));
    }

    /** What the parameters ask for. */
    TrafficRequest request() {
        return new TrafficRequest(
                Optional.ofNullable(traffic).map(text -> TrafficSplit.parse("aml.traffic", text)),
                Optional.ofNullable(mirror).map(text -> TrafficSplit.parse("aml.traffic.mirror", text)),
                dryRun());
    }

    private static GoalOutcome shown(TrafficTarget target) {
        TrafficTarget.State state = target.read();
        Set<String> idle = new TreeSet<>(target.versions());
        idle.removeIf(version -> state.split().receives(version));
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("endpoint", target.name());
        outputs.put("traffic", state.split().toString());
        outputs.put("without", List.copyOf(idle));
        String release = OpenRelease.of(state.notes())
                .map(open -> "; the release of " + open.candidate() + " is under way, before it the traffic was "
                        + open.before())
                .orElse("");
        return GoalOutcome.upToDate(
                "Traffic of " + target.name() + " is " + state.split()
                        + (idle.isEmpty() ? "" : "; without traffic: " + String.join(", ", idle)) + release,
                outputs);
    }

    /** The same for traffic that is put back. */
    static GoalOutcome outcome(TrafficResult result, boolean dryRun) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("endpoint", result.endpoint());
        outputs.put("before", result.before().toString());
        outputs.put("traffic", result.after().toString());
        String change = "traffic of " + result.endpoint() + " from " + result.before() + " to " + result.after();
        if (dryRun) {
            return GoalOutcome.dryRun("Would change the " + change, outputs);
        }
        return result.changed()
                ? GoalOutcome.done("Changed the " + change, outputs)
                : GoalOutcome.upToDate(
                        "Traffic of " + result.endpoint() + " is " + result.after() + " already", outputs);
    }
}
