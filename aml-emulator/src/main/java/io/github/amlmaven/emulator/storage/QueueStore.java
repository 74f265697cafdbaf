package io.github.amlmaven.emulator.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Queues and their messages, for providers that use them without HTTP. */
public interface QueueStore {

    /** Whether there is such an account, and whether {@code key} is one of its keys. */
    boolean isKey(String account, String key);

    boolean accountExists(String account);

    /** Makes the queue unless it is there. */
    void createQueue(String account, String queue);

    /** The next visible message, hidden from others for a while; empty when there is none, or no such queue. */
    Optional<QueueMessage> take(String account, String queue, Duration hidden);

    /** Puts a message at the end of a queue that is made when it is not there. */
    void put(String account, String queue, String text);

    /** Deletes a message that was taken; false when somebody else has it now. */
    boolean delete(String account, String queue, QueueMessage message);

    /** Gives a message back that was taken; it can be taken again after {@code hidden}. */
    void release(String account, String queue, QueueMessage message, Duration hidden);

    /**
     * A message.
     *
     * @param id its own
     * @param receipt proof that it was taken last by who has this; another one each time
     * @param taken how often it was taken
     */
    record QueueMessage(
            String id, String receipt, String text, int taken, Instant inserted, Instant expires, Instant visible) {}
}
