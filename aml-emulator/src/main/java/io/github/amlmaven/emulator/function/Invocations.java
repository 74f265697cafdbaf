package io.github.amlmaven.emulator.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs functions that are not triggered by a request: tells the handler what the trigger brought, and carries out the output
 * bindings with what it answers. Which value is written how is as in the host's
 * {@code ScriptInvocationContextExtensions.GetHttpScriptInvocationContextValue}: text as a JSON string, bytes as base64.
 */
final class Invocations {

    private final HostStorage storage;
    private final Map<String, String> settings;
    private final Supplier<Optional<Integer>> handler;
    private final Consumer<String> log;
    private final Clock clock;

    Invocations(
            HostStorage storage,
            Map<String, String> settings,
            Supplier<Optional<Integer>> handler,
            Consumer<String> log,
            Clock clock) {
        this.storage = storage;
        this.settings = settings;
        this.handler = handler;
        this.log = log;
        this.clock = clock;
    }

    HostStorage storage() {
        return storage;
    }

    Clock clock() {
        return clock;
    }

    void log(String line) {
        log.accept(line);
    }

    /** Whether there is a handler to run anything. */
    boolean ready() {
        return handler.get().isPresent();
    }

    /** The account that a binding means. */
    String account(JsonNode binding) throws FunctionProgram.Unusable {
        return storage.account(binding.path("connection").asText(HostStorage.OWN), settings);
    }

    /** {@code path} of a blob binding or {@code queueName}, with the trigger's values for its {@code {names}}. */
    static String filled(String template, Map<String, String> values) {
        String filled = template;
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled = filled.replace("{" + value.getKey() + "}", value.getValue());
        }
        return filled;
    }

    /**
     * Runs a function once.
     *
     * @param data what the trigger brought, as it is told to the handler
     * @param values for names in the paths of outputs
     * @return whether it has succeeded, outputs included
     */
    boolean run(
            FunctionDefinition function,
            String reason,
            JsonNode data,
            ObjectNode metadata,
            Map<String, String> values) {
        Run run = new Run(log, function.name(), reason);
        try {
            ObjectNode payload = FunctionProgram.object();
            payload.putObject("Data").set(function.inputName(), data);
            values.forEach((name, value) -> metadata.set(name, text(value)));
            metadata.putObject("sys")
                    .put("MethodName", function.name())
                    .put("UtcNow", clock.instant().toString())
                    .put("RandGuid", UUID.randomUUID().toString());
            payload.set("Metadata", metadata);
            int port = handler.get().orElseThrow(() -> new IOException("the custom handler does not run"));
            JsonNode answer = new HandlerCall(port).invoke(function.name(), payload, run.id());
            answer.path("Logs").forEach(line -> log.accept(line.asText()));
            for (JsonNode output : function.outputs()) {
                write(output, answer, values);
            }
            run.end("Succeeded");
            return true;
        } catch (IOException e) {
            run.end("Failed");
            log.accept("Exception while executing function: Functions." + function.name() + " " + e.getMessage());
            return false;
        }
    }

    private void write(JsonNode output, JsonNode answer, Map<String, String> values) throws IOException {
        String name = output.path("name").asText();
        JsonNode value = name.equals("$return")
                ? answer.path("ReturnValue")
                : answer.path("Outputs").path(name);
        if (value.isMissingNode() || value.isNull()) {
            return;
        }
        String text = value.isTextual() ? value.asText() : value.toString();
        String account = account(output);
        if (output.path("type").asText().equalsIgnoreCase("queue")) {
            storage.queues().put(account, filled(output.path("queueName").asText(), values), text);
        } else if (output.path("type").asText().equalsIgnoreCase("blob")) {
            String path = filled(output.path("path").asText(), values);
            int slash = path.indexOf('/');
            String container = path.substring(0, Math.max(0, slash));
            storage.blobs().createContainer(account, container);
            storage.blobs().put(account, container, path.substring(slash + 1), text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Text as the host tells it: a JSON string in a JSON string. */
    static TextNode text(String value) {
        return TextNode.valueOf(TextNode.valueOf(value).toString());
    }

    /** One run, as the host's log tells it. */
    static final class Run {

        private final Consumer<String> log;
        private final String function;
        private final String id = UUID.randomUUID().toString();
        private final long begun = System.nanoTime();

        Run(Consumer<String> log, String function, String reason) {
            this.log = log;
            this.function = function;
            log.accept("Executing 'Functions." + function + "' (Reason='" + reason + "', Id=" + id + ")");
        }

        String id() {
            return id;
        }

        void end(String how) {
            log.accept("Executed 'Functions." + function + "' (" + how + ", Id=" + id + ", Duration="
                    + (System.nanoTime() - begun) / 1_000_000 + "ms)");
        }
    }
}
