package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * A conda file's text as the official client sends it: parsed, and written again in block style with sorted keys. The
 * service builds an image for each text, so another spelling of the same file would be another image. SnakeYAML's
 * emitter is a port of PyYAML's, which that client uses.
 */
final class CondaFile {

    private CondaFile() {}

    static String text(JsonNode content) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(80);
        return new Yaml(options).dump(plain(content));
    }

    private static @Nullable Object plain(JsonNode node) {
        if (node.isObject()) {
            Map<String, @Nullable Object> sorted = new TreeMap<>();
            node.properties().forEach(entry -> sorted.put(entry.getKey(), plain(entry.getValue())));
            return sorted;
        }
        if (node.isArray()) {
            List<@Nullable Object> items = new ArrayList<>();
            node.forEach(item -> items.add(plain(item)));
            return items;
        }
        if (node.isTextual()) {
            return node.textValue();
        }
        return node.isBoolean() ? (Object) node.booleanValue() : node.isNull() ? null : node.numberValue();
    }
}
