package io.github.amlmaven.emulator.function;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.container.ImageFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image wants of the Functions host.
 *
 * @param host {@code host.json}, with what the application settings override
 * @param functions what it has, without those that are disabled
 * @param command starts the custom handler
 * @param workingDirectory where it is started; empty for the image's own
 * @see <a href="https://learn.microsoft.com/azure/azure-functions/functions-host-json">host.json</a>
 */
public record FunctionProgram(
        JsonNode host, List<FunctionDefinition> functions, List<String> command, String workingDirectory) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROOT_SETTING = "AzureWebJobsScriptRoot";
    private static final String DEFAULT_ROOT = "/home/site/wwwroot";
    /** {@code AzureFunctionsJobHost__extensions__queues__batchSize} is a value of {@code host.json}. */
    private static final String HOST_SETTING = "AzureFunctionsJobHost__";

    private static final Pattern REFERENCE = Pattern.compile("%([^%]+)%");

    public FunctionProgram {
        functions = List.copyOf(functions);
        command = List.copyOf(command);
    }

    /** The image cannot be run by this host; the message is a line of its log. */
    public static final class Unusable extends IOException {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    /**
     * Reads it out of an image.
     *
     * @param settings the application settings, which win over the image's environment
     * @throws Unusable when there is nothing to run, or something that this host cannot
     */
    public static FunctionProgram read(ImageFiles files, Map<String, String> settings) throws IOException {
        String root = settings.getOrDefault(
                ROOT_SETTING, files.config().environment().getOrDefault(ROOT_SETTING, DEFAULT_ROOT));
        Optional<String> text = files.text(root + "/host.json");
        if (text.isEmpty()) {
            throw new Unusable("No job functions found: there is no host.json in " + root);
        }
        ObjectNode host = overridden(parse(text.get(), root + "/host.json"), settings);
        List<FunctionDefinition> functions = new ArrayList<>();
        for (String name : files.folders(root)) {
            Optional<String> function = files.text(root + "/" + name + "/function.json");
            boolean disabled = settings.getOrDefault("AzureWebJobs." + name + ".Disabled", "false")
                    .equalsIgnoreCase("true");
            if (function.isPresent() && !disabled) {
                ObjectNode definition = parse(function.get(), name + "/function.json");
                functions.add(FunctionDefinition.of(name, resolved(definition, settings)));
            }
        }
        JsonNode handler = host.path("customHandler");
        JsonNode description = handler.path("description");
        if (!description.hasNonNull("defaultExecutablePath")) {
            throw new Unusable(
                    "host.json has no customHandler; this emulator's Functions host runs custom handlers only");
        }
        if (!handler.path("enableForwardingHttpRequest").asBoolean()) {
            throw new Unusable("customHandler.enableForwardingHttpRequest is not true; this emulator's Functions host"
                    + " forwards HTTP requests only");
        }
        List<String> command = new ArrayList<>();
        command.add(expanded(description.path("defaultExecutablePath").asText(), settings));
        description.path("arguments").forEach(one -> command.add(expanded(one.asText(), settings)));
        String directory = description.path("workingDirectory").asText("");
        return new FunctionProgram(host, functions, command, directory.startsWith("/") ? directory : "");
    }

    private static ObjectNode parse(String text, String file) throws Unusable {
        try {
            if (JSON.readTree(text) instanceof ObjectNode object) {
                return object;
            }
            throw new Unusable(file + " is no JSON object");
        } catch (JsonProcessingException e) {
            throw new Unusable("Error parsing " + file + ": " + e.getOriginalMessage());
        }
    }

    private static ObjectNode overridden(ObjectNode host, Map<String, String> settings) {
        settings.forEach((name, value) -> {
            if (name.startsWith(HOST_SETTING)) {
                String[] path = name.substring(HOST_SETTING.length()).split("__", -1);
                ObjectNode at = host;
                for (int i = 0; i < path.length - 1; i++) {
                    at = at.withObject("/" + path[i]);
                }
                at.put(path[path.length - 1], value);
            }
        });
        return host;
    }

    /** {@code %NAME%} in bindings stands for an application setting. */
    private static ObjectNode resolved(ObjectNode function, Map<String, String> settings) throws Unusable {
        for (JsonNode binding : function.path("bindings")) {
            for (String key : List.of("path", "queueName", "route")) {
                if (binding.hasNonNull(key)) {
                    String value = binding.path(key).asText();
                    String full = expanded(value, settings);
                    if (REFERENCE.matcher(full).find()) {
                        throw new Unusable("'" + value + "' does not resolve to a value: there is no such setting");
                    }
                    ((ObjectNode) binding).put(key, full);
                }
            }
        }
        return function;
    }

    private static String expanded(String text, Map<String, String> settings) {
        return REFERENCE
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(settings.getOrDefault(match.group(1), match.group())));
    }

    /** A value of {@code extensions} in {@code host.json}. */
    JsonNode extension(String kind) {
        return host.path("extensions").path(kind);
    }

    /** What comes before the routes of all functions. */
    String routePrefix() {
        return extension("http").path("routePrefix").asText("api");
    }

    /** As ARM lists them. */
    public List<String> names() {
        return functions.stream().map(FunctionDefinition::name).toList();
    }

    /** The {@code function.json} of one of them. */
    public JsonNode config(String function) {
        return named(function).<JsonNode>map(FunctionDefinition::document).orElseGet(FunctionProgram::object);
    }

    /** Where a function is called that HTTP triggers. */
    public Optional<String> invokeUrl(String function, String base) {
        String prefix = routePrefix().isEmpty() ? "/" : "/" + routePrefix() + "/";
        return named(function)
                .filter(one -> one.kind().equals("http"))
                .map(one -> (base + prefix + one.route()).toLowerCase(Locale.ROOT));
    }

    private Optional<FunctionDefinition> named(String name) {
        return functions.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
