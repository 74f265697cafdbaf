package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A watch: changes of a collection as one JSON document a line, until the client's limit. */
final class WatchStream {

    private static final long DEFAULT_SECONDS = 1800;
    private static final Duration BOOKMARK_INTERVAL = Duration.ofSeconds(10);

    private final ObjectStore store;
    private final ApiResource resource;
    private final String namespace;
    private final Predicate<JsonNode> filter;
    private final Set<String> shown = new HashSet<>();
    private final Optional<TableView> table;
    private boolean headed;

    /** @param table how objects are shown, unless as they are */
    WatchStream(
            ObjectStore store,
            ApiResource resource,
            String namespace,
            Predicate<JsonNode> filter,
            Optional<TableView> table) {
        this.table = table;
        this.store = store;
        this.resource = resource;
        this.namespace = namespace;
        this.filter = filter;
    }

    void send(Exchange exchange) throws IOException {
        if (exchange.header("Upgrade").orElse("").equalsIgnoreCase("websocket")) {
            // Clients that try a WebSocket first take an ordinary answer for "use plain HTTP".
            exchange.send(200);
            return;
        }
        String since = exchange.query("resourceVersion").orElse("");
        boolean fresh = since.isEmpty() || since.equals("0");
        ObjectStore.Watch watch = store.watch(fresh ? store.version() : number(since));
        try (OutputStream out = exchange.stream(200, "application/json", -1)) {
            out.flush();
            if (fresh) {
                for (ObjectNode object : store.list(resource, namespace)) {
                    if (filter.test(object)) {
                        shown.add(ObjectStore.uid(object));
                        write(out, "ADDED", object);
                    }
                }
            } else {
                // What the client has listed before may have to be taken back.
                store.list(resource, namespace).stream()
                        .filter(filter)
                        .forEach(object -> shown.add(ObjectStore.uid(object)));
            }
            long seconds =
                    exchange.query("timeoutSeconds").map(WatchStream::number).orElse(DEFAULT_SECONDS);
            boolean bookmarks = exchange.query("allowWatchBookmarks").orElse("").equals("true");
            pass(watch, out, System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds), bookmarks);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            store.unwatch(watch);
        }
    }

    private static long number(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw StatusError.badRequest("invalid resource version: \"" + text + "\"");
        }
        return Long.parseLong(text);
    }

    private void pass(ObjectStore.Watch watch, OutputStream out, long deadline, boolean bookmarks)
            throws IOException, InterruptedException {
        long marked = System.nanoTime();
        while (System.nanoTime() < deadline && !store.closed()) {
            ObjectStore.Change change = watch.queue().poll(500, TimeUnit.MILLISECONDS);
            if (change != null) {
                pass(change, out);
            } else if (bookmarks && System.nanoTime() - marked > BOOKMARK_INTERVAL.toNanos()) {
                marked = System.nanoTime();
                ObjectNode bookmark = JsonNodeFactory.instance.objectNode();
                bookmark.put("kind", resource.kind()).put("apiVersion", resource.apiVersion());
                bookmark.putObject("metadata").put("resourceVersion", Long.toString(store.version()));
                write(out, "BOOKMARK", bookmark);
            }
        }
    }

    private void pass(ObjectStore.Change change, OutputStream out) throws IOException {
        ObjectNode object = change.object();
        boolean here = change.resource().equals(resource)
                && (namespace.isEmpty() || namespace.equals(ObjectStore.namespace(object)));
        if (!here) {
            return;
        }
        Optional<String> type = type(change, filter.test(object));
        if (type.isPresent()) {
            write(out, type.get(), object);
        }
    }

    /** An object that begins or ceases to match is one that appears or goes. */
    private Optional<String> type(ObjectStore.Change change, boolean matches) {
        String uid = ObjectStore.uid(change.object());
        if (change.type().equals("DELETED") || !matches) {
            return shown.remove(uid) || (matches && change.type().equals("DELETED"))
                    ? Optional.of("DELETED")
                    : Optional.empty();
        }
        return Optional.of(shown.add(uid) ? "ADDED" : change.type().equals("ADDED") ? "ADDED" : "MODIFIED");
    }

    private void write(OutputStream out, String type, ObjectNode object) throws IOException {
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("type", type);
        line.set("object", shown(type, object));
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private ObjectNode shown(String type, ObjectNode object) {
        if (table.isEmpty() || type.equals("BOOKMARK")) {
            return object;
        }
        ObjectNode shown = table.get().of(resource, object, !headed);
        headed = true;
        return shown;
    }
}
