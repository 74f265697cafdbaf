package io.github.amlmaven.core.job;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a job measured: the last value of each metric.
 *
 * @param own of the job itself
 * @param steps of each step of a pipeline that logged any, by the step's path
 */
public record JobMetrics(Map<String, Double> own, Map<String, Map<String, Double>> steps) {

    public JobMetrics {
        own = Collections.unmodifiableMap(new TreeMap<>(own));
        Map<String, Map<String, Double>> sorted = new LinkedHashMap<>();
        steps.forEach((step, metrics) -> {
            if (!metrics.isEmpty()) {
                sorted.put(step, Collections.unmodifiableMap(new TreeMap<>(metrics)));
            }
        });
        steps = Collections.unmodifiableMap(sorted);
    }

    /**
     * All metrics by name. A step's metric keeps its plain name when the job itself has none of that name and no other
     * step has one; otherwise it is {@code <step>/<metric>}.
     */
    public Map<String, Double> all() {
        Map<String, Integer> uses = new HashMap<>();
        own.keySet().forEach(name -> uses.merge(name, 1, Integer::sum));
        steps.values().forEach(metrics -> metrics.keySet().forEach(name -> uses.merge(name, 1, Integer::sum)));
        Map<String, Double> all = new TreeMap<>(own);
        steps.forEach((step, metrics) -> metrics.forEach(
                (name, value) -> all.put(uses.getOrDefault(name, 0) > 1 ? step + "/" + name : name, value)));
        return all;
    }
}
