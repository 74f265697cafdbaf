package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a Spark job says how large its driver and executors are. Source: azure-ai-ml 1.34.0
 * ({@code entities/_job/spark_helpers.py}).
 */
public final class SparkConfigurationCheck {

    private SparkConfigurationCheck() {}

    /**
     * What is wrong with a job's {@code conf}.
     *
     * @param given the configuration by long or short names; may be missing
     */
    public static Optional<String> problem(JsonNode given) {
        ObjectNode conf = SparkConfiguration.named(given instanceof ObjectNode object ? object : RestBody.object());
        boolean dynamic = SparkConfiguration.isTrue(conf.get(SparkConfiguration.DYNAMIC));
        List<String> missing = new ArrayList<>();
        List<String> wanted = new ArrayList<>(List.of(
                SparkConfiguration.DRIVER_CORES,
                SparkConfiguration.DRIVER_MEMORY,
                SparkConfiguration.EXECUTOR_CORES,
                SparkConfiguration.EXECUTOR_MEMORY));
        wanted.addAll(
                dynamic
                        ? List.of(SparkConfiguration.MIN, SparkConfiguration.MAX)
                        : List.of(SparkConfiguration.INSTANCES));
        wanted.stream().filter(key -> !conf.hasNonNull(key)).forEach(missing::add);
        if (!missing.isEmpty()) {
            return Optional.of("'conf' lacks " + String.join(", ", missing));
        }
        return dynamic ? range(conf) : fixed(conf);
    }

    private static Optional<String> range(ObjectNode conf) {
        Optional<Double> min = number(conf, SparkConfiguration.MIN);
        Optional<Double> max = number(conf, SparkConfiguration.MAX);
        if (min.isEmpty() || max.isEmpty() || min.get() <= 0 || min.get() > max.get()) {
            return Optional.of("the least number of executors must be above 0 and not above the largest");
        }
        return number(conf, SparkConfiguration.INSTANCES)
                .filter(instances -> instances != 0 && (instances > max.get() || instances < min.get()))
                .map(instances -> instances + " executors are not between the least and the largest number");
    }

    private static Optional<String> fixed(ObjectNode conf) {
        return conf.hasNonNull(SparkConfiguration.MIN) || conf.hasNonNull(SparkConfiguration.MAX)
                ? Optional.of("a least or largest number of executors needs " + SparkConfiguration.DYNAMIC)
                : Optional.empty();
    }

    private static Optional<Double> number(ObjectNode conf, String key) {
        return Optional.ofNullable(conf.get(key))
                .map(PythonScalar::text)
                .filter(text -> text.matches("-?\\d{1,18}(?:\\.\\d{1,18})?"))
                .map(Double::parseDouble);
    }
}
