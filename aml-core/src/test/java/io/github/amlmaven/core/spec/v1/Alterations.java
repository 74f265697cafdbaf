package io.github.amlmaven.core.spec.v1;

import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The keys of a file, and the same file with another value at one of them; all places stay as they are. */
final class Alterations {

    /** Values of which each key of the first API takes at least one, and with another meaning than it has. */
    private static final List<String> VALUES = List.of(
            "zz",
            "1",
            "7",
            "true",
            "false",
            "mount",
            "download",
            "upload",
            "PySpark",
            "Python",
            "PyTorch",
            "OpenMpi",
            "Gloo",
            "None",
            "local",
            "amlcompute",
            "spark-py",
            "append_row",
            "summary_only",
            "AKS",
            "ACI",
            "local",
            "choice",
            "Week",
            "Minimize",
            "Grid",
            "BanditPolicy",
            "MedianStoppingPolicy",
            "int",
            "datapath",
            "08:15");

    private Alterations() {}

    /**
     * A key with a value.
     *
     * @param steps the keys and indices that lead to it
     * @param places where it, its value, and all that it lies in stand, with their types: who names one of them names it
     */
    record Key(List<Object> steps, SpecNode value, List<Location> places) {

        String path() {
            return String.join(".", steps.stream().map(Object::toString).toList());
        }
    }

    static List<Key> keys(SpecDocument document) {
        List<Key> keys = new ArrayList<>();
        if (document.root() != null) {
            walk(document.root(), List.of(), List.of(), keys);
        }
        return keys;
    }

    private static void walk(SpecNode node, List<Object> steps, List<Location> places, List<Key> keys) {
        if (node instanceof SpecNode.Mapping mapping) {
            mapping.entries().forEach((key, entry) -> {
                List<Location> here = new ArrayList<>(places);
                // A step that has no equivalent is refused at its type.
                if (mapping.get("type") instanceof SpecNode.Scalar type) {
                    here.add(type.location());
                }
                here.add(entry.key().location());
                here.add(entry.value().location());
                Key found = new Key(with(steps, key), entry.value(), here);
                if (!(entry.value() instanceof SpecNode.Scalar scalar)
                        || !(scalar.isNull() || scalar.text().isBlank())) {
                    keys.add(found);
                }
                walk(entry.value(), found.steps(), here, keys);
            });
        } else if (node instanceof SpecNode.Sequence list) {
            for (int i = 0; i < list.items().size(); i++) {
                walk(list.items().get(i), with(steps, i), places, keys);
            }
        }
    }

    private static List<Object> with(List<Object> steps, Object step) {
        return Stream.concat(steps.stream(), Stream.of(step)).toList();
    }

    /** The file without a key, or with other values there. */
    static Stream<SpecDocument> of(SpecDocument document, Key key) {
        if (!(key.value() instanceof SpecNode.Scalar scalar)) {
            return Stream.of(replaced(document, key.steps(), node -> new SpecNode.Scalar(node.location(), "", true)));
        }
        return VALUES.stream()
                .filter(value -> !value.equals(scalar.text()))
                .map(value ->
                        replaced(document, key.steps(), node -> new SpecNode.Scalar(node.location(), value, true)));
    }

    private static SpecDocument replaced(SpecDocument document, List<Object> steps, UnaryOperator<SpecNode> change) {
        SpecNode root = document.root() == null ? null : replaced(document.root(), steps, change);
        return new SpecDocument(document.file(), document.projectDirectory(), root, document.problems());
    }

    private static SpecNode replaced(SpecNode node, List<Object> steps, UnaryOperator<SpecNode> change) {
        if (steps.isEmpty()) {
            return change.apply(node);
        }
        List<Object> rest = steps.subList(1, steps.size());
        if (node instanceof SpecNode.Mapping mapping) {
            Map<String, SpecNode.Entry> entries = new LinkedHashMap<>(mapping.entries());
            entries.computeIfPresent(
                    (String) steps.get(0),
                    (key, entry) -> new SpecNode.Entry(entry.key(), replaced(entry.value(), rest, change)));
            return new SpecNode.Mapping(mapping.location(), entries);
        }
        if (node instanceof SpecNode.Sequence list) {
            List<SpecNode> items = new ArrayList<>(list.items());
            items.set((Integer) steps.get(0), replaced(items.get((Integer) steps.get(0)), rest, change));
            return new SpecNode.Sequence(list.location(), items);
        }
        throw new IllegalStateException("nothing below " + node.describe());
    }
}
