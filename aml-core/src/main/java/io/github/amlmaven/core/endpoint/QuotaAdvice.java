package io.github.amlmaven.core.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What to do about a deployment that the quota has no room for: how many instances fit, and which other sizes. */
record QuotaAdvice(AzureClients clients, ObjectNode deployment) {

    /** How the service words it. */
    private static final Pattern REFUSAL = Pattern.compile("usage/limit: (\\d+)/(\\d+)\\. Additional needed: (\\d+)");

    private static final int MOST_SIZES = 3;

    /** Whether the service's message is about a quota of cores. */
    static boolean isAbout(String message) {
        return REFUSAL.matcher(message).find() || message.contains(": OutOfQuota:");
    }

    /** Empty when the message has no figures. */
    Optional<String> sentence(String message) {
        Matcher figures = REFUSAL.matcher(message);
        if (!figures.find()) {
            return Optional.empty();
        }
        int left = Math.max(0, Integer.parseInt(figures.group(2)) - Integer.parseInt(figures.group(1)));
        int needed = Integer.parseInt(figures.group(3));
        int instances = Math.max(1, deployment.at("/sku/capacity").asInt(1));
        String wanted = deployment.at("/properties/instanceType").asText();
        List<JsonNode> sizes = value("vmSizes");
        Optional<JsonNode> size = sizes.stream()
                .filter(one -> one.path("name").asText().equalsIgnoreCase(wanted))
                .findFirst();
        String family = size.map(one -> one.path("family").asText()).orElse("");
        Map<String, Integer> free = free();
        if (!family.isEmpty()) {
            free.merge(key(family), left, Math::min);
        }
        String others = size.map(one -> others(one, sizes, free, instances)).orElse("");
        return Optional.of(instances + " x " + wanted + " need " + needed
                + " cores (a fifth more instances is reserved for"
                + " upgrades), " + left + " are left. " + fewer(size, left)
                + (others.isEmpty() ? "Change instance_type, d" : "Of other sizes would fit: " + others + ". Or d")
                + "elete deployments that nobody uses, or request more quota: https://aka.ms/oe-tsg#error-outofquota.");
    }

    private static String fewer(Optional<JsonNode> size, int left) {
        int cores = size.map(one -> one.path("vCPUs").asInt()).orElse(0);
        int fit = 0;
        while (cores > 0 && withReserve(fit + 1) * cores <= left) {
            fit++;
        }
        return fit == 0 ? "" : "instance_count " + fit + " would fit. ";
    }

    /** {@code ceil(1.2 * instances)} (how-to-manage-quotas, "Virtual machine quota allocation for deployment"). */
    private static int withReserve(int instances) {
        return (instances * 6 + 4) / 5;
    }

    private static String others(JsonNode size, List<JsonNode> sizes, Map<String, Integer> free, int instances) {
        return sizes.stream()
                .filter(other -> other.path("gpus").asInt() == size.path("gpus").asInt()
                        && other.path("memoryGB").asDouble() * 2
                                >= size.path("memoryGB").asDouble())
                .filter(other -> withReserve(instances) * other.path("vCPUs").asInt()
                        <= free.getOrDefault(key(other.path("family").asText()), 0))
                .filter(other -> !other.path("name").equals(size.path("name")))
                .sorted(Comparator.comparingInt(other -> Math.abs(
                        other.path("vCPUs").asInt() - size.path("vCPUs").asInt())))
                .limit(MOST_SIZES)
                .map(other -> other.path("name").asText())
                .collect(Collectors.joining(", "));
    }

    private Map<String, Integer> free() {
        Map<String, Integer> free = new HashMap<>();
        value("usages")
                .forEach(usage -> free.put(
                        key(usage.at("/name/value").asText()),
                        usage.path("limit").asInt() - usage.path("currentValue").asInt()));
        return free;
    }

    private static String key(String family) {
        return family.toLowerCase(Locale.ROOT);
    }

    private List<JsonNode> value(String what) {
        String location = deployment.path("location").asText();
        return clients.arm()
                .list(
                        "/subscriptions/" + clients.workspace().subscriptionId()
                                + "/providers/Microsoft.MachineLearningServices/locations/" + location + "/" + what,
                        ApiVersions.MACHINE_LEARNING,
                        Map.of())
                .<JsonNode>map(one -> one)
                .toList();
    }
}
