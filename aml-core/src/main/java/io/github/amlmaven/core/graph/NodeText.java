package io.github.amlmaven.core.graph;

import io.github.amlmaven.core.progress.StepState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What stands in a node's box, line by line, and so how large the box is. */
final class NodeText {

    static final double TITLE = 14;
    static final double SMALL = 11.5;
    static final double LINE = 16;
    static final double PADDING = 10;

    private static final double NARROWEST = 130;
    private static final double WIDEST = 290;
    private static final int MOST_DETAILS = 5;

    private NodeText() {}

    /** The lines below the title. */
    static List<String> lines(PipelineGraph.Node node) {
        List<String> lines = new ArrayList<>();
        lines.add(node.subtitle());
        List<String> details = node.details();
        boolean all = details.size() <= MOST_DETAILS;
        lines.addAll(all ? details : details.subList(0, MOST_DETAILS - 1));
        if (!all) {
            lines.add("and " + (details.size() - MOST_DETAILS + 1) + " more");
        }
        return lines;
    }

    /** The state in words: a colour alone does not reach everybody. */
    static String state(StepState state) {
        String time = state.elapsed().isZero()
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", %d:%02d",
                        state.elapsed().toMinutes(),
                        state.elapsed().toSecondsPart());
        return state.state() + (state.reused() ? " (reused)" : time);
    }

    static double width(PipelineGraph.Node node) {
        double text = TextSize.width(node.label(), TITLE * TextSize.BOLD);
        for (String line : lines(node)) {
            text = Math.max(text, TextSize.width(line, SMALL));
        }
        if (node.state() != null) {
            text = Math.max(text, TextSize.width(state(node.state()), SMALL * TextSize.BOLD) + 16);
        }
        return Math.ceil(Math.min(WIDEST, Math.max(NARROWEST, text + 2 * PADDING)));
    }

    static double height(PipelineGraph.Node node) {
        return 2 * PADDING + TITLE + 3 + lines(node).size() * LINE + (node.state() == null ? 0 : LINE + 4);
    }
}
