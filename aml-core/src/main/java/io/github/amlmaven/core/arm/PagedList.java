package io.github.amlmaven.core.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Follows {@code nextLink}. A link to another host would carry the token there, and a link seen before would never
 * end: both are errors. An item that a page repeats is given once.
 */
final class PagedList implements Iterator<ObjectNode> {

    private final URI endpoint;
    private final Function<String, ObjectNode> fetch;
    private final Set<String> links = new HashSet<>();
    private final Set<String> ids = new HashSet<>();
    private final Queue<ObjectNode> page = new ArrayDeque<>();
    private @Nullable String next;

    private PagedList(String first, URI endpoint, Function<String, ObjectNode> fetch) {
        this.next = first;
        this.endpoint = endpoint;
        this.fetch = fetch;
    }

    static Stream<ObjectNode> stream(String first, URI endpoint, Function<String, ObjectNode> fetch) {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(
                        new PagedList(first, endpoint, fetch), Spliterator.ORDERED | Spliterator.NONNULL),
                false);
    }

    @Override
    public boolean hasNext() {
        while (page.isEmpty() && next != null) {
            load(next);
        }
        return !page.isEmpty();
    }

    @Override
    public ObjectNode next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return page.remove();
    }

    private void load(String link) {
        if (!links.add(link)) {
            throw AmlException.of(ErrorCode.ARM_SERVER_ERROR, "The service's list of pages runs in a circle")
                    .build();
        }
        ServiceHost.require(endpoint, link, "the next page of a list");
        ObjectNode document = fetch.apply(link);
        for (JsonNode item : document.path("value")) {
            String id = item.path("id").asText("");
            if (item instanceof ObjectNode object && (id.isEmpty() || ids.add(id))) {
                page.add(object);
            }
        }
        String following = document.path("nextLink").asText("");
        next = following.isEmpty() ? null : following;
    }
}
