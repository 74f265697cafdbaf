package io.github.amlmaven.core.canary;

import java.util.Map;
import java.util.OptionalDouble;

/** A number from somewhere else; {@code why} says what is wrong when there is none. */
record Figure(OptionalDouble number, String why) {

    static Figure of(double number) {
        return new Figure(OptionalDouble.of(number), "");
    }

    static Figure none(String why) {
        return new Figure(OptionalDouble.empty(), why);
    }

    /**
     * Without a number there is no reason to call a candidate bad, nor good.
     *
     * @param remedy what to do then
     */
    Finding judged(String label, OptionalDouble minimum, OptionalDouble maximum, String remedy) {
        OptionalDouble limit = maximum.isPresent() ? maximum : minimum;
        if (number.isEmpty()) {
            return finding(label, Verdict.INCONCLUSIVE, limit, label + " has no number: " + why, remedy);
        }
        double value = number.getAsDouble();
        boolean good =
                value <= maximum.orElse(Double.POSITIVE_INFINITY) && value >= minimum.orElse(Double.NEGATIVE_INFINITY);
        String limits = (minimum.isPresent() ? "minimum " + Judging.number(minimum.getAsDouble()) + " " : "")
                + (maximum.isPresent() ? "maximum " + Judging.number(maximum.getAsDouble()) : "");
        return finding(
                label,
                good ? Verdict.PASS : Verdict.FAIL,
                limit,
                label + " is " + Judging.number(value) + " (" + limits.strip() + ")",
                "");
    }

    private Finding finding(String label, Verdict verdict, OptionalDouble limit, String sentence, String remedy) {
        return new Finding(label, verdict, number, OptionalDouble.empty(), limit, 0, Map.of(), sentence, remedy);
    }
}
