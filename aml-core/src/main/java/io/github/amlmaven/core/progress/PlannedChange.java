package io.github.amlmaven.core.progress;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a goal would do to one resource. Places in it are JSON pointers (RFC 6901) in which an element of a list of named things
 * goes by its name: {@code /properties/containers/scorer/image}.
 *
 * @param resource its id: an ARM id, or {@code kind/name} in a cluster
 * @param action what would be done
 * @param seen what is there now of what is wanted, value by value as JSON, without secrets and without what changes by itself;
 *     empty when the resource is not there
 * @param fields what would be different; holds no secret
 * @param secrets what only fingerprints may be kept of: secrets, and all that is there. Anything else of it there later means that
 *     somebody has changed the resource
 */
public record PlannedChange(
        String resource, Action action, Map<String, String> seen, List<Field> fields, PlannedSecrets secrets) {

    /** What would be done to a resource. */
    public enum Action {
        CREATE("create", "would be created"),
        UPDATE("update", "would be updated"),
        /** Deleted and created again. */
        REPLACE("replace (delete, then create)", "would be replaced: deleted, then created"),
        DELETE("delete", "would be deleted"),
        /** It is as it should be. */
        KEEP("keep", "is as it should be");

        private final String words;
        private final String outlook;

        Action(String words, String outlook) {
            this.words = words;
            this.outlook = outlook;
        }

        /** As the end of a sentence about the resource. */
        public String outlook() {
            return outlook;
        }

        /** As users read it. */
        public String words() {
            return words;
        }
    }

    /**
     * One field.
     *
     * @param before as JSON, empty when there is none
     * @param after as JSON, empty when it would be taken away
     * @param note what else is to be said of it; empty for nothing
     */
    public record Field(String path, String before, String after, String note) {

        /** Stands for a secret, whatever it is. */
        public static final String SECRET = "(secret)";

        private static final String CHANGES = SECRET + " changes";
        private static final String UNKNOWN =
                SECRET + " is written; whether it changes cannot be known, since the service never tells it";

        /** The note of a field that cannot be changed in place. */
        public static final String FORCES_REPLACEMENT = "forces the replacement";

        public Field(String path, String before, String after) {
            this(path, before, after, "");
        }

        /** A secret where there was none. */
        public static Field secretAdded(String path) {
            return new Field(path, "", SECRET);
        }

        /** Another secret than the one that is there. */
        public static Field secretChanged(String path) {
            return new Field(path, SECRET, CHANGES);
        }

        /** A secret where there is one that cannot be read. */
        public static Field secretUnknown(String path) {
            return new Field(path, SECRET, UNKNOWN);
        }

        /** A secret that would be taken away. */
        public static Field secretRemoved(String path) {
            return new Field(path, SECRET, "");
        }

        /** The same field with something said of it. */
        public Field noted(String words) {
            return new Field(path, before, after, words);
        }

        /** As a line of a diff. */
        public String line() {
            return sign() + " " + path + "  " + change() + (note.isEmpty() ? "" : "  (" + note + ")");
        }

        private String sign() {
            return before.isEmpty() ? "+" : after.isEmpty() ? "-" : "~";
        }

        /** What becomes of it: {@code 1 -> 2}. */
        public String change() {
            if (before.isEmpty()) {
                return after;
            }
            // What is said of a secret is a sentence about both.
            boolean sentence = before.equals(SECRET) && after.startsWith(SECRET + " ");
            return after.isEmpty() ? before : sentence ? after : before + " -> " + after;
        }
    }

    public PlannedChange {
        seen = Collections.unmodifiableMap(new TreeMap<>(seen));
        fields = List.copyOf(fields);
    }

    /** Whether the resource is there now. */
    public boolean exists() {
        return !seen.isEmpty();
    }

    /** The same with other secrets, or with the same ones in another form. */
    public PlannedChange with(PlannedSecrets others) {
        return new PlannedChange(resource, action, seen, fields, others);
    }

    /** What is done to what: {@code update onlineEndpoints/wine}. */
    public String headline() {
        return action.words() + " " + shortName();
    }

    /** The resource without what all of a workspace have in common. */
    public String shortName() {
        int workspace = resource.indexOf("/workspaces/");
        int inner = workspace < 0 ? -1 : resource.indexOf('/', workspace + "/workspaces/".length());
        return inner < 0 ? resource : resource.substring(inner + 1);
    }
}
