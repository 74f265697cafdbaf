package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns a pipeline of the first API into a pipeline job of the second: parameters and data references become inputs, a step's
 * destination that another names as its source becomes a binding, each step becomes what it is in the second API.
 *
 * <p>Source: https://learn.microsoft.com/azure/machine-learning/v1/reference-pipeline-yaml
 */
public final class PipelineConversion {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Map<String, String> PRIMITIVES =
            Map.of("string", "string", "int", "integer", "float", "number", "bool", "boolean");

    private final SpecDocument document;
    private final V1Paths paths;
    private final Notes notes = new Notes();
    private final Wiring wiring = new Wiring(notes);
    private final V1Node pipeline;

    private PipelineConversion(SpecDocument document, V1Files files, Path base) {
        this.document = document;
        this.paths = new V1Paths(files, base);
        this.pipeline = V1Node.of(document, notes.reads()).child("pipeline");
    }

    /**
     * Converts a pipeline.
     *
     * @param base the folder that paths of the result start from
     */
    public static Converted of(SpecDocument document, V1Files files, Path base) {
        return new PipelineConversion(document, files, base).convert();
    }

    /** The pipeline's name, which is a display name in the second API. */
    public static String name(SpecDocument document) {
        return V1Node.of(document, new ReadKeys())
                .child("pipeline")
                .text("name")
                .orElse("");
    }

    private Converted convert() {
        ObjectNode job = JSON.objectNode();
        job.put("type", "pipeline");
        pipeline.text("name").ifPresent(name -> job.put("display_name", name));
        pipeline.text("description").ifPresent(text -> job.put("description", text));
        pipeline.text("default_compute")
                .ifPresent(compute -> job.putObject("settings").put("default_compute", RunSettings.compute(compute)));
        ObjectNode inputs = inputs();
        if (!inputs.isEmpty()) {
            job.set("inputs", inputs);
        }
        Map<String, V1Node> steps = pipeline.child("steps").children();
        steps.forEach(this::produces);
        ObjectNode jobs = job.putObject("jobs");
        steps.forEach((name, step) -> {
            String key = Wiring.stepKey(name);
            if (jobs.has(key)) {
                notes.problem(
                        ErrorCode.SPEC_BAD_NAME,
                        step.location(),
                        "the steps '" + name + "' and another are both '" + key + "' in v2; rename one of them");
            }
            Notes here = notes.at("jobs").at(key);
            jobs.set(key, new StepConversion(name, step, document, paths, wiring, here).convert());
        });
        steps.forEach((name, step) -> unread(
                step.child("outputs"), notes.at("jobs").at(Wiring.stepKey(name)).at("outputs")));
        wiring.cycles(places(steps));
        return notes.result(job);
    }

    /** Destinations were names for the steps that read them; v2 has the names of outputs alone. */
    private void unread(V1Node outputs, Notes here) {
        outputs.children()
                .forEach((port, output) -> output.text("destination")
                        .filter(destination -> !wiring.isRead(destination) && !destination.equals(port))
                        .ifPresent(destination -> here.comment(
                                Ports.name(port),
                                output.location("destination"),
                                "'" + destination + "' in v1, which no step reads; v2 knows it as output '"
                                        + Ports.name(port) + "', in a folder of each run")));
    }

    private static Map<String, Location> places(Map<String, V1Node> steps) {
        Map<String, Location> places = new LinkedHashMap<>();
        steps.forEach((name, step) -> places.put(name, step.location()));
        return places;
    }

    private ObjectNode inputs() {
        ObjectNode inputs = JSON.objectNode();
        Notes here = notes.at("inputs");
        pipeline.child("parameters").children().forEach((name, parameter) -> {
            String type = parameter.word("type");
            JsonNode value = parameter.value("default");
            if (value instanceof ObjectNode && !type.equals("datapath")) {
                notes.problem(
                        ErrorCode.SPEC_BAD_VALUE,
                        parameter.location("type"),
                        "parameter '" + name + "' has a data path as its default, so its type is datapath");
            }
            if (type.equals("datapath") || value instanceof ObjectNode) {
                inputs.set(
                        declare(name, parameter.location(), here), reference(name, parameter.child("default"), here));
            } else {
                wiring.input(name, PRIMITIVES.getOrDefault(type, "string"));
                String key = declare(name, parameter.location(), here);
                if (value == null) {
                    here.comment(
                            key,
                            parameter.location(),
                            "v1 asked for it at each run; give it as -Daml.inputs." + key + "=...");
                }
                inputs.set(key, value == null ? JSON.textNode("") : value);
            }
        });
        Set<String> written = written();
        for (String key : List.of("data_references", "data_reference")) {
            pipeline.child(key).children().forEach((name, reference) -> {
                if (!written.contains(name)) {
                    inputs.set(declare(name, reference.location(), here), reference(name, reference, here));
                }
            });
        }
        return inputs;
    }

    private static String declare(String name, Location where, Notes here) {
        String key = Ports.name(name);
        if (!key.equals(name)) {
            here.comment(key, where, "'" + name + "' in v1; names are identifiers here");
        }
        return key;
    }

    /** What data is transferred to is an output of that step, also for those who read it afterwards. */
    private Set<String> written() {
        Set<String> written = new LinkedHashSet<>();
        pipeline.child("steps")
                .children()
                .values()
                .forEach(step -> step.child("destination_data_reference").children().values().stream()
                        .flatMap(target -> target.text("source").stream())
                        .forEach(written::add));
        return written;
    }

    private ObjectNode reference(String name, V1Node reference, Notes here) {
        ObjectNode input = JSON.objectNode();
        boolean dataset = reference.has("dataset_name");
        String path = dataset ? "" : reference.text("path_on_datastore").orElse("");
        boolean file = !dataset && path.matches(".*\\.[A-Za-z0-9]{1,7}$");
        String type = file ? "uri_file" : "uri_folder";
        wiring.input(name, type);
        input.put("type", type);
        input.put(
                "path", dataset ? "azureml:" + reference.text("dataset_name").orElse("") + "@latest" : uri(reference));
        switch (reference.word("bind_mode")) {
            case "mount" -> input.put("mode", "ro_mount");
            case "download" -> input.put("mode", "download");
            case "upload" ->
                here.leftOut(
                        reference.location("bind_mode"),
                        "'" + name
                                + "' is an input, which is not uploaded; name it as destination_data_reference or as an"
                                + " output of the step that writes it");
            default -> {
                // mounted, as in v1
            }
        }
        if (dataset) {
            here.comment(
                    Ports.name(name),
                    reference.location("dataset_name"),
                    "a v1 dataset; register its files as a data asset. A tabular one has the type mltable");
        } else if (!path.isEmpty()) {
            here.comment(
                    Ports.name(name),
                    reference.location("path_on_datastore"),
                    "v2 tells files from folders; this looks like a " + (file ? "file" : "folder"));
        }
        return input;
    }

    static String uri(V1Node reference) {
        return "azureml://datastores/" + reference.text("datastore").orElse("workspaceblobstore") + "/paths/"
                + reference
                        .text("path_on_datastore")
                        .orElse("")
                        .replace('\\', '/')
                        .replaceFirst("^/", "");
    }

    private void produces(String name, V1Node step) {
        step.child("outputs")
                .children()
                .forEach((port, output) -> output.text("destination")
                        .ifPresent(destination ->
                                wiring.produces(name, destination, port, output.location("destination"))));
        step.child("destination_data_reference")
                .children()
                .forEach((port, target) -> target.text("source")
                        .ifPresent(destination -> wiring.produces(name, destination, port, target.location("source"))));
    }

    /** The data reference of a name; an empty one without it. */
    static V1Node reference(SpecDocument document, String name, ReadKeys reads) {
        V1Node pipeline = V1Node.of(document, reads).child("pipeline");
        V1Node found = pipeline.child("data_references").child(name);
        return found.isEmpty() ? pipeline.child("data_reference").child(name) : found;
    }
}
