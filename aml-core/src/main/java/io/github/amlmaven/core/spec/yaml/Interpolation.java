package io.github.amlmaven.core.spec.yaml;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${name}} in values, Maven style. {@code ${{...}}} belongs to AML and is never looked at. In a shell
 * command {@code ${NAME}} may be a variable of the shell, so there an unknown name without a dot stays as it is; and so
 * does what prompt flow writes the same way: {@code ${data.x}}, {@code ${inputs.x}}, {@code ${node.output}}.
 */
final class Interpolation {

    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{([^{}]*)\\}");
    private static final Pattern SHELL_VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private static final Pattern PROMPT_FLOW =
            Pattern.compile("(?:data|inputs|run)\\.[\\w.]+|\\w+\\.output(?:\\.\\w+)*");

    private final UnaryOperator<String> values;

    Interpolation(UnaryOperator<String> values) {
        this.values = values;
    }

    /**
     * Replaces every expression of a text.
     *
     * @param shell whether the text is run by a shell
     * @param unresolved told each expression that has no value
     */
    String apply(String text, boolean shell, Consumer<String> unresolved) {
        if (!text.contains("${")) {
            return text;
        }
        Matcher matcher = EXPRESSION.matcher(text);
        StringBuilder result = new StringBuilder();
        while (matcher.find()) {
            String expression = matcher.group();
            String value = values.apply(expression);
            if (expression.equals(value) && !isAnothers(matcher.group(1), shell)) {
                unresolved.accept(expression);
            }
            matcher.appendReplacement(result, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(result).toString();
    }

    private static boolean isAnothers(String name, boolean shell) {
        return PROMPT_FLOW.matcher(name).matches()
                || (shell && SHELL_VARIABLE.matcher(name).matches());
    }
}
