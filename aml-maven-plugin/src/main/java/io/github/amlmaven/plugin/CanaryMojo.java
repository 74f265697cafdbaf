package io.github.amlmaven.plugin;

import com.azure.core.http.HttpClient;
import io.github.amlmaven.core.canary.Canary;
import io.github.amlmaven.core.canary.CanaryFile;
import io.github.amlmaven.core.canary.CanaryRequest;
import io.github.amlmaven.core.canary.CanaryRequest.Interrupted;
import io.github.amlmaven.core.canary.CanaryResult;
import io.github.amlmaven.core.canary.FigureSources;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.cloud.CloudEndpoints;
import io.github.amlmaven.core.cloud.Transport;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.scoring.ModelCall;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.traffic.TrafficSplit;
import io.github.amlmaven.core.traffic.TrafficTarget;
import io.github.amlmaven.plugin.config.Choice;
import io.github.amlmaven.plugin.record.CanaryOutputs;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.stop.WhenStopped;
import java.io.File;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Gives a deployed version the traffic step by step, and watches it at each step with judges: error rate, latency, prediction
 * drift against the live version, queries of your own. When they are not content, when too little was seen to tell, and when
 * the build is interrupted, the traffic is put back as it was. A build that is killed leaves a note on the endpoint: the next
 * {@code aml:canary} or {@code aml:rollback} puts the traffic back, from any machine. The figures of all judges are in the log
 * and in {@code canary.json}, whose status is {@code running} as long as it is not decided.
 */
@Mojo(name = "canary", requiresProject = false, threadSafe = true)
public final class CanaryMojo extends AbstractTrafficMojo {

    /** Between two looks at a release of another build. */
    private static final Duration POLL = Duration.ofSeconds(2);

    /** The YAML file with steps, bake time, requests and judges; see {@code docs/release.md}. */
    @Parameter(property = "aml.canary.file", defaultValue = "${project.basedir}/src/main/aml/canary.yml")
    private File canaryFile;

    /** The deployment that is to take over. Default: {@code candidate} of the file. */
    @Parameter(property = "aml.canary.candidate")
    private @Nullable String candidate;

    /**
     * What becomes of a release that a killed build has left half done: {@code restart} puts its traffic back and begins at the
     * first step, {@code resume} goes on with the step that it was at, {@code restore} puts its traffic back and ends.
     */
    @Parameter(property = "aml.canary.interrupted", defaultValue = "restart")
    private String interrupted;

    /** Whether a release is taken over although the build that runs it may still be alive on another machine. */
    @Parameter(property = "aml.canary.takeOver", defaultValue = "false")
    private boolean takeOver;

    @Override
    protected boolean gated() {
        return true;
    }

    @Override
    protected GoalOutcome run(Progress progress) {
        CanaryRequest request = request();
        return withTraffic(progress, (clients, target) -> canary(request, clients, target, progress));
    }

    private GoalOutcome canary(CanaryRequest request, AzureClients clients, TrafficTarget target, Progress progress) {
        Canary canary = new Canary(
                target,
                new ModelCall(clients.httpClient(), progress),
                new FigureSources(queryClient(), server -> servers().authorization(session(), server), clients.arm()),
                progress,
                Clock.systemUTC(),
                POLL);
        if (dryRun()) {
            List<String> steps =
                    canary.plan(request).stream().map(TrafficSplit::toString).toList();
            return GoalOutcome.dryRun(
                    "Would give " + target.name() + " the traffic " + String.join("; ", steps),
                    Map.of("endpoint", target.name(), "steps", steps));
        }
        begun(Map.of("endpoint", target.name()));
        reports(() -> canary.soFar().map(CanaryOutputs::of).orElse(Map.of()));
        WhenStopped.Unneeded watch = whenStopped(WhenStopped.Turn.SERVICES, canary::stop);
        try {
            return outcome(canary.run(request), target);
        } finally {
            watch.close();
        }
    }

    private GoalOutcome outcome(CanaryResult result, TrafficTarget target) {
        Map<String, Object> outputs = CanaryOutputs.of(result);
        reports(() -> outputs);
        result.requirePassed(target);
        if (result.steps().isEmpty()) {
            return result.recovered().isPresent()
                    ? GoalOutcome.done("Traffic of " + result.endpoint() + " is " + result.after() + " again", outputs)
                    : GoalOutcome.upToDate(
                            "Traffic of " + result.endpoint() + " is " + result.after() + " already", outputs);
        }
        return GoalOutcome.done(
                "Canary passed: traffic of " + result.endpoint() + " went from " + result.before() + " to "
                        + result.after(),
                outputs);
    }

    /** Addresses of queries are the user's own, whatever the cloud. */
    private HttpClient queryClient() {
        return Transport.httpClient(
                CloudEndpoints.AZURE, servers().proxy(session(), URI.create("https://management.azure.com")));
    }

    /** What the parameters ask for. */
    CanaryRequest request() {
        return new CanaryRequest(
                CanaryFile.read(new SpecLoader(specReader(), projectDirectory()), inProject(canaryFile)),
                Optional.ofNullable(candidate),
                choice(),
                takeOver,
                dryRun());
    }

    private Interrupted choice() {
        for (Interrupted choice : Interrupted.values()) {
            if (choice.name().equalsIgnoreCase(interrupted)) {
                return choice;
            }
        }
        throw Choice.refused(
                "aml.canary.interrupted",
                interrupted,
                Arrays.stream(Interrupted.values())
                        .map(choice -> choice.name().toLowerCase(Locale.ROOT))
                        .toList());
    }
}
