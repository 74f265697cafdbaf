package io.github.amlmaven.core.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.graph.PipelineGraph.Edge;
import io.github.amlmaven.core.graph.PipelineGraph.Kind;
import io.github.amlmaven.core.graph.PipelineGraph.Node;
import io.github.amlmaven.core.spec.Bindings;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.ComponentUse;
import io.github.amlmaven.core.spec.PipelineComponentSpec;
import io.github.amlmaven.core.spec.PipelineStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a graph of a pipeline's steps. Data is a node, so that it is seen who shares it; values are lines of the step that
 * takes them, since a line from one learning rate to sixty steps shows nothing. Bindings through a pipeline in a pipeline
 * are followed to the step that really writes or reads.
 */
final class GraphReading {

    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<List<String>, List<String>> edges = new LinkedHashMap<>();
    private final Map<String, String> parameters = new LinkedHashMap<>();

    /** Where an input comes from. */
    private sealed interface Source {}

    /** A node's data, as the node calls it. */
    private record Data(String node, String port) implements Source {}

    /** A value, as it is shown behind the input's name. */
    private record Value(String shown) implements Source {}

    /** A pipeline, the outermost or one in it. */
    private record Scope(
            String path,
            String shownPath,
            @Nullable String parent,
            List<PipelineStep> steps,
            Map<String, Source> inputs,
            String compute) {}

    /**
     * The graph of a pipeline.
     *
     * @param inputs as the pipeline job or component declares them
     */
    static PipelineGraph of(String title, CheckedSpec spec, @Nullable ObjectNode inputs, List<PipelineStep> steps) {
        GraphReading reading = new GraphReading();
        Map<String, Source> sources = new LinkedHashMap<>();
        if (inputs != null) {
            inputs.properties().forEach(input -> sources.put(input.getKey(), reading.declared(input)));
        }
        ObjectNode settings = spec.object("settings");
        String compute = Optional.ofNullable(settings == null ? null : CheckedSpec.text(settings, "default_compute"))
                .or(() -> Optional.ofNullable(spec.text("compute")))
                .orElse("");
        reading.read(new Scope("", "", null, steps, sources, compute));
        return reading.graph(title);
    }

    /** The graph of a job that is one step. */
    static PipelineGraph ofOne(String title, CheckedSpec spec) {
        GraphReading reading = new GraphReading();
        PipelineStep step = new PipelineStep(title, spec.content(), spec.directory(), null);
        reading.step(new Scope("", "", null, List.of(step), Map.of(), ""), step);
        spec.content()
                .path("outputs")
                .fieldNames()
                .forEachRemaining(output -> reading.output(title, output, output, ""));
        return reading.graph(title);
    }

    private PipelineGraph graph(String title) {
        List<Edge> lines = new ArrayList<>();
        edges.forEach((ends, labels) -> lines.add(new Edge(ends.get(0), ends.get(1), labels)));
        return new PipelineGraph(title, parameters, List.copyOf(nodes.values()), lines);
    }

    private Source declared(Map.Entry<String, JsonNode> input) {
        String name = input.getKey();
        JsonNode value = input.getValue();
        if (Bindings.isData(value)) {
            String path = value.path("path").asText("");
            String type = value.path("type").asText("uri_folder");
            return data("input " + name, name, path.isEmpty() ? type : shorten(path));
        }
        JsonNode fallback = value.isObject() ? value.path(value.has("value") ? "value" : "default") : value;
        parameters.put(name, fallback.isMissingNode() || fallback.isNull() ? "" : fallback.asText());
        return new Value("\u2190 " + name);
    }

    private void read(Scope scope) {
        scope.steps().forEach(step -> step(scope, step));
    }

    private void step(Scope scope, PipelineStep step) {
        String id = scope.path() + step.name();
        String label = text(step.content(), "display_name").orElse(step.name());
        String shownPath = scope.shownPath() + label;
        Optional<PipelineComponentSpec> nested = step.nested();
        List<String> details = new ArrayList<>();
        component(step).ifPresent(details::add);
        nodes.put(
                id,
                new Node(
                        id,
                        shownPath,
                        scope.parent(),
                        nested.isPresent() ? Kind.GROUP : Kind.STEP,
                        label,
                        nested.isPresent() ? "pipeline" : subtitle(scope, step),
                        List.of(),
                        null));
        Map<String, Source> inner = new LinkedHashMap<>();
        Bindings.inputs(step.content()).forEach((name, value) -> {
            List<Source> sources = sources(scope, value);
            sources.forEach(source -> inner.putIfAbsent(name, source));
            if (nested.isEmpty()) {
                sources.forEach(source -> take(id, name, source, details));
            }
        });
        nodes.computeIfPresent(
                id,
                (same, node) ->
                        new Node(id, shownPath, node.parent(), node.kind(), label, node.subtitle(), details, null));
        nested.ifPresent(pipeline -> read(new Scope(
                id + "/",
                shownPath + "/",
                id,
                pipeline.steps(),
                inner,
                text(step.content(), "compute").orElse(scope.compute()))));
        step.content().path("outputs").properties().forEach(output -> outputs(scope, step, output));
    }

    private void take(String id, String name, Source source, List<String> details) {
        if (source instanceof Data data) {
            edge(data.node(), id, data.port(), name);
        } else if (source instanceof Value value) {
            details.add(name + " " + value.shown());
        }
    }

    private List<Source> sources(Scope scope, JsonNode value) {
        List<Source> sources = new ArrayList<>();
        for (Bindings.Binding binding : Bindings.in(value)) {
            if (binding instanceof Bindings.Input input) {
                sources.add(scope.inputs().getOrDefault(input.name(), new Value("\u2190 " + input.name())));
            } else if (binding instanceof Bindings.StepOutput output) {
                sources.add(new Data(producer(scope.path(), scope.steps(), output), output.output()));
            }
        }
        if (!sources.isEmpty()) {
            return sources;
        }
        if (Bindings.isData(value)) {
            String path = value.path("path").asText("");
            String type = value.path("type").asText("uri_folder");
            return List.of(path.isEmpty() ? new Value(": " + type) : data("data " + path, shorten(path), type));
        }
        JsonNode literal = value.isObject() ? value.path("value") : value;
        return literal.isValueNode() ? List.of(new Value("= " + literal.asText())) : List.of();
    }

    /** The step that really writes an output: one inside, when the output is that of a pipeline in the pipeline. */
    private static String producer(String path, List<PipelineStep> steps, Bindings.StepOutput wanted) {
        for (PipelineStep step : steps) {
            Optional<PipelineComponentSpec> nested =
                    step.name().equals(wanted.step()) ? step.nested() : Optional.empty();
            if (nested.isPresent()) {
                String inside = path + step.name() + "/";
                for (PipelineStep writer : nested.get().steps()) {
                    for (Map.Entry<String, JsonNode> output :
                            writer.content().path("outputs").properties()) {
                        if (Bindings.in(output.getValue()).contains(new Bindings.Output(wanted.output()))) {
                            return producer(
                                    inside,
                                    nested.get().steps(),
                                    new Bindings.StepOutput(writer.name(), output.getKey()));
                        }
                    }
                }
            }
        }
        return path + wanted.step();
    }

    private void outputs(Scope scope, PipelineStep step, Map.Entry<String, JsonNode> output) {
        String writer = producer(scope.path(), scope.steps(), new Bindings.StepOutput(step.name(), output.getKey()));
        for (Bindings.Binding binding : Bindings.in(output.getValue())) {
            if (binding instanceof Bindings.Output pipelineOutput && scope.parent() == null) {
                output(writer, output.getKey(), pipelineOutput.name(), "");
            }
        }
        String path = output.getValue().path("path").asText("");
        if (!path.isEmpty() && Bindings.in(output.getValue()).isEmpty()) {
            output(
                    writer,
                    output.getKey(),
                    shorten(path),
                    output.getValue().path("type").asText("uri_folder"));
        }
    }

    private void output(String writer, String port, String name, String subtitle) {
        String id = "output " + name;
        nodes.putIfAbsent(
                id,
                new Node(id, id, null, Kind.OUTPUT, name, subtitle.isEmpty() ? "output" : subtitle, List.of(), null));
        edge(writer, id, port, name);
    }

    private Data data(String id, String label, String subtitle) {
        nodes.putIfAbsent(id, new Node(id, id, null, Kind.INPUT, label, subtitle, List.of(), null));
        return new Data(id, label);
    }

    private void edge(String from, String to, String there, String here) {
        List<String> labels = edges.computeIfAbsent(List.of(from, to), ends -> new ArrayList<>());
        boolean named = nodes.containsKey(from) && nodes.get(from).kind() == Kind.INPUT;
        String label = named || there.equals(here) ? here : there + " \u2192 " + here;
        if (!labels.contains(label)) {
            labels.add(label);
        }
    }

    private static String subtitle(Scope scope, PipelineStep step) {
        ObjectNode content = step.content();
        StringBuilder subtitle = new StringBuilder(text(content, "type").orElse("command"));
        String compute = text(content, "compute").orElse(scope.compute()).replaceFirst("^azureml:", "");
        if (!compute.isEmpty() && !compute.contains("${{")) {
            subtitle.append(" on ").append(compute);
        }
        String nodes = content.path("resources").path("instance_count").asText("1");
        return nodes.equals("1") ? subtitle.toString() : subtitle + " \u00d7 " + nodes;
    }

    private static Optional<String> component(PipelineStep step) {
        ComponentUse use = step.component();
        if (use instanceof ComponentUse.Reference reference) {
            return Optional.of(shorten(reference.reference().toString().replaceFirst("^azureml:(?!/)", "")));
        }
        return use instanceof ComponentUse.Inline inline
                ? Optional.ofNullable(inline.component().name())
                        .filter(name -> !name.equals(step.name()))
                        .map(name -> "component " + name)
                : Optional.empty();
    }

    private static Optional<String> text(ObjectNode content, String key) {
        return Optional.ofNullable(CheckedSpec.text(content, key)).filter(text -> !text.isBlank());
    }

    /** The end of a path says more than its begin, which names a subscription or a host. */
    private static String shorten(String path) {
        String plain = path.replaceFirst("^azureml:(?!/)", "");
        if (plain.length() <= 34) {
            return plain;
        }
        return "\u2026" + plain.substring(plain.length() - 33);
    }
}
