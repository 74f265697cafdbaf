package io.github.amlmaven.emulator.job.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.job.run.JobValues;
import io.github.amlmaven.emulator.job.state.JobFailure;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A component's specification.
 *
 * @param id of the component version, empty for one that stands in its pipeline
 */
public record ComponentSpec(String id, JsonNode spec) {

    private static final Set<String> LITERALS = Set.of("string", "number", "integer", "boolean", "enum");

    boolean pipeline() {
        return spec.path("type").asText().equals("pipeline");
    }

    boolean command() {
        return spec.path("type").asText("command").equals("command");
    }

    boolean parallel() {
        return spec.path("type").asText().equals("parallel");
    }

    /** Equal inputs give equal outputs, so that they may be reused. */
    boolean deterministic() {
        return spec.path("is_deterministic").asBoolean(true);
    }

    public String text(String key) {
        return spec.path(key).asText("");
    }

    JsonNode inputs() {
        return spec.path("inputs");
    }

    public JsonNode outputs() {
        return spec.path("outputs");
    }

    public static String type(JsonNode input) {
        return input.isTextual() ? input.asText() : input.path("type").asText("string");
    }

    static boolean literal(JsonNode input) {
        return LITERALS.contains(type(input).toLowerCase(Locale.ROOT));
    }

    /**
     * The inputs of a job of this component: what is given, else defaults.
     *
     * @param given job inputs with {@code jobInputType}, by name
     * @throws JobFailure when one is unknown, missing or of another kind; all such are named
     */
    public ObjectNode complete(String subject, Map<String, ObjectNode> given) throws JobFailure {
        Set<String> problems = new TreeSet<>();
        ObjectNode complete = JsonNodeFactory.instance.objectNode();
        for (String name : given.keySet()) {
            if (inputs().path(name).isMissingNode()) {
                problems.add("unknown input '" + name + "'");
            }
        }
        for (Map.Entry<String, JsonNode> entry : inputs().properties()) {
            ObjectNode value = given.get(entry.getKey());
            if (value == null) {
                value = defaultOf(entry.getValue()).orElse(null);
            }
            if (value != null) {
                mismatch(entry.getKey(), entry.getValue(), value).ifPresent(problems::add);
                complete.set(entry.getKey(), value);
            } else if (!entry.getValue().path("optional").asBoolean(false)) {
                problems.add("missing input '" + entry.getKey() + "' (" + type(entry.getValue()) + ")");
            }
        }
        if (!problems.isEmpty()) {
            Set<String> names = new TreeSet<>();
            inputs().fieldNames().forEachRemaining(names::add);
            throw JobFailure.user(subject + ": " + String.join(", ", problems) + ". Its inputs are " + names + ".");
        }
        return complete;
    }

    private static Optional<ObjectNode> defaultOf(JsonNode input) {
        JsonNode value = input.isObject() ? input.path("default") : JsonNodeFactory.instance.nullNode();
        return value.isValueNode() && !value.isNull()
                ? Optional.of(JobValues.literal(value.asText()))
                : Optional.empty();
    }

    private static Optional<String> mismatch(String name, JsonNode input, ObjectNode value) {
        boolean literalValue = JobValues.isLiteral(value);
        if (literal(input) != literalValue) {
            return Optional.of("input '" + name + "' must be " + (literal(input) ? "a literal " : "") + type(input)
                    + ", not " + value.path("jobInputType").asText());
        }
        return literalValue && !JobValues.fits(type(input), value.path("value").asText())
                ? Optional.of("input '" + name + "' must be " + type(input) + ", not '"
                        + value.path("value").asText() + "'")
                : Optional.empty();
    }
}
