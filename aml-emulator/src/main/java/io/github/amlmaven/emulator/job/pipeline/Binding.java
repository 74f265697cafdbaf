package io.github.amlmaven.emulator.job.pipeline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the value of a step's input or output is bound to. */
sealed interface Binding {

    /** A value as it stands. */
    record Literal(String text) implements Binding {}

    /** <code>${{parent.inputs.name}}</code>. */
    record ParentInput(String name) implements Binding {}

    /** <code>${{parent.outputs.name}}</code>. */
    record ParentOutput(String name) implements Binding {}

    /** <code>${{parent.jobs.step.outputs.output}}</code>. */
    record StepOutput(String step, String output) implements Binding {}

    /** An expression in the parent's name that has none of the forms above. */
    record Unknown(String text) implements Binding {}

    /** Reads the text of a binding; text without an expression is a literal. */
    static Binding parse(String text) {
        Matcher matcher = Forms.EXPRESSION.matcher(text);
        if (!matcher.matches()) {
            return text.contains("${{") ? new Unknown(text) : new Literal(text);
        }
        if (matcher.group("input") != null) {
            return new ParentInput(matcher.group("input"));
        }
        return matcher.group("output") != null
                ? new ParentOutput(matcher.group("output"))
                : new StepOutput(matcher.group("step"), matcher.group("of"));
    }

    /** The pattern of all forms. */
    final class Forms {
        private static final Pattern EXPRESSION = Pattern.compile(
                "\\s*\\$\\{\\{\\s*parent\\.(?:inputs\\.(?<input>[\\w.-]+)"
                        + "|outputs\\.(?<output>[\\w.-]+)|jobs\\.(?<step>[\\w-]+)\\.outputs\\.(?<of>[\\w-]+))\\s*}}\\s*");

        private Forms() {}
    }
}
