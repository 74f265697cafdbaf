package io.github.amlmaven.core.spec.schema;

import java.util.List;

/**
 * A kind of file.
 *
 * @param name what messages call it: {@code command-job}
 * @param schemas last segments of {@code $schema}, without {@code .schema.json} or {@code .json}; case does not
 *     matter
 * @param types values of the file's type key that tell this kind when there is no {@code $schema}
 * @param conditions groups of keys, divided by a blank, of which a file must have one for its type to tell this kind;
 *     empty when the type is enough
 * @param shapes groups of keys, divided by a blank; a file that has all keys of a group is of this kind when neither
 *     {@code $schema} nor the type key tells
 * @param nulls whether any value in it may be YAML's null
 * @param content what the file's top node must be
 */
public record Kind(
        String name,
        List<String> schemas,
        List<String> types,
        List<String> conditions,
        List<String> shapes,
        boolean nulls,
        SchemaType content) {

    public Kind {
        schemas = List.copyOf(schemas);
        types = List.copyOf(types);
        conditions = List.copyOf(conditions);
        shapes = List.copyOf(shapes);
    }

    @Override
    public String toString() {
        return name;
    }
}
