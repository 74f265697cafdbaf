package io.github.amlmaven.core.canary;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.traffic.TrafficSplit;
import io.github.amlmaven.core.traffic.TrafficTarget;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a canary came to.
 *
 * @param live the version that it was compared with
 * @param before the traffic at the start, which it is again unless the verdict is good
 * @param after the traffic now
 * @param recovered the traffic that a killed build had left and that was put back first
 * @param decided from the beginning of the last step to its verdict
 * @param restored from a bad verdict until the traffic was back
 */
public record CanaryResult(
        String endpoint,
        String candidate,
        String live,
        Verdict verdict,
        TrafficSplit before,
        TrafficSplit after,
        List<StepResult> steps,
        Optional<TrafficSplit> recovered,
        Duration decided,
        Duration restored) {

    /** One step as it went. */
    public record StepResult(
            CanaryStep step, TrafficSplit traffic, Duration time, Verdict verdict, List<Finding> findings) {

        public StepResult {
            findings = List.copyOf(findings);
        }

        /** Why it is not better than it is. */
        String reason() {
            return findings.stream()
                    .filter(finding -> finding.verdict() == verdict)
                    .map(Finding::sentence)
                    .collect(Collectors.joining("; "));
        }

        /** What to do about it, each thing once. */
        String remedy() {
            return findings.stream()
                    .filter(finding -> finding.verdict() == verdict)
                    .map(Finding::remedy)
                    .distinct()
                    .collect(Collectors.joining(" "));
        }
    }

    public CanaryResult {
        steps = List.copyOf(steps);
    }

    /**
     * @param target where it ran, which knows how the candidate's log is read
     * @throws AmlException with the figures when the verdict is not good
     */
    public void requirePassed(TrafficTarget target) {
        if (verdict == Verdict.PASS) {
            return;
        }
        StepResult last = steps.get(steps.size() - 1);
        throw AmlException.of(
                        verdict == Verdict.FAIL ? ErrorCode.CANARY_FAILED : ErrorCode.CANARY_INCONCLUSIVE,
                        "Canary of " + candidate + " at " + endpoint + ", step " + last.step() + ": " + last.reason()
                                + ". Traffic is " + after + ", as before")
                .remedy(
                        verdict == Verdict.FAIL
                                ? "Mend " + candidate + " and deploy it again; its log: " + target.logGoal(candidate)
                                        + "."
                                : last.remedy())
                .build();
    }
}
