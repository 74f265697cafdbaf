package io.github.amlmaven.core.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.AssetResolver;
import io.github.amlmaven.core.spec.Bindings;
import io.github.amlmaven.core.spec.ComponentSpec;
import io.github.amlmaven.core.spec.ComponentUse;
import io.github.amlmaven.core.spec.JobSpec;
import io.github.amlmaven.core.spec.PipelineComponentSpec;
import io.github.amlmaven.core.spec.PipelineJobSpec;
import io.github.amlmaven.core.spec.PipelineStep;
import io.github.amlmaven.core.spec.StepComponentSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a model comes from when a job makes it: code, environment and inputs. Of a pipeline it is the step that writes the model
 * which counts, with the data that reaches it by way of other steps; where it cannot be told which step that is, all of them.
 */
final class JobLineage {

    private final AssetResolver assets;
    private final Map<String, String> facts = new LinkedHashMap<>();

    /** Where an input comes from. */
    private sealed interface Source {}

    /** Something that was there before. */
    private record Given(String text, boolean data) implements Source {}

    /** What a step has written. */
    private record Made(Step by, String output) implements Source {}

    /** A step where it stands. */
    private record Step(Scope scope, PipelineStep spec) {

        String path() {
            return scope.path() + spec.name();
        }
    }

    /** A pipeline, the outermost or one in it. */
    private record Scope(String path, List<PipelineStep> steps, Map<String, List<Source>> inputs) {}

    private JobLineage(AssetResolver assets) {
        this.assets = assets;
    }

    /**
     * The facts, each by its name, in the order of reading.
     *
     * @param output the job's output that is the model; without it the outputs count that have the type of a model, else the
     *     only one
     * @param given values of inputs that were not the file's when the job ran
     * @param assets tells what assets are called
     */
    static Map<String, String> of(
            JobSpec job, Optional<String> output, Map<String, String> given, AssetResolver assets) {
        JobLineage lineage = new JobLineage(assets);
        JsonNode body = job.toBody(assets).path("properties");
        Map<String, List<Source>> inputs = given(body.path("inputs"), given);
        if (job instanceof PipelineJobSpec pipeline && !pipeline.steps().isEmpty()) {
            lineage.pipeline(pipeline, new Scope("", pipeline.steps(), inputs), output);
        } else {
            JsonNode task = body.has("trial") ? body.path("trial") : body;
            lineage.fact("", "code", named(task.path("codeId").asText()));
            lineage.fact("", "environment", named(task.path("environmentId").asText()));
            lineage.fact("", "component", named(task.path("componentId").asText()));
            inputs.forEach((name, sources) -> lineage.input("", name, sources));
        }
        return lineage.facts;
    }

    private static Map<String, List<Source>> given(JsonNode inputs, Map<String, String> given) {
        Map<String, List<Source>> sources = new LinkedHashMap<>();
        inputs.properties().forEach(input -> {
            JsonNode value = input.getValue();
            boolean data = value.has("uri");
            String text = value.path("uri").asText(value.path("value").asText());
            sources.put(input.getKey(), List.of(new Given(given.getOrDefault(input.getKey(), text), data)));
        });
        return sources;
    }

    private void pipeline(PipelineJobSpec job, Scope top, Optional<String> output) {
        Set<Step> makers = models(job, output).stream()
                .flatMap(name -> writer(top, name).stream())
                .map(Made::by)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (makers.size() == 1) {
            Step maker = makers.iterator().next();
            fact("", "step", maker.path());
            step("", maker);
        } else {
            (makers.isEmpty() ? leaves(top) : makers).forEach(step -> step("Step " + step.path() + ": ", step));
        }
        makers.forEach(maker -> upstream(maker, new LinkedHashSet<>(List.of(maker.path()))));
    }

    private static List<String> models(PipelineJobSpec job, Optional<String> output) {
        ObjectNode outputs = job.spec().object("outputs");
        if (outputs == null) {
            return List.of();
        }
        if (output.isPresent() && outputs.has(output.get())) {
            return List.of(output.get());
        }
        List<String> models = outputs.properties().stream()
                .filter(entry -> entry.getValue().path("type").asText().endsWith("_model"))
                .map(Map.Entry::getKey)
                .toList();
        return models.isEmpty() && outputs.size() == 1
                ? List.of(outputs.fieldNames().next())
                : models;
    }

    private List<Step> leaves(Scope scope) {
        List<Step> leaves = new ArrayList<>();
        for (PipelineStep spec : scope.steps()) {
            Step step = new Step(scope, spec);
            spec.nested()
                    .ifPresentOrElse(nested -> leaves.addAll(leaves(inside(step, nested))), () -> leaves.add(step));
        }
        return leaves;
    }

    private void step(String prefix, Step step) {
        ComponentUse use = step.spec().component();
        ComponentSpec component = use instanceof ComponentUse.Inline inline ? inline.component() : null;
        if (component instanceof StepComponentSpec own) {
            if (own.code() != null || !own.includes().isEmpty()) {
                fact(prefix, "code", named(assets.code(own.code(), own.includes())));
            }
            if (own.environment() != null) {
                fact(prefix, "environment", named(own.environment().resolve(assets)));
            }
        } else if (use != null && component == null) {
            fact(prefix, "component", named(use.resolve(assets)));
        }
        inputs(step).forEach((name, sources) -> input(prefix, name, sources));
    }

    private void input(String prefix, String name, List<Source> sources) {
        fact(
                prefix,
                "input " + name,
                sources.stream()
                        .map(source -> source instanceof Made made
                                ? made.output() + " of step " + made.by().path()
                                : named(((Given) source).text()))
                        .collect(Collectors.joining(", ")));
    }

    /** The data that the steps before have read. */
    private void upstream(Step step, Set<String> seen) {
        for (List<Source> sources : inputs(step).values()) {
            for (Source source : sources) {
                if (source instanceof Made made && seen.add(made.by().path())) {
                    inputs(made.by())
                            .forEach((name, before) -> before.stream()
                                    .filter(data -> data instanceof Given given && given.data())
                                    .forEach(data ->
                                            input("by way of step " + made.by().path() + ": ", name, List.of(data))));
                    upstream(made.by(), seen);
                }
            }
        }
    }

    private void fact(String prefix, String name, String value) {
        if (!value.isEmpty()) {
            facts.put(prefix + name, value);
        }
    }

    /** What a step takes, and what its component takes by default. */
    private Map<String, List<Source>> inputs(Step step) {
        Map<String, List<Source>> inputs = new LinkedHashMap<>();
        Bindings.inputs(step.spec().content()).forEach((name, value) -> inputs.put(name, sources(step, value)));
        ObjectNode declared = step.spec().component() instanceof ComponentUse.Inline inline
                ? inline.component().inputs()
                : null;
        defaults(declared).forEach((name, value) -> inputs.putIfAbsent(name, List.of(new Given(value, false))));
        return inputs;
    }

    private static Map<String, String> defaults(@Nullable ObjectNode declared) {
        Map<String, String> defaults = new LinkedHashMap<>();
        if (declared != null) {
            declared.properties().stream()
                    .filter(input -> input.getValue().path("default").isValueNode())
                    .forEach(input -> defaults.put(
                            input.getKey(), input.getValue().path("default").asText()));
        }
        return defaults;
    }

    private List<Source> sources(Step step, JsonNode value) {
        List<Source> sources = new ArrayList<>();
        for (Bindings.Binding binding : Bindings.in(value)) {
            if (binding instanceof Bindings.Input input) {
                sources.addAll(step.scope().inputs().getOrDefault(input.name(), List.of()));
            } else if (binding instanceof Bindings.StepOutput made) {
                made(step.scope(), made.step(), made.output()).ifPresent(sources::add);
            }
        }
        if (!sources.isEmpty()) {
            return sources;
        }
        String path = value.path("path").asText();
        if (!path.isEmpty()) {
            AssetReference reference = AssetReference.parse(path, step.spec().directory());
            String type = value.path("type").asText("uri_folder");
            return List.of(new Given(assets.input(reference, type, null), true));
        }
        return List.of(new Given((value.isObject() ? value.path("value") : value).asText(), false));
    }

    /** What really writes an output of a step: a step inside, when it is a pipeline. */
    private Optional<Made> made(Scope scope, String name, String output) {
        return scope.steps().stream()
                .filter(spec -> spec.name().equals(name))
                .map(spec -> new Step(scope, spec))
                .findFirst()
                .map(step -> step.spec()
                        .nested()
                        .flatMap(nested -> writer(inside(step, nested), output))
                        .orElseGet(() -> new Made(step, output)));
    }

    /** What writes an output of a pipeline. */
    private Optional<Made> writer(Scope scope, String output) {
        Bindings.Output wanted = new Bindings.Output(output);
        return scope.steps().stream()
                .flatMap(spec -> spec.content().path("outputs").properties().stream()
                        .filter(own -> Bindings.in(own.getValue()).contains(wanted))
                        .flatMap(own -> made(scope, spec.name(), own.getKey()).stream()))
                .findFirst();
    }

    private Scope inside(Step step, PipelineComponentSpec nested) {
        return new Scope(step.path() + "/", nested.steps(), inputs(step));
    }

    /** An asset without the workspace that all share. */
    private static String named(String id) {
        return id.replaceFirst("^(azureml:)?/.*/workspaces/[^/]+/", "");
    }
}
