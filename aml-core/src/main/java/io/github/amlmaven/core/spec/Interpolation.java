package io.github.amlmaven.core.spec;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${name}} in values, Maven style. {@code ${{...}}} belongs to AML and is never looked at. In a shell
 * command {@code ${NAME}} may be a variable of the shell, so there an unknown name without a dot stays as it is.
 */
final class Interpolation {

    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{([^{}]*)\\}");
    private static final Pattern SHELL_VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

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
            if (expression.equals(value)
                    && !(shell && SHELL_VARIABLE.matcher(matcher.group(1)).matches())) {
                unresolved.accept(expression);
            }
            matcher.appendReplacement(result, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(result).toString();
    }
}
