package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a Spark application: some have short names, and numbers that are written as text are numbers. Source:
 * azure-ai-ml 1.34.0 ({@code _schema/job/parameterized_spark.py}, {@code entities/_job/spark_job.py}).
 */
final class SparkConfiguration {

    static final String DRIVER_CORES = "spark.driver.cores";
    static final String DRIVER_MEMORY = "spark.driver.memory";
    static final String EXECUTOR_CORES = "spark.executor.cores";
    static final String EXECUTOR_MEMORY = "spark.executor.memory";
    static final String INSTANCES = "spark.executor.instances";
    static final String DYNAMIC = "spark.dynamicAllocation.enabled";
    static final String MIN = "spark.dynamicAllocation.minExecutors";
    static final String MAX = "spark.dynamicAllocation.maxExecutors";

    private static final Map<String, String> NAMES = Map.of(
            "driver_cores", DRIVER_CORES,
            "driver_memory", DRIVER_MEMORY,
            "executor_cores", EXECUTOR_CORES,
            "executor_memory", EXECUTOR_MEMORY,
            "executor_instances", INSTANCES,
            "dynamic_allocation_enabled", DYNAMIC,
            "dynamic_allocation_min_executors", MIN,
            "dynamic_allocation_max_executors", MAX);

    private static final Set<String> NUMBERS = Set.of(DRIVER_CORES, EXECUTOR_CORES, INSTANCES, MIN, MAX);

    private SparkConfiguration() {}

    /** The settings under their full names. */
    static ObjectNode values(ObjectNode conf) {
        ObjectNode values = RestBody.object();
        conf.properties().forEach(entry -> {
            String name = NAMES.getOrDefault(entry.getKey(), entry.getKey());
            RestBody.set(values, name, NUMBERS.contains(name) ? number(entry.getValue()) : entry.getValue());
        });
        return values;
    }

    /** As a job of its own sends them: all of them text. */
    static ObjectNode ofJob(@Nullable ObjectNode given) {
        ObjectNode conf = given == null ? RestBody.object() : named(given);
        Map<String, String> texts = new LinkedHashMap<>();
        boolean dynamic = isTrue(conf.get(DYNAMIC));
        for (Map.Entry<String, JsonNode> entry : conf.properties()) {
            boolean allocation = entry.getKey().equals(DYNAMIC)
                    || entry.getKey().equals(MIN)
                    || entry.getKey().equals(MAX);
            if (!entry.getValue().isNull() && (dynamic || !allocation)) {
                texts.put(entry.getKey(), PythonScalar.text(entry.getValue()));
            }
        }
        if (dynamic) {
            texts.put(DYNAMIC, "True");
            if (!conf.hasNonNull(INSTANCES) && conf.hasNonNull(MIN)) {
                texts.put(INSTANCES, PythonScalar.text(conf.get(MIN)));
            }
        }
        return RestBody.texts(texts);
    }

    /** The settings under their full names, as they are written. */
    static ObjectNode named(ObjectNode conf) {
        ObjectNode values = RestBody.object();
        conf.properties()
                .forEach(entry ->
                        RestBody.set(values, NAMES.getOrDefault(entry.getKey(), entry.getKey()), entry.getValue()));
        return values;
    }

    static boolean isTrue(@Nullable JsonNode value) {
        return value != null && (value.isBoolean() ? value.booleanValue() : "true".equalsIgnoreCase(value.asText()));
    }

    private static JsonNode number(JsonNode value) {
        return value.isTextual() && value.textValue().matches("\\d{1,18}")
                ? PythonScalar.whole(Long.parseLong(value.textValue()))
                : value;
    }
}
