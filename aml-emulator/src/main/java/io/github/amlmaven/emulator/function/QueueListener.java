package io.github.amlmaven.emulator.function;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.storage.QueueStore.QueueMessage;
import java.time.Duration;
import java.util.Optional;

/**
 * Takes messages of a queue one after the other. One whose handling fails can be taken again; after {@code maxDequeueCount}
 * tries it goes to another queue
 * (<a href="https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue">queue bindings</a>).
 */
final class QueueListener implements Listener {

    /** How long the host hides a message while its function runs; it prolongs that, here nothing runs longer. */
    private static final Duration HIDDEN = Duration.ofMinutes(10);

    private final Invocations invocations;
    private final String account;
    private final String queue;
    private final String poison;
    private final int most;
    private final Duration pause;
    private final Handling handling;

    /** What is done with a message. */
    @FunctionalInterface
    interface Handling {

        /** Says whether it has succeeded. */
        boolean handle(QueueMessage message);
    }

    /**
     * @param options {@code extensions.queues} of {@code host.json}
     * @param poison where messages go that cannot be handled
     */
    QueueListener(
            Invocations invocations, JsonNode options, String account, String queue, String poison, Handling handling) {
        this.invocations = invocations;
        this.account = account;
        this.queue = queue;
        this.poison = poison;
        this.most = options.path("maxDequeueCount").asInt(5);
        this.pause = TimeSpan.of(options.path("visibilityTimeout").asText("00:00:00"));
        this.handling = handling;
    }

    @Override
    public boolean poll() {
        Optional<QueueMessage> taken = invocations.storage().queues().take(account, queue, HIDDEN);
        if (taken.isEmpty()) {
            return false;
        }
        QueueMessage message = taken.get();
        if (message.taken() <= most && handling.handle(message)) {
            invocations.storage().queues().delete(account, queue, message);
        } else if (message.taken() >= most) {
            invocations.log(
                    "Message has reached MaxDequeueCount of " + most + ". Moving message to queue '" + poison + "'.");
            invocations.storage().queues().put(account, poison, message.text());
            invocations.storage().queues().delete(account, queue, message);
        } else {
            invocations.storage().queues().release(account, queue, message, pause);
        }
        return true;
    }
}
