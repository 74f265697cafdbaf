package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Field types of the served kinds, as Kubernetes' Go structs have them, and the checks that decoding into those would
 * make. {@code schema.json} is derived from the published model classes, {@code istio-schema.json} from the
 * CustomResourceDefinitions that istio.io/api 1.24.3 publishes.
 */
final class Schema {

    private static final Map<String, Map<String, String>> TYPES = load();
    private static final String QUANTITY = "([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)";
    private static final String LIST = "[]";
    private static final String MAP = "map[string]";

    private Schema() {}

    private static Map<String, Map<String, String>> load() {
        Map<String, Map<String, String>> types = new HashMap<>();
        load("schema.json", types);
        load("istio-schema.json", types);
        types.remove("FieldsV1");
        return types;
    }

    private static void load(String resource, Map<String, Map<String, String>> types) {
        try (InputStream input = Objects.requireNonNull(Schema.class.getResourceAsStream(resource))) {
            JsonNode document = new ObjectMapper().readTree(input);
            document.fields().forEachRemaining(type -> {
                Map<String, String> fields = new HashMap<>();
                type.getValue()
                        .fields()
                        .forEachRemaining(field ->
                                fields.put(field.getKey(), field.getValue().asText()));
                types.put(type.getKey(), fields);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The type of a field: {@code int32}, {@code []Container}, {@code map[string]string}, a struct's name, or any. */
    static String fieldType(String type, String field) {
        if (type.startsWith(MAP)) {
            return type.substring(MAP.length());
        }
        return Optional.ofNullable(TYPES.get(type))
                .map(fields -> fields.getOrDefault(field, "any"))
                .orElse("any");
    }

    static boolean isStruct(String type) {
        return TYPES.containsKey(type);
    }

    static boolean isMap(String type) {
        return type.startsWith(MAP);
    }

    static boolean isList(String type) {
        return type.startsWith(LIST);
    }

    static String element(String list) {
        return list.startsWith(LIST) ? list.substring(LIST.length()) : "any";
    }

    /**
     * What decoding finds.
     *
     * @param unknown paths of fields that the type does not have, in order
     * @param mismatches values of the wrong type
     */
    record Findings(List<String> unknown, List<Mismatch> mismatches) {}

    /**
     * A value of the wrong type.
     *
     * @param path with list positions
     * @param json the decoder's sentence
     * @param typed the sentence of server-side apply's typed objects
     * @param wanted the type in OpenAPI's words, which custom resources are checked by
     * @param found the value's type in the same words
     */
    record Mismatch(String path, String json, String typed, String wanted, String found) {}

    static Findings check(String kind, JsonNode object) {
        Walk walk = new Walk();
        walk.struct(kind, object, "", "");
        return new Findings(walk.unknown, walk.mismatches);
    }

    private static final class Walk {

        private final List<String> unknown = new ArrayList<>();
        private final List<Mismatch> mismatches = new ArrayList<>();

        void struct(String type, JsonNode object, String path, String plainPath) {
            Map<String, String> fields = TYPES.getOrDefault(type, Map.of());
            object.fields().forEachRemaining(field -> {
                String name = field.getKey();
                String below = path.isEmpty() ? name : path + "." + name;
                String plainBelow = plainPath.isEmpty() ? name : plainPath + "." + name;
                String fieldType = fields.get(name);
                if (fieldType == null) {
                    unknown.add(below);
                } else {
                    value(fieldType, field.getValue(), below, type + "." + plainBelow, plainBelow);
                }
            });
        }

        private void value(String type, JsonNode value, String path, String goField, String plainPath) {
            if (value.isNull() || type.equals("any")) {
                return;
            }
            if (isList(type)) {
                if (!value.isArray()) {
                    mismatch(path, goField, value, go(type), "list");
                    return;
                }
                for (int i = 0; i < value.size(); i++) {
                    value(element(type), value.get(i), path + "[" + i + "]", goField, plainPath);
                }
            } else if (isMap(type) || isStruct(type)) {
                object(type, value, path, goField, plainPath);
            } else {
                scalar(type, value, path, goField);
            }
        }

        private void object(String type, JsonNode value, String path, String goField, String plainPath) {
            if (!value.isObject()) {
                mismatch(path, goField, value, go(type), "map");
            } else if (isStruct(type)) {
                struct(type, value, path, plainPath);
            } else {
                value.fields()
                        .forEachRemaining(entry -> value(
                                fieldType(type, entry.getKey()),
                                entry.getValue(),
                                path + "." + entry.getKey(),
                                goField,
                                plainPath));
            }
        }

        private void scalar(String type, JsonNode value, String path, String goField) {
            switch (type) {
                case "int32", "int64" -> {
                    boolean fits = type.equals("int32") ? value.canConvertToInt() : value.canConvertToLong();
                    if (!value.isIntegralNumber() || !fits) {
                        mismatch(path, goField, value, type, "numeric (int or float)");
                    }
                }
                case "bool" -> {
                    if (!value.isBoolean()) {
                        mismatch(path, goField, value, "bool", "boolean");
                    }
                }
                case "double" -> {
                    if (!value.isNumber()) {
                        mismatch(path, goField, value, "double", "numeric (int or float)");
                    }
                }
                case "Quantity" -> {
                    if (!value.isNumber()
                            && !(value.isTextual() && value.asText().matches(QUANTITY))) {
                        String why = "quantities must match the regular expression '^" + QUANTITY + "$'";
                        mismatches.add(new Mismatch(path, why, "." + path + ": " + why, "string", openApi(value)));
                    }
                }
                case "IntOrString" -> {
                    if (!value.isIntegralNumber() && !value.isTextual()) {
                        mismatch(path, goField, value, "int32", "numeric (int or float)");
                    }
                }
                case "string", "Time" -> {
                    if (!value.isTextual()) {
                        mismatch(path, goField, value, "string", "string");
                    }
                }
                default -> {
                    // FieldsV1 and other free forms
                }
            }
        }

        private void mismatch(String path, String goField, JsonNode value, String goType, String typed) {
            String found = word(value);
            String number = value.isNumber() && !goType.equals("string") && !goType.equals("bool")
                    ? "number " + value.asText()
                    : found;
            mismatches.add(new Mismatch(
                    path,
                    "json: cannot unmarshal " + number + " into Go struct field " + goField + " of type " + goType,
                    "." + path + ": expected " + typed + ", got " + typedWord(value),
                    openApi(goType),
                    openApi(value)));
        }

        private static String openApi(String goType) {
            return switch (goType) {
                case "int32", "int64" -> "integer";
                case "bool" -> "boolean";
                case "double" -> "number";
                case "string" -> "string";
                default -> isList(goType) ? "array" : "object";
            };
        }

        private static String openApi(JsonNode value) {
            return value.isTextual()
                    ? "string"
                    : value.isIntegralNumber()
                            ? "integer"
                            : value.isNumber()
                                    ? "number"
                                    : value.isBoolean() ? "boolean" : value.isArray() ? "array" : "object";
        }

        private static String go(String type) {
            if (isList(type)) {
                return LIST + go(element(type));
            }
            return isStruct(type) ? "v1." + type : type;
        }

        private static String word(JsonNode value) {
            return value.isTextual()
                    ? "string"
                    : value.isNumber() ? "number" : value.isBoolean() ? "bool" : value.isArray() ? "array" : "object";
        }

        private static String typedWord(JsonNode value) {
            return value.isTextual()
                    ? "string"
                    : value.isNumber() ? "int" : value.isBoolean() ? "boolean" : value.isArray() ? "list" : "map";
        }
    }
}
