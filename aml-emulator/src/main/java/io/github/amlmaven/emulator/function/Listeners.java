package io.github.amlmaven.emulator.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.storage.QueueStore.QueueMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the listeners of a program's functions. */
final class Listeners {

    private final FunctionProgram program;
    private final Invocations invocations;
    private final String hostId;

    /** @param hostId tells this host's receipts and queues from those of others on the same account */
    Listeners(FunctionProgram program, Invocations invocations, String hostId) {
        this.program = program;
        this.invocations = invocations;
        this.hostId = hostId;
    }

    List<Listener> all() throws FunctionProgram.Unusable {
        List<Listener> listeners = new ArrayList<>();
        for (FunctionDefinition function : program.functions()) {
            switch (function.kind()) {
                case "queue" -> listeners.add(queue(function));
                case "blob" -> {
                    BlobScan scan = new BlobScan(function, invocations, hostId);
                    listeners.add(scan);
                    listeners.add(new QueueListener(
                            invocations,
                            program.extension("queues"),
                            scan.account(),
                            scan.queue(),
                            BlobScan.POISON,
                            scan::handle));
                }
                default -> {
                    // By requests, which come by themselves.
                }
            }
        }
        return listeners;
    }

    private Listener queue(FunctionDefinition function) throws FunctionProgram.Unusable {
        String queue = function.trigger().path("queueName").asText();
        JsonNode options = program.extension("queues");
        boolean plain = options.path("messageEncoding").asText("base64").equalsIgnoreCase("none");
        return new QueueListener(
                invocations,
                options,
                invocations.account(function.trigger()),
                queue,
                queue + "-poison",
                message -> decoded(message.text(), plain)
                        .map(text -> run(function, queue, message, text))
                        .orElseGet(() -> {
                            invocations.log("The input is not a valid Base-64 string: message " + message.id());
                            return false;
                        }));
    }

    /** The host's default is base64, as its clients of old wrote it. */
    private static Optional<String> decoded(String text, boolean plain) {
        if (plain) {
            return Optional.of(text);
        }
        try {
            return Optional.of(new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            // Clients that do not encode: the message is put aside like any that cannot be handled.
            return Optional.empty();
        }
    }

    private boolean run(FunctionDefinition function, String queue, QueueMessage message, String text) {
        ObjectNode metadata = FunctionProgram.object();
        metadata.put("DequeueCount", Integer.toString(message.taken()));
        metadata.set("Id", Invocations.text(message.id()));
        metadata.set("PopReceipt", Invocations.text(message.receipt()));
        metadata.put("InsertionTime", message.inserted().toString());
        metadata.put("ExpirationTime", message.expires().toString());
        metadata.put("NextVisibleTime", message.visible().toString());
        return invocations.run(
                function, "New queue message detected on '" + queue + "'.", Invocations.text(text), metadata, Map.of());
    }
}
