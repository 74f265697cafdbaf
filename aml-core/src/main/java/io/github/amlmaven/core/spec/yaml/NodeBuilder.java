package io.github.amlmaven.core.spec.yaml;

import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * Builds nodes from SnakeYAML's events. Events, not its composed nodes, because only they carry a place for every
 * limit: SnakeYAML's own depth and alias limits fail without saying where, and end the file at the first.
 */
final class NodeBuilder {

    static final String EMPTY = "the file is empty";
    static final int MAX_DEPTH = 50;
    static final int MAX_ALIASES = 50;
    /** Nodes after aliases are written out: fifty aliases of aliases could still stand for billions. */
    private static final long MAX_NODES = 250_000;

    private static final String CORE_TAG = "tag:yaml.org,2002:";

    private final Path shown;
    private final @Nullable Interpolation interpolation;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, @Nullable SpecNode> anchors = new HashMap<>();
    private final Map<String, Long> anchorSizes = new HashMap<>();
    private Iterator<Event> events = List.<Event>of().iterator();
    private int aliases;
    private long nodes;
    private String key = "";

    NodeBuilder(Path shown, @Nullable Interpolation interpolation) {
        this.shown = shown;
        this.interpolation = interpolation;
    }

    List<Problem> problems() {
        return problems;
    }

    /** The document's top node, or null when it cannot be had; then there is at least one problem. */
    @Nullable
    SpecNode build(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(SpecReader.MAX_BYTES);
        SpecNode root = null;
        try {
            events = new Yaml(options).parse(new java.io.StringReader(text)).iterator();
            root = documents();
        } catch (Stop stop) {
            root = null;
        } catch (ReaderException e) {
            problems.add(new Problem(
                    ErrorCode.YAML_SYNTAX,
                    locate(text, e.getPosition()),
                    "the character U+%04X is not allowed in YAML".formatted(e.getCodePoint())));
            root = null;
        } catch (MarkedYAMLException e) {
            problems.add(syntax(e));
            root = null;
        } catch (YAMLException e) {
            problems.add(new Problem(ErrorCode.YAML_SYNTAX, at(1, 1), String.valueOf(e.getMessage())));
            root = null;
        }
        if (root == null && problems.isEmpty()) {
            problems.add(new Problem(ErrorCode.YAML_SYNTAX, at(1, 1), EMPTY));
        }
        return root;
    }

    private @Nullable SpecNode documents() {
        SpecNode root = null;
        while (events.hasNext()) {
            if (!(events.next() instanceof DocumentStartEvent start)) {
                continue;
            }
            if (root != null) {
                problems.add(new Problem(
                        ErrorCode.YAML_SYNTAX,
                        location(start.getStartMark()),
                        "a second document begins here; one file holds one document"));
                return root;
            }
            SpecNode node = node(events.next(), 1);
            if (!(node instanceof SpecNode.Scalar scalar && scalar.isNull())) {
                root = node;
            }
        }
        return root;
    }

    private SpecNode node(Event event, int depth) {
        if (++nodes > MAX_NODES) {
            throw stop(event, "the file has more than " + MAX_NODES + " nodes");
        }
        if (event instanceof AliasEvent alias) {
            return alias(alias);
        }
        long before = nodes;
        String anchor = event instanceof NodeEvent named ? named.getAnchor() : null;
        if (anchor != null) {
            anchors.put(anchor, null);
        }
        checkTag(event);
        SpecNode node;
        if (event instanceof ScalarEvent scalar) {
            node = scalar(scalar);
        } else if (depth > MAX_DEPTH) {
            throw stop(event, "nested more than " + MAX_DEPTH + " levels deep");
        } else if (event instanceof MappingStartEvent) {
            node = mapping(event, depth);
        } else if (event instanceof SequenceStartEvent) {
            node = sequence(event, depth);
        } else {
            throw new IllegalStateException("no node begins with " + event);
        }
        if (anchor != null) {
            anchors.put(anchor, node);
            anchorSizes.put(anchor, nodes - before + 1);
        }
        return node;
    }

    private SpecNode alias(AliasEvent alias) {
        String anchor = alias.getAnchor();
        if (++aliases > MAX_ALIASES) {
            throw stop(alias, "more than " + MAX_ALIASES + " aliases");
        }
        SpecNode target = anchors.get(anchor);
        if (target == null) {
            String why = anchors.containsKey(anchor) ? "contains itself" : "is not defined above";
            throw stop(alias, "the anchor '" + anchor + "' " + why);
        }
        nodes += anchorSizes.getOrDefault(anchor, 1L);
        if (nodes > MAX_NODES) {
            throw stop(alias, "with its aliases written out the file has more than " + MAX_NODES + " nodes");
        }
        return target;
    }

    private SpecNode sequence(Event start, int depth) {
        List<SpecNode> items = new ArrayList<>();
        for (Event event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
            items.add(node(event, depth + 1));
        }
        return new SpecNode.Sequence(location(start.getStartMark()), items);
    }

    private SpecNode mapping(Event start, int depth) {
        Map<String, SpecNode.Entry> entries = new LinkedHashMap<>();
        List<SpecNode> merged = new ArrayList<>();
        for (Event event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
            String outer = key;
            key = "";
            SpecNode name = node(event, depth + 1);
            key = name instanceof SpecNode.Scalar scalar ? scalar.text() : "";
            SpecNode value = node(events.next(), depth + 1);
            key = outer;
            if (name instanceof SpecNode.Scalar scalar) {
                if (scalar.plain() && "<<".equals(scalar.text())) {
                    merged.add(value);
                } else {
                    add(entries, scalar, value);
                }
            } else {
                problems.add(new Problem(ErrorCode.YAML_SYNTAX, name.location(), "a key must be a single word"));
            }
        }
        merged.forEach(value -> merge(entries, value));
        return new SpecNode.Mapping(location(start.getStartMark()), entries);
    }

    private void add(Map<String, SpecNode.Entry> entries, SpecNode.Scalar name, SpecNode value) {
        SpecNode.Entry first = entries.putIfAbsent(name.text(), new SpecNode.Entry(name, value));
        if (first != null) {
            problems.add(new Problem(
                    ErrorCode.YAML_DUPLICATE_KEY,
                    name.location(),
                    "the key '" + name.text() + "' stands already in line "
                            + first.key().location().line()));
        }
    }

    private void merge(Map<String, SpecNode.Entry> entries, SpecNode value) {
        if (value instanceof SpecNode.Mapping mapping) {
            mapping.entries().forEach(entries::putIfAbsent);
        } else if (value instanceof SpecNode.Sequence sequence) {
            sequence.items().forEach(item -> merge(entries, item));
        } else {
            problems.add(new Problem(ErrorCode.YAML_SYNTAX, value.location(), "'<<' must merge a mapping"));
        }
    }

    private SpecNode scalar(ScalarEvent event) {
        Location where = location(event.getStartMark());
        boolean plain = event.getScalarStyle() == DumperOptions.ScalarStyle.PLAIN
                && !Optional.ofNullable(event.getTag()).orElse("").endsWith(":str");
        if (interpolation == null) {
            return new SpecNode.Scalar(where, event.getValue(), plain);
        }
        boolean shell = key.equals("command") || key.equals("program_arguments") || key.equals("args");
        String text = interpolation.apply(
                event.getValue(),
                shell,
                expression -> problems.add(new Problem(
                        ErrorCode.SPEC_BAD_VALUE,
                        where,
                        expression + " has no value; "
                                + (expression.matches("\\$\\{(?:outputs|parent|search_space)\\..*")
                                        ? "did you mean '${" + expression.substring(1) + "}'?"
                                        : "define the property, or write ${{...}} for an AML expression"))));
        // What was filled in is text: a version 1.10 from a POM is not the number 1.1.
        return new SpecNode.Scalar(where, text, plain && text.equals(event.getValue()));
    }

    private void checkTag(Event event) {
        String tag = event instanceof ScalarEvent scalar
                ? scalar.getTag()
                : event instanceof CollectionStartEvent collection ? collection.getTag() : null;
        if (tag == null || "!".equals(tag)) {
            return;
        }
        String core = tag.startsWith(CORE_TAG) ? tag.substring(CORE_TAG.length()) : "";
        switch (core) {
            case "str", "int", "float", "bool", "null", "map", "seq" -> {
                // says what the scalar would be anyway
            }
            default ->
                problems.add(new Problem(
                        ErrorCode.YAML_TAG,
                        location(event.getStartMark()),
                        "the tag '" + tag + "' is not allowed; write plain YAML"));
        }
    }

    private Problem syntax(MarkedYAMLException e) {
        Mark mark = e.getProblemMark();
        String what = String.valueOf(e.getProblem());
        if (what.contains("\\t")) {
            what = "a tab stands where only spaces are allowed; indent with spaces";
        } else if (what.startsWith("mapping values are not allowed")) {
            what = "a ': ' stands in a text without quotes, or the line is indented further than the one above; put the"
                    + " text in quotes or mend the indentation";
        } else if ("while scanning a quoted scalar".equals(e.getContext()) && what.contains("end of stream")) {
            what = "the quote that opens here is never closed";
            mark = e.getContextMark();
        } else if (e.getContext() != null && !e.getContext().isBlank()) {
            what = e.getContext() + ": " + what;
        }
        return new Problem(ErrorCode.YAML_SYNTAX, mark == null ? at(1, 1) : location(mark), what);
    }

    private Stop stop(Event event, String why) {
        problems.add(new Problem(ErrorCode.YAML_LIMIT, location(event.getStartMark()), why));
        return new Stop();
    }

    private Location location(Mark mark) {
        return at(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private Location at(int line, int column) {
        return new Location(shown, line, column);
    }

    private Location locate(String text, int codePoints) {
        String before = text.substring(
                0, text.offsetByCodePoints(0, Math.min(codePoints, text.codePointCount(0, text.length()))));
        int lineStart = before.lastIndexOf('\n') + 1;
        return at(1 + (int) before.chars().filter(c -> c == '\n').count(), before.length() - lineStart + 1);
    }

    /** Ends the reading of a file whose problem is noted already. */
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stop() {
            super(null, null, false, false);
        }
    }
}
