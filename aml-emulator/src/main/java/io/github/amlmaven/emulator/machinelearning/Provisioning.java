package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.Operations.Style;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.machinelearning.Lifecycle.Event;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * How resources with a provisioning state are put, patched and deleted: endpoints and deployments alike.
 *
 * @param storing stores what a client has sent, or throws {@link HttpError} when it may not be
 */
record Provisioning(WorkspaceScope scope, Lifecycle lifecycle, BiConsumer<ResourceId, ObjectNode> storing) {

    /** Where the service tells the operation's address in the resource (recorded answers). */
    private static final String OPERATION_URI = "AzureAsyncOperationUri";

    /** What has to happen before the resource has succeeded. */
    @FunctionalInterface
    interface Work {
        /** @throws HttpError when it fails; the resource's state becomes Failed and the error the operation's */
        void run();
    }

    static String state(Optional<ObjectNode> resource) {
        return resource.map(document ->
                        document.path("properties").path("provisioningState").asText())
                .orElse("");
    }

    /** Stores the document and answers 201, or 200 for one that was there. */
    void put(Exchange exchange, ResourceId id, Optional<ObjectNode> old, ObjectNode document, Event event, Work work)
            throws IOException {
        move(document, old, event);
        storing.accept(id, document);
        String operation = start(exchange, Style.ASYNC_OPERATION, id, work);
        scope.resources().update(id, stored -> {
            noteOperation(stored, operation);
            return stored;
        });
        noteOperation(document, operation);
        exchange.send(old.isPresent() ? 200 : 201, document);
    }

    private static void noteOperation(ObjectNode document, String uri) {
        ((ObjectNode) document.path("properties"))
                .withObjectProperty("properties")
                .put(OPERATION_URI, uri);
    }

    /** Stores a changed document and answers 202. */
    void patch(Exchange exchange, ResourceId id, ObjectNode document, Event event, Work work) throws IOException {
        move(document, scope.resources().get(id), event);
        storing.accept(id, document);
        start(exchange, Style.LOCATION, id, work);
        exchange.send(202, document);
    }

    private void move(ObjectNode document, Optional<ObjectNode> old, Event event) {
        ((ObjectNode) document.path("properties")).put("provisioningState", lifecycle.next(state(old), event));
    }

    private String start(Exchange exchange, Style style, ResourceId id, Work work) throws IOException {
        return scope.operations().start(exchange, style, WorkspaceScope.PROVIDER, id, () -> {
            try {
                work.run();
            } catch (HttpError e) {
                end(id, Event.FAIL);
                throw e;
            }
            return end(id, Event.DONE);
        });
    }

    private JsonNode end(ResourceId id, Event event) {
        // A resource that was deleted meanwhile must not come back.
        return scope.resources().get(id).isEmpty()
                ? NullNode.getInstance()
                : scope.resources().update(id, document -> {
                    ObjectNode properties = (ObjectNode) document.path("properties");
                    String state = properties.path("provisioningState").asText();
                    properties.put("provisioningState", lifecycle.next(state, event));
                    return document;
                });
    }

    /** Answers 202, or 204 when there is none; the resource goes when the work is done. */
    void delete(Exchange exchange, ResourceId id, Work work) throws IOException {
        Optional<ObjectNode> document = scope.resources().get(id);
        if (document.isEmpty()) {
            exchange.send(204);
            return;
        }
        move(document.get(), document, Event.DELETE);
        scope.resources().put(id, document.get());
        scope.operations().start(exchange, Style.LOCATION, WorkspaceScope.PROVIDER, id, () -> {
            work.run();
            scope.resources().delete(id);
            return NullNode.getInstance();
        });
        exchange.send(202);
    }
}
