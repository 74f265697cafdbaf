package io.github.amlmaven.core.graph;

import java.util.Locale;

/** The colours of a node. Text on each fill has a contrast above 7:1, each border one above 3:1 to its fill and to white. */
record StateColour(String fill, String stroke) {

    static StateColour of(PipelineGraph.Node node) {
        if (node.state() != null) {
            return node.state().reused()
                    ? new StateColour("#e6f4f1", "#0f766e")
                    : of(node.state().state());
        }
        return switch (node.kind()) {
            case STEP -> new StateColour("#f6f8fa", "#57606a");
            case GROUP -> new StateColour("#fcfcfd", "#6e7781");
            case INPUT -> new StateColour("#eaf2fd", "#2f6db5");
            case OUTPUT -> new StateColour("#f4edfc", "#7a4fb5");
        };
    }

    private static StateColour of(String state) {
        return switch (state.toLowerCase(Locale.ROOT)) {
            case "completed", "finished" -> new StateColour("#e7f6ea", "#1a7f37");
            case "failed", "notresponding" -> new StateColour("#fdebec", "#c11f2d");
            case "canceled", "cancelrequested", "bypassed" -> new StateColour("#fff4e0", "#9a6200");
            case "running", "finalizing", "preparing", "provisioning", "starting" ->
                new StateColour("#e6f1ff", "#0b63c4");
            default -> new StateColour("#f6f8fa", "#57606a");
        };
    }
}
