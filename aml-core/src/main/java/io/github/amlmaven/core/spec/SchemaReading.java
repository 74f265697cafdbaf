package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.spec.schema.SchemaType;
import io.github.amlmaven.core.spec.schema.Schemas;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * Reads nodes as a schema type: gives each scalar the type that the schema expects and notes what does not fit. One
 * reading a file.
 */
final class SchemaReading {

    /** Meets each scalar that stands for something; says what is wrong with it. */
    interface ScalarCheck {
        void check(SpecNode.Scalar scalar, SchemaType.Text type, List<Problem> problems);
    }

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Schemas schemas;
    private final ScalarCheck scalars;
    private final boolean guesses;
    private final boolean nulls;

    /**
     * A reading of one file.
     *
     * @param guesses whether a key that may stand for itself is a problem when it looks like a slip of the pen
     * @param nulls whether any value may be YAML's null
     */
    SchemaReading(Schemas schemas, ScalarCheck scalars, boolean guesses, boolean nulls) {
        this.schemas = schemas;
        this.nulls = nulls;
        this.scalars = scalars;
        this.guesses = guesses;
    }

    /**
     * Reads a node.
     *
     * @param problems gets what does not fit; a node that does not fit becomes null in the result
     */
    JsonNode read(SpecNode node, SchemaType declared, List<Problem> problems) {
        SchemaType type = schemas.resolve(declared);
        if (node instanceof SpecNode.Scalar scalar && scalar.isNull()) {
            if (!nulls && !mayBeNull(type)) {
                problems.add(new Problem(
                        ErrorCode.SPEC_WRONG_TYPE,
                        node.location(),
                        "expected " + describe(type) + " but found nothing; remove the key or give it a value"));
            }
            return JSON.nullNode();
        }
        if (type instanceof SchemaType.OrNull orNull) {
            return read(node, orNull.type(), problems);
        }
        if (type instanceof SchemaType.OneOf union) {
            return union(node, union, problems);
        }
        if (type instanceof SchemaType.Any) {
            return anything(node);
        }
        if (node instanceof SpecNode.Scalar scalar) {
            return scalar(scalar, type, problems);
        }
        if (node instanceof SpecNode.Sequence sequence && type instanceof SchemaType.ListOf list) {
            ArrayNode array = JSON.arrayNode();
            sequence.items().forEach(item -> array.add(read(item, list.item(), problems)));
            return array;
        }
        if (node instanceof SpecNode.Mapping mapping) {
            return mapping(mapping, type, problems);
        }
        return wrong(node, type, problems);
    }

    private boolean mayBeNull(SchemaType declared) {
        SchemaType type = schemas.resolve(declared);
        return type instanceof SchemaType.Any
                || type instanceof SchemaType.OrNull
                || (type instanceof SchemaType.OneOf union
                        && union.alternatives().stream().anyMatch(this::mayBeNull));
    }

    private JsonNode mapping(SpecNode.Mapping mapping, SchemaType type, List<Problem> problems) {
        if (type instanceof SchemaType.MapOf map) {
            ObjectNode object = JSON.objectNode();
            mapping.entries().forEach((key, entry) -> object.set(key, read(entry.value(), map.value(), problems)));
            return object;
        }
        if (type instanceof SchemaType.Shape shape) {
            return shape(mapping, shape, problems);
        }
        if (type instanceof SchemaType.Cases cases) {
            return cases(mapping, cases, problems);
        }
        if (type instanceof SchemaType.ByPresence byPresence) {
            SchemaType chosen = byPresence.cases().entrySet().stream()
                    .filter(entry -> mapping.get(entry.getKey()) != null)
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(byPresence.otherwise());
            return read(mapping, chosen, problems);
        }
        return wrong(mapping, type, problems);
    }

    private JsonNode shape(SpecNode.Mapping mapping, SchemaType.Shape shape, List<Problem> problems) {
        ObjectNode object = JSON.objectNode();
        mapping.entries().forEach((name, entry) -> {
            SchemaType.Key key = shape.keys().get(name);
            if (key == null && name.equals("$schema")) {
                object.set(name, schema(entry.value(), problems));
            } else if (key != null) {
                object.set(name, read(entry.value(), key.type(), problems));
            } else {
                unknown(entry.key(), shape, mapping, problems);
                object.set(name, anything(entry.value()));
            }
        });
        shape.keys().forEach((name, key) -> {
            boolean told = !nulls && mapping.entries().containsKey(name) && !mayBeNull(key.type());
            if (key.required() && mapping.get(name) == null && !told) {
                problems.add(new Problem(
                        ErrorCode.SPEC_MISSING_KEY, mapping.location(), "the key '" + name + "' is missing"));
            }
        });
        if (!shape.any().isEmpty() && shape.any().stream().allMatch(name -> mapping.get(name) == null)) {
            problems.add(new Problem(
                    ErrorCode.SPEC_MISSING_KEY,
                    mapping.location(),
                    "one of the keys '" + String.join("', '", shape.any()) + "' is missing"));
        }
        return object;
    }

    /** Names the kind and is none of the content: whatever it is, it is passed over, but nothing it must not be. */
    private JsonNode schema(SpecNode node, List<Problem> problems) {
        if (node instanceof SpecNode.Scalar scalar && scalar.isNull() && !nulls) {
            problems.add(new Problem(
                    ErrorCode.SPEC_WRONG_TYPE, node.location(), "'$schema' has no value; remove it or give it one"));
        }
        return anything(node);
    }

    private void unknown(
            SpecNode.Scalar key, SchemaType.Shape shape, SpecNode.Mapping mapping, List<Problem> problems) {
        List<String> free = shape.keys().keySet().stream()
                .filter(known -> !known.equals("$schema") && !mapping.entries().containsKey(known))
                .toList();
        String meant = shape.meant().get(key.text());
        String suggestion = meant != null && free.contains(meant)
                ? ". Did you mean '" + meant + "'?"
                : Suggestion.sentence(key.text(), free);
        if (!shape.open() || (guesses && !suggestion.isEmpty())) {
            String known = emptyBefore(key, mapping)
                    .map(empty -> "; if it belongs to '" + empty + "' above, indent it")
                    .orElseGet(() -> Suggestion.orKnown(suggestion, shape.keys().keySet()));
            problems.add(new Problem(
                    ErrorCode.SPEC_UNKNOWN_KEY, key.location(), "unknown key '" + key.text() + "'" + known));
        }
    }

    /** The key above that has no value, which is what it looks like when what follows is not indented. */
    private static Optional<String> emptyBefore(SpecNode.Scalar key, SpecNode.Mapping mapping) {
        Optional<SpecNode.Entry> before = Optional.empty();
        for (SpecNode.Entry entry : mapping.entries().values()) {
            if (entry.key().equals(key)) {
                return before.filter(above -> above.value() instanceof SpecNode.Scalar scalar && scalar.isNull())
                        .map(above -> above.key().text());
            }
            before = Optional.of(entry);
        }
        return Optional.empty();
    }

    private JsonNode cases(SpecNode.Mapping mapping, SchemaType.Cases cases, List<Problem> problems) {
        SpecNode value = mapping.get(cases.key());
        if (value == null) {
            if (cases.otherwise() != null) {
                return read(mapping, cases.otherwise(), problems);
            }
            problems.add(new Problem(
                    ErrorCode.SPEC_MISSING_KEY,
                    mapping.location(),
                    "the key '" + cases.key() + "' is missing; it must be one of '"
                            + String.join("', '", cases.cases().keySet()) + "'"));
            return anything(mapping);
        }
        String word = value instanceof SpecNode.Scalar scalar ? normal(scalar.text()) : "";
        for (Map.Entry<String, SchemaType> entry : cases.cases().entrySet()) {
            if (normal(entry.getKey()).equals(word)) {
                return read(mapping, entry.getValue(), problems);
            }
        }
        String written = value instanceof SpecNode.Scalar scalar ? scalar.text() : "";
        problems.add(new Problem(
                ErrorCode.SPEC_BAD_VALUE,
                value.location(),
                "'" + cases.key() + "' is " + value.describe() + " but must be one of '"
                        + String.join("', '", cases.cases().keySet()) + "'"
                        + Suggestion.sentence(written, cases.cases().keySet())));
        // What else is wrong is told at once where it is clear what was meant: parallel_for is more than a slip.
        Optional<String> meant = Suggestion.nearest(written, cases.cases().keySet())
                .filter(near -> Math.abs(near.length() - written.length()) <= 2);
        SchemaType nearest = meant.isPresent() ? cases.cases().get(meant.get()) : null;
        return meant.isPresent() && nearest != null
                ? read(mapping.with(cases.key(), meant.get()), nearest, problems)
                : anything(mapping);
    }

    /** Of the alternatives that have the node's form, the one with the fewest problems. */
    private JsonNode union(SpecNode node, SchemaType.OneOf union, List<Problem> problems) {
        List<Attempt> attempts = new ArrayList<>();
        for (SchemaType alternative : union.alternatives()) {
            if (hasForm(node, schemas.resolve(alternative))) {
                List<Problem> found = new ArrayList<>();
                JsonNode value = read(node, alternative, found);
                if (found.isEmpty()) {
                    return value;
                }
                attempts.add(new Attempt(value, found));
            }
        }
        if (attempts.isEmpty()) {
            return wrong(node, union, problems);
        }
        Attempt best = attempts.stream()
                .min(Comparator.comparingInt(attempt -> attempt.problems().size()))
                .orElseThrow();
        boolean scalar = node instanceof SpecNode.Scalar;
        if (scalar && attempts.size() > 1 && attempts.stream().allMatch(Attempt::hasWrongType)) {
            return wrong(node, union, problems);
        }
        problems.addAll(best.problems());
        return best.value();
    }

    private record Attempt(JsonNode value, List<Problem> problems) {
        boolean hasWrongType() {
            return problems.stream().anyMatch(problem -> problem.code() == ErrorCode.SPEC_WRONG_TYPE);
        }
    }

    private boolean hasForm(SpecNode node, SchemaType type) {
        if (type instanceof SchemaType.Any) {
            return true;
        }
        if (type instanceof SchemaType.OrNull orNull) {
            return hasForm(node, schemas.resolve(orNull.type()));
        }
        if (type instanceof SchemaType.OneOf union) {
            return union.alternatives().stream().anyMatch(inner -> hasForm(node, schemas.resolve(inner)));
        }
        boolean mapping = type instanceof SchemaType.MapOf
                || type instanceof SchemaType.Shape
                || type instanceof SchemaType.Cases
                || type instanceof SchemaType.ByPresence;
        boolean list = type instanceof SchemaType.ListOf;
        if (node instanceof SpecNode.Mapping) {
            return mapping;
        }
        return node instanceof SpecNode.Sequence ? list : !mapping && !list;
    }

    private JsonNode scalar(SpecNode.Scalar scalar, SchemaType type, List<Problem> problems) {
        String text = scalar.text();
        boolean binding = text.contains("${{");
        if (type instanceof SchemaType.Text role) {
            boolean literal = role.role() == SchemaType.Role.LITERAL || role.role() == SchemaType.Role.PRINTED;
            if (!literal && !binding && !PythonScalar.isText(scalar)) {
                problems.add(new Problem(
                        ErrorCode.SPEC_WRONG_TYPE,
                        scalar.location(),
                        "expected " + describe(type) + " but YAML reads " + text
                                + " as something else; put it in quotes: \"" + text + "\""));
                return JSON.textNode(text);
            }
            if (role.role() == SchemaType.Role.LITERAL && PythonScalar.isTime(scalar)) {
                problems.add(new Problem(
                        ErrorCode.SPEC_WRONG_TYPE,
                        scalar.location(),
                        "YAML reads " + text + " as a date; put it in quotes: \"" + text + "\""));
                return JSON.textNode(text);
            }
            scalars.check(scalar, role, problems);
            if (!literal) {
                return JSON.textNode(text);
            }
            JsonNode value = PythonScalar.value(scalar);
            return role.argument().equals("value") ? PythonScalar.firstFit(value) : value;
        }
        if (binding
                && !(type instanceof SchemaType.Choice)
                && !hasForm(new SpecNode.Mapping(scalar.location(), Map.of()), type)) {
            return JSON.textNode(text);
        }
        JsonNode value = PythonScalar.value(scalar);
        if (type instanceof SchemaType.Bool) {
            Optional<Boolean> truth = PythonScalar.truth(value);
            if (truth.isPresent()) {
                return JSON.booleanNode(truth.get());
            }
        } else if (type instanceof SchemaType.Whole) {
            Optional<BigInteger> whole = PythonScalar.whole(value);
            if (whole.isPresent()) {
                return PythonScalar.number(whole.get());
            }
        } else if (type instanceof SchemaType.Decimal) {
            OptionalDouble number = PythonScalar.decimal(value);
            if (number.isPresent()) {
                return value.isIntegralNumber() ? value : JSON.numberNode(number.getAsDouble());
            }
        } else if (type instanceof SchemaType.Choice choice) {
            return choice(scalar, choice, problems);
        }
        return wrong(scalar, type, problems);
    }

    private static JsonNode choice(SpecNode.Scalar scalar, SchemaType.Choice choice, List<Problem> problems) {
        Optional<String> word = PythonScalar.isText(scalar) ? choice.word(scalar.text()) : Optional.empty();
        if (word.isPresent()) {
            return JSON.textNode(word.get());
        }
        if (choice.word(scalar.text()).isPresent()) {
            problems.add(new Problem(
                    ErrorCode.SPEC_WRONG_TYPE,
                    scalar.location(),
                    "YAML reads " + scalar.text() + " as something else than text; put it in quotes: \"" + scalar.text()
                            + "\""));
            return JSON.nullNode();
        }
        problems.add(new Problem(
                ErrorCode.SPEC_BAD_VALUE,
                scalar.location(),
                scalar.describe() + " is not " + choice.describe()
                        + Suggestion.ofChoice(scalar.text(), choice.values())));
        return JSON.nullNode();
    }

    /** Roughly, to tell which case is meant; the type of the key says whether the word is right. */
    private static String normal(String word) {
        return word.replace("_", "").toLowerCase(Locale.ROOT);
    }

    private JsonNode wrong(SpecNode node, SchemaType type, List<Problem> problems) {
        String form = type instanceof SchemaType.Cases cases
                        && node instanceof SpecNode.Scalar scalar
                        && cases.cases().containsKey(scalar.text())
                ? "; write {" + cases.key() + ": " + scalar.text() + "}"
                : "";
        problems.add(new Problem(
                ErrorCode.SPEC_WRONG_TYPE,
                node.location(),
                "expected " + describe(type) + " but found " + node.describe() + form));
        return JSON.nullNode();
    }

    /** As a user would call it: what is behind the name that the descriptions have for it. */
    private String describe(SchemaType declared) {
        SchemaType type = schemas.resolve(declared);
        return type instanceof SchemaType.OneOf union
                ? union.alternatives().stream().map(this::describe).distinct().collect(Collectors.joining(" or "))
                : type.describe();
    }

    static JsonNode anything(SpecNode node) {
        return PythonScalar.tree(node);
    }
}
