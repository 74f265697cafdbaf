package io.github.amlmaven.core.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.testing.Traces;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What tasks changed beside what the recorded scenarios changed, and what may differ. */
final class SequenceComparison {

    /** Scenarios that change something and that no goal has, with the reason. */
    private static final Map<String, String> WITHOUT_COUNTERPART = Map.ofEntries(
            Map.entry("model.archive", "a model is never archived by a build: its versions are what releases name"),
            Map.entry("compute.stop", "machines of people are no part of a build"),
            Map.entry("schedule.trigger", "aml:run and aml:invoke-pipeline start what a schedule would start"),
            Map.entry("batch.invoke", "aml:invoke-pipeline calls pipeline components alone; this calls a model"),
            Map.entry("model.share.toRegistry", "a model is shared as a Maven artifact"),
            Map.entry("model.package", "aml:package builds the image itself"),
            Map.entry("workspace.resyncKeys", "keys of a workspace are its administrator's"),
            Map.entry("workspace.diagnose", "a workspace is its administrator's"),
            Map.entry("workspace.create", "a workspace is made by its administrator; aml:render shows the request"),
            Map.entry("registry.model.create", "a model is shared as a Maven artifact"),
            Map.entry("registry.environment.create", "environments of registries are read alone"));

    /** Scenarios of which ours leaves out requests that are more than uploads, with the reason. */
    private static final Map<String, String> FEWER = Map.of(
            "model.create.again.sameContent", "the same content is the same version, so nothing is registered again");

    /** Members of bodies in one scenario that only we, or only they, write, with the reason. */
    private static final Map<String, Map<String, String>> MEMBERS_OF = Map.of(
            "online.regenerateKeys",
            Map.of(
                    "/keyValue",
                    "the service makes the new key; the official client sends the old one, which is not read"),
            "schedule.create.cron.job",
            Map.of("/properties/isEnabled", "said always, so that a schedule that somebody disabled stays so"));

    /** Members of bodies that only we, or only they, write, with the reason. */
    private static final Map<String, String> MEMBERS = Map.ofEntries(
            Map.entry(
                    "/tags/content.sha256",
                    "content is the identity of what is deployed, so that the same again sends nothing"),
            Map.entry("/tags/aml.traffic.before.1", "what aml:rollback goes back to"),
            Map.entry("/properties/jobName", "a model says which job it is of"),
            Map.entry("/properties/tags/content.sha256", "content is the identity of a model"),
            Map.entry("/properties/tags/maven.gav", "a model says which artifact it is"),
            Map.entry("/properties/properties/content.sha256", "content is the identity of a schedule"),
            Map.entry("/properties/properties/createdBy", "read-only: the official client sends back what it read"),
            Map.entry("/properties/properties/createdAt", "read-only: the official client sends back what it read"),
            Map.entry(
                    "/properties/properties/lastModifiedAt", "read-only: the official client sends back what it read"),
            Map.entry("/identity", "the recording's service made one; ours is what the file says"),
            Map.entry("/properties/scaleSettings", "the official client sends back what it read: the default"));

    private final Map<String, String> differences = new LinkedHashMap<>();
    private final Set<String> excepted = new TreeSet<>();
    private final Set<String> compared = new LinkedHashSet<>();

    /** Compares what a task changed with what some scenarios changed, one after the other. */
    void add(List<Change> ours, String... scenarios) {
        List<Change> theirs = new ArrayList<>();
        Set<String> members = new TreeSet<>(MEMBERS.keySet());
        for (String scenario : scenarios) {
            members.addAll(MEMBERS_OF.getOrDefault(scenario, Map.of()).keySet());
            compared.add(scenario);
            Traces.scenario(scenario).forEach(call -> Change.of(call).ifPresent(theirs::add));
        }
        List<String> found = Change.differences(known(ours, members), known(theirs, members));
        if (!found.isEmpty()) {
            differences.put(String.join(" + ", scenarios), String.join("\n", found));
        }
    }

    private List<Change> known(List<Change> changes, Set<String> members) {
        changes.forEach(change -> members.stream()
                .filter(member -> !change.body().at(member).isMissingNode())
                .forEach(excepted::add));
        return changes.stream().map(change -> change.without(members)).toList();
    }

    /** Every scenario is equal, or explained; every exception is still one. Logs the score of each kind. */
    void check() {
        score().forEach((kind, counts) -> System.getLogger(SequenceComparison.class.getName())
                .log(System.Logger.Level.INFO, kind + ": " + counts));
        Set<String> unexplained = new TreeSet<>(Traces.scenarios());
        unexplained.removeAll(compared);
        unexplained.removeAll(WITHOUT_COUNTERPART.keySet());
        unexplained.removeIf(scenario -> !changes(scenario));
        assertThat(Traces.scenarios()).hasSize(57);
        assertThat(unexplained).as("scenarios that nothing is said of").isEmpty();
        assertThat(differences.entrySet().stream()
                        .filter(entry -> !FEWER.containsKey(entry.getKey())
                                || entry.getValue().lines().anyMatch(line -> !line.startsWith("ours has not: ")))
                        .map(entry -> entry.getKey() + ":\n" + entry.getValue())
                        .collect(Collectors.joining("\n\n")))
                .isEmpty();
        // And every exception is still one.
        assertThat(differences).containsOnlyKeys(FEWER.keySet());
        Set<String> members = new TreeSet<>(MEMBERS.keySet());
        MEMBERS_OF.values().forEach(more -> members.addAll(more.keySet()));
        assertThat(excepted).isEqualTo(members);
        assertThat(compared).doesNotContainAnyElementsOf(WITHOUT_COUNTERPART.keySet());
        assertThat(Traces.scenarios()).containsAll(WITHOUT_COUNTERPART.keySet());
    }

    private static boolean changes(String scenario) {
        return Traces.scenario(scenario).stream()
                .anyMatch(call -> Change.of(call).isPresent());
    }

    private Map<String, Map<String, Integer>> score() {
        Set<String> different = differences.keySet().stream()
                .flatMap(names -> List.of(names.split(" \\+ ", -1)).stream())
                .collect(Collectors.toSet());
        Map<String, Map<String, Integer>> score = new TreeMap<>();
        for (String scenario : Traces.scenarios()) {
            String kind = scenario.substring(0, scenario.indexOf('.'));
            String word = WITHOUT_COUNTERPART.containsKey(scenario)
                    ? "without counterpart"
                    : !compared.contains(scenario)
                            ? "reading alone"
                            : different.contains(scenario) ? "fewer requests" : "equal";
            score.computeIfAbsent(kind, name -> new TreeMap<>()).merge(word, 1, Integer::sum);
        }
        return score;
    }
}
