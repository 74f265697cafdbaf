package io.github.amlmaven.core.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Redaction;
import io.github.amlmaven.core.model.RegisteredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A model's report: what it is, how good it is, where it comes from, where it runs, and who gets the traffic.
 *
 * @param title the model and its version
 * @param sections in the order of reading; those that nothing is known of are left out
 * @param pictures SVG files that show its pipeline
 */
public record ModelReport(String title, List<Section> sections, List<Path> pictures) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Goals after which the model is somewhere, and what that place is called. */
    private static final Map<String, String> PLACES = places();

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

    private static Map<String, String> places() {
        Map<String, String> places = new LinkedHashMap<>();
        places.put("deploy-managed", "managed online endpoint");
        places.put("deploy-batch", "batch endpoint");
        places.put("deploy-aci", "container group");
        places.put("deploy-aks", "Kubernetes");
        places.put("deploy-webapp", "web app");
        places.put("deploy-function", "function app");
        places.put("deploy-function", "function app");
        places.put("publish-pipeline", "published pipeline");
        return places;
    }

    /**
     * Puts it together.
     *
     * @param records where the goals have left their {@code <goal>.json}
     * @param job the body of the job that trains the model, where the project has one
     */
    public static ModelReport of(Path records, Optional<ObjectNode> job) {
        Map<String, JsonNode> goals = read(records);
        Path file = records.resolve("model.json");
        Optional<RegisteredModel> model =
                Files.isRegularFile(file) ? Optional.of(RegisteredModel.read(file)) : Optional.empty();
        List<Section> sections = new ArrayList<>();
        model.map(ModelReport::identity).ifPresent(sections::add);
        add(sections, metrics(model, goals));
        add(sections, facts("Lineage", lineage(model, goals, job)));
        add(
                sections,
                new Section(
                        "Where it runs",
                        List.of("Place", "Name", "Address", "Image or deployments", "Since (UTC)"),
                        running(goals)));
        add(sections, new Section("Traffic", List.of("Endpoint", "Traffic", "Since (UTC)"), traffic(goals)));
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

    private static Section metrics(Optional<RegisteredModel> model, Map<String, JsonNode> goals) {
        Map<String, String> metrics = new TreeMap<>();
        outputs(goals, "run")
                .path("metrics")
                .properties()
                .forEach(
                        metric -> metrics.put(metric.getKey(), metric.getValue().asText()));
        model.ifPresent(found -> found.metrics().forEach((name, value) -> metrics.put(name, value.toString())));
        JsonNode decision = outputs(goals, "evaluate");
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
            Optional<RegisteredModel> model, Map<String, JsonNode> goals, Optional<ObjectNode> job) {
        Map<String, String> facts = new LinkedHashMap<>();
        JsonNode run = outputs(goals, "run");
        facts.put("Job", run.path("jobName").asText());
        facts.put("Job's state", run.path("jobStatus").asText());
        facts.put("Job in the studio", run.path("studioUrl").asText());
        job.map(body -> body.path("properties")).ifPresent(properties -> {
            task("", properties, facts);
            properties
                    .path("jobs")
                    .properties()
                    .forEach(step -> task("Step " + step.getKey() + ": ", step.getValue(), facts));
        });
        Map<String, String> tags = model.map(RegisteredModel::tags).orElseGet(Map::of);
        facts.put(
                "Commit",
                tags.getOrDefault("git.commit", "") + (tags.containsKey("git.dirty") ? " (with changes)" : ""));
        facts.put("Build", tags.getOrDefault("BuildId", ""));
        facts.put("Image", outputs(goals, "package").path("image").asText());
        return facts;
    }

    /** Data, code and environment of a job or of a step of one. */
    private static void task(String prefix, JsonNode task, Map<String, String> facts) {
        facts.put(prefix + "code", named(task.path("codeId")));
        facts.put(prefix + "environment", named(task.path("environmentId")));
        facts.put(prefix + "component", named(task.path("componentId")));
        task.path("inputs").properties().forEach(input -> {
            JsonNode value = input.getValue();
            String text = value.path("uri").asText(value.path("value").asText());
            facts.put(prefix + "input " + input.getKey(), text);
        });
    }

    /** An asset without the workspace that all share. */
    private static String named(JsonNode id) {
        return id.asText("").replaceFirst("^.*/workspaces/[^/]+/", "");
    }

    private static List<List<String>> running(Map<String, JsonNode> goals) {
        List<List<String>> rows = new ArrayList<>();
        PLACES.forEach((goal, place) -> {
            JsonNode outputs = outputs(goals, goal);
            if (!outputs.isMissingNode()) {
                rows.add(List.of(
                        place,
                        outputs.path("name").asText(outputs.path("endpoint").asText()),
                        Redaction.of(outputs.path("scoringUri")
                                .asText(outputs.path("url").asText())),
                        what(outputs),
                        since(goals, goal)));
            }
        });
        return rows;
    }

    private static String what(JsonNode outputs) {
        if (outputs.path("deployments").isArray()) {
            List<String> names = new ArrayList<>();
            outputs.path("deployments").forEach(name -> names.add(name.asText()));
            return String.join(", ", names);
        }
        return outputs.path("image").asText(outputs.path("deployment").asText());
    }

    /** Of each endpoint what was said last, by whichever goal. */
    private static List<List<String>> traffic(Map<String, JsonNode> goals) {
        Map<String, List<String>> latest = new TreeMap<>();
        Stream.of("deploy-managed", "traffic", "rollback", "canary")
                .filter(goal -> outputs(goals, goal).hasNonNull("traffic"))
                .sorted(Comparator.comparing((String goal) -> since(goals, goal)))
                .forEach(goal -> {
                    JsonNode outputs = outputs(goals, goal);
                    String endpoint =
                            outputs.path("endpoint").asText(outputs.path("name").asText());
                    latest.put(
                            endpoint, List.of(endpoint, outputs.path("traffic").asText(), since(goals, goal)));
                });
        return new ArrayList<>(latest.values());
    }

    private static String since(Map<String, JsonNode> goals, String goal) {
        JsonNode record = goals.getOrDefault(goal, JSON.missingNode());
        return record.path("startedAt").asText().replaceFirst("\\.\\d+Z$", "Z");
    }

    private static JsonNode outputs(Map<String, JsonNode> goals, String goal) {
        JsonNode record = goals.getOrDefault(goal, JSON.missingNode());
        return record.has("outputs")
                ? record.path("outputs")
                : record.path("lastGood").path("outputs");
    }

    private static Map<String, JsonNode> read(Path records) {
        Map<String, JsonNode> goals = new TreeMap<>();
        for (Path file : files(records, ".json")) {
            try {
                JsonNode record = JSON.readTree(file.toFile());
                String goal = record.path("goal").asText();
                if (file.getFileName().toString().equals(goal + ".json")) {
                    goals.put(goal, record);
                }
            } catch (IOException e) {
                throw AmlException.of(ErrorCode.LOCAL_IO, "cannot read " + file + ": " + e.getMessage())
                        .cause(e)
                        .build();
            }
        }
        return goals;
    }

    private static List<Path> pictures(Path records) {
        return files(records, ".svg");
    }

    private static List<Path> files(Path folder, String suffix) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot read " + folder + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }
}
