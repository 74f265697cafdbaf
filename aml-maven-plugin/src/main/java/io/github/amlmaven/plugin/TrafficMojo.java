package io.github.amlmaven.plugin;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.traffic.TrafficChange;
import io.github.amlmaven.core.traffic.TrafficRequest;
import io.github.amlmaven.core.traffic.TrafficResult;
import io.github.amlmaven.core.traffic.TrafficSplit;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Splits the requests of an online endpoint among its deployments, or of a model in a cluster among its versions. The split
 * before is noted there (in tags of the endpoint, in annotations of the route), so that {@code aml:rollback} can restore it from any machine.
 */
@Mojo(name = "traffic", requiresProject = false, threadSafe = true)
public final class TrafficMojo extends AbstractTrafficMojo {

    /** Percent by deployment: {@code blue=90,green=10}. Adds up to 100, or to 0 to answer only requests that name a deployment. */
    @Parameter(property = "aml.traffic")
    private @Nullable String traffic;

    /** A deployment that gets copies of requests, with their percentage up to 50: {@code green=10}; {@code green=0} ends it. */
    @Parameter(property = "aml.traffic.mirror")
    private @Nullable String mirror;

    @Override
    protected GoalOutcome run(Progress progress) {
        TrafficRequest request = request();
        return withTraffic(
                progress,
                (clients, target) ->
                        outcome(new TrafficChange(target, progress, Clock.systemUTC()).change(request), dryRun()));
    }

    /** What the parameters ask for. */
    TrafficRequest request() {
        if (traffic == null && mirror == null) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "aml:traffic is not told how to split the traffic")
                    .remedy("Set -Daml.traffic=blue=90,green=10 or -Daml.traffic.mirror=green=10.")
                    .build();
        }
        return new TrafficRequest(
                Optional.ofNullable(traffic).map(text -> TrafficSplit.parse("aml.traffic", text)),
                Optional.ofNullable(mirror).map(text -> TrafficSplit.parse("aml.traffic.mirror", text)),
                dryRun());
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
