package io.github.amlmaven.core.graph;

import io.github.amlmaven.core.graph.PipelineGraph.Kind;
import io.github.amlmaven.core.graph.PlacedGraph.PlacedEdge;
import io.github.amlmaven.core.graph.PlacedGraph.PlacedNode;
import io.github.amlmaven.core.graph.PlacedGraph.Point;
import io.github.amlmaven.core.progress.StepState;
import java.util.List;
import java.util.Locale;

/**
 * Writes a placed graph as SVG: no script, no external font or image, dark text on light ground (contrast above 7:1), and
 * title and description for those who do not see it.
 */
final class GraphSvg {

    private static final double MARGIN = 20;
    private static final double NARROWEST = 360;
    private static final String STYLE = """
            <style>
            text{font-family:"Segoe UI","Helvetica Neue",Arial,"DejaVu Sans",sans-serif;fill:#1b1f24}
            .t{font-size:14px;font-weight:600}.s{font-size:11.5px;fill:#3d444d}.e{font-size:10.5px;fill:#3d444d}
            .h{font-size:18px;font-weight:600}.w{font-size:11.5px;font-weight:600}
            .line{fill:none;stroke:#59636e;stroke-width:1.4}
            .halo{paint-order:stroke;stroke:#fff;stroke-opacity:.85;stroke-width:4px;stroke-linejoin:round}
            </style>
            """;

    private final PlacedGraph placed;
    private final double width;
    private final StringBuilder svg = new StringBuilder();

    private GraphSvg(PlacedGraph placed) {
        this.placed = placed;
        this.width = Math.max(
                Math.max(NARROWEST, placed.width()),
                Math.min(700, TextSize.width(placed.graph().title(), 18 * TextSize.BOLD)));
    }

    static String of(PlacedGraph placed) {
        return new GraphSvg(placed).write();
    }

    private String write() {
        PipelineGraph graph = placed.graph();
        List<String> pieces = graph.parameters().entrySet().stream()
                .map(entry -> entry.getKey()
                        + (entry.getValue().isEmpty() ? "" : " = " + TextSize.fit(entry.getValue(), 11.5, 220)))
                .toList();
        List<String> parameters = TextSize.lines(pieces, "  \u00b7  ", 11.5, width - 90);
        double top = MARGIN + 32 + (parameters.isEmpty() ? 0 : 6 + parameters.size() * NodeText.LINE);
        double across = width + 2 * MARGIN;
        double down = top + placed.height() + MARGIN;
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\" viewBox=\"0 0 %s %s\""
                .formatted(number(across), number(down), number(across), number(down)));
        svg.append(" role=\"img\" aria-labelledby=\"graph-title graph-description\">\n");
        svg.append("<title id=\"graph-title\">").append(escape(graph.title())).append("</title>\n");
        svg.append("<desc id=\"graph-description\">")
                .append(escape(GraphDescription.of(graph)))
                .append("</desc>\n");
        svg.append(STYLE);
        svg.append("<defs><marker id=\"graph-arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\""
                + " markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#59636e\"/></marker></defs>\n");
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        text("h", MARGIN, MARGIN + 16, TextSize.fit(graph.title(), 18 * TextSize.BOLD, width));
        for (int line = 0; line < parameters.size(); line++) {
            double y = MARGIN + 40 + line * NodeText.LINE;
            if (line == 0) {
                text("w", MARGIN, y, "Parameters");
            }
            text("s", MARGIN + 80, y, parameters.get(line));
        }
        double left = MARGIN + (width - placed.width()) / 2;
        svg.append("<g transform=\"translate(%s %s)\">\n".formatted(number(left), number(top)));
        List<PlacedNode> groups = placed.nodes().stream()
                .filter(node -> node.node().kind() == Kind.GROUP)
                .toList();
        groups.forEach(this::box);
        placed.edges().forEach(this::line);
        placed.nodes().stream().filter(node -> node.node().kind() != Kind.GROUP).forEach(this::box);
        groups.forEach(this::groupTitle);
        placed.edges().forEach(this::labels);
        return svg.append("</g>\n</svg>\n").toString();
    }

    private void box(PlacedNode placed) {
        PipelineGraph.Node node = placed.node();
        StateColour colour = StateColour.of(node);
        double radius = node.kind() == Kind.INPUT || node.kind() == Kind.OUTPUT ? 18 : 6;
        svg.append("<g><title>").append(escape(GraphDescription.of(node))).append("</title>");
        svg.append(
                "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"%s\" fill=\"%s\" stroke=\"%s\" stroke-width=\"%s\"%s/>"
                        .formatted(
                                number(placed.x()),
                                number(placed.y()),
                                number(placed.width()),
                                number(placed.height()),
                                number(radius),
                                colour.fill(),
                                colour.stroke(),
                                node.state() == null ? "1.2" : "2",
                                node.kind() == Kind.GROUP ? " stroke-dasharray=\"5 3\"" : ""));
        if (node.kind() != Kind.GROUP) {
            content(placed, colour);
        }
        svg.append("</g>\n");
    }

    private void content(PlacedNode placed, StateColour colour) {
        PipelineGraph.Node node = placed.node();
        double room = placed.width() - 2 * NodeText.PADDING;
        double x = placed.x() + NodeText.PADDING;
        double y = placed.y() + NodeText.PADDING + NodeText.TITLE - 2;
        text("t", x, y, TextSize.fit(node.label(), NodeText.TITLE * TextSize.BOLD, room));
        y += 2;
        for (String line : NodeText.lines(node)) {
            y += NodeText.LINE;
            text("s", x, y, TextSize.fit(line, NodeText.SMALL, room));
        }
        StepState state = node.state();
        if (state != null) {
            y += NodeText.LINE + 4;
            svg.append("<circle cx=\"%s\" cy=\"%s\" r=\"4.5\" fill=\"%s\"/>"
                    .formatted(number(x + 5), number(y - 4), colour.stroke()));
            text("w", x + 16, y, TextSize.fit(NodeText.state(state), NodeText.SMALL * TextSize.BOLD, room - 16));
        }
    }

    /** After the lines, some of which go through it. */
    private void groupTitle(PlacedNode placed) {
        double room = placed.width() - 2 * NodeText.PADDING;
        double x = placed.x() + NodeText.PADDING;
        double y = placed.y() + NodeText.PADDING + NodeText.TITLE - 2;
        text("t halo", x, y, TextSize.fit(placed.node().label(), NodeText.TITLE * TextSize.BOLD, room));
        text("s halo", x, y + NodeText.LINE + 2, TextSize.fit(groupLine(placed.node()), NodeText.SMALL, room));
    }

    private static String groupLine(PipelineGraph.Node node) {
        return node.subtitle() + (node.state() == null ? "" : ": " + NodeText.state(node.state()));
    }

    private void line(PlacedEdge edge) {
        if (edge.points().isEmpty()) {
            return;
        }
        svg.append("<path class=\"line\" d=\"")
                .append(rounded(edge.points()))
                .append("\" marker-end=\"url(#graph-arrow)\"/>\n");
    }

    /** Corners with a radius: where two lines meet it is seen which goes where. */
    private static String rounded(List<Point> points) {
        StringBuilder path = new StringBuilder("M" + at(points.get(0)));
        for (int index = 1; index < points.size() - 1; index++) {
            Point corner = points.get(index);
            Point before = towards(corner, points.get(index - 1));
            Point after = towards(corner, points.get(index + 1));
            path.append("L")
                    .append(at(before))
                    .append("Q")
                    .append(at(corner))
                    .append(" ")
                    .append(at(after));
        }
        return path.append("L").append(at(points.get(points.size() - 1))).toString();
    }

    private static Point towards(Point from, Point to) {
        double distance = Math.hypot(to.x() - from.x(), to.y() - from.y());
        double part = distance == 0 ? 0 : Math.min(6, distance / 2) / distance;
        return new Point(from.x() + (to.x() - from.x()) * part, from.y() + (to.y() - from.y()) * part);
    }

    private static String at(Point point) {
        return number(point.x()) + " " + number(point.y());
    }

    private void labels(PlacedEdge edge) {
        double y = edge.labelY() - 3;
        for (String label : edge.edge().labels()) {
            y += GraphLayout.LABEL_LINE;
            text("e halo", edge.labelX() + 2, y, label);
        }
    }

    private void text(String style, double x, double y, String text) {
        svg.append("<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>\n"
                .formatted(style, number(x), number(y), escape(text)));
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    /** Characters that XML 1.0 does not know are left out: one of them makes the whole picture unreadable. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints()
                .filter(GraphSvg::isKnownToXml)
                .forEach(letter -> escaped.append(
                        switch (letter) {
                            case '<' -> "&lt;";
                            case '>' -> "&gt;";
                            case '&' -> "&amp;";
                            case '"' -> "&quot;";
                            default -> Character.toString(letter);
                        }));
        return escaped.toString();
    }

    private static boolean isKnownToXml(int letter) {
        if (letter < 0x20) {
            return letter == '\t' || letter == '\n';
        }
        return letter < 0xD800 || (letter > 0xDFFF && letter != 0xFFFE && letter != 0xFFFF);
    }
}
