package io.github.amlmaven.core.spec.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.comments.CommentType;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Writes YAML for people to read: keys in their order, comments above them, short lists on one line. */
public final class YamlText {

    private static final int COMMENT_WIDTH = 100;

    private final Function<String, List<String>> comments;

    private YamlText(Function<String, List<String>> comments) {
        this.comments = comments;
    }

    /**
     * A file's text.
     *
     * @param comments what stands above the key of a JSON pointer
     */
    public static String of(ObjectNode content, Function<String, List<String>> comments) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(FlowStyle.BLOCK);
        options.setProcessComments(true);
        options.setSplitLines(false);
        options.setIndicatorIndent(2);
        options.setIndentWithIndicator(true);
        StringWriter text = new StringWriter();
        new Yaml(options).serialize(new YamlText(comments).mapping(content, ""), text);
        return text.toString();
    }

    private Node node(JsonNode value, String pointer) {
        if (value instanceof ObjectNode object) {
            return mapping(object, pointer);
        }
        if (value.isArray()) {
            List<Node> items = new ArrayList<>();
            int index = 0;
            for (JsonNode item : value) {
                items.add(node(item, pointer + "/" + index++));
            }
            boolean plain = items.stream().allMatch(ScalarNode.class::isInstance);
            return new SequenceNode(Tag.SEQ, items, plain ? FlowStyle.FLOW : FlowStyle.BLOCK);
        }
        return scalar(value);
    }

    private MappingNode mapping(ObjectNode object, String pointer) {
        List<NodeTuple> tuples = new ArrayList<>();
        object.properties().forEach(entry -> {
            String below = pointer + "/" + entry.getKey().replace("~", "~0").replace("/", "~1");
            Node key = new ScalarNode(Tag.STR, entry.getKey(), null, null, ScalarStyle.PLAIN);
            key.setBlockComments(lines(comments.apply(below)));
            tuples.add(new NodeTuple(key, node(entry.getValue(), below)));
        });
        return new MappingNode(Tag.MAP, tuples, tuples.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK);
    }

    private static ScalarNode scalar(JsonNode value) {
        Tag tag = value.isBoolean()
                ? Tag.BOOL
                : value.isIntegralNumber()
                        ? Tag.INT
                        : value.isNumber() ? Tag.FLOAT : value.isNull() ? Tag.NULL : Tag.STR;
        String text = value.isNull() ? "null" : PythonScalar.text(value);
        ScalarStyle style =
                !value.isTextual() ? ScalarStyle.PLAIN : text.contains("\n") ? ScalarStyle.LITERAL : ScalarStyle.PLAIN;
        return new ScalarNode(tag, value.isBoolean() ? value.asText() : text, null, null, style);
    }

    private static List<CommentLine> lines(List<String> comments) {
        List<CommentLine> lines = new ArrayList<>();
        for (String comment : comments) {
            StringBuilder line = new StringBuilder();
            for (String word : comment.split(" ", -1)) {
                if (line.length() + word.length() > COMMENT_WIDTH) {
                    lines.add(new CommentLine(null, null, line.toString(), CommentType.BLOCK));
                    line.setLength(0);
                }
                line.append(' ').append(word);
            }
            lines.add(new CommentLine(null, null, line.toString(), CommentType.BLOCK));
        }
        return lines;
    }
}
