package io.github.amlmaven.emulator.storage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.store.DocumentStore;
import io.github.amlmaven.emulator.store.DocumentStore.Entry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Queues of all storage accounts as documents: one a queue, one a message, in the order in which they came. */
public final class Queues implements QueueStore {

    private static final String QUEUES = "storage.queues";
    private static final String MESSAGES = "storage.queueMessages";
    private static final Duration WEEK = Duration.ofDays(7);
    /** Later than any clock of this machine will show, and still a date that clients can read. */
    private static final Instant NEVER = Instant.parse("9999-12-31T23:59:59Z");

    private final DocumentStore store;
    private final Accounts accounts;
    private final Clock clock;

    public Queues(DocumentStore store, Clock clock) {
        this.store = store;
        this.accounts = new Accounts(store);
        this.clock = clock;
    }

    Accounts accounts() {
        return accounts;
    }

    // Queues

    static String key(String account, String queue) {
        return account + "/" + queue;
    }

    Optional<Map<String, String>> metadata(String account, String queue) {
        return store.get(QUEUES, key(account, queue)).map(json -> Blob.strings(json.path("metadata")));
    }

    boolean create(String account, String queue, Map<String, String> metadata) {
        return store.putIfAbsent(QUEUES, key(account, queue), document(metadata));
    }

    void setMetadata(String account, String queue, Map<String, String> metadata) {
        store.put(QUEUES, key(account, queue), document(metadata));
    }

    private static ObjectNode document(Map<String, String> metadata) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        metadata.forEach(json.putObject("metadata")::put);
        return json;
    }

    synchronized boolean deleteQueue(String account, String queue) {
        clear(account, queue);
        return store.delete(QUEUES, key(account, queue));
    }

    List<String> names(String account, String prefix) {
        return store.list(QUEUES, key(account, prefix)).stream()
                .map(entry -> entry.key().substring(account.length() + 1))
                .toList();
    }

    // Messages; the separator in their keys cannot be part of a queue's name

    private List<Entry> entries(String account, String queue) {
        List<Entry> alive = new ArrayList<>();
        for (Entry entry : store.list(MESSAGES, key(account, queue) + "\u0000")) {
            if (message(entry.document()).expires().isAfter(clock.instant())) {
                alive.add(entry);
            } else {
                store.delete(MESSAGES, entry.key());
            }
        }
        return alive;
    }

    private static QueueMessage message(ObjectNode json) {
        return new QueueMessage(
                json.path("id").asText(),
                json.path("receipt").asText(),
                json.path("text").asText(),
                json.path("taken").asInt(),
                Instant.parse(json.path("inserted").asText()),
                Instant.parse(json.path("expires").asText()),
                Instant.parse(json.path("visible").asText()));
    }

    private static String receipt() {
        return Base64.getEncoder().encodeToString(UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
    }

    synchronized int count(String account, String queue) {
        return entries(account, queue).size();
    }

    /** @param life how long it stays; negative for ever */
    synchronized QueueMessage put(String account, String queue, String text, Duration hidden, Duration life) {
        long order = store.update(
                        "emulator",
                        "queueOrder",
                        last -> last.put("value", last.path("value").asLong() + 1))
                .path("value")
                .asLong();
        Instant now = clock.instant();
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("id", UUID.randomUUID().toString())
                .put("receipt", receipt())
                .put("text", text)
                .put("taken", 0)
                .put("inserted", now.toString())
                .put("expires", (life.isNegative() ? NEVER : now.plus(life)).toString())
                .put("visible", now.plus(hidden).toString());
        store.put(MESSAGES, key(account, queue) + "\u0000" + String.format("%019d", order), json);
        return message(json);
    }

    /** Visible messages as they are, without taking them. */
    synchronized List<QueueMessage> peek(String account, String queue, int most) {
        return entries(account, queue).stream()
                .map(entry -> message(entry.document()))
                .filter(message -> !message.visible().isAfter(clock.instant()))
                .limit(most)
                .toList();
    }

    synchronized List<QueueMessage> take(String account, String queue, int most, Duration hidden) {
        List<QueueMessage> taken = new ArrayList<>();
        Instant now = clock.instant();
        for (Entry entry : entries(account, queue)) {
            if (taken.size() < most && !message(entry.document()).visible().isAfter(now)) {
                taken.add(message(store.update(
                        MESSAGES,
                        entry.key(),
                        json -> json.put("receipt", receipt())
                                .put("taken", json.path("taken").asInt() + 1)
                                .put("visible", now.plus(hidden).toString()))));
            }
        }
        return taken;
    }

    /** What became of a change that needs a receipt. */
    enum Outcome {
        DONE,
        NOT_FOUND,
        RECEIPT_MISMATCH
    }

    /** What {@link #update} came to. */
    record Updated(Outcome outcome, Optional<QueueMessage> message) {}

    synchronized Updated update(
            String account, String queue, String id, String receipt, Optional<String> text, Duration hidden) {
        for (Entry entry : entries(account, queue)) {
            if (message(entry.document()).id().equals(id)) {
                if (!message(entry.document()).receipt().equals(receipt)) {
                    return new Updated(Outcome.RECEIPT_MISMATCH, Optional.empty());
                }
                ObjectNode after = store.update(MESSAGES, entry.key(), json -> {
                    text.ifPresent(value -> json.put("text", value));
                    return json.put("receipt", receipt())
                            .put("visible", clock.instant().plus(hidden).toString());
                });
                return new Updated(Outcome.DONE, Optional.of(message(after)));
            }
        }
        return new Updated(Outcome.NOT_FOUND, Optional.empty());
    }

    synchronized Outcome delete(String account, String queue, String id, String receipt) {
        for (Entry entry : entries(account, queue)) {
            QueueMessage message = message(entry.document());
            if (message.id().equals(id)) {
                if (!message.receipt().equals(receipt)) {
                    return Outcome.RECEIPT_MISMATCH;
                }
                store.delete(MESSAGES, entry.key());
                return Outcome.DONE;
            }
        }
        return Outcome.NOT_FOUND;
    }

    synchronized void clear(String account, String queue) {
        store.list(MESSAGES, key(account, queue) + "\u0000").forEach(entry -> store.delete(MESSAGES, entry.key()));
    }

    // QueueStore

    @Override
    public boolean isKey(String account, String key) {
        return accounts.keys(account).filter(keys -> keys.all().contains(key)).isPresent();
    }

    @Override
    public boolean accountExists(String account) {
        return accounts.keys(account).isPresent();
    }

    @Override
    public void createQueue(String account, String queue) {
        create(account, queue, Map.of());
    }

    @Override
    public Optional<QueueMessage> take(String account, String queue, Duration hidden) {
        return take(account, queue, 1, hidden).stream().findFirst();
    }

    @Override
    public void put(String account, String queue, String text) {
        createQueue(account, queue);
        put(account, queue, text, Duration.ZERO, WEEK);
    }

    @Override
    public boolean delete(String account, String queue, QueueMessage message) {
        return delete(account, queue, message.id(), message.receipt()) == Outcome.DONE;
    }

    @Override
    public void release(String account, String queue, QueueMessage message, Duration hidden) {
        update(account, queue, message.id(), message.receipt(), Optional.empty(), hidden);
    }
}
