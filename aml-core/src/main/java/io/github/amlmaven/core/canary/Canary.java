package io.github.amlmaven.core.canary;

import io.github.amlmaven.core.canary.CanaryResult.StepResult;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.Waiting;
import io.github.amlmaven.core.scoring.ModelCall;
import io.github.amlmaven.core.traffic.OpenRelease;
import io.github.amlmaven.core.traffic.Release;
import io.github.amlmaven.core.traffic.TrafficSplit;
import io.github.amlmaven.core.traffic.TrafficTarget;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives a version the traffic step by step while judges compare it with the live one. Anything but a good verdict at the last
 * step, an error and an interruption included, puts the traffic back as it was. Who kills the build leaves a note at the
 * target, by which the next run or {@code aml:rollback} puts it back.
 */
public final class Canary {

    /** How long a write of traffic may take before others think that the build is dead. */
    private static final Duration SILENCE = Duration.ofMinutes(5);

    private final TrafficTarget target;
    private final ModelCall call;
    private final FigureSources sources;
    private final Progress progress;
    private final Clock clock;
    private final Duration poll;
    private @Nullable Course course;
    private volatile boolean stopped;

    /**
     * @param call reaches the versions
     * @param sources of figures that judges ask for
     * @param poll between two looks at a release of another build
     */
    public Canary(
            TrafficTarget target,
            ModelCall call,
            FigureSources sources,
            Progress progress,
            Clock clock,
            Duration poll) {
        this.target = target;
        this.call = call;
        this.sources = sources;
        this.progress = progress;
        this.clock = clock;
        this.poll = poll;
    }

    /** The traffic of each step, checked; nothing is changed. */
    public List<TrafficSplit> plan(CanaryRequest request) {
        TrafficTarget.State state = target.read();
        String candidate = candidate(request, target.versions());
        TrafficSplit before =
                OpenRelease.of(state.notes()).map(OpenRelease::before).orElse(state.split());
        return splits(request.plan(), before, candidate, target.mirrors());
    }

    /**
     * Runs it.
     *
     * @throws AmlException {@link ErrorCode#RELEASE_HELD} when another build is releasing here, {@link
     *     ErrorCode#RELEASE_LOST} when others change the traffic meanwhile, {@link ErrorCode#RELEASE_NOT_RESTORED} when the
     *     traffic could not be put back
     */
    public CanaryResult run(CanaryRequest request) {
        String candidate = candidate(request, target.versions());
        if (request.interrupted() != CanaryRequest.Interrupted.RESTORE) {
            target.checkServed();
        }
        Recovery.Recovered recovered = new Recovery(target, progress, clock, poll).recover(request, candidate);
        TrafficSplit before = recovered.before();
        String live = before.withoutMirror().giving(candidate, 0).first();
        boolean nothingToDo = request.interrupted() == CanaryRequest.Interrupted.RESTORE
                || before.live().equals(new TrafficSplit(java.util.Map.of(candidate, 100), java.util.Map.of()).live());
        if (nothingToDo) {
            return new CanaryResult(
                    target.name(),
                    candidate,
                    live,
                    Verdict.PASS,
                    before,
                    before,
                    List.of(),
                    recovered.putBack(),
                    Duration.ZERO,
                    Duration.ZERO);
        }
        boolean mirrors = target.mirrors();
        List<TrafficSplit> splits = splits(request.plan(), before, candidate, mirrors);
        if (!mirrors && request.plan().steps().stream().anyMatch(CanaryStep::mirror)) {
            progress.warn(
                    target.name() + " cannot mirror requests: the mirror step judges by requests of its own alone");
        }
        int from = Math.max(0, recovered.resumed() ? splits.indexOf(recovered.now()) : 0);
        Course mine = new Course(
                target.name(),
                candidate,
                live,
                new Release(target, candidate, before, recovered.now(), clock),
                recovered.putBack());
        begin(mine);
        return guarded(mine, request.plan(), splits, from);
    }

    private synchronized void begin(Course mine) {
        if (stopped) {
            throw interrupted();
        }
        course = mine;
    }

    private synchronized Optional<Course> course() {
        return Optional.ofNullable(course);
    }

    /** Ends a canary that runs in another thread and puts the traffic back; for a build that is being stopped. */
    public void stop() {
        synchronized (this) {
            stopped = true;
        }
        course().ifPresent(mine -> putBack(mine.release()));
    }

    /** What it has come to so far, for whoever asks from another thread; empty before its first step. */
    public Optional<CanaryResult> soFar() {
        return course().map(Course::soFar);
    }

    private void putBack(Release mine) {
        if (mine.restore()) {
            progress.warn("Traffic of " + target.name() + " is " + mine.before() + " again");
        }
    }

    private CanaryResult guarded(Course mine, CanaryPlan plan, List<TrafficSplit> splits, int from) {
        try {
            StepResult last = steps(mine, plan, splits, from);
            long decided = System.nanoTime();
            boolean passed = last.verdict() == Verdict.PASS;
            if (passed) {
                mine.release().complete();
            } else {
                putBack(mine.release());
            }
            return mine.result(
                    last.verdict(),
                    last.time(),
                    passed ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - decided));
        } catch (RuntimeException e) {
            throw restored(mine.release(), e);
        }
    }

    /** An interrupted thread can send nothing, so the interruption waits until the traffic is back. */
    private RuntimeException restored(Release mine, RuntimeException cause) {
        boolean interrupted = Thread.interrupted();
        try {
            putBack(mine);
            return cause;
        } catch (RuntimeException failed) {
            cause.addSuppressed(failed);
            return AmlException.of(
                            ErrorCode.RELEASE_NOT_RESTORED,
                            "Traffic of " + target.name() + " is not back at " + mine.before() + ": "
                                    + failed.getMessage() + " (after: " + cause.getMessage() + ")")
                    .cause(cause)
                    .build();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Runs the steps until one is not passed; the last one that was run. */
    private StepResult steps(Course mine, CanaryPlan plan, List<TrafficSplit> splits, int from) {
        Optional<Probe> probe = plan.payloads().isEmpty()
                ? Optional.empty()
                : Optional.of(new Probe(call, plan, target.access(mine.candidate()), target.access(mine.live())));
        Judging judging = new Judging(plan, target, mine.candidate(), mine.live(), sources);
        int i = from;
        while (true) {
            CanaryStep step = plan.steps().get(i);
            long start = System.nanoTime();
            mine.release().step(splits.get(i), step.bake().plus(SILENCE));
            Samples samples = mine.begin(step, splits.get(i), start, judging);
            progress.info("Step " + (i + 1) + " of " + splits.size() + " (" + step + "): traffic of " + target.name()
                    + " is " + splits.get(i) + ", watched for " + words(step.bake()));
            StepResult result = mine.end(bake(step, plan, probe, judging, samples));
            result.findings()
                    .forEach(finding -> progress.info("  " + word(finding.verdict()) + ": " + finding.sentence()));
            i++;
            if (result.verdict() != Verdict.PASS || i == splits.size()) {
                return result;
            }
        }
    }

    private List<Finding> bake(
            CanaryStep step, CanaryPlan plan, Optional<Probe> probe, Judging judging, Samples samples) {
        Waiting waiting = new Waiting("step " + step, step.bake(), plan.interval(), progress);
        do {
            probe.ifPresent(sender -> sender.pair(samples));
            if (stopped) {
                throw interrupted();
            }
            List<Finding> bad = judging.early(samples);
            if (!bad.isEmpty()) {
                return bad;
            }
        } while (waiting.pause(samples.size() + " requests to each version, "
                + (samples.size() - Samples.good(samples.candidate())) + " failed at the candidate"));
        return judging.atTheEnd(samples);
    }

    private AmlException interrupted() {
        String back = course().map(mine -> "; the traffic of " + target.name() + " goes back to "
                        + mine.release().before())
                .orElse("");
        return AmlException.of(ErrorCode.OPERATION_INTERRUPTED, "The canary was stopped" + back)
                .remedy("Run 'mvn aml:canary' again: it begins anew.")
                .build();
    }

    private static List<TrafficSplit> splits(CanaryPlan plan, TrafficSplit before, String candidate, boolean mirrors) {
        if (before.giving(candidate, 0).first().isEmpty() && !before.live().isEmpty()) {
            return List.of();
        }
        if (before.live().isEmpty()) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "No version gets traffic that " + candidate + " could be compared with")
                    .remedy("Give the live one its traffic first: mvn aml:traffic -Daml.traffic=<version>=100.")
                    .build();
        }
        if (before.live().containsKey(candidate) && plan.steps().stream().anyMatch(CanaryStep::mirror)) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            candidate + " gets live traffic already (" + before + "), so nothing can be mirrored to it")
                    .remedy("Leave out the mirror step, or take the traffic back first: mvn aml:rollback.")
                    .build();
        }
        return plan.steps().stream()
                .map(step -> step.split(before, candidate, mirrors))
                .toList();
    }

    private static String candidate(CanaryRequest request, Set<String> versions) {
        String named = request.candidate()
                .or(() -> request.plan().candidate())
                .orElseThrow(() -> AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID,
                                "The canary does not know which version is to take over")
                        .remedy("Set candidate in its file, or -Daml.canary.candidate=<version>.")
                        .build());
        return versions.stream()
                .filter(named::equalsIgnoreCase)
                .findFirst()
                .map(version -> version.toLowerCase(Locale.ROOT))
                .orElseThrow(() -> AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID,
                                "There is no version '" + named + "'" + Suggestion.sentence(named, versions))
                        .remedy(
                                versions.isEmpty()
                                        ? "Deploy it first."
                                        : "There are: " + String.join(", ", versions) + ".")
                        .build());
    }

    private static String word(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    private static String words(Duration time) {
        return time.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
