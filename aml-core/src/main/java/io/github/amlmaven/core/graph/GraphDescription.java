package io.github.amlmaven.core.graph;

import io.github.amlmaven.core.graph.PipelineGraph.Kind;
import java.util.ArrayList;
import java.util.List;

/** A graph in words, for those to whom it is read. */
final class GraphDescription {

    private GraphDescription() {}

    static String of(PipelineGraph graph) {
        List<String> sentences = new ArrayList<>();
        int steps = (int)
                graph.steps().stream().filter(node -> node.kind() == Kind.STEP).count();
        sentences.add(steps == 1 ? "One step." : steps + " steps.");
        graph.parameters()
                .forEach((name, value) ->
                        sentences.add("Parameter " + name + (value.isEmpty() ? "." : ", by default " + value + ".")));
        graph.nodes().stream()
                .filter(node -> node.kind() == Kind.STEP)
                .forEach(node -> sentences.add(of(node) + "." + takes(graph, node) + gives(graph, node)));
        return String.join(" ", sentences);
    }

    static String of(PipelineGraph.Node node) {
        String what = switch (node.kind()) {
            case STEP -> "Step ";
            case GROUP -> "Pipeline ";
            case INPUT -> "Data ";
            case OUTPUT -> "Output ";
        };
        List<String> parts = new ArrayList<>();
        parts.add(what + (node.id().contains("/") && node.kind() == Kind.STEP ? node.shownPath() : node.label()));
        parts.add(node.subtitle());
        parts.addAll(node.details());
        if (node.state() != null) {
            parts.add(NodeText.state(node.state()));
        }
        return String.join(", ", parts);
    }

    private static String takes(PipelineGraph graph, PipelineGraph.Node node) {
        List<String> sources = graph.edges().stream()
                .filter(edge -> edge.to().equals(node.id()))
                .map(edge -> name(graph, edge.from()))
                .toList();
        return sources.isEmpty() ? "" : " Takes data from " + String.join(", ", sources) + ".";
    }

    private static String gives(PipelineGraph graph, PipelineGraph.Node node) {
        List<String> outputs = graph.edges().stream()
                .filter(edge -> edge.from().equals(node.id()) && edge.to().startsWith("output "))
                .map(edge -> name(graph, edge.to()))
                .toList();
        return outputs.isEmpty() ? "" : " Writes " + String.join(", ", outputs) + ".";
    }

    private static String name(PipelineGraph graph, String id) {
        return graph.nodes().stream()
                .filter(node -> node.id().equals(id))
                .map(node -> node.kind() == Kind.STEP ? node.shownPath() : node.label())
                .findFirst()
                .orElse(id);
    }
}
