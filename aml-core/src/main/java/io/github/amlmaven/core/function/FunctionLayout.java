package io.github.amlmaven.core.function;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.function.FunctionTrigger.AuthLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files by which the Functions host finds the model: one folder with {@code host.json} and {@code function.json} files
 * for each trigger. Which one a Function App takes is a setting ({@code AzureWebJobsScriptRoot}), so one image serves by
 * any of them and is promoted unchanged.
 *
 * <p>The scoring server is a custom handler
 * (<a href="https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers">custom handlers</a>): the host
 * starts it, passes HTTP requests on as they are, and posts what other triggers bring to {@code /score}.
 */
public final class FunctionLayout {

    /** The folder above those of the triggers. */
    public static final String ROOT = "/opt/aml/functions/";

    /** Where the host looks when nobody tells it another folder; the base images say so. */
    public static final String DEFAULT_ROOT = "/home/site/wwwroot";

    /** The function that runs the model. */
    public static final String FUNCTION = "score";

    /** Where callers reach the model by HTTP: the host's route prefix and the function's route. */
    public static final String SCORING_PATH = "/api/score";

    /** Answers, to everybody, once the model is loaded, whatever the trigger is. */
    public static final String HEALTH_PATH = "/api/health";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private FunctionLayout() {}

    /**
     * All files of an image.
     *
     * @param handler the words that start the scoring server
     * @param workingDirectory where it is started
     * @return text by absolute path
     */
    public static Map<String, String> files(List<String> handler, String workingDirectory) {
        List<FunctionTrigger> triggers = new ArrayList<>();
        for (AuthLevel level : AuthLevel.values()) {
            triggers.add(new FunctionTrigger.Http(level));
        }
        triggers.add(new FunctionTrigger.Queue("", ""));
        triggers.add(new FunctionTrigger.Blob("", ""));
        Map<String, String> files = new TreeMap<>();
        String host = text(host(handler, workingDirectory));
        for (FunctionTrigger trigger : triggers) {
            put(files, trigger.layout(), host, trigger);
        }
        put(files, DEFAULT_ROOT, host, new FunctionTrigger.Http(AuthLevel.FUNCTION));
        return files;
    }

    private static void put(Map<String, String> files, String root, String host, FunctionTrigger trigger) {
        files.put(root + "/host.json", host);
        files.put(root + "/" + FUNCTION + "/function.json", text(function(trigger)));
        files.put(root + "/health/function.json", text(http("health", AuthLevel.ANONYMOUS, "get")));
        if (trigger instanceof FunctionTrigger.Http http) {
            files.put(root + "/swagger/function.json", text(http("swagger.json", http.level(), "get")));
        }
    }

    private static ObjectNode host(List<String> handler, String workingDirectory) {
        ObjectNode host = NODES.objectNode().put("version", "2.0");
        ObjectNode custom = host.putObject("customHandler").put("enableForwardingHttpRequest", true);
        ArrayNode arguments = custom.putObject("description")
                .put("defaultExecutablePath", handler.get(0))
                .put("workingDirectory", workingDirectory)
                .putArray("arguments");
        handler.stream().skip(1).forEach(arguments::add);
        host.putObject("extensionBundle")
                .put("id", "Microsoft.Azure.Functions.ExtensionBundle")
                .put("version", "[4.*, 5.0.0)");
        // Clients of today send text as it is; the host's default is base64, as clients of long ago did.
        host.putObject("extensions").putObject("queues").put("messageEncoding", "none");
        return host;
    }

    private static ObjectNode function(FunctionTrigger trigger) {
        if (trigger instanceof FunctionTrigger.Http http) {
            return http(FUNCTION, http.level(), "get", "post");
        }
        ObjectNode function = NODES.objectNode();
        ArrayNode bindings = function.putArray("bindings");
        if (trigger instanceof FunctionTrigger.Queue) {
            binding(bindings, "queueTrigger", "in", "input").put("queueName", "%" + FunctionTrigger.INPUT + "%");
            binding(bindings, "queue", "out", "output").put("queueName", "%" + FunctionTrigger.OUTPUT + "%");
        } else {
            binding(bindings, "blobTrigger", "in", "input")
                    .put("path", "%" + FunctionTrigger.INPUT + "%/{name}")
                    .put("dataType", "binary");
            binding(bindings, "blob", "out", "output").put("path", "%" + FunctionTrigger.OUTPUT + "%/{name}.json");
        }
        bindings.forEach(binding -> ((ObjectNode) binding).put("connection", "AzureWebJobsStorage"));
        return function;
    }

    private static ObjectNode http(String route, AuthLevel level, String... methods) {
        ObjectNode function = NODES.objectNode();
        ArrayNode bindings = function.putArray("bindings");
        ObjectNode trigger = binding(bindings, "httpTrigger", "in", "req")
                .put("authLevel", level.text())
                .put("route", route);
        ArrayNode allowed = trigger.putArray("methods");
        List.of(methods).forEach(allowed::add);
        binding(bindings, "http", "out", "res");
        return function;
    }

    private static ObjectNode binding(ArrayNode bindings, String type, String direction, String name) {
        return bindings.addObject()
                .put("type", type)
                .put("direction", direction)
                .put("name", name);
    }

    private static String text(ObjectNode json) {
        return json.toPrettyString() + "\n";
    }
}
