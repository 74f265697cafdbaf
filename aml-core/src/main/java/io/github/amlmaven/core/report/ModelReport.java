package io.github.amlmaven.core.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.error.Redaction;
import io.github.amlmaven.core.model.RegisteredModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A model's report: what it is, how good it is, where it comes from, where it runs, and who gets the traffic.
 *
 * @param title the model and its version
 * @param sections in the order of reading; those that nothing is known of are left out
 * @param pictures SVG files that show its pipeline
 */
public record ModelReport(String title, List<Section> sections, List<Path> pictures) {

    /**
     * A table of the report.
     *
     * @param heads of the columns
     * @param rows each as long as {@code heads}
     */
    public record Section(String title, List<String> heads, List<List<String>> rows) {
        public Section {
            heads = List.copyOf(heads);
            rows = rows.stream().map(List::copyOf).toList();
        }
    }

    public ModelReport {
        sections = List.copyOf(sections);
        pictures = List.copyOf(pictures);
    }

    /**
     * Puts it together.
     *
     * @param records where the goals have left their {@code <goal>.json}
     * @param origins code, environment and data that the model comes from, each by its name; empty when nothing is known
     */
    static ModelReport of(Path records, Map<String, String> origins) {
        GoalResults goals = GoalResults.in(records);
        Whereabouts whereabouts = new Whereabouts(goals);
        Path file = records.resolve("model.json");
        Optional<RegisteredModel> model =
                Files.isRegularFile(file) ? Optional.of(RegisteredModel.read(file)) : Optional.empty();
        List<Section> sections = new ArrayList<>();
        model.map(ModelReport::identity).ifPresent(sections::add);
        add(sections, metrics(model, goals));
        add(sections, facts("Lineage", lineage(model, goals, origins)));
        add(
                sections,
                new Section(
                        "Where it runs",
                        List.of("Place", "Name", "Address", "Image or deployments", "Since (UTC)"),
                        whereabouts.running()));
        add(sections, new Section("Traffic", List.of("Endpoint", "Traffic", "Since (UTC)"), whereabouts.traffic()));
        return new ModelReport(
                model.map(found -> found.name() + " " + found.version()).orElse("No model registered yet"),
                sections,
                pictures(records));
    }

    private static void add(List<Section> sections, Section section) {
        if (!section.rows().isEmpty()) {
            sections.add(section);
        }
    }

    private static Section facts(String title, Map<String, String> facts) {
        List<List<String>> rows = new ArrayList<>();
        facts.forEach((name, value) -> {
            if (!value.isEmpty()) {
                rows.add(List.of(name, Redaction.of(value)));
            }
        });
        return new Section(title, List.of("", ""), rows);
    }

    private static Section identity(RegisteredModel model) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Name", model.name());
        facts.put("Version", model.version());
        facts.put("Type", model.type());
        facts.put("Framework", model.framework());
        facts.put("Maven", model.gav());
        facts.put("Content", model.digest());
        facts.put("Id", model.id());
        return facts("What it is", facts);
    }

    private static Section metrics(Optional<RegisteredModel> model, GoalResults goals) {
        Map<String, String> metrics = new TreeMap<>();
        if (!goals.isOfAnotherJob()) {
            goals.outputs("run")
                    .path("metrics")
                    .properties()
                    .forEach(metric ->
                            metrics.put(metric.getKey(), metric.getValue().asText()));
        }
        model.ifPresent(found -> found.metrics().forEach((name, value) -> metrics.put(name, value.toString())));
        JsonNode decision = goals.outputs("evaluate");
        if (decision.hasNonNull("outcome")) {
            metrics.put(
                    "Decision of aml:evaluate",
                    (decision.path("outcome").asText() + " "
                                    + decision.path("reason").asText())
                            .strip());
        }
        return facts("Metrics", metrics);
    }

    private static Map<String, String> lineage(
            Optional<RegisteredModel> model, GoalResults goals, Map<String, String> origins) {
        Map<String, String> facts = new LinkedHashMap<>();
        JsonNode run = goals.job();
        facts.put("Job", run.path("jobName").asText());
        facts.put("Job's state", run.path("jobStatus").asText());
        facts.put("Job in the studio", run.path("studioUrl").asText());
        facts.putAll(origins);
        Map<String, String> tags = model.map(RegisteredModel::tags).orElseGet(Map::of);
        facts.put(
                "Commit",
                tags.getOrDefault("git.commit", "") + (tags.containsKey("git.dirty") ? " (with changes)" : ""));
        facts.put("Build", tags.getOrDefault("BuildId", ""));
        facts.put("Image", goals.outputs("package").path("image").asText());
        return facts;
    }

    private static List<Path> pictures(Path records) {
        return GoalResults.files(records, ".svg");
    }
}
