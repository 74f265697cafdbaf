package io.github.amlmaven.core.canary;

import io.github.amlmaven.core.canary.CanaryResult.StepResult;
import io.github.amlmaven.core.traffic.Release;
import io.github.amlmaven.core.traffic.TrafficSplit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far a canary has come. Thread-safe: a build that is being stopped looks at it beside the thread that it stops. */
final class Course {

    private final String endpoint;
    private final String candidate;
    private final String live;
    private final Release release;
    private final Optional<TrafficSplit> recovered;
    private final List<StepResult> done = new ArrayList<>();
    private @Nullable Baking baking;

    /**
     * @param live the version that the candidate is compared with
     * @param recovered the traffic that a killed build had left
     */
    Course(String endpoint, String candidate, String live, Release release, Optional<TrafficSplit> recovered) {
        this.endpoint = endpoint;
        this.candidate = candidate;
        this.live = live;
        this.release = release;
        this.recovered = recovered;
    }

    /** The step that is being watched. */
    private record Baking(CanaryStep step, TrafficSplit traffic, long start, Samples samples, Judging judging) {

        StepResult ended(Verdict verdict, List<Finding> findings) {
            return new StepResult(step, traffic, Duration.ofNanos(System.nanoTime() - start), verdict, findings);
        }
    }

    String candidate() {
        return candidate;
    }

    String live() {
        return live;
    }

    Release release() {
        return release;
    }

    /**
     * A step has begun: its traffic is set.
     *
     * @param start when that was asked for, by {@link System#nanoTime()}
     */
    synchronized Samples begin(CanaryStep step, TrafficSplit traffic, long start, Judging judging) {
        Samples samples = new Samples();
        baking = new Baking(step, traffic, start, samples, judging);
        return samples;
    }

    /** The step that was begun has these findings. */
    synchronized StepResult end(List<Finding> findings) {
        if (baking == null) {
            throw new IllegalStateException("no step was begun");
        }
        StepResult result =
                baking.ended(findings.stream().map(Finding::verdict).reduce(Verdict.PASS, Verdict::worst), findings);
        done.add(result);
        baking = null;
        return result;
    }

    /** What it came to. */
    synchronized CanaryResult result(Verdict verdict, Duration decided, Duration restored) {
        return result(verdict, done, decided, restored);
    }

    /**
     * What it has come to so far: a step that is being watched is inconclusive, whatever its judges say by now, and so is a canary
     * of which only some steps have passed.
     */
    synchronized CanaryResult soFar() {
        List<StepResult> steps = new ArrayList<>(done);
        if (baking != null) {
            steps.add(baking.ended(Verdict.INCONCLUSIVE, baking.judging().soFar(baking.samples())));
        }
        Verdict verdict = steps.stream()
                .map(StepResult::verdict)
                .filter(Verdict.FAIL::equals)
                .findFirst()
                .orElse(Verdict.INCONCLUSIVE);
        return result(verdict, steps, Duration.ZERO, Duration.ZERO);
    }

    private CanaryResult result(Verdict verdict, List<StepResult> steps, Duration decided, Duration restored) {
        return new CanaryResult(
                endpoint,
                candidate,
                live,
                verdict,
                release.before(),
                release.traffic(),
                steps,
                recovered,
                decided,
                restored);
    }
}
