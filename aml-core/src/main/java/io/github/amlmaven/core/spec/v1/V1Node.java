package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a mapping of a file of the first API, whose serialiser writes every key: what is null is absent. Values of a wrong
 * type are absent too; the schema has reported them.
 *
 * @param reads remembers what has been read
 */
record V1Node(SpecNode.Mapping mapping, ReadKeys reads) {

    static V1Node of(@Nullable SpecNode node, Location otherwise, ReadKeys reads) {
        return new V1Node(
                node instanceof SpecNode.Mapping mapping ? mapping : new SpecNode.Mapping(otherwise, Map.of()), reads);
    }

    /** A file's top mapping; an empty one when it has none. */
    static V1Node of(SpecDocument document, ReadKeys reads) {
        reads.root(document);
        return of(document.root(), new Location(document.file(), 1, 1), reads);
    }

    /** The mapping under a key; an empty one without it. What is in it has not been read by that. */
    V1Node child(String key) {
        reads.asked(mapping, key);
        return of(mapping.get(key), mapping.location(), reads);
    }

    /** Whether there is a value, which has not been read by that. */
    boolean has(String key) {
        reads.asked(mapping, key);
        return mapping.get(key) != null;
    }

    boolean isEmpty() {
        return mapping.entries().isEmpty();
    }

    @Nullable
    SpecNode get(String key) {
        reads.asked(mapping, key);
        SpecNode node = mapping.get(key);
        if (node != null) {
            reads.read(node);
        }
        return node;
    }

    SpecNode.@Nullable Scalar scalar(String key) {
        return get(key) instanceof SpecNode.Scalar scalar ? scalar : null;
    }

    /** A text; empty when it is absent or blank. */
    Optional<String> text(String key) {
        return Optional.ofNullable(scalar(key))
                .map(SpecNode.Scalar::text)
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }

    /** A word in lower case; empty when it is absent. */
    String word(String key) {
        return text(key).orElse("").toLowerCase(Locale.ROOT);
    }

    /** A whole number; empty when it is absent. */
    Optional<Integer> number(String key) {
        return text(key).filter(text -> text.matches("-?\\d{1,9}")).map(Integer::valueOf);
    }

    boolean isTrue(String key) {
        return word(key).equals("true");
    }

    /** A value, with all below it, as Python reads it; null when it is absent. */
    @Nullable
    JsonNode value(String key) {
        SpecNode node = get(key);
        if (node != null) {
            reads.whole(node);
        }
        return node == null ? null : PythonScalar.tree(node);
    }

    /** Where a key's value stands; where the mapping does when there is none. */
    Location location(String key) {
        SpecNode node = mapping.get(key);
        return node == null ? mapping.location() : node.location();
    }

    Location location() {
        return mapping.location();
    }

    /** The entries that are mappings, in order. */
    Map<String, V1Node> children() {
        Map<String, V1Node> children = new LinkedHashMap<>();
        mapping.entries().forEach((name, entry) -> {
            if (entry.value() instanceof SpecNode.Mapping child) {
                children.put(name, new V1Node(child, reads));
            }
        });
        return children;
    }
}
