package io.github.amlmaven.core.spec.schema;

import io.github.amlmaven.core.spec.schema.SchemaType.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The little language of types: {@code string}, {@code int}, {@code number}, {@code bool}, {@code any},
 * {@code enum(a b)}, {@code camel(a_b)}, {@code exact(A b)}, {@code list(T)}, {@code map(T)}, {@code A | B}, a role such as {@code asset(models)}, or the name of
 * a type. {@code T?} may be YAML's null.
 */
final class TypeExpression {

    private final String text;
    private int position;

    private TypeExpression(String text) {
        this.text = text;
    }

    static SchemaType parse(String text) {
        TypeExpression expression = new TypeExpression(text);
        SchemaType type = expression.union();
        if (expression.position != text.length()) {
            throw new IllegalArgumentException("not a type: " + text);
        }
        return type;
    }

    private SchemaType union() {
        List<SchemaType> alternatives = new ArrayList<>();
        alternatives.add(single());
        while (peek() == '|') {
            position++;
            alternatives.add(single());
        }
        return alternatives.size() == 1 ? alternatives.get(0) : new SchemaType.OneOf(alternatives);
    }

    private SchemaType single() {
        SchemaType type = unmarked();
        if (peek() != '?') {
            return type;
        }
        position++;
        return new SchemaType.OrNull(type);
    }

    private SchemaType unmarked() {
        String name = word();
        boolean argument = peek() == '(';
        if (argument && (name.equals("list") || name.equals("map"))) {
            position++;
            SchemaType inner = union();
            expect(')');
            return name.equals("list") ? new SchemaType.ListOf(inner) : new SchemaType.MapOf(inner);
        }
        String inner = "";
        if (argument) {
            int end = text.indexOf(')', position);
            inner = text.substring(position + 1, end).strip();
            position = end + 1;
            peek();
        }
        return switch (name) {
            case "any" -> new SchemaType.Any();
            case "int" -> new SchemaType.Whole();
            case "number" -> new SchemaType.Decimal();
            case "bool" -> new SchemaType.Bool();
            case "enum" -> choice(inner, SchemaType.Casing.LOWER);
            case "camel" -> choice(inner, SchemaType.Casing.CAMEL);
            case "exact" -> choice(inner, SchemaType.Casing.EXACT);
            default -> roleOrName(name, inner);
        };
    }

    private static SchemaType choice(String words, SchemaType.Casing casing) {
        return new SchemaType.Choice(Arrays.asList(words.split("\\s+", -1)), casing);
    }

    private static SchemaType roleOrName(String name, String argument) {
        for (Role role : Role.values()) {
            if (role.name().toLowerCase(Locale.ROOT).equals(name)) {
                return new SchemaType.Text(role, argument);
            }
        }
        if (!argument.isEmpty()) {
            throw new IllegalArgumentException("no role " + name);
        }
        return new SchemaType.Named(name);
    }

    private String word() {
        peek();
        int start = position;
        while (position < text.length() && Character.isLetterOrDigit(text.charAt(position))) {
            position++;
        }
        if (start == position) {
            throw new IllegalArgumentException("not a type: " + text);
        }
        return text.substring(start, position);
    }

    private void expect(char c) {
        if (peek() != c) {
            throw new IllegalArgumentException("'" + c + "' is missing in " + text);
        }
        position++;
        peek();
    }

    /** The next character that is not a blank; a blank at the end. */
    private char peek() {
        while (position < text.length() && text.charAt(position) == ' ') {
            position++;
        }
        return position < text.length() ? text.charAt(position) : ' ';
    }
}
