package io.github.amlmaven.core.spec;

import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.spec.schema.Kind;
import io.github.amlmaven.core.spec.schema.Schemas;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A file whose {@code $schema} or {@code type} names no kind: what to say of it, and what was meant. */
final class UnknownKind {

    private static final String FORM = "'$schema: https://azuremlschemas.azureedge.net/latest/<kind>.schema.json'";

    private final Schemas schemas;
    private final SpecNode.Mapping mapping;

    UnknownKind(Schemas schemas, SpecNode.Mapping mapping) {
        this.schemas = schemas;
        this.mapping = mapping;
    }

    Problem problem() {
        if (mapping.get("$schema") instanceof SpecNode.Scalar schema) {
            return new Problem(ErrorCode.SPEC_KIND_UNKNOWN, schema.location(), unknownSchema(schemas, schema));
        }
        if (mapping.get("type") instanceof SpecNode.Scalar type) {
            return new Problem(
                    ErrorCode.SPEC_KIND_UNKNOWN,
                    type.location(),
                    "'type' names no kind that is known: '" + type.text() + "'"
                            + Suggestion.sentence(type.text(), types()));
        }
        return new Problem(
                ErrorCode.SPEC_KIND_UNKNOWN, mapping.location(), "what the file describes cannot be told; add " + FORM);
    }

    /** The file as it was meant; empty when that is not clear. */
    Optional<SpecNode.Mapping> meant() {
        if (mapping.get("$schema") instanceof SpecNode.Scalar schema) {
            return Suggestion.nearest(name(schema), names(schemas)).map(name -> mapping.with("$schema", name));
        }
        return mapping.get("type") instanceof SpecNode.Scalar type
                ? Suggestion.nearest(type.text(), types()).map(name -> mapping.with("type", name))
                : Optional.empty();
    }

    /** Whether neither {@code $schema} nor {@code type} says anything, so that only the keys can. */
    boolean isUndeclared() {
        return mapping.get("$schema") == null && mapping.get("type") == null;
    }

    /** The kind that the keys would tell without slips of the pen; empty when none explains the file. */
    Optional<Kind> misspelt() {
        return schemas.kinds().stream()
                .filter(kind -> Schemas.isShaped(kind, mapping.renamed(slips(kind))))
                .min(Comparator.comparingInt(kind -> slips(kind).size()));
    }

    /** The right key for each that is no key of this kind but near one that the file has not. */
    private Map<String, String> slips(Kind kind) {
        Set<String> left = schemas.keys(kind);
        left.removeAll(mapping.entries().keySet());
        Map<String, String> slips = new LinkedHashMap<>();
        for (String key : mapping.entries().keySet()) {
            if (!schemas.keys(kind).contains(key)) {
                Suggestion.nearest(key, left).ifPresent(right -> {
                    slips.put(key, right);
                    left.remove(right);
                });
            }
        }
        return slips;
    }

    /** A {@code $schema} that names nothing where {@code type} or the keys tell the kind: az ml passes over it, editors do not. */
    static Optional<Problem> passedOver(Schemas schemas, SpecNode.Mapping mapping, Kind kind) {
        return mapping.get("$schema") instanceof SpecNode.Scalar schema
                        && schemas.bySchema(schema.text()).isEmpty()
                ? Optional.of(new Problem(
                        ErrorCode.SPEC_KIND_UNKNOWN,
                        schema.location(),
                        unknownSchema(schemas, schema) + " The file is taken for a " + kind + "."))
                : Optional.empty();
    }

    private static String unknownSchema(Schemas schemas, SpecNode.Scalar schema) {
        String file = schema.text().substring(schema.text().lastIndexOf('/') + 1);
        return "'$schema' names no kind that is known: '" + file + "'."
                + Suggestion.nearest(name(schema), names(schemas))
                        .map(name -> " Did you mean '" + name + ".schema.json'?")
                        .orElse("");
    }

    /** Without what should be {@code .schema.json}. */
    private static String name(SpecNode.Scalar schema) {
        return schema.text().substring(schema.text().lastIndexOf('/') + 1).replaceAll("\\..*", "");
    }

    private static List<String> names(Schemas schemas) {
        return schemas.kinds().stream().flatMap(kind -> kind.schemas().stream()).toList();
    }

    private List<String> types() {
        return schemas.kinds().stream()
                .flatMap(kind -> kind.types().stream())
                .distinct()
                .toList();
    }
}
