package io.github.amlmaven.core.graph;

import java.util.List;

/** A graph with a place for everything. Units are pixels, from the upper left corner. */
record PlacedGraph(PipelineGraph graph, double width, double height, List<PlacedNode> nodes, List<PlacedEdge> edges) {

    /** A node's rectangle. */
    record PlacedNode(PipelineGraph.Node node, double x, double y, double width, double height) {}

    /** An edge's corners, its ends included, and where its labels are. */
    record PlacedEdge(PipelineGraph.Edge edge, List<Point> points, double labelX, double labelY, double labelWidth) {}

    /** A point. */
    record Point(double x, double y) {}
}
