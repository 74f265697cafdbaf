package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.amlmaven.emulator.kubernetes.TableView.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The columns of each kind, as kube-apiserver prints them (kubernetes/kubernetes, pkg/printers/internalversion/printers.go), and as the
 * definitions of the Gateway API's and Istio's kinds have them (additionalPrinterColumns).
 */
final class Columns {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    static final String NONE = "<none>";

    private static final Column NAME = text("Name", object -> ObjectStore.name(object));
    private static final Column AGE =
            new Column("Age", "string", 0, (object, now) -> NODES.textNode(age(created(object), now)));

    private static final Map<ApiResource, List<Column>> BUILT_IN = Map.of(
            ApiResource.NAMESPACES,
            List.of(NAME, text("Status", object -> object.at("/status/phase").asText()), AGE),
            ApiResource.PODS,
            PodColumns.all(),
            ApiResource.SERVICES,
            List.of(
                    NAME,
                    text("Type", service -> service.at("/spec/type").asText()),
                    text(
                            "Cluster-IP",
                            service -> orNone(service.at("/spec/clusterIP").asText())),
                    text("External-IP", Columns::externalAddress),
                    text("Port(s)", Columns::ports),
                    AGE,
                    wide("Selector", service -> labels(service.at("/spec/selector")))),
            ApiResource.CONFIG_MAPS,
            List.of(
                    NAME,
                    text(
                            "Data",
                            map -> Integer.toString(map.path("data").size()
                                    + map.path("binaryData").size())),
                    AGE),
            ApiResource.SECRETS,
            List.of(
                    NAME,
                    text("Type", secret -> secret.path("type").asText()),
                    text("Data", secret -> Integer.toString(secret.path("data").size())),
                    AGE),
            ApiResource.EVENTS,
            events(),
            ApiResource.DEPLOYMENTS,
            withTemplate(
                    NAME,
                    text(
                            "Ready",
                            deployment -> deployment.at("/status/readyReplicas").asInt() + "/"
                                    + deployment.at("/spec/replicas").asInt()),
                    number("Up-to-date", "/status/updatedReplicas"),
                    number("Available", "/status/availableReplicas"),
                    AGE),
            ApiResource.REPLICA_SETS,
            withTemplate(
                    NAME,
                    number("Desired", "/spec/replicas"),
                    number("Current", "/status/replicas"),
                    number("Ready", "/status/readyReplicas"),
                    AGE),
            ApiResource.AUTOSCALERS,
            List.of(
                    NAME,
                    text(
                            "Reference",
                            hpa -> hpa.at("/spec/scaleTargetRef/kind").asText() + "/"
                                    + hpa.at("/spec/scaleTargetRef/name").asText()),
                    text("Targets", Columns::targets),
                    text("MinPods", hpa -> hpa.at("/spec/minReplicas").asText("<unset>")),
                    number("MaxPods", "/spec/maxReplicas"),
                    number("Replicas", "/status/currentReplicas"),
                    AGE));

    private static final Map<ApiResource, List<Column>> CUSTOM = Map.of(
            ApiResource.GATEWAYS,
            List.of(
                    NAME,
                    custom("Class", gateway -> gateway.at("/spec/gatewayClassName")),
                    custom("Address", gateway -> gateway.at("/status/addresses/0/value")),
                    custom("Programmed", gateway -> condition(gateway, "Programmed")),
                    date()),
            ApiResource.GATEWAY_CLASSES,
            List.of(
                    NAME,
                    custom("Controller", type -> type.at("/spec/controllerName")),
                    custom("Accepted", type -> condition(type, "Accepted")),
                    date(),
                    new Column(
                            "Description",
                            "string",
                            1,
                            (type, now) ->
                                    NODES.textNode(type.at("/spec/description").asText()))),
            ApiResource.HTTP_ROUTES,
            List.of(NAME, custom("Hostnames", route -> route.at("/spec/hostnames")), date()),
            ApiResource.VIRTUAL_SERVICES,
            List.of(
                    NAME,
                    custom("Gateways", service -> service.at("/spec/gateways")),
                    custom("Hosts", service -> service.at("/spec/hosts")),
                    date()),
            ApiResource.DESTINATION_RULES,
            List.of(NAME, custom("Host", rule -> rule.at("/spec/host")), date()));

    private Columns() {}

    static List<Column> of(ApiResource resource) {
        List<Column> builtIn = BUILT_IN.get(resource);
        // A definition without columns of its own has the name and the age.
        return builtIn == null ? CUSTOM.getOrDefault(resource, List.of(NAME, date())) : builtIn;
    }

    static Column text(String name, Function<JsonNode, String> value) {
        return new Column(name, "string", 0, (object, now) -> NODES.textNode(value.apply(object)));
    }

    static Column wide(String name, Function<JsonNode, String> value) {
        return new Column(name, "string", 1, (object, now) -> NODES.textNode(value.apply(object)));
    }

    private static Column number(String name, String path) {
        return new Column(
                name,
                "integer",
                0,
                (object, now) -> NODES.numberNode(object.at(path).asInt()));
    }

    /** What a definition's JSON path finds: text as it is, a list as JSON, and nothing where there is nothing. */
    private static Column custom(String name, Function<JsonNode, JsonNode> found) {
        return new Column(name, "string", 0, (object, now) -> {
            JsonNode value = found.apply(object);
            return value.isMissingNode() || value.isNull()
                    ? NODES.nullNode()
                    : NODES.textNode(value.isTextual() ? value.asText() : value.toString());
        });
    }

    private static Column date() {
        return new Column("Age", "date", 0, AGE.cell());
    }

    private static JsonNode condition(JsonNode object, String type) {
        for (JsonNode condition : object.at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status");
            }
        }
        return NODES.missingNode();
    }

    /** The columns of a kind that makes pods of a template, with what {@code -o wide} says of that. */
    private static List<Column> withTemplate(Column... columns) {
        return Stream.concat(
                        Stream.of(columns),
                        Stream.of(
                                wide("Containers", object -> containers(object, "name")),
                                wide("Images", object -> containers(object, "image")),
                                wide("Selector", object -> labels(object.at("/spec/selector/matchLabels")))))
                .toList();
    }

    private static List<Column> events() {
        return List.of(
                new Column(
                        "Last Seen",
                        "string",
                        0,
                        (event, now) ->
                                NODES.textNode(age(event.path("lastTimestamp").asText(), now))),
                text("Type", event -> event.path("type").asText()),
                text("Reason", event -> event.path("reason").asText()),
                text(
                        "Object",
                        event -> event.at("/involvedObject/kind").asText().toLowerCase(java.util.Locale.ROOT) + "/"
                                + event.at("/involvedObject/name").asText()),
                wide("Subobject", event -> event.at("/involvedObject/fieldPath").asText()),
                wide(
                        "Source",
                        event -> joined(
                                ", ",
                                List.of(
                                        event.at("/source/component").asText(),
                                        event.at("/source/host").asText()))),
                text("Message", event -> event.path("message").asText().strip()),
                new Column(
                        "First Seen",
                        "string",
                        1,
                        (event, now) ->
                                NODES.textNode(age(event.path("firstTimestamp").asText(), now))),
                wide("Count", event -> event.path("count").asText("1")),
                new Column("Name", "string", 1, NAME.cell()));
    }

    private static String externalAddress(JsonNode service) {
        List<String> addresses = new ArrayList<>();
        if (service.at("/spec/type").asText().equals("LoadBalancer")) {
            service.at("/status/loadBalancer/ingress")
                    .forEach(one -> addresses.add(
                            one.path("ip").asText(one.path("hostname").asText())));
        }
        service.at("/spec/externalIPs").forEach(one -> addresses.add(one.asText()));
        if (service.at("/spec/type").asText().equals("ExternalName")) {
            return service.at("/spec/externalName").asText();
        }
        if (addresses.isEmpty()) {
            return service.at("/spec/type").asText().equals("LoadBalancer") ? "<pending>" : NONE;
        }
        return joined(",", addresses);
    }

    private static String ports(JsonNode service) {
        return orNone(stream(service.at("/spec/ports"))
                .map(port -> port.path("port").asText()
                        + (port.path("nodePort").asInt() > 0
                                ? ":" + port.path("nodePort").asText()
                                : "")
                        + "/" + port.path("protocol").asText("TCP"))
                .collect(Collectors.joining(",")));
    }

    private static String targets(JsonNode hpa) {
        List<String> all = new ArrayList<>();
        JsonNode current = hpa.at("/status/currentMetrics");
        int index = 0;
        for (JsonNode metric : hpa.at("/spec/metrics")) {
            JsonNode resource = metric.path("resource");
            JsonNode now = current.path(index++).at("/resource/current");
            if (!metric.path("type").asText().equals("Resource")) {
                all.add("<unknown type>");
            } else if (resource.at("/target/averageValue").isTextual()) {
                all.add(resource.path("name").asText() + ": "
                        + now.path("averageValue").asText("<unknown>") + "/"
                        + resource.at("/target/averageValue").asText());
            } else {
                String used = now.has("averageUtilization")
                        ? now.path("averageUtilization").asText() + "%"
                        : "<unknown>";
                String wanted = resource.at("/target").has("averageUtilization")
                        ? resource.at("/target/averageUtilization").asText() + "%"
                        : "<auto>";
                all.add(resource.path("name").asText() + ": " + used + "/" + wanted);
            }
        }
        return orNone(joined(", ", all));
    }

    private static String containers(JsonNode object, String field) {
        return stream(object.at("/spec/template/spec/containers"))
                .map(container -> container.path(field).asText())
                .collect(Collectors.joining(","));
    }

    private static String labels(JsonNode labels) {
        List<String> all = new ArrayList<>();
        labels.fields()
                .forEachRemaining(
                        label -> all.add(label.getKey() + "=" + label.getValue().asText()));
        return orNone(all.stream().sorted().collect(Collectors.joining(",")));
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static String joined(String separator, List<String> all) {
        return all.stream().filter(one -> !one.isEmpty()).collect(Collectors.joining(separator));
    }

    static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }

    private static String created(JsonNode object) {
        return object.at("/metadata/creationTimestamp").asText();
    }

    /** The time since then, in kubectl's short form (apimachinery, duration.HumanDuration). */
    static String age(String then, Instant now) {
        if (then.isEmpty()) {
            return "<unknown>";
        }
        Duration age = Duration.between(Instant.parse(then), now);
        if (age.toSeconds() < -1) {
            return "<invalid>";
        }
        long seconds = Math.max(0, age.toSeconds());
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        if (seconds < 120) {
            return seconds + "s";
        }
        if (minutes < 10) {
            return two(minutes, "m", seconds % 60, "s");
        }
        if (hours < 3) {
            return minutes + "m";
        }
        if (hours < 8) {
            return two(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        if (days < 8) {
            return two(days, "d", hours % 24, "h");
        }
        if (days < 365 * 2) {
            return days + "d";
        }
        return days < 365 * 8 ? two(days / 365, "y", days % 365, "d") : days / 365 + "y";
    }

    private static String two(long large, String unit, long small, String smallUnit) {
        return large + unit + (small == 0 ? "" : small + smallUnit);
    }
}
