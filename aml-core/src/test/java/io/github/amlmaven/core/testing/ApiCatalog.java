package io.github.amlmaven.core.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The recorded operations and models of one API, to check sent requests against. */
public final class ApiCatalog {

    private static final Set<String> SCALARS = Set.of("str", "int", "bool", "float", "Any", "datetime", "timedelta");

    private final JsonNode catalog;

    private ApiCatalog(JsonNode catalog) {
        this.catalog = catalog;
    }

    /** Microsoft.MachineLearningServices 2025-12-01. */
    public static ApiCatalog machineLearning() {
        return read("specs/Microsoft.MachineLearningServices/2025-12-01/catalog.json");
    }

    /** The run history data plane. */
    public static ApiCatalog runHistory() {
        return read("specs/Microsoft.MachineLearningServices/dataplane-and-preview/runhistory.json");
    }

    /** Microsoft.ContainerInstance. */
    public static ApiCatalog containerInstance() {
        return read("specs/Microsoft.ContainerInstance/2026-06-01-preview/catalog.json");
    }

    /** Microsoft.ContainerRegistry. */
    public static ApiCatalog containerRegistry() {
        return read("specs/Microsoft.ContainerRegistry/2026-01-01-preview/catalog.json");
    }

    /** Microsoft.ContainerService. */
    public static ApiCatalog containerService() {
        return read("specs/Microsoft.ContainerService/2026-03-02-preview/catalog.json");
    }

    /** A file of the folder that recorded facts lie in; a missing folder is an error, never a skipped check. */
    public static Path shared(String relative) {
        String folder = System.getProperty("aml.shared.dir");
        if (folder == null) {
            throw new IllegalStateException("the system property aml.shared.dir is not set");
        }
        return Path.of(folder).resolve(relative);
    }

    private static ApiCatalog read(String relative) {
        try {
            return new ApiCatalog(new ObjectMapper().readTree(Files.readString(shared(relative))));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What is wrong with a request; empty when the catalogue knows it with this method, path, query and body. */
    public List<String> problems(ReceivedRequest request) {
        Optional<JsonNode> operation = operation(request);
        if (operation.isEmpty()) {
            return List.of("no operation " + request);
        }
        List<String> problems = new ArrayList<>();
        Set<String> known = new TreeSet<>(Set.of("api-version"));
        operation.get().path("query").forEach(name -> known.add(name.asText()));
        for (String name : request.query().keySet()) {
            if (!known.contains(name)) {
                problems.add(request + ": unknown query parameter " + name);
            }
        }
        String model = operation.get().path("requestBody").asText("");
        if (model.isEmpty() && request.body().length > 0) {
            problems.add(request + ": a body where none is expected");
        } else if (!model.isEmpty() && request.body().length > 0) {
            check(request.json(), model, request + " body", problems);
        }
        return problems;
    }

    private Optional<JsonNode> operation(ReceivedRequest request) {
        for (JsonNode operation : catalog.path("operations")) {
            String template = operation.path("path").asText();
            String pattern = Pattern.quote(template).replaceAll("\\{[^}]+}", "\\\\E[^/]+\\\\Q");
            if (operation.path("method").asText().equals(request.method())
                    && Pattern.matches("(?i)" + pattern, request.path())) {
                return Optional.of(operation);
            }
        }
        return Optional.empty();
    }

    private void check(JsonNode value, String type, String where, List<String> problems) {
        if (type.startsWith("dict[")) {
            String item =
                    type.substring(type.indexOf(',') + 1, type.length() - 1).strip();
            value.fields().forEachRemaining(e -> check(e.getValue(), item, where + "." + e.getKey(), problems));
        } else if (type.startsWith("list[")) {
            String item = type.substring(5, type.length() - 1);
            value.forEach(element -> check(element, item, where + "[]", problems));
        } else if (!SCALARS.contains(type) && catalog.path("models").has(type)) {
            object(value, type, where, problems);
        } else if (catalog.path("enums").has(type)) {
            // The service does not mind the case of such a word, and az ml sends a schedule's 'day' for Day.
            boolean known = false;
            for (JsonNode allowed : catalog.path("enums").path(type)) {
                known |= allowed.asText().equalsIgnoreCase(value.asText());
            }
            if (!known) {
                problems.add(where + ": '" + value.asText() + "' is no " + type);
            }
        } else if (type.equals("str") && value.isContainerNode()) {
            problems.add(where + ": text expected");
        }
    }

    private void object(JsonNode value, String declared, String where, List<String> problems) {
        String type = concrete(value, declared);
        Map<String, JsonNode> fields = fields(type);
        value.fields().forEachRemaining(entry -> {
            JsonNode field = fields.get(entry.getKey());
            if (field == null) {
                problems.add(where + ": " + type + " has no '" + entry.getKey() + "'");
            } else if (field.path("readOnly").asBoolean()) {
                problems.add(where + ": '" + entry.getKey() + "' is read-only");
            } else {
                check(entry.getValue(), field.path("type").asText(), where + "." + entry.getKey(), problems);
            }
        });
        fields.forEach((name, field) -> {
            if (field.path("required").asBoolean() && !value.has(name)) {
                problems.add(where + ": " + type + " needs '" + name + "'");
            }
        });
    }

    private String concrete(JsonNode value, String declared) {
        for (Map.Entry<String, JsonNode> field : fields(declared).entrySet()) {
            if (field.getValue().path("discriminator").asBoolean() && value.has(field.getKey())) {
                String wanted = value.path(field.getKey()).asText();
                for (Map.Entry<String, JsonNode> model : catalog.path("models").properties()) {
                    if (model.getValue().path("discriminatorValue").asText().equals(wanted)
                            && descends(model.getKey(), declared)) {
                        return model.getKey();
                    }
                }
            }
        }
        return declared;
    }

    private boolean descends(String model, String ancestor) {
        String name = model;
        while (!name.isEmpty()) {
            if (name.equals(ancestor)) {
                return true;
            }
            name = catalog.path("models").path(name).path("base").asText("");
        }
        return false;
    }

    private Map<String, JsonNode> fields(String model) {
        Map<String, JsonNode> fields = new java.util.TreeMap<>();
        String name = model;
        while (!name.isEmpty()) {
            JsonNode definition = catalog.path("models").path(name);
            definition.path("fields").fields().forEachRemaining(e -> fields.putIfAbsent(e.getKey(), e.getValue()));
            name = definition.path("base").asText("");
        }
        return fields;
    }
}
