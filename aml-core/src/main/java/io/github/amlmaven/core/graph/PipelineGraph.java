package io.github.amlmaven.core.graph;

import io.github.amlmaven.core.progress.StepState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline as it is drawn.
 *
 * @param parameters inputs that are values, with what they are by default; they are listed, not linked
 * @param nodes an enclosing one before what it encloses
 */
public record PipelineGraph(String title, Map<String, String> parameters, List<Node> nodes, List<Edge> edges) {

    public PipelineGraph {
        parameters = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(parameters));
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
    }

    /** What a node stands for. */
    public enum Kind {
        /** Something that runs. */
        STEP,
        /** A pipeline that is a step of another. */
        GROUP,
        /** Data that is there before. */
        INPUT,
        /** Data that is there afterwards. */
        OUTPUT
    }

    /**
     * A node.
     *
     * @param id unique in the graph; the path of a step: {@code prepare/clean}
     * @param shownPath as the workspace calls the step: the path made of display names
     * @param parent the group around it; null at the top
     * @param label its name for people
     * @param subtitle what it is and where it runs
     * @param details further lines
     */
    public record Node(
            String id,
            String shownPath,
            @Nullable String parent,
            Kind kind,
            String label,
            String subtitle,
            List<String> details,
            @Nullable StepState state) {

        public Node {
            details = List.copyOf(details);
        }

        Node standing(@Nullable StepState now) {
            return new Node(id, shownPath, parent, kind, label, subtitle, details, now);
        }
    }

    /**
     * Data that goes from one node to another.
     *
     * @param labels what it is called: {@code model}, or {@code model -> scored_by} when the two ends call it differently
     */
    public record Edge(String from, String to, List<String> labels) {

        public Edge {
            labels = List.copyOf(labels);
        }
    }

    /** The steps, without what is in them or around them. */
    List<Node> steps() {
        return nodes.stream()
                .filter(node -> node.kind() == Kind.STEP || node.kind() == Kind.GROUP)
                .toList();
    }

    /**
     * The same with how its steps stand. States of another pipeline say nothing: only when its steps at the top are this
     * one's they are taken.
     */
    PipelineGraph standing(Map<String, StepState> states) {
        boolean same = !states.isEmpty()
                && states.values().stream()
                        .filter(state -> state.depth() == 0)
                        .allMatch(state -> steps().stream().anyMatch(node -> matches(node, state.path())));
        if (!same) {
            return this;
        }
        return new PipelineGraph(
                title,
                parameters,
                nodes.stream()
                        .map(node -> node.standing(states.values().stream()
                                .filter(state -> matches(node, state.path()))
                                .findFirst()
                                .orElse(null)))
                        .toList(),
                edges);
    }

    private static boolean matches(Node node, String path) {
        return node.shownPath().equals(path) || node.id().equals(path);
    }
}
