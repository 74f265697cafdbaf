package io.github.amlmaven.emulator.monitor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ArmError;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.monitor.RequestMetrics.Answered;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code metrics} and {@code metricDefinitions} of online endpoints (https://learn.microsoft.com/rest/api/monitor/metrics/list). */
public final class MetricsProvider implements Provider {

    private static final String ENDPOINT = "/subscriptions/{s}/resourceGroups/{g}/providers/"
            + "Microsoft.MachineLearningServices/workspaces/{w}/onlineEndpoints/{e}";
    private static final String NAMESPACE = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints";
    private static final Pattern CONDITION = Pattern.compile("(\\w+)\\s+eq\\s+'([^']*)'", Pattern.CASE_INSENSITIVE);
    private static final int MOST_POINTS = 1440;

    private final ResourceStore resources;
    private final RequestMetrics requests;

    public MetricsProvider(ResourceStore resources, RequestMetrics requests) {
        this.resources = resources;
        this.requests = requests;
    }

    @Override
    public void declare(Routes routes) {
        routes.add("GET", ENDPOINT + "/providers/Microsoft.Insights/metrics", this::metrics);
        routes.add("GET", ENDPOINT + "/providers/Microsoft.Insights/metricDefinitions", this::definitions);
    }

    private ObjectNode endpoint(Exchange exchange) {
        String path = exchange.rawPath();
        ResourceId id = new ResourceId(
                path.substring(0, path.toLowerCase(Locale.ROOT).lastIndexOf("/providers/microsoft.insights/")));
        return resources.get(id).orElseThrow(() -> ArmError.resourceNotFound(id));
    }

    private void definitions(Exchange exchange) throws IOException {
        String id = endpoint(exchange).path("id").asText();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode value = answer.putArray("value");
        for (Metric metric : Metric.values()) {
            ObjectNode one = value.addObject();
            one.put("id", id + "/providers/Microsoft.Insights/metricDefinitions/" + metric.key())
                    .put("resourceId", id)
                    .put("namespace", NAMESPACE)
                    .put("unit", metric.unit())
                    .put("primaryAggregationType", "Average")
                    .put("isDimensionRequired", false);
            one.putObject("name").put("value", metric.key()).put("localizedValue", metric.title());
            one.putArray("supportedAggregationTypes").add("Average");
            ArrayNode dimensions = one.putArray("dimensions");
            metric.dimensions()
                    .forEach(dimension ->
                            dimensions.addObject().put("value", dimension).put("localizedValue", dimension));
            one.putArray("metricAvailabilities")
                    .addObject()
                    .put("timeGrain", "PT1M")
                    .put("retention", "P1D");
        }
        exchange.send(200, answer);
    }

    private void metrics(Exchange exchange) throws IOException {
        ObjectNode endpoint = endpoint(exchange);
        ResourceId id = new ResourceId(endpoint.path("id").asText());
        Duration interval = interval(query(exchange, "interval").orElse("PT1M"));
        Instant[] span = span(query(exchange, "timespan"));
        List<String> aggregations =
                Arrays.asList(query(exchange, "aggregation").orElse("Average").split("\\s*,\\s*", -1));
        Map<String, List<String>> filter = filter(query(exchange, "$filter").orElse(""));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("cost", 0)
                .put("timespan", span[0] + "/" + span[1])
                .put("interval", interval.toString())
                .put("namespace", NAMESPACE)
                .put("resourceregion", endpoint.path("location").asText());
        ArrayNode value = answer.putArray("value");
        for (Metric metric : wanted(query(exchange, "metricnames"))) {
            ObjectNode one = value.addObject();
            one.put("id", id.value() + "/providers/Microsoft.Insights/metrics/" + metric.key())
                    .put("type", "Microsoft.Insights/metrics")
                    .put("unit", metric.unit())
                    .put("errorCode", "Success");
            one.putObject("name").put("value", metric.key()).put("localizedValue", metric.title());
            series(one.putArray("timeseries"), id, metric, span, interval, aggregations, filter);
        }
        exchange.send(200, answer);
    }

    private void series(
            ArrayNode series,
            ResourceId id,
            Metric metric,
            Instant[] span,
            Duration interval,
            List<String> aggregations,
            Map<String, List<String>> filter) {
        for (List<String> group : groups(id, span, filter)) {
            ObjectNode one = series.addObject();
            ArrayNode metadata = one.putArray("metadatavalues");
            int i = 0;
            for (String dimension : filter.keySet()) {
                ObjectNode entry = metadata.addObject();
                entry.putObject("name").put("value", dimension).put("localizedValue", dimension);
                entry.put("value", group.get(i++));
            }
            ArrayNode data = one.putArray("data");
            for (Instant at = span[0]; at.isBefore(span[1]); at = at.plus(interval)) {
                ObjectNode point = data.addObject().put("timeStamp", at.toString());
                double[] values = values(id, metric, at, at.plus(interval), filter, group);
                for (String aggregation : aggregations) {
                    Metric.aggregate(aggregation, values)
                            .ifPresent(number -> point.put(aggregation.toLowerCase(Locale.ROOT), number));
                }
            }
        }
    }

    /** The values of the filter's dimensions that occur; one empty group without a filter. */
    private List<List<String>> groups(ResourceId id, Instant[] span, Map<String, List<String>> filter) {
        if (filter.isEmpty()) {
            return List.of(List.of());
        }
        Map<String, List<String>> found = new TreeMap<>();
        for (Instant at = span[0]; at.isBefore(span[1]); at = at.plus(1, ChronoUnit.MINUTES)) {
            for (Answered answered : requests.minute(id, at)) {
                List<String> group =
                        filter.keySet().stream().map(answered::dimension).toList();
                if (fits(filter, group)) {
                    found.put(group.toString(), group);
                }
            }
        }
        return new ArrayList<>(found.values());
    }

    private static boolean fits(Map<String, List<String>> filter, List<String> group) {
        int i = 0;
        for (List<String> allowed : filter.values()) {
            String value = group.get(i++);
            if (allowed.stream().noneMatch(one -> one.equals("*") || one.equalsIgnoreCase(value))) {
                return false;
            }
        }
        return true;
    }

    private double[] values(
            ResourceId id,
            Metric metric,
            Instant from,
            Instant to,
            Map<String, List<String>> filter,
            List<String> group) {
        List<double[]> all = new ArrayList<>();
        for (Instant at = from; at.isBefore(to); at = at.plus(1, ChronoUnit.MINUTES)) {
            List<Answered> minute = requests.minute(id, at).stream()
                    .filter(answered -> filter.keySet().stream()
                            .map(answered::dimension)
                            .toList()
                            .equals(group))
                    .toList();
            all.add(metric.values(minute));
        }
        return all.stream().flatMapToDouble(Arrays::stream).toArray();
    }

    /** The az CLI escapes its values twice (azure-cli 2.x, {@code az monitor metrics list}), which the service lets pass. */
    private static Optional<String> query(Exchange exchange, String name) {
        return exchange.query(name)
                .map(value -> value.matches(".*%[0-9A-Fa-f]{2}.*")
                        ? URLDecoder.decode(value, StandardCharsets.UTF_8)
                        : value);
    }

    private static Instant instant(String text) {
        return text.matches(".*(Z|[+-]\\d\\d:\\d\\d)$")
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }

    private static List<Metric> wanted(Optional<String> names) {
        List<Metric> metrics = new ArrayList<>();
        for (String name : names.orElse(Metric.REQUESTS_PER_MINUTE.key()).split("\\s*,\\s*", -1)) {
            metrics.add(Metric.named(name)
                    .orElseThrow(() -> badRequest(
                            "Failed to find metric configuration for provider: Microsoft.MachineLearningServices, resource Type:"
                                    + " workspaces/onlineEndpoints, metric: " + name + ", Valid metrics: "
                                    + Arrays.stream(Metric.values())
                                            .map(Metric::key)
                                            .collect(Collectors.joining(",")))));
        }
        return metrics;
    }

    private Instant[] span(Optional<String> text) {
        Instant end = requests.now().truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
        if (text.isEmpty()) {
            return new Instant[] {end.minus(1, ChronoUnit.HOURS), end};
        }
        try {
            String[] parts = text.get().split("/", 2);
            Instant from = parts.length == 1
                    ? end.minus(Duration.parse(parts[0]))
                    : instant(parts[0]).truncatedTo(ChronoUnit.MINUTES);
            Instant to = parts.length == 1 ? end : instant(parts[1]);
            if (Duration.between(from, to).toMinutes() > MOST_POINTS) {
                from = to.minus(MOST_POINTS, ChronoUnit.MINUTES);
            }
            return new Instant[] {from, to};
        } catch (DateTimeParseException e) {
            throw badRequest("Detect invalid time span: " + text.get());
        }
    }

    private static Duration interval(String text) {
        if (text.equalsIgnoreCase("FULL")) {
            return Duration.ofMinutes(MOST_POINTS);
        }
        try {
            Duration interval = Duration.parse(text);
            if (interval.toMinutes() >= 1) {
                return interval.truncatedTo(ChronoUnit.MINUTES);
            }
        } catch (DateTimeParseException e) {
            throw badRequest(
                    "Detect invalid time grain input: " + text + ", supported ones in this metric are: 00:01:00");
        }
        throw badRequest("Detect invalid time grain input: " + text + ", supported ones in this metric are: 00:01:00");
    }

    /** Dimensions in the order in which the filter names them. */
    private static Map<String, List<String>> filter(String text) {
        Map<String, List<String>> filter = new LinkedHashMap<>();
        Matcher condition = CONDITION.matcher(text);
        while (condition.find()) {
            String name = Metric.REQUESTS_PER_MINUTE.dimensions().stream()
                    .filter(condition.group(1)::equalsIgnoreCase)
                    .findFirst()
                    .orElseThrow(() -> badRequest("Metric dimension " + condition.group(1) + " is not supported."));
            filter.computeIfAbsent(name, any -> new ArrayList<>()).add(condition.group(2));
        }
        return filter;
    }

    /** This service's errors have no envelope. */
    private static HttpError badRequest(String message) {
        return HttpError.json(
                400,
                JsonNodeFactory.instance.objectNode().put("code", "BadRequest").put("message", message));
    }
}
