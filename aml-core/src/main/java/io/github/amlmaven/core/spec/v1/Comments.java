package io.github.amlmaven.core.spec.v1;

import io.github.amlmaven.core.error.Location;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Comments of a YAML file that is to be written, each by the JSON pointer of the key that it stands above. */
public final class Comments {

    /**
     * One of them.
     *
     * @param pointer the key that it stands above; empty when it is about no key of the result
     * @param where the place in the file of the first API that it is about
     */
    public record Choice(String pointer, Location where, String comment) {}

    private final Map<String, List<Choice>> lines = new LinkedHashMap<>();

    /** The pointer of a key below another. */
    public static String pointer(String parent, String key) {
        return parent + "/" + key.replace("~", "~0").replace("/", "~1");
    }

    void add(String pointer, Location where, String comment) {
        List<Choice> there = lines.computeIfAbsent(pointer, key -> new ArrayList<>());
        if (there.stream().noneMatch(known -> known.comment().equals(comment))) {
            there.add(new Choice(pointer, where, comment));
        }
    }

    /** What is written above a key; empty for most. */
    public List<String> above(String pointer) {
        return at(pointer).stream().map(Choice::comment).toList();
    }

    List<Choice> at(String pointer) {
        return lines.getOrDefault(pointer, List.of());
    }

    /** All that is said, in the order of saying. */
    public List<Choice> choices() {
        return lines.values().stream().flatMap(List::stream).toList();
    }

    /** The comments on what lies below a key, for a file that holds only that. */
    public Comments below(String pointer) {
        Comments below = new Comments();
        lines.forEach((key, choices) -> {
            if (key.startsWith(pointer + "/")) {
                choices.forEach(choice -> below.add(key.substring(pointer.length()), choice.where(), choice.comment()));
            }
        });
        return below;
    }

    /** The comments without those on what lies below a key. */
    public Comments without(String pointer) {
        Comments without = new Comments();
        choices().stream()
                .filter(choice -> !choice.pointer().startsWith(pointer + "/"))
                .forEach(choice -> without.add(choice.pointer(), choice.where(), choice.comment()));
        return without;
    }

    /** Moves the comments on a key, and on what lies below it, to another. */
    void move(String from, String to) {
        List<Choice> moved = choices().stream()
                .filter(choice ->
                        choice.pointer().equals(from) || choice.pointer().startsWith(from + "/"))
                .toList();
        moved.forEach(choice -> {
            lines.remove(choice.pointer());
            add(to + choice.pointer().substring(from.length()), choice.where(), choice.comment());
        });
    }

    /** Whether nothing is said. */
    public boolean isEmpty() {
        return lines.isEmpty();
    }
}
