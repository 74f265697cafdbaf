package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The query of an asset list.
 *
 * @param view {@code ActiveOnly}, {@code ArchivedOnly} or {@code All}
 * @param order {@code createdtime desc} ...
 * @param tags names that must be there, with the value that they must have, or an empty one for any
 */
record AssetQuery(
        String view,
        String order,
        String version,
        String description,
        String stage,
        String hash,
        Map<String, String> tags,
        Map<String, String> properties) {

    static final Comparator<ObjectNode> BY_CREATION = Comparator.comparing((ObjectNode resource) ->
                    resource.path("systemData").path("createdAt").asText())
            .thenComparing(resource -> padded(resource.path("name").asText()));
    private static final Comparator<ObjectNode> BY_CHANGE = Comparator.comparing((ObjectNode resource) ->
                    resource.path("systemData").path("lastModifiedAt").asText())
            .thenComparing(resource -> padded(resource.path("name").asText()));

    static AssetQuery of(Exchange exchange) {
        return new AssetQuery(
                exchange.query("listViewType").orElse("ActiveOnly").toLowerCase(Locale.ROOT),
                exchange.query("$orderBy").orElse("createdtime desc").toLowerCase(Locale.ROOT),
                exchange.query("version").orElse(""),
                exchange.query("description").orElse(""),
                exchange.query("stage").orElse(""),
                exchange.query("hash").orElse(""),
                pairs(exchange.query("tags").or(() -> exchange.query("$tags")).orElse("")),
                pairs(exchange.query("properties").orElse("")));
    }

    private static Map<String, String> pairs(String text) {
        return Stream.of(text.split(",", -1))
                .map(String::strip)
                .filter(pair -> !pair.isEmpty())
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair.length > 1 ? pair[1] : "", (a, b) -> b));
    }

    /** Whether the view includes a container or version. */
    boolean shown(ObjectNode resource) {
        boolean archived = resource.path("properties").path("isArchived").asBoolean();
        return switch (view) {
            case "all" -> true;
            case "archivedonly" -> archived;
            default -> !archived;
        };
    }

    /** Whether a version passes the filters. */
    boolean matches(ObjectNode resource) {
        JsonNode own = resource.path("properties");
        return (version.isEmpty() || resource.path("name").asText().equals(version))
                && (description.isEmpty() || own.path("description").asText().contains(description))
                && (stage.isEmpty() || own.path("stage").asText().equalsIgnoreCase(stage))
                && (hash.isEmpty()
                        || own.path("properties").path("hash_sha256").asText().equals(hash))
                && contains(own.path("tags"), tags)
                && contains(own.path("properties"), properties);
    }

    private static boolean contains(JsonNode map, Map<String, String> wanted) {
        return wanted.entrySet().stream()
                .allMatch(pair -> map.has(pair.getKey())
                        && (pair.getValue().isEmpty()
                                || map.path(pair.getKey()).asText().equals(pair.getValue())));
    }

    Comparator<ObjectNode> comparator() {
        Comparator<ObjectNode> ascending =
                order.startsWith("modified") || order.startsWith("updated") ? BY_CHANGE : BY_CREATION;
        return order.endsWith(" asc") ? ascending : ascending.reversed();
    }

    /** So that version 10 comes after version 9 when both were made in the same instant. */
    private static String padded(String name) {
        return "0".repeat(Math.max(0, 20 - name.length())) + name;
    }
}
