package io.github.amlmaven.core.spec.v1;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Comments of a YAML file that is to be written, each by the JSON pointer of the key that it stands above. */
public final class Comments {

    private final Map<String, List<String>> lines = new LinkedHashMap<>();

    /** The pointer of a key below another. */
    public static String pointer(String parent, String key) {
        return parent + "/" + key.replace("~", "~0").replace("/", "~1");
    }

    void add(String pointer, String comment) {
        List<String> there = lines.computeIfAbsent(pointer, key -> new ArrayList<>());
        if (!there.contains(comment)) {
            there.add(comment);
        }
    }

    /** What is written above a key; empty for most. */
    public List<String> above(String pointer) {
        return lines.getOrDefault(pointer, List.of());
    }

    /** The comments on what lies below a key, for a file that holds only that. */
    public Comments below(String pointer) {
        Comments below = new Comments();
        lines.forEach((key, comments) -> {
            if (key.startsWith(pointer + "/")) {
                comments.forEach(comment -> below.add(key.substring(pointer.length()), comment));
            }
        });
        return below;
    }

    /** Moves the comments on a key, and on what lies below it, to another. */
    void move(String from, String to) {
        Map<String, List<String>> moved = new LinkedHashMap<>();
        lines.forEach((key, comments) -> {
            if (key.equals(from) || key.startsWith(from + "/")) {
                moved.put(key, comments);
            }
        });
        moved.forEach((key, comments) -> {
            lines.remove(key);
            comments.forEach(comment -> add(to + key.substring(from.length()), comment));
        });
    }

    /** Whether nothing is said. */
    public boolean isEmpty() {
        return lines.isEmpty();
    }
}
