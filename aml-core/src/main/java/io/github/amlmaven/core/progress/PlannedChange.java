package io.github.amlmaven.core.progress;

import java.util.List;

/**
 * What a goal would do to one resource.
 *
 * @param resource its id: an ARM id, or {@code kind/name} in a cluster
 * @param action what would be done
 * @param state SHA-256 of what is there now, empty when nothing is; another state means that somebody has changed it
 * @param fields what would be different, by JSON pointer (RFC 6901); holds no secret
 */
public record PlannedChange(String resource, Action action, String state, List<Field> fields) {

    /** What would be done to a resource. */
    public enum Action {
        CREATE,
        UPDATE,
        /** Deleted and created again. */
        REPLACE,
        DELETE,
        /** It is as it should be. */
        KEEP
    }

    /**
     * One field.
     *
     * @param before as JSON, empty when there is none
     * @param after as JSON, empty when it would be taken away
     */
    public record Field(String path, String before, String after) {

        /** As a line of a diff. */
        public String line() {
            if (before.isEmpty()) {
                return "+ " + path + "  " + after;
            }
            return after.isEmpty() ? "- " + path + "  " + before : "~ " + path + "  " + before + " -> " + after;
        }
    }

    public PlannedChange {
        fields = List.copyOf(fields);
    }

    /** The resource without what all of a workspace have in common. */
    public String shortName() {
        int workspace = resource.indexOf("/workspaces/");
        int inner = workspace < 0 ? -1 : resource.indexOf('/', workspace + "/workspaces/".length());
        return inner < 0 ? resource : resource.substring(inner + 1);
    }
}
