package io.github.amlmaven.emulator.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.arm.ArmError;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.monitor.RequestMetrics.Answered;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What an autoscale setting wants (https://learn.microsoft.com/azure/azure-monitor/autoscale/autoscale-overview): out when any rule
 * says so, in when all do, within the bounds. The first profile counts; those for dates and weekdays are kept but not applied.
 */
record AutoscaleRules(RequestMetrics requests) {

    /** Refuses bounds that cannot be. */
    static void check(JsonNode properties) {
        JsonNode profiles = properties.path("profiles");
        if (!profiles.isArray() || profiles.isEmpty()) {
            throw ArmError.badRequest("InvalidRequestContent", "An autoscale setting must have at least one profile.");
        }
        for (JsonNode profile : profiles) {
            int least = bound(profile, "minimum");
            int most = bound(profile, "maximum");
            int usual = bound(profile, "default");
            if (least > most || usual < least || usual > most) {
                throw ArmError.badRequest(
                        "InvalidRequestContent",
                        "The capacity of profile '" + profile.path("name").asText()
                                + "' must have minimum <= default <=" + " maximum; it has " + least + ", " + usual
                                + ", " + most + ".");
            }
        }
    }

    private static int bound(JsonNode profile, String name) {
        String text = profile.path("capacity").path(name).asText();
        if (!text.matches("\\d{1,4}")) {
            throw ArmError.badRequest(
                    "InvalidRequestContent", "The capacity's " + name + " must be a number, not '" + text + "'.");
        }
        return Integer.parseInt(text);
    }

    int wanted(JsonNode properties, int now, Optional<Instant> scaled, Instant at) {
        JsonNode profile = properties.path("profiles").path(0);
        int wanted = now;
        int in = now;
        boolean anyIn = false;
        boolean allIn = true;
        for (JsonNode rule : profile.path("rules")) {
            boolean increase = rule.at("/scaleAction/direction").asText().equals("Increase");
            boolean fires = holds(rule.path("metricTrigger"), at) && rested(rule, scaled, at);
            if (increase && fires) {
                wanted = Math.max(wanted, changed(rule.path("scaleAction"), now, 1));
            } else if (!increase) {
                anyIn = true;
                allIn &= fires;
                in = Math.min(in, changed(rule.path("scaleAction"), now, -1));
            }
        }
        if (wanted == now && anyIn && allIn) {
            wanted = in;
        }
        return Math.min(bound(profile, "maximum"), Math.max(bound(profile, "minimum"), wanted));
    }

    private static boolean rested(JsonNode rule, Optional<Instant> scaled, Instant at) {
        Duration cooldown = Duration.parse(rule.at("/scaleAction/cooldown").asText("PT5M"));
        return scaled.map(last -> !at.isBefore(last.plus(cooldown))).orElse(true);
    }

    private static int changed(JsonNode action, int now, int sign) {
        int value = action.path("value").asInt(1);
        return switch (action.path("type").asText("ChangeCount")) {
            case "ExactCount" -> value;
            case "PercentChangeCount" -> now + sign * Math.max(1, Math.round(now * value / 100f));
            default -> now + sign * value;
        };
    }

    /** A metric without values, or one that is not measured here, lets no rule fire. */
    private boolean holds(JsonNode trigger, Instant at) {
        Optional<Metric> metric = Metric.named(trigger.path("metricName").asText());
        String resource = trigger.path("metricResourceUri").asText();
        if (metric.isEmpty() || !resource.startsWith("/")) {
            return false;
        }
        ResourceId endpoint = new ResourceId(resource.replaceFirst("(?i)/deployments/[^/]*$", ""));
        Duration window = Duration.parse(trigger.path("timeWindow").asText("PT5M"));
        List<double[]> values = new ArrayList<>();
        Instant end = at.truncatedTo(ChronoUnit.MINUTES);
        for (Instant minute = end.minus(window); !minute.isAfter(end); minute = minute.plus(1, ChronoUnit.MINUTES)) {
            List<Answered> answered = requests.minute(endpoint, minute).stream()
                    .filter(one -> dimensions(trigger, one))
                    .toList();
            values.add(metric.get().values(answered));
        }
        OptionalDouble value = Metric.aggregate(
                trigger.path("timeAggregation").asText("Average"),
                values.stream().flatMapToDouble(Arrays::stream).toArray());
        return value.isPresent()
                && compare(
                        trigger.path("operator").asText(),
                        value.getAsDouble(),
                        trigger.path("threshold").asDouble());
    }

    private static boolean dimensions(JsonNode trigger, Answered answered) {
        for (JsonNode dimension : trigger.path("dimensions")) {
            String value = answered.dimension(dimension.path("DimensionName").asText());
            boolean named = false;
            for (JsonNode one : dimension.path("Values")) {
                named |= one.asText().equals(value);
            }
            if (named != dimension.path("Operator").asText("Equals").equals("Equals")) {
                return false;
            }
        }
        return true;
    }

    private static boolean compare(String operator, double value, double threshold) {
        return switch (operator) {
            case "GreaterThan" -> value > threshold;
            case "GreaterThanOrEqual" -> value >= threshold;
            case "LessThan" -> value < threshold;
            case "LessThanOrEqual" -> value <= threshold;
            case "Equals" -> value == threshold;
            case "NotEquals" -> value != threshold;
            default -> false;
        };
    }
}
