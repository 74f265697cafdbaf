package io.github.amlmaven.core.graph;

import io.github.amlmaven.core.graph.PipelineGraph.Kind;
import io.github.amlmaven.core.graph.PlacedGraph.PlacedEdge;
import io.github.amlmaven.core.graph.PlacedGraph.PlacedNode;
import io.github.amlmaven.core.graph.PlacedGraph.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.alg.layered.options.NodePlacementStrategy;
import org.eclipse.elk.core.RecursiveGraphLayoutEngine;
import org.eclipse.elk.core.math.ElkPadding;
import org.eclipse.elk.core.math.KVector;
import org.eclipse.elk.core.options.CoreOptions;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.options.EdgeLabelPlacement;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.options.HierarchyHandling;
import org.eclipse.elk.core.options.SizeConstraint;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkLabel;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.util.ElkGraphUtil;

/** Lays a graph out in layers from top to bottom, with the Eclipse Layout Kernel. The same graph gets the same layout. */
final class GraphLayout {

    private static final double LABEL = 10.5;
    static final double LABEL_LINE = 13;
    /** Inside a group: room for its title. */
    private static final ElkPadding GROUP = new ElkPadding(52, 18, 18, 18);

    private final PipelineGraph graph;
    private final ElkNode root = ElkGraphUtil.createGraph();
    private final Map<String, ElkNode> nodes = new LinkedHashMap<>();
    private final Map<PipelineGraph.Edge, ElkEdge> edges = new LinkedHashMap<>();

    private GraphLayout(PipelineGraph graph) {
        this.graph = graph;
    }

    static PlacedGraph of(PipelineGraph graph) {
        GraphLayout layout = new GraphLayout(graph);
        layout.build();
        new RecursiveGraphLayoutEngine().layout(layout.root, new BasicProgressMonitor());
        return layout.placed();
    }

    private void build() {
        root.setProperty(CoreOptions.ALGORITHM, LayeredOptions.ALGORITHM_ID);
        root.setProperty(CoreOptions.DIRECTION, Direction.DOWN);
        root.setProperty(CoreOptions.RANDOM_SEED, 1);
        root.setProperty(CoreOptions.EDGE_ROUTING, EdgeRouting.ORTHOGONAL);
        root.setProperty(CoreOptions.HIERARCHY_HANDLING, HierarchyHandling.INCLUDE_CHILDREN);
        root.setProperty(LayeredOptions.NODE_PLACEMENT_STRATEGY, NodePlacementStrategy.NETWORK_SIMPLEX);
        root.setProperty(CoreOptions.PADDING, new ElkPadding(4));
        spacing(root);
        graph.nodes().forEach(this::node);
        graph.edges().forEach(this::edge);
    }

    private static void spacing(ElkNode group) {
        group.setProperty(CoreOptions.SPACING_NODE_NODE, 28.0);
        group.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, 26.0);
        group.setProperty(CoreOptions.SPACING_EDGE_NODE, 14.0);
        group.setProperty(LayeredOptions.SPACING_EDGE_NODE_BETWEEN_LAYERS, 14.0);
        group.setProperty(CoreOptions.SPACING_EDGE_EDGE, 10.0);
        group.setProperty(LayeredOptions.SPACING_EDGE_EDGE_BETWEEN_LAYERS, 10.0);
        group.setProperty(CoreOptions.SPACING_EDGE_LABEL, 3.0);
    }

    private void node(PipelineGraph.Node node) {
        ElkNode parent = node.parent() == null ? root : nodes.getOrDefault(node.parent(), root);
        ElkNode placed = ElkGraphUtil.createNode(parent);
        if (node.kind() == Kind.GROUP) {
            placed.setProperty(CoreOptions.PADDING, GROUP);
            placed.setProperty(CoreOptions.NODE_SIZE_CONSTRAINTS, SizeConstraint.minimumSize());
            placed.setProperty(CoreOptions.NODE_SIZE_MINIMUM, new KVector(NodeText.width(node), 80));
            spacing(placed);
        } else {
            placed.setDimensions(NodeText.width(node), NodeText.height(node));
        }
        nodes.put(node.id(), placed);
    }

    private void edge(PipelineGraph.Edge edge) {
        ElkNode from = nodes.get(edge.from());
        ElkNode to = nodes.get(edge.to());
        if (from == null || to == null) {
            return;
        }
        ElkEdge line = ElkGraphUtil.createSimpleEdge(from, to);
        ElkLabel label = ElkGraphUtil.createLabel(String.join("\n", edge.labels()), line);
        double width = edge.labels().stream()
                .mapToDouble(text -> TextSize.width(text, LABEL))
                .max()
                .orElse(0);
        label.setDimensions(Math.ceil(width) + 4, edge.labels().size() * LABEL_LINE);
        label.setProperty(CoreOptions.EDGE_LABELS_PLACEMENT, EdgeLabelPlacement.CENTER);
        edges.put(edge, line);
    }

    private PlacedGraph placed() {
        List<PlacedNode> boxes = new ArrayList<>();
        for (PipelineGraph.Node node : graph.nodes()) {
            ElkNode box = nodes.get(node.id());
            if (box != null) {
                Point origin = origin(box.getParent());
                boxes.add(new PlacedNode(
                        node, origin.x() + box.getX(), origin.y() + box.getY(), box.getWidth(), box.getHeight()));
            }
        }
        List<PlacedEdge> lines = new ArrayList<>();
        edges.forEach((edge, line) -> lines.add(placed(edge, line)));
        return new PlacedGraph(graph, root.getWidth(), root.getHeight(), boxes, lines);
    }

    private static PlacedEdge placed(PipelineGraph.Edge edge, ElkEdge line) {
        Point origin = origin(line.getContainingNode());
        List<Point> points = new ArrayList<>();
        for (ElkEdgeSection section : line.getSections()) {
            points.add(moved(origin, section.getStartX(), section.getStartY()));
            section.getBendPoints().forEach(bend -> points.add(moved(origin, bend.getX(), bend.getY())));
            points.add(moved(origin, section.getEndX(), section.getEndY()));
        }
        ElkLabel label = line.getLabels().get(0);
        return new PlacedEdge(edge, points, origin.x() + label.getX(), origin.y() + label.getY(), label.getWidth());
    }

    private static Point moved(Point origin, double x, double y) {
        return new Point(origin.x() + x, origin.y() + y);
    }

    /** Where a group begins: places in it are told from there. */
    private static Point origin(ElkNode group) {
        double x = 0;
        double y = 0;
        for (ElkNode node = group; node != null && node.getParent() != null; node = node.getParent()) {
            x += node.getX();
            y += node.getY();
        }
        return new Point(x, y);
    }
}
