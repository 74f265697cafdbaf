package io.github.amlmaven.emulator.job.run;

import io.github.amlmaven.emulator.job.state.JobFailure;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command with AML's expressions: <code>${{inputs.x}}</code>, <code>${{outputs.y}}</code>, and <code>$[[...]]</code>
 * around what is left out when an optional input in it is not given.
 */
public record CommandTemplate(String text) {

    private static final Pattern OPTIONAL = Pattern.compile("\\$\\[\\[(.*?)]]", Pattern.DOTALL);
    private static final Pattern EXPRESSION =
            Pattern.compile("\\$\\{\\{\\s*(inputs|outputs)\\.([A-Za-z0-9_.-]+?)(?:\\.path)?\\s*}}");
    private static final Pattern ANY = Pattern.compile("\\$\\{\\{.*?}}", Pattern.DOTALL);

    /** @throws JobFailure when an expression names what is not there */
    public String resolve(Map<String, String> inputs, Map<String, String> outputs) throws JobFailure {
        String mandatory =
                OPTIONAL.matcher(text).replaceAll(match -> Matcher.quoteReplacement(optional(match.group(1), inputs)));
        Set<String> missing = new TreeSet<>();
        String resolved = EXPRESSION.matcher(mandatory).replaceAll(match -> {
            Map<String, String> values = match.group(1).equals("inputs") ? inputs : outputs;
            String value = values.get(match.group(2));
            if (value == null) {
                missing.add(match.group());
            }
            return Matcher.quoteReplacement(value == null ? "" : value);
        });
        ANY.matcher(mandatory)
                .results()
                .map(MatchResult::group)
                .filter(expression -> !EXPRESSION.matcher(expression).matches())
                .forEach(missing::add);
        if (!missing.isEmpty()) {
            throw JobFailure.user("The command uses " + String.join(", ", missing)
                    + ", which the job does not define. It has inputs " + new TreeSet<>(inputs.keySet())
                    + " and outputs "
                    + new TreeSet<>(outputs.keySet()) + ".");
        }
        return resolved;
    }

    private static String optional(String inner, Map<String, String> inputs) {
        boolean given = EXPRESSION
                .matcher(inner)
                .results()
                .allMatch(match -> !match.group(1).equals("inputs") || inputs.containsKey(match.group(2)));
        return given ? inner : "";
    }
}
