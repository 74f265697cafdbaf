package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Request bodies: JSON, or YAML, of which JSON is a part. */
final class Documents {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_BYTES = 3 << 20;
    private static final int MAX_ALIASES = 50;
    private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)|\\[(\\d+)]");

    private Documents() {}

    /** @return an empty object for an empty body */
    static JsonNode read(Exchange exchange) throws IOException {
        byte[] bytes = exchange.body().readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw StatusError.of(413, "RequestEntityTooLarge", "Request entity too large: limit is " + MAX_BYTES);
        }
        String text = new String(bytes, StandardCharsets.UTF_8).strip();
        if (text.isEmpty()) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            return text.startsWith("{") || text.startsWith("[") ? JSON.readTree(text) : yaml(text);
        } catch (IOException | YAMLException e) {
            throw StatusError.badRequest("error decoding the body: " + e.getMessage());
        }
    }

    private static JsonNode yaml(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(MAX_ALIASES);
        options.setAllowDuplicateKeys(false);
        return JSON.valueToTree(new Yaml(new SafeConstructor(options)).<Object>load(text));
    }

    /** Removes a field by a path such as {@code spec.containers[0].imag}. */
    static void remove(ObjectNode object, String path) {
        int cut = path.lastIndexOf('.');
        JsonNode parent = object;
        Matcher steps = STEP.matcher(cut < 0 ? "" : path.substring(0, cut));
        while (steps.find()) {
            parent = steps.group(1) != null
                    ? parent.path(steps.group(1))
                    : ((ArrayNode) parent).path(Integer.parseInt(steps.group(2)));
        }
        if (parent instanceof ObjectNode holder) {
            holder.remove(path.substring(cut + 1));
        }
    }
}
