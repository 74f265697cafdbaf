package io.github.amlmaven.core.canary;

import java.util.OptionalDouble;

/**
 * What one judge says about one step.
 *
 * @param judge what it looks at, as in the file: {@code error_rate}
 * @param value the candidate's figure, in the judge's unit
 * @param live the live version's figure
 * @param limit the largest value that is good enough (of a query with a minimum only: the smallest)
 * @param samples requests that the figure is made of
 * @param sentence all of it for people
 * @param remedy what to do about an inconclusive verdict; empty for others
 */
public record Finding(
        String judge,
        Verdict verdict,
        OptionalDouble value,
        OptionalDouble live,
        OptionalDouble limit,
        int samples,
        String sentence,
        String remedy) {}
