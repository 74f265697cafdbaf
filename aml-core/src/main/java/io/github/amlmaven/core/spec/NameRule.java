package io.github.amlmaven.core.spec;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The service's rules for names, checked before anything is sent.
 *
 * <p>Source: azure-ai-ml 1.34.0 ({@code _schema/_endpoint/endpoint.py}, {@code _schema/core/fields.py}) and the
 * documented limits of online and batch endpoints (3 to 32 characters).
 */
enum NameRule {
    ENDPOINT(
            "[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?",
            3,
            32,
            "letters, digits and hyphens, a letter first, no hyphen last"),
    ENDPOINTNAME(
            "[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?",
            3,
            32,
            "letters, digits and hyphens, a letter first, no hyphen last"),
    DEPLOYMENT(
            "[a-zA-Z](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?",
            3,
            32,
            "letters, digits, '_' and hyphens, a letter first, a letter or digit last"),
    ASSET("[a-zA-Z0-9][a-zA-Z0-9_.-]*", 1, 255, "letters, digits, '_', '.' and '-', a letter or digit first"),
    COMPONENT("[a-zA-Z0-9_][a-zA-Z0-9_.-]*", 1, 255, "letters, digits, '_', '.' and '-'"),
    JOB("[a-zA-Z0-9][a-zA-Z0-9_-]*", 1, 255, "letters, digits, '_' and '-', a letter or digit first"),
    KEY("[a-zA-Z_][a-zA-Z0-9_]*", 1, 255, "letters, digits and '_', no digit first");

    private final Pattern pattern;
    private final int shortest;
    private final int longest;
    private final String words;

    NameRule(String pattern, int shortest, int longest, String words) {
        this.pattern = Pattern.compile(pattern);
        this.shortest = shortest;
        this.longest = longest;
        this.words = words;
    }

    /** The rule that a schema names. */
    static NameRule of(String name) {
        return valueOf(name.toUpperCase(java.util.Locale.ROOT));
    }

    /** Whether a name is one to be replaced, as in a template. */
    static boolean isPlaceholder(String name) {
        return name.matches("<.*>|\\{\\{.*}}");
    }

    /** Why a name breaks the rule; empty when it does not. */
    Optional<String> violation(String name) {
        if (isPlaceholder(name)) {
            return Optional.of("is a placeholder; put a name in its place");
        }
        if (name.length() < shortest || name.length() > longest) {
            return Optional.of("has " + name.length() + " characters; allowed are " + shortest + " to " + longest);
        }
        return pattern.matcher(name).matches()
                ? Optional.empty()
                : Optional.of("is not a name here; allowed are " + words);
    }
}
