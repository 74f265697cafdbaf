package io.github.amlmaven.emulator.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The body types of one resource provider.
 *
 * <p>Resource {@code <provider, lower case>.json}: {@code models} by name with {@code base}, {@code value} (the
 * discriminator value by which a subtype is chosen) and {@code fields}; {@code enums} by name. A field is its type, then
 * {@code !} when required, {@code -} when only the service sets it, {@code *} when it is the discriminator. Types are
 * {@code str}, {@code int}, {@code float}, {@code bool}, {@code time}, {@code duration}, {@code any}, the name of a model
 * or enum, {@code list<T>}, {@code map<T>}.
 */
final class SpecTable {

    /** A field of a model. */
    record Field(String type, boolean required, boolean readOnly, boolean discriminator) {
        static Field parse(String text) {
            int end = text.length();
            while (end > 0 && "!-*".indexOf(text.charAt(end - 1)) >= 0) {
                end--;
            }
            String marks = text.substring(end);
            return new Field(text.substring(0, end), marks.contains("!"), marks.contains("-"), marks.contains("*"));
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode models;
    /** Values by their lower case: the service reads any case and writes its own. */
    private final Map<String, Map<String, String>> enums = new HashMap<>();

    private final Map<String, Map<String, Field>> fields = new HashMap<>();
    /** Subtypes by base and discriminator value. */
    private final Map<String, Map<String, String>> subtypes = new HashMap<>();

    private SpecTable(JsonNode root) {
        this.models = root.path("models");
        root.path("enums").properties().forEach(entry -> {
            Map<String, String> values = new HashMap<>();
            entry.getValue().forEach(value -> values.put(value.asText().toLowerCase(Locale.ROOT), value.asText()));
            enums.put(entry.getKey(), values);
        });
        models.properties().forEach(entry -> fields.put(entry.getKey(), collect(entry.getKey())));
        models.properties().forEach(entry -> noteSubtype(entry.getKey()));
    }

    /** @throws IllegalArgumentException when there is no table for the provider */
    static SpecTable load(String provider) {
        String name = provider.toLowerCase(Locale.ROOT) + ".json";
        try (InputStream in = SpecTable.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no specification of " + provider);
            }
            return new SpecTable(JSON.readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    private Map<String, Field> collect(String model) {
        Map<String, Field> all = new LinkedHashMap<>();
        String base = models.path(model).path("base").asText();
        if (!base.isEmpty()) {
            all.putAll(collect(base));
        }
        models.path(model)
                .path("fields")
                .properties()
                .forEach(field ->
                        all.put(field.getKey(), Field.parse(field.getValue().asText())));
        return all;
    }

    private void noteSubtype(String model) {
        String value = models.path(model).path("value").asText();
        if (value.isEmpty()) {
            return;
        }
        for (String at = model; !at.isEmpty(); at = models.path(at).path("base").asText()) {
            subtypes.computeIfAbsent(at, key -> new HashMap<>()).putIfAbsent(value.toLowerCase(Locale.ROOT), model);
        }
    }

    boolean hasModel(String name) {
        return fields.containsKey(name);
    }

    /** All fields of a model, inherited ones included. */
    Map<String, Field> fields(String model) {
        Map<String, Field> known = fields.get(model);
        if (known == null) {
            throw new IllegalArgumentException("no such body type: " + model);
        }
        return known;
    }

    Optional<String> subtype(String model, String value) {
        return Optional.ofNullable(subtypes.getOrDefault(model, Map.of()).get(value.toLowerCase(Locale.ROOT)));
    }

    boolean hasSubtypes(String model) {
        return subtypes.containsKey(model);
    }

    /** The discriminator's value for a subtype, as the service writes it. */
    String discriminatorValue(String subtype) {
        return models.path(subtype).path("value").asText();
    }

    /** The values of an enumeration by their lower case; empty when the name is not one. */
    Optional<Map<String, String>> enumeration(String name) {
        return Optional.ofNullable(enums.get(name));
    }
}
