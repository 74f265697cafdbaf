package io.github.amlmaven.core.canary;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one judge says about one step.
 *
 * @param judge what it looks at, as in the file: {@code error_rate}
 * @param value the candidate's figure, in the judge's unit
 * @param live the live version's figure
 * @param limit the largest value that is good enough (of a query with a minimum only: the smallest)
 * @param samples requests that the figure is made of
 * @param failures how many of the candidate's answers had which HTTP status that is no success, the most frequent first; 0 is
 *     no answer. Empty for judges that do not look at them
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
        Map<Integer, Integer> failures,
        String sentence,
        String remedy) {

    public Finding {
        failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
    }
}
