package io.github.amlmaven.core.spec.v1;

import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How the steps of a pipeline hang together: what one step names as a destination is the source of others (PipelineData),
 * and that alone says which step goes first.
 */
final class Wiring {

    private final Notes notes;
    private final Map<String, String> inputTypes = new LinkedHashMap<>();
    private final Map<String, Producer> producers = new LinkedHashMap<>();
    private final Set<String> read = new LinkedHashSet<>();
    private final Map<String, Set<String>> needs = new LinkedHashMap<>();

    Wiring(Notes notes) {
        this.notes = notes;
    }

    /** Whether a step reads what is written under this name. */
    boolean isRead(String destination) {
        return read.contains(destination);
    }

    private record Producer(String step, String binding) {}

    /**
     * An input of the pipeline.
     *
     * @param type as v2 calls it: {@code uri_file}, {@code integer}
     */
    void input(String name, String type) {
        inputTypes.put(name, type);
    }

    /** A step writes what has this name from now on. */
    void produces(String step, String destination, String port, Location where) {
        Producer other = producers.putIfAbsent(
                destination,
                new Producer(step, "${{parent.jobs." + stepKey(step) + ".outputs." + Ports.name(port) + "}}"));
        if (other != null) {
            notes.problem(
                    ErrorCode.SPEC_BAD_BINDING,
                    where,
                    "step '" + step + "' writes '" + destination + "', which step '" + other.step()
                            + "' writes already; give one of them another destination");
        }
    }

    /** The binding to a source; empty after a problem. */
    Optional<String> source(String step, SpecNode.Scalar source) {
        String name = source.text();
        Producer producer = producers.get(name);
        if (producer != null) {
            read.add(name);
            needs.computeIfAbsent(step, key -> new LinkedHashSet<>()).add(producer.step());
            return Optional.of(producer.binding());
        }
        if (inputTypes.containsKey(name)) {
            return Optional.of("${{parent.inputs." + Ports.name(name) + "}}");
        }
        Set<String> known = new TreeSet<>(producers.keySet());
        known.addAll(inputTypes.keySet());
        notes.problem(
                ErrorCode.SPEC_BAD_BINDING,
                source.location(),
                "step '" + step + "': the source '" + name
                        + "' is neither a parameter nor a data reference nor the destination of a step"
                        + Suggestion.sentence(name, known));
        return Optional.empty();
    }

    /** The type of what a source stands for. */
    String type(String source) {
        return producers.containsKey(source) ? "uri_folder" : inputTypes.getOrDefault(source, "uri_folder");
    }

    /** Reports steps that wait for each other. */
    void cycles(Map<String, Location> steps) {
        Set<String> done = new LinkedHashSet<>();
        steps.keySet().forEach(step -> visit(step, new ArrayList<>(), done, steps));
    }

    private void visit(String step, List<String> path, Set<String> done, Map<String, Location> steps) {
        int start = path.indexOf(step);
        if (start >= 0) {
            List<String> cycle = new ArrayList<>(path.subList(start, path.size()));
            cycle.add(step);
            notes.problem(
                    ErrorCode.SPEC_CYCLE,
                    steps.getOrDefault(step, steps.values().iterator().next()),
                    "steps wait for each other's data: " + String.join(" -> ", cycle));
            return;
        }
        if (!done.contains(step)) {
            path.add(step);
            needs.getOrDefault(step, Set.of()).forEach(next -> visit(next, path, done, steps));
            path.remove(path.size() - 1);
            done.add(step);
        }
    }

    /** Step names of v2 are lower-case identifiers. */
    static String stepKey(String name) {
        String key = name.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        return key.isEmpty() || Character.isDigit(key.charAt(0)) ? "step_" + key : key;
    }
}
