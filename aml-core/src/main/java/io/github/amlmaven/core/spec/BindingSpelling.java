package io.github.amlmaven.core.spec;

import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Slips of the pen in {@code ${{...}}}: the official client sends them on, and the job fails after it has waited for its
 * compute. Only what looks like a word that is known is named, since the service may know more of them.
 */
final class BindingSpelling {

    private static final Pattern EXPRESSION =
            Pattern.compile("\\$\\{\\{\\s*([\\w-]+)(?:\\.([\\w-]+))?(?:\\.[\\w-]+\\.([\\w-]+))?[\\w.-]*\\s*}}");
    private static final Set<String> ROOTS = Set.of("inputs", "outputs", "parent", "search_space");
    private static final Set<String> OF_PARENT = Set.of("inputs", "outputs", "jobs");
    private static final Set<String> OF_STEP = Set.of("inputs", "outputs");

    private final List<Problem> problems;
    private final Set<String> searchSpace;

    /** @param searchSpace the names of the sweep that the file describes; empty for anything else */
    BindingSpelling(List<Problem> problems, Set<String> searchSpace) {
        this.problems = problems;
        this.searchSpace = searchSpace;
    }

    void check(SpecNode node) {
        if (node instanceof SpecNode.Mapping mapping) {
            mapping.entries().values().forEach(entry -> check(entry.value()));
        } else if (node instanceof SpecNode.Sequence sequence) {
            sequence.items().forEach(this::check);
        } else if (node instanceof SpecNode.Scalar scalar && scalar.text().contains("${{")) {
            scalar(scalar);
        }
    }

    private void scalar(SpecNode.Scalar scalar) {
        Matcher matcher = EXPRESSION.matcher(scalar.text());
        while (matcher.find()) {
            String root = matcher.group(1);
            String second = matcher.group(2);
            nearly(scalar, matcher.group(), root, ROOTS);
            if (second != null && root.equals("parent")) {
                nearly(scalar, matcher.group(), second, OF_PARENT);
                if (second.equals("jobs") && matcher.group(3) != null) {
                    nearly(scalar, matcher.group(), matcher.group(3), OF_STEP);
                }
            }
            if (second != null
                    && root.equals("search_space")
                    && !searchSpace.isEmpty()
                    && !searchSpace.contains(second)) {
                problems.add(new Problem(
                        ErrorCode.SPEC_BAD_BINDING,
                        scalar.location(),
                        "the search space has no '" + second + "'" + Suggestion.sentence(second, searchSpace)));
            }
        }
    }

    private void nearly(SpecNode.Scalar scalar, String expression, String word, Set<String> known) {
        String suggestion = known.contains(word) ? "" : Suggestion.sentence(word, known);
        if (!suggestion.isEmpty()) {
            problems.add(new Problem(
                    ErrorCode.SPEC_BAD_BINDING,
                    scalar.location(),
                    expression + " binds nothing: '" + word + "' is no word of a binding" + suggestion));
        }
    }
}
