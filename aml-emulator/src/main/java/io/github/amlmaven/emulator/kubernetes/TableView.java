package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Objects as a table, which is what {@code kubectl get} asks for
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables).
 *
 * @param version of {@code meta.k8s.io}
 * @param include what stands beside a row's cells
 */
record TableView(String version, Include include, Clock clock) {

    private static final String GROUP = "meta.k8s.io";
    private static final List<String> VERSIONS = List.of("v1", "v1beta1");

    /** How much of the object a row has. */
    enum Include {
        NONE,
        METADATA,
        OBJECT
    }

    /**
     * The table that a client asks for, unless it would rather have, or there only are, the objects themselves.
     *
     * @throws io.github.amlmaven.emulator.http.HttpError 406 when it takes nothing that there is
     */
    static Optional<TableView> asked(Exchange exchange, Clock clock) {
        String accept = exchange.header("Accept").orElse("");
        boolean transformed = false;
        for (String clause : accept.split(",", -1)) {
            List<String> parts =
                    Arrays.stream(clause.split(";", -1)).map(String::strip).toList();
            String as = parameter(parts, "as");
            if (as.isEmpty()) {
                return Optional.empty();
            }
            transformed = true;
            String version = parameter(parts, "v");
            if (as.equals("Table") && parameter(parts, "g").equals(GROUP) && VERSIONS.contains(version)) {
                return Optional.of(new TableView(version, include(exchange), clock));
            }
        }
        if (transformed) {
            throw StatusError.of(
                    406,
                    "NotAcceptable",
                    "only the following media types are accepted: application/json, application/json;as=Table;v=v1;g="
                            + GROUP);
        }
        return Optional.empty();
    }

    private static String parameter(List<String> parts, String name) {
        return parts.stream()
                .filter(part -> part.startsWith(name + "="))
                .map(part -> part.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    private static Include include(Exchange exchange) {
        String given = exchange.query("includeObject").orElse("");
        return switch (given) {
            case "None" -> Include.NONE;
            case "", "Metadata" -> Include.METADATA;
            case "Object" -> Include.OBJECT;
            default ->
                throw StatusError.badRequest(
                        "unable to convert object to table: unrecognized includeObject value: \"" + given + "\"");
        };
    }

    /**
     * The table of these objects.
     *
     * @param resourceVersion of the list, or of the only object
     * @param headed whether the columns are told; in a watch they are once
     */
    ObjectNode of(ApiResource resource, List<ObjectNode> objects, String resourceVersion, boolean headed) {
        List<Column> columns = Columns.of(resource);
        ObjectNode table = JsonNodeFactory.instance.objectNode();
        table.put("kind", "Table").put("apiVersion", GROUP + "/" + version);
        table.putObject("metadata").put("resourceVersion", resourceVersion);
        ArrayNode definitions = table.putArray("columnDefinitions");
        if (headed) {
            columns.forEach(column -> definitions.add(column.definition()));
        }
        ArrayNode rows = table.putArray("rows");
        for (ObjectNode object : objects) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            columns.forEach(column -> cells.add(column.cell().of(object, clock.instant())));
            switch (include) {
                case OBJECT -> row.set("object", object);
                case METADATA -> row.set("object", partial(object));
                case NONE -> row.putNull("object");
            }
        }
        return table;
    }

    private ObjectNode partial(ObjectNode object) {
        ObjectNode partial = JsonNodeFactory.instance.objectNode();
        partial.put("kind", "PartialObjectMetadata").put("apiVersion", GROUP + "/" + version);
        partial.set("metadata", object.path("metadata"));
        return partial;
    }

    /** One object's table. */
    ObjectNode of(ApiResource resource, ObjectNode object, boolean headed) {
        return of(
                resource,
                List.of(object),
                object.path("metadata").path("resourceVersion").asText(),
                headed);
    }

    /** A column of a kind: what the server's printers, or a CustomResourceDefinition's {@code additionalPrinterColumns}, say. */
    record Column(String name, String type, int priority, Cell cell) {

        ObjectNode definition() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("name", name)
                    .put("type", type)
                    .put("format", name.equals("Name") ? "name" : "")
                    .put("description", name.toLowerCase(Locale.ROOT))
                    .put("priority", priority);
        }
    }

    /** What stands in a column for an object. */
    @FunctionalInterface
    interface Cell {
        JsonNode of(JsonNode object, java.time.Instant now);
    }
}
