package io.github.amlmaven.core.spec;

import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whether a value that is written out fits what a component's input declares: its type, range and enum. */
final class LiteralInput {

    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");
    private static final Pattern NUMBER = Pattern.compile("[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?");

    private LiteralInput() {}

    /** Why it does not fit; empty when it does, or when nothing is declared. */
    static Optional<String> misfit(String value, SpecNode.Mapping declared) {
        String type = String.valueOf(declared.text("type"));
        boolean fits = switch (type) {
            case "integer" -> INTEGER.matcher(value).matches();
            case "number" -> NUMBER.matcher(value).matches();
            case "boolean" -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
            default -> true;
        };
        if (!fits) {
            return Optional.of("is no " + type);
        }
        if (type.equals("integer") || type.equals("number")) {
            double number = Double.parseDouble(value);
            if (bound(declared, "min").filter(bound -> number < bound).isPresent()) {
                return Optional.of("is less than " + declared.text("min"));
            }
            if (bound(declared, "max").filter(bound -> number > bound).isPresent()) {
                return Optional.of("is more than " + declared.text("max"));
            }
        }
        if (declared.get("enum") instanceof SpecNode.Sequence sequence) {
            List<String> allowed = sequence.items().stream()
                    .filter(SpecNode.Scalar.class::isInstance)
                    .map(item -> ((SpecNode.Scalar) item).text())
                    .toList();
            if (!allowed.contains(value)) {
                return Optional.of("is not one of " + String.join(", ", allowed) + Suggestion.sentence(value, allowed));
            }
        }
        return Optional.empty();
    }

    private static Optional<Double> bound(SpecNode.Mapping declared, String key) {
        return Optional.ofNullable(declared.text(key))
                .filter(text -> NUMBER.matcher(text).matches())
                .map(Double::parseDouble);
    }
}
