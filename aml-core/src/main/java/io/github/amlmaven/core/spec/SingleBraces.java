package io.github.amlmaven.core.spec;

import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.schema.Kind;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code ${inputs.x}} where {@code ${{inputs.x}}} is meant. Prompt flow writes one brace, and steps of a pipeline that run
 * a flow map its columns so; everywhere else it is sent as it stands, and the shell stumbles over it.
 */
final class SingleBraces {

    private static final Pattern BINDING = Pattern.compile("\\$\\{(inputs\\.[\\w.-]+)}");
    private static final Pattern OF_A_FLOW =
            Pattern.compile("\\$\\{(?:data|run)\\.[\\w.]+}|\\$\\{\\w+\\.output(?:\\.\\w+)*}");
    private static final Set<String> OF_FLOWS = Set.of("column_mapping", "column_mappings", "connections");

    private final List<Problem> problems;

    SingleBraces(List<Problem> problems) {
        this.problems = problems;
    }

    void check(Kind kind, SpecNode.Mapping root) {
        if (!kind.name().contains("flow")) {
            entries(root, false);
        }
    }

    private void entries(SpecNode.Mapping mapping, boolean step) {
        mapping.entries().forEach((key, entry) -> {
            if (key.equals("jobs") && entry.value() instanceof SpecNode.Mapping jobs) {
                jobs.entries().values().forEach(job -> node(job.value(), true, ""));
            } else if (!OF_FLOWS.contains(key)) {
                node(entry.value(), step, key);
            }
        });
    }

    private void node(SpecNode node, boolean step, String key) {
        boolean bound = step && (key.equals("inputs") || key.equals("outputs"));
        if (node instanceof SpecNode.Mapping mapping && bound) {
            mapping.entries().values().forEach(entry -> node(entry.value(), true, key));
        } else if (node instanceof SpecNode.Mapping mapping) {
            entries(mapping, step);
        } else if (node instanceof SpecNode.Sequence sequence) {
            sequence.items().forEach(item -> node(item, step, key));
        } else if (node instanceof SpecNode.Scalar scalar && scalar.text().contains("${")) {
            scalar(scalar, bound);
        }
    }

    private void scalar(SpecNode.Scalar scalar, boolean bound) {
        Matcher binding = BINDING.matcher(scalar.text());
        while (binding.find()) {
            add(
                    scalar,
                    binding.group() + " binds nothing. Did you mean '${{" + (bound ? "parent." : "") + binding.group(1)
                            + "}}'?");
        }
        Matcher flow = OF_A_FLOW.matcher(scalar.text());
        while (!bound && flow.find()) {
            add(scalar, flow.group() + " has no value here; only a prompt flow and the inputs of a step know it");
        }
    }

    private void add(SpecNode.Scalar scalar, String message) {
        problems.add(new Problem(ErrorCode.SPEC_BAD_BINDING, scalar.location(), message));
    }
}
