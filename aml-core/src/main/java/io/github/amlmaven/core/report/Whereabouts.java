package io.github.amlmaven.core.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.error.Redaction;
import io.github.amlmaven.core.report.GoalResults.Result;
import io.github.amlmaven.core.traffic.TrafficSplit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where a model runs now and who gets its requests, by what goals have left; what was undeployed is gone. */
final class Whereabouts {

    /** Goals after which the model is somewhere, and what that place is called. */
    private static final Map<String, String> PLACES = places();

    /** Goals that have the last word on the traffic of an endpoint, when they ran last. */
    private static final List<String> TRAFFIC =
            List.of("deploy-managed", "deploy-aks", "traffic", "rollback", "canary");

    /** What {@code aml:undeploy} calls the targets that have traffic to be split. */
    private static final Set<String> SPLIT = Set.of("managed", "aks");

    /** Goals of apps: a slot that was undeployed leaves the app. */
    private static final Set<String> SITES = Set.of("deploy-webapp", "deploy-function");

    private final GoalResults goals;

    Whereabouts(GoalResults goals) {
        this.goals = goals;
    }

    private static Map<String, String> places() {
        Map<String, String> places = new LinkedHashMap<>();
        places.put("deploy-managed", "managed online endpoint");
        places.put("deploy-batch", "batch endpoint");
        places.put("deploy-aci", "container group");
        places.put("deploy-aks", "Kubernetes");
        places.put("deploy-webapp", "web app");
        places.put("deploy-function", "function app");
        places.put("publish-pipeline", "published pipeline");
        return places;
    }

    /** A row each: place, name, address, what serves there, since when. */
    List<List<String>> running() {
        List<List<String>> rows = new ArrayList<>();
        PLACES.forEach((goal, place) -> goals.of(goal).stream()
                .sorted(Comparator.comparing(Whereabouts::name))
                .map(result -> List.of(place, name(result), address(result), what(result), result.since()))
                .forEach(rows::add));
        return rows;
    }

    private static String name(Result result) {
        JsonNode outputs = result.outputs();
        String name = outputs.path("name").asText(outputs.path("endpoint").asText());
        boolean slot = outputs.has("slot") && !outputs.path("swapped").asBoolean();
        return slot ? name + ", slot " + result.text("slot") : name;
    }

    private static String address(Result result) {
        JsonNode outputs = result.outputs();
        return Redaction.of(
                outputs.path("scoringUri").asText(outputs.path("url").asText()));
    }

    private String what(Result result) {
        if (!result.complete()) {
            return "left by a deployment that failed";
        }
        return serves(result) + (result.failedSince() ? ", and what a later one that failed has left" : "");
    }

    private String serves(Result result) {
        JsonNode outputs = result.outputs();
        Optional<TrafficSplit> split = Optional.ofNullable(latestTraffic().get(endpoint(result)))
                .filter(latest -> TRAFFIC.contains(result.goal()))
                .map(latest -> TrafficSplit.ofText(latest.text("traffic")));
        Set<String> names = new TreeSet<>();
        split.ifPresent(traffic -> names.addAll(traffic.live().keySet()));
        if (outputs.has("image")) {
            return result.text("image")
                    + (outputs.has("version") && !names.isEmpty() ? " (" + shares(names, split) + ")" : "");
        }
        for (String list : List.of("deployments", "allDeployments")) {
            outputs.path(list).forEach(name -> names.add(name.asText()));
        }
        if (outputs.hasNonNull("deployment")) {
            names.add(result.text("deployment"));
        }
        if (!names.isEmpty()) {
            return shares(names, split);
        }
        return SITES.contains(result.goal()) ? "what was there before the slot" : "no deployment any more";
    }

    private static String shares(Set<String> names, Optional<TrafficSplit> split) {
        return names.stream()
                .map(name -> name + split.map(traffic -> share(traffic, name)).orElse(""))
                .collect(Collectors.joining(", "));
    }

    private static String share(TrafficSplit traffic, String name) {
        int mirror = traffic.mirror().getOrDefault(name, 0);
        return " " + traffic.live().getOrDefault(name, 0) + " %" + (mirror == 0 ? "" : " (mirror " + mirror + " %)");
    }

    /** A row each: endpoint, what was said last of its traffic by whichever goal, since when. */
    List<List<String>> traffic() {
        return latestTraffic().entrySet().stream()
                .map(entry -> List.of(
                        entry.getKey(),
                        entry.getValue().text("traffic"),
                        entry.getValue().since()))
                .toList();
    }

    /** What was said last of the traffic of each endpoint that is still there. */
    private Map<String, Result> latestTraffic() {
        Map<String, Result> latest = new TreeMap<>();
        TRAFFIC.stream()
                .flatMap(goal -> goals.of(goal).stream())
                .filter(result -> result.outputs().hasNonNull("traffic"))
                .sorted(Comparator.comparing(Result::at))
                .forEach(result -> latest.put(endpoint(result), result));
        latest.entrySet()
                .removeIf(entry -> removals(entry.getKey())
                        .anyMatch(
                                removal -> removal.at().isAfter(entry.getValue().at())));
        return latest;
    }

    private static String endpoint(Result result) {
        return result.outputs().path("endpoint").asText(result.text("name"));
    }

    /** When an endpoint was undeployed, not just one of its deployments. */
    private Stream<Result> removals(String endpoint) {
        return goals.of("undeploy").stream()
                .filter(Result::complete)
                .filter(result -> !result.outputs().has("deployment"))
                .filter(result -> SPLIT.contains(result.text("target")))
                .filter(result -> result.text("name").equals(endpoint));
    }
}
