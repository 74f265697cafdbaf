package io.github.amlmaven.core.evaluation;

import java.util.List;

/**
 * What the rules have decided.
 *
 * @param outcome the worst of all findings
 * @param findings one for each rule and for each slice of it, in order
 */
public record Evaluation(Outcome outcome, List<Finding> findings) {

    /** From good to bad. */
    public enum Outcome {
        /** Every rule holds. */
        PROMOTE,
        /** A rule does not hold: the model that is there stays. */
        KEEP,
        /** A rule could not be applied, so nothing was decided. */
        ERROR
    }

    /**
     * What one rule says.
     *
     * @param metric the metric's name, with the slice's
     * @param reason a sentence with the figures
     */
    public record Finding(String metric, Outcome outcome, String reason) {}

    public Evaluation {
        findings = List.copyOf(findings);
    }

    static Evaluation of(List<Finding> findings) {
        Outcome worst =
                findings.stream().map(Finding::outcome).max(Outcome::compareTo).orElse(Outcome.ERROR);
        return new Evaluation(worst, findings);
    }

    /** Why it is not better than it is: the findings of the overall outcome, in one line. */
    public String reason() {
        return findings.stream()
                .filter(finding -> finding.outcome() == outcome)
                .map(Finding::reason)
                .distinct()
                .reduce((one, other) -> one + "; " + other)
                .orElse("there are no rules");
    }
}
