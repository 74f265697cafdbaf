package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A HyperDrive configuration ({@code az ml run submit-hyperdrive}) with its run configuration as a sweep job.
 *
 * <p>Source: https://learn.microsoft.com/azure/machine-learning/v1/reference-azure-machine-learning-cli#hyperdrive-run
 */
public final class SweepConversion {

    /** The keys of a search space by its expression, in the order of HyperDrive's values. */
    private static final Map<String, List<String>> EXPRESSIONS = Map.of(
            "randint", List.of("upper"),
            "uniform", List.of("min_value", "max_value"),
            "loguniform", List.of("min_value", "max_value"),
            "quniform", List.of("min_value", "max_value", "q"),
            "qloguniform", List.of("min_value", "max_value", "q"),
            "normal", List.of("mu", "sigma"),
            "lognormal", List.of("mu", "sigma"),
            "qnormal", List.of("mu", "sigma", "q"),
            "qlognormal", List.of("mu", "sigma", "q"));

    private static final List<String> OF_THE_TRIAL =
            List.of("command", "code", "environment", "environment_variables", "distribution", "resources");

    private SweepConversion() {}

    /**
     * Converts a configuration.
     *
     * @param trial the command job of the run configuration
     */
    public static Converted of(SpecDocument document, Converted trial) {
        Notes notes = new Notes();
        V1Node hyperdrive = V1Node.of(document, notes.reads());
        if (trial.content().path("type").asText().equals("spark")) {
            notes.problem(
                    ErrorCode.SPEC_UNSUPPORTED,
                    hyperdrive.location(),
                    "a sweep tries command jobs, not Spark jobs; give the run configuration the framework Python");
        }
        trial.problems().forEach(problem -> notes.problem(problem.code(), problem.location(), problem.message()));
        ObjectNode job = JsonNodeFactory.instance.objectNode();
        job.put("type", "sweep");
        ObjectNode inner = job.putObject("trial");
        ObjectNode content = trial.content();
        OF_THE_TRIAL.forEach(key -> {
            if (content.has(key)) {
                inner.set(key, content.get(key));
                trial.comments()
                        .at("/" + key)
                        .forEach(choice -> notes.at("trial").comment(key, choice.where(), choice.comment()));
            }
        });
        for (String key : List.of("display_name", "compute", "inputs", "outputs", "identity")) {
            if (content.has(key)) {
                job.set(key, content.get(key));
            }
        }
        V1Node sampling = hyperdrive.child("sampling");
        job.put("sampling_algorithm", sampling.word("type").isEmpty() ? "random" : sampling.word("type"));
        inner.put("command", content.path("command").asText() + space(sampling, job.putObject("search_space"), notes));
        job.putObject("objective")
                .put(
                        "goal",
                        hyperdrive.word("primary_metric_goal").isEmpty()
                                ? "maximize"
                                : hyperdrive.word("primary_metric_goal"))
                .put("primary_metric", hyperdrive.text("primary_metric_name").orElse(""));
        ObjectNode limits = job.putObject("limits");
        limits.put("max_total_trials", hyperdrive.number("max_total_runs").orElse(1));
        hyperdrive.number("max_concurrent_runs").ifPresent(runs -> limits.put("max_concurrent_trials", runs));
        hyperdrive.number("max_duration_minutes").ifPresent(minutes -> limits.put("timeout", minutes * 60));
        if (content.path("limits").has("timeout")) {
            limits.set("trial_timeout", content.path("limits").get("timeout"));
        }
        policy(hyperdrive.child("policy"), job);
        return notes.result(job);
    }

    private static String space(V1Node sampling, ObjectNode space, Notes notes) {
        List<String> arguments = new ArrayList<>();
        if (sampling.get("parameter_space") instanceof SpecNode.Sequence parameters) {
            for (SpecNode item : parameters.items()) {
                V1Node parameter = V1Node.of(item, sampling.location(), notes.reads());
                String argument = parameter.text("name").orElse("");
                String name = Ports.name(argument.replaceFirst("^-+", ""));
                arguments.add(
                        (argument.startsWith("-") ? argument : "--" + argument) + " ${{search_space." + name + "}}");
                values(parameter, space.putObject(name), notes);
            }
        }
        return arguments.isEmpty() ? "" : " " + String.join(" ", arguments);
    }

    private static void values(V1Node parameter, ObjectNode values, Notes notes) {
        String expression = parameter.word("expression");
        values.put("type", expression);
        JsonNode given = parameter.value("values");
        ArrayNode list = given instanceof ArrayNode array ? array : JsonNodeFactory.instance.arrayNode();
        if (expression.equals("choice")) {
            values.set("values", list);
            return;
        }
        List<String> keys = EXPRESSIONS.getOrDefault(expression, List.of());
        if (keys.size() != list.size()) {
            notes.problem(
                    ErrorCode.SPEC_BAD_VALUE,
                    parameter.location("values"),
                    "the expression '" + expression + "' takes " + keys.size() + " values but has " + list.size());
            return;
        }
        for (int i = 0; i < keys.size(); i++) {
            values.set(keys.get(i), list.get(i));
        }
    }

    private static void policy(V1Node policy, ObjectNode job) {
        String type = Map.of(
                        "banditpolicy", "bandit",
                        "medianstoppingpolicy", "median_stopping",
                        "truncationselectionpolicy", "truncation_selection")
                .getOrDefault(policy.word("type"), "");
        if (type.isEmpty()) {
            return;
        }
        ObjectNode termination = job.putObject("early_termination").put("type", type);
        for (String key : List.of(
                "evaluation_interval", "delay_evaluation", "slack_factor", "slack_amount", "truncation_percentage")) {
            JsonNode value = policy.value(key);
            if (value != null) {
                termination.set(key, value);
            }
        }
    }
}
