package io.github.amlmaven.emulator.job.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.job.state.JobFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * What a sweep tries: for each hyperparameter an expression as AML writes it, {@code ["uniform", [0.01, 0.1]]} in a job,
 * {@code {"type": "uniform", "min_value": 0.01, "max_value": 0.1}} in a pipeline's step.
 */
record SearchSpace(Map<String, Expression> expressions) {

    /** No more trials than AML allows. */
    static final int MOST_TRIALS = 1000;

    /**
     * A distribution or a list of choices.
     *
     * @param arguments choices, or bounds and step as numbers
     */
    record Expression(String type, List<JsonNode> arguments) {

        double number(int index) {
            return arguments.get(index).asDouble();
        }

        JsonNode draw(Random random) {
            return switch (type) {
                case "choice" -> arguments.get(random.nextInt(arguments.size()));
                case "randint" -> json(Math.floor(random.nextDouble() * number(0)));
                case "uniform" -> json(uniform(random));
                case "quniform" -> json(step(uniform(random), 2));
                case "loguniform" -> json(Math.exp(uniform(random)));
                case "qloguniform" -> json(step(Math.exp(uniform(random)), 2));
                case "normal" -> json(normal(random));
                case "qnormal" -> json(step(normal(random), 2));
                case "lognormal" -> json(Math.exp(normal(random)));
                case "qlognormal" -> json(step(Math.exp(normal(random)), 2));
                default -> throw new IllegalStateException(type);
            };
        }

        private double uniform(Random random) {
            return number(0) + random.nextDouble() * (number(1) - number(0));
        }

        private double normal(Random random) {
            return number(0) + random.nextGaussian() * number(1);
        }

        private double step(double value, int index) {
            return Math.round(value / number(index)) * number(index);
        }

        private static JsonNode json(double value) {
            return value == Math.rint(value) && Math.abs(value) < 1e15
                    ? JsonNodeFactory.instance.numberNode((long) value)
                    : JsonNodeFactory.instance.numberNode(value);
        }
    }

    /** Names of the arguments of each distribution, in AML's order. */
    private static final Map<String, List<String>> ARGUMENTS = Map.of(
            "choice", List.of("values"),
            "randint", List.of("upper"),
            "uniform", List.of("min_value", "max_value"),
            "quniform", List.of("min_value", "max_value", "q"),
            "loguniform", List.of("min_value", "max_value"),
            "qloguniform", List.of("min_value", "max_value", "q"),
            "normal", List.of("mu", "sigma"),
            "qnormal", List.of("mu", "sigma", "q"),
            "lognormal", List.of("mu", "sigma"),
            "qlognormal", List.of("mu", "sigma", "q"));

    static SearchSpace of(JsonNode space) throws JobFailure {
        Map<String, Expression> expressions = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : space.properties()) {
            expressions.put(entry.getKey(), expression(entry.getKey(), entry.getValue()));
        }
        if (expressions.isEmpty()) {
            throw JobFailure.user("The sweep has no searchSpace.");
        }
        return new SearchSpace(expressions);
    }

    private static Expression expression(String name, JsonNode written) throws JobFailure {
        String type = (written.isArray() ? written.path(0) : written.path("type"))
                .asText("")
                .toLowerCase(Locale.ROOT);
        List<String> names = ARGUMENTS.get(type);
        if (names == null) {
            throw JobFailure.user("searchSpace." + name + " is of type '" + type + "'; known are "
                    + ARGUMENTS.keySet().stream().sorted().toList() + ".");
        }
        List<JsonNode> given = new ArrayList<>();
        if (written.isArray()) {
            written.path(1).forEach(given::add);
        } else {
            names.forEach(argument -> given.add(written.path(argument)));
        }
        List<JsonNode> arguments = type.equals("choice") ? choices(given) : given;
        if (!type.equals("choice")
                && (given.size() != names.size() || !given.stream().allMatch(JsonNode::isNumber))) {
            throw JobFailure.user("searchSpace." + name + " needs the numbers " + names + ".");
        }
        if (arguments.isEmpty()) {
            throw JobFailure.user("searchSpace." + name + " has no choices.");
        }
        return new Expression(type, arguments);
    }

    /** The list of choices stands in a list of arguments. */
    private static List<JsonNode> choices(List<JsonNode> arguments) {
        List<JsonNode> choices = new ArrayList<>();
        for (JsonNode argument : arguments) {
            if (argument.isArray()) {
                argument.forEach(choices::add);
            } else if (argument.isValueNode()) {
                choices.add(argument);
            }
        }
        return choices;
    }

    /** All combinations of choices, at most {@code most}. */
    List<ObjectNode> grid(int most) throws JobFailure {
        List<ObjectNode> points = List.of(JsonNodeFactory.instance.objectNode());
        for (Map.Entry<String, Expression> entry : expressions.entrySet()) {
            if (!entry.getValue().type().equals("choice")) {
                throw JobFailure.user("Grid sampling takes choices only, and searchSpace." + entry.getKey() + " is "
                        + entry.getValue().type() + ".");
            }
            List<ObjectNode> longer = new ArrayList<>();
            for (ObjectNode point : points) {
                for (JsonNode choice : entry.getValue().arguments()) {
                    longer.add(point.deepCopy().set(entry.getKey(), choice));
                }
            }
            if (longer.size() > 100 * MOST_TRIALS) {
                throw JobFailure.user("The grid has more than " + 100 * MOST_TRIALS + " points.");
            }
            points = longer;
        }
        return points.subList(0, Math.min(most, points.size()));
    }

    /** Points drawn at random, none twice as long as there are others. */
    List<ObjectNode> random(int count, long seed) {
        Random random = new Random(seed);
        Set<ObjectNode> seen = new HashSet<>();
        List<ObjectNode> points = new ArrayList<>();
        for (int tries = 0; points.size() < count && tries < 20 * count; tries++) {
            ObjectNode point = JsonNodeFactory.instance.objectNode();
            expressions.forEach((name, expression) -> point.set(name, expression.draw(random)));
            if (seen.add(point)) {
                points.add(point);
            }
        }
        return points;
    }
}
