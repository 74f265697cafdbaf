package io.github.amlmaven.core.traffic;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Suggestion;
import java.util.Collection;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which share of the requests goes to which version (of an endpoint: which deployment), in percent, and which share is copied to one more.
 * Names are in lower case and shares of zero are left out, as azure-ai-ml sends them.
 *
 * @param live adds up to 100, or is empty: then only requests that name a deployment are answered
 * @param mirror of one deployment at most, up to 50
 */
public record TrafficSplit(Map<String, Integer> live, Map<String, Integer> mirror) {

    private static final int WHOLE = 100;

    /** The service's limit for mirrored traffic. */
    private static final int MOST_MIRRORED = 50;

    public static final TrafficSplit NONE = new TrafficSplit(Map.of(), Map.of());

    public TrafficSplit {
        live = shares(live);
        mirror = shares(mirror);
    }

    private static Map<String, Integer> shares(Map<String, Integer> given) {
        SortedMap<String, Integer> shares = new TreeMap<>();
        given.forEach((name, percent) -> {
            if (percent != 0) {
                shares.put(name.toLowerCase(Locale.ROOT), percent);
            }
        });
        return Collections.unmodifiableSortedMap(shares);
    }

    /**
     * Reads {@code blue=90,green=10}.
     *
     * @param parameter what it was given as, for messages
     */
    public static Map<String, Integer> parse(String parameter, String text) {
        Map<String, Integer> shares = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            if (part.isBlank()) {
                continue;
            }
            String[] pair = part.strip().split("\\s*=\\s*", 2);
            if (pair.length != 2 || !pair[1].matches("\\d{1,3}") || pair[0].isEmpty()) {
                throw invalid(parameter + ": '" + part.strip() + "' is not <deployment>=<percent>");
            }
            if (shares.put(pair[0], Integer.valueOf(pair[1])) != null) {
                throw invalid(parameter + " names '" + pair[0] + "' twice");
            }
        }
        return shares;
    }

    /** Reads a mapping of names to percentages; nothing from a node that is none. */
    public static Map<String, Integer> read(JsonNode shares) {
        Map<String, Integer> read = new TreeMap<>();
        shares.properties()
                .forEach(share -> read.put(share.getKey(), share.getValue().asInt()));
        return read;
    }

    /** Refuses what the service would refuse, before anything is sent. */
    public void check(Collection<String> deployments) {
        int sum = live.values().stream().mapToInt(Integer::intValue).sum();
        if (sum != WHOLE && sum != 0) {
            throw invalid("The traffic " + text(live) + " adds up to " + sum + ", not to 100 (or 0)");
        }
        if (mirror.size() > 1 || mirror.values().stream().anyMatch(share -> share > MOST_MIRRORED)) {
            throw invalid(
                    "The mirror " + text(mirror) + ": only one deployment can get mirrored traffic, at most "
                            + MOST_MIRRORED + " percent",
                    "Mirror to one deployment, " + MOST_MIRRORED + " percent at most.");
        }
        for (String name : mirror.keySet()) {
            if (live.containsKey(name)) {
                throw invalid(
                        "The deployment '" + name + "' cannot get live and mirrored traffic at a time",
                        "Take it out of the traffic, or end its mirror: -Daml.traffic.mirror=" + name + "=0.");
            }
        }
        live.keySet().forEach(name -> mustExist(name, deployments));
        mirror.keySet().forEach(name -> mustExist(name, deployments));
    }

    private static void mustExist(String name, Collection<String> deployments) {
        if (deployments.stream().noneMatch(name::equalsIgnoreCase)) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "The endpoint has no deployment '" + name + "'" + Suggestion.sentence(name, deployments))
                    .remedy(
                            deployments.isEmpty()
                                    ? "It has none yet; 'mvn aml:deploy-managed' makes one."
                                    : "It has: " + String.join(", ", deployments) + ".")
                    .build();
        }
    }

    /** Whether a version gets requests, live or mirrored. */
    public boolean receives(String version) {
        String name = version.toLowerCase(Locale.ROOT);
        return live.containsKey(name) || mirror.containsKey(name);
    }

    /** The deployment that gets the most requests; empty when none gets any. */
    public String first() {
        return live.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
    }

    /** Only the live shares. */
    public TrafficSplit withoutMirror() {
        return new TrafficSplit(live, Map.of());
    }

    /** With copies of some requests for one version, in place of other copies. */
    public TrafficSplit mirroring(String version, int percent) {
        return new TrafficSplit(live, Map.of(version, percent));
    }

    /** One version gets {@code percent}; the others share the rest as they share all now. There is no mirror then. */
    public TrafficSplit giving(String version, int percent) {
        Map<String, Integer> others = new TreeMap<>(live);
        others.remove(version.toLowerCase(Locale.ROOT));
        int all = others.values().stream().mapToInt(Integer::intValue).sum();
        int left = WHOLE - percent;
        Map<String, Integer> shares = new TreeMap<>();
        for (Map.Entry<String, Integer> other : others.entrySet()) {
            // What rounding leaves goes to those that come later, so that the sum is right.
            int share = Math.round((float) left * other.getValue() / all);
            shares.put(other.getKey(), share);
            left -= share;
            all -= other.getValue();
        }
        shares.put(version, percent);
        return new TrafficSplit(shares, Map.of());
    }

    /** {@code blue=90,green=10}, {@code none}, {@code blue=100 mirror green=10}. */
    @Override
    public String toString() {
        return text(live) + (mirror.isEmpty() ? "" : " mirror " + text(mirror));
    }

    /** Reads what {@link #toString()} wrote. */
    public static TrafficSplit ofText(String text) {
        String[] halves = text.split(" mirror ", 2);
        return new TrafficSplit(
                halves[0].equals("none") ? Map.of() : parse("the journal", halves[0]),
                halves.length == 1 ? Map.of() : parse("the journal", halves[1]));
    }

    private static String text(Map<String, Integer> shares) {
        return shares.isEmpty()
                ? "none"
                : shares.entrySet().stream()
                        .map(share -> share.getKey() + "=" + share.getValue())
                        .collect(Collectors.joining(","));
    }

    /** That requests of an endpoint are not copied, which the service does for managed endpoints only. */
    public static AmlException notMirrored(String endpoint) {
        return AmlException.of(
                        ErrorCode.CONFIGURATION_INVALID,
                        "Endpoint " + endpoint + " is on Kubernetes, where traffic is not mirrored")
                .remedy("Leave out the mirror, and give the version a small share of the live traffic instead.")
                .build();
    }

    private static AmlException invalid(String what) {
        return invalid(what, "Write -Daml.traffic=blue=90,green=10 with shares that add up to 100.");
    }

    private static AmlException invalid(String what, String remedy) {
        return AmlException.of(ErrorCode.CONFIGURATION_INVALID, what)
                .remedy(remedy)
                .build();
    }
}
