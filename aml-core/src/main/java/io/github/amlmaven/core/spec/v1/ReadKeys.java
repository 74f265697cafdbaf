package io.github.amlmaven.core.spec.v1;

import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which keys of its files a conversion has read. What it never asked for has no place in its result, so that each such key
 * can be named: nothing that a file says vanishes.
 */
final class ReadKeys {

    private final Set<SpecNode> read = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<SpecNode> whole = Collections.newSetFromMap(new IdentityHashMap<>());
    private final IdentityHashMap<SpecNode, Set<String>> asked = new IdentityHashMap<>();
    private final Set<Location> named = new HashSet<>();
    private final Set<SpecNode> known = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<SpecNode> roots = new ArrayList<>();

    /**
     * A key that nothing asked for.
     *
     * @param path its keys from the top of its file, divided by dots
     * @param asked the keys that were asked for where it stands
     */
    record Unread(String path, Location where, SpecNode value, Set<String> asked) {

        String key() {
            return path.substring(path.lastIndexOf('.') + 1);
        }
    }

    /** A file that is converted. */
    void root(SpecDocument document) {
        if (document.root() instanceof SpecNode.Mapping root && known.add(root)) {
            roots.add(root);
        }
    }

    /** A mapping was asked for a key. */
    void asked(SpecNode.Mapping mapping, String key) {
        asked.computeIfAbsent(mapping, node -> new TreeSet<>()).add(key);
    }

    /** A value has been read; what lies below a mapping or a list has not. */
    void read(SpecNode value) {
        read.add(value);
    }

    /** A value has been read with all below it. */
    void whole(SpecNode value) {
        whole.add(value);
    }

    /** Something has been said of the value at a place: that it is wrong, or left out. */
    void named(Location where) {
        named.add(where);
    }

    /** All keys with a value that were neither read nor named; of a mapping that nothing was read of, the mapping alone. */
    List<Unread> unread() {
        List<Unread> unread = new ArrayList<>();
        roots.forEach(root -> walk("", root, unread));
        return unread;
    }

    private void walk(String path, SpecNode node, List<Unread> unread) {
        if (whole.contains(node)) {
            return;
        }
        if (node instanceof SpecNode.Sequence list) {
            list.items().forEach(item -> walk(path, item, unread));
            return;
        }
        if (!(node instanceof SpecNode.Mapping mapping)) {
            return;
        }
        mapping.entries().forEach((key, entry) -> {
            SpecNode value = entry.value();
            String here = path.isEmpty() ? key : path + "." + key;
            if (says(value) && !named.contains(value.location())) {
                if (touched(value)) {
                    walk(here, value, unread);
                } else {
                    unread.add(new Unread(here, entry.key().location(), value, asked.getOrDefault(mapping, Set.of())));
                }
            }
        });
    }

    private boolean touched(SpecNode node) {
        if (read.contains(node) || whole.contains(node) || named.contains(node.location())) {
            return true;
        }
        if (node instanceof SpecNode.Mapping mapping) {
            return mapping.entries().values().stream().anyMatch(entry -> touched(entry.value()));
        }
        return node instanceof SpecNode.Sequence list && list.items().stream().anyMatch(this::touched);
    }

    /** The first API's serialisers write every key: null and what is empty say nothing. */
    private static boolean says(SpecNode node) {
        if (node instanceof SpecNode.Mapping mapping) {
            return mapping.entries().values().stream().anyMatch(entry -> says(entry.value()));
        }
        return node instanceof SpecNode.Sequence list
                ? !list.items().isEmpty()
                : node instanceof SpecNode.Scalar scalar
                        && !scalar.isNull()
                        && !scalar.text().isBlank();
    }
}
