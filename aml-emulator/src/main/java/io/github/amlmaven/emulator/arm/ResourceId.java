package io.github.amlmaven.emulator.arm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An ARM resource id. Two ids that differ only in case name the same resource: {@link #key()} is the form to store under,
 * {@link #toString()} the one to show.
 */
public record ResourceId(String value) {

    public ResourceId {
        if (!value.startsWith("/")) {
            throw new IllegalArgumentException("not an ARM id: " + value);
        }
    }

    /** Lower case, for storing and comparing. */
    public String key() {
        return value.toLowerCase(Locale.ROOT);
    }

    /** The last segment. */
    public String name() {
        return value.substring(value.lastIndexOf('/') + 1);
    }

    public ResourceId child(String type, String name) {
        return new ResourceId(value + "/" + type + "/" + name);
    }

    /** The value after a segment: {@code segment("workspaces")} is the workspace's name; empty when absent. */
    public String segment(String type) {
        List<String> segments = new ArrayList<>(List.of(value.substring(1).split("/")));
        for (int i = 0; i + 1 < segments.size(); i++) {
            if (segments.get(i).equalsIgnoreCase(type)) {
                return segments.get(i + 1);
            }
        }
        return "";
    }

    @Override
    public String toString() {
        return value;
    }
}
