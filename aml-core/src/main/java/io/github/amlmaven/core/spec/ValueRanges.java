package io.github.amlmaven.core.spec;

import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.schema.Kind;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that cannot be: a job on -1 nodes, a scale from 5 to 2, a percentage of 120. The official client sends them; the
 * service refuses them or the job fails. What a kind may bear somewhere is only warned of.
 *
 * <p>Source: the documented YAML reference of az ml v2; keys whose range it does not tell are not looked at.
 */
final class ValueRanges {

    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,12}(?:\\.\\d{1,12})?");

    /** Smallest values by key, whatever the key stands in. */
    private static final Map<String, Integer> LEAST = Map.ofEntries(
            Map.entry("instance_count", 1),
            Map.entry("max_instance_count", 1),
            Map.entry("worker_count", 0),
            Map.entry("parameter_server_count", 0),
            Map.entry("max_total_trials", 1),
            Map.entry("max_concurrent_trials", 1),
            Map.entry("max_concurrency_per_instance", 1),
            Map.entry("max_retries", 0),
            Map.entry("error_threshold", -1),
            Map.entry("mini_batch_error_threshold", -1),
            Map.entry("request_timeout_ms", 1),
            Map.entry("max_concurrent_requests_per_instance", 1),
            Map.entry("max_queue_wait_ms", 0),
            Map.entry("min_instances", 0),
            Map.entry("max_instances", 0),
            Map.entry("min_node_count", 0),
            Map.entry("max_node_count", 0),
            Map.entry("idle_time_before_scale_down", 0),
            Map.entry("idle_time_before_shutdown_minutes", 0),
            Map.entry("delay_evaluation", 0),
            Map.entry("evaluation_interval", 0),
            Map.entry("polling_interval", 1),
            Map.entry("initial_delay", 0),
            Map.entry("period", 0),
            Map.entry("success_threshold", 0),
            Map.entry("failure_threshold", 0),
            Map.entry("timeout", 0),
            Map.entry("trial_timeout", 0));

    /** Largest values by key. */
    private static final Map<String, Integer> MOST =
            Map.of("target_utilization_percentage", 100, "truncation_percentage", 100);

    /** Pairs of which the first must not be more than the second. */
    private static final Map<String, String> PAIRS = Map.of(
            "min_instances", "max_instances",
            "min_node_count", "max_node_count",
            "min_value", "max_value",
            "max_concurrent_trials", "max_total_trials");

    /** Their keys are names of the user's choice, or nothing that is known here. */
    private static final Set<String> FREE = Set.of(
            "tags",
            "properties",
            "inputs",
            "outputs",
            "environment_variables",
            "conf",
            "flavors",
            "traffic",
            "mirror_traffic",
            "system_metadata",
            "parameters",
            "training",
            "connections",
            "conda_file");

    private final Kind kind;
    private final List<Problem> problems;
    private final List<Problem> warnings;

    ValueRanges(Kind kind, List<Problem> problems, List<Problem> warnings) {
        this.kind = kind;
        this.problems = problems;
        this.warnings = warnings;
    }

    void check(SpecNode.Mapping mapping) {
        mapping.entries().forEach((key, entry) -> {
            if (entry.value() instanceof SpecNode.Scalar scalar) {
                number(scalar).ifPresent(number -> range(key, scalar, number));
            } else if (key.equals("trigger") && entry.value() instanceof SpecNode.Mapping trigger) {
                trigger(trigger);
            } else if (key.equals("jobs") || key.equals("search_space")) {
                values(entry.value());
            } else if (!FREE.contains(key)) {
                node(entry.value());
            }
        });
        PAIRS.forEach((low, high) -> {
            Optional<BigDecimal> least = number(mapping.get(low));
            Optional<BigDecimal> most = number(mapping.get(high));
            SpecNode where = mapping.get(low);
            if (where != null
                    && least.isPresent()
                    && most.isPresent()
                    && least.get().compareTo(most.get()) > 0) {
                (low.equals("max_concurrent_trials") ? warnings : problems)
                        .add(problem(
                                where, "'" + low + "' is " + least.get() + " but '" + high + "' only " + most.get()));
            }
        });
    }

    private void node(SpecNode node) {
        if (node instanceof SpecNode.Mapping mapping) {
            check(mapping);
        } else if (node instanceof SpecNode.Sequence sequence) {
            sequence.items().forEach(this::node);
        }
    }

    /** Below names of the user's choice. */
    private void values(SpecNode node) {
        if (node instanceof SpecNode.Mapping mapping) {
            mapping.entries().values().forEach(entry -> node(entry.value()));
        }
    }

    private void range(String key, SpecNode.Scalar scalar, BigDecimal number) {
        Integer least = LEAST.get(key);
        Integer most = MOST.get(key);
        if (least != null && number.compareTo(BigDecimal.valueOf(least)) < 0) {
            // Kubernetes runs a deployment of no instances until it is scaled.
            boolean none = number.signum() == 0 && kind.name().equals("kubernetes-online-deployment");
            (none ? warnings : problems)
                    .add(problem(scalar, "'" + key + "' is " + scalar.text() + "; it must be " + least + " or more"));
        } else if (number.signum() == 0 && (key.equals("timeout") || key.equals("trial_timeout"))) {
            warnings.add(problem(scalar, "'" + key + "' is 0, so there is no time at all; leave it out for no limit"));
        } else if (most != null && (number.compareTo(BigDecimal.valueOf(most)) > 0 || number.signum() <= 0)) {
            problems.add(
                    problem(scalar, "'" + key + "' is " + scalar.text() + "; it is a percentage from 1 to " + most));
        } else if (key.equals("sampling_rate") && number.signum() < 0) {
            problems.add(problem(scalar, "'sampling_rate' is " + scalar.text() + "; it is a share from 0 to 1"));
        } else if (key.equals("sampling_rate") && number.compareTo(BigDecimal.ONE) > 0) {
            warnings.add(problem(scalar, "'sampling_rate' is " + scalar.text() + "; it is a share from 0 to 1"));
        }
    }

    private void trigger(SpecNode.Mapping trigger) {
        if (trigger.get("expression") instanceof SpecNode.Scalar expression
                && !expression.text().contains("${{")) {
            CronExpression.violation(expression.text())
                    .ifPresentOrElse(
                            why -> problems.add(problem(expression, "'" + expression.text() + "' " + why)),
                            () -> CronExpression.passedOver(expression.text())
                                    .ifPresent(why ->
                                            warnings.add(problem(expression, "'" + expression.text() + "' " + why))));
        }
        within(trigger.get("interval"), "interval", 1, Integer.MAX_VALUE);
        if (trigger.get("schedule") instanceof SpecNode.Mapping pattern) {
            within(pattern.get("hours"), "hours", 0, 23);
            within(pattern.get("minutes"), "minutes", 0, 59);
        }
    }

    private void within(@Nullable SpecNode node, String key, int least, int most) {
        if (node instanceof SpecNode.Sequence sequence) {
            sequence.items().forEach(item -> within(item, key, least, most));
        } else if (node instanceof SpecNode.Scalar scalar) {
            number(scalar)
                    .filter(number -> number.compareTo(BigDecimal.valueOf(least)) < 0
                            || number.compareTo(BigDecimal.valueOf(most)) > 0)
                    .ifPresent(number -> problems.add(problem(
                            scalar,
                            "'" + key + "' is " + scalar.text() + "; it must be " + least
                                    + (most == Integer.MAX_VALUE ? " or more" : " to " + most))));
        }
    }

    private static Problem problem(SpecNode where, String message) {
        return new Problem(ErrorCode.SPEC_BAD_VALUE, where.location(), message);
    }

    private static Optional<BigDecimal> number(@Nullable SpecNode node) {
        return node instanceof SpecNode.Scalar scalar
                        && NUMBER.matcher(scalar.text()).matches()
                ? Optional.of(new BigDecimal(scalar.text()))
                : Optional.empty();
    }
}
