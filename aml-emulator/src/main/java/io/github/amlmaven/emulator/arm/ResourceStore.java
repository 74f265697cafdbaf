package io.github.amlmaven.emulator.arm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** ARM resources by id, over the document store: one collection for all providers, so that any can read another's. */
public final class ResourceStore {

    /** Where all resources are, for those who must look across ids. */
    public static final String COLLECTION = "resources";

    private final DocumentStore store;

    public ResourceStore(DocumentStore store) {
        this.store = store;
    }

    public Optional<ObjectNode> get(ResourceId id) {
        return store.get(COLLECTION, id.key());
    }

    public void put(ResourceId id, ObjectNode resource) {
        store.put(COLLECTION, id.key(), resource);
    }

    public ObjectNode update(ResourceId id, UnaryOperator<ObjectNode> change) {
        return store.update(COLLECTION, id.key(), change);
    }

    /** Deletes the resource and all its children; says whether the resource existed. */
    public boolean delete(ResourceId id) {
        for (DocumentStore.Entry child : store.list(COLLECTION, id.key() + "/")) {
            store.delete(COLLECTION, child.key());
        }
        return store.delete(COLLECTION, id.key());
    }

    /**
     * The resource of a type that has a name, in whichever resource group: registries and the like are called by name alone.
     *
     * @param type {@code Microsoft.MachineLearningServices/registries}
     */
    public Optional<ResourceId> named(String type, String name) {
        String end = ("/providers/" + type + "/" + name).toLowerCase(Locale.ROOT);
        return store.list(COLLECTION, "/subscriptions/").stream()
                .filter(entry -> entry.key().endsWith(end))
                .map(entry -> new ResourceId(entry.document().path("id").asText()))
                .findFirst();
    }

    /** All resources of a type, {@code Microsoft.Insights/autoscaleSettings}. */
    public List<ObjectNode> ofType(String type) {
        return store.list(COLLECTION, "/subscriptions/").stream()
                .map(DocumentStore.Entry::document)
                .filter(document -> document.path("type").asText().equalsIgnoreCase(type))
                .toList();
    }

    /** Direct children of one type: {@code children(workspace, "models")}. */
    public List<ObjectNode> children(ResourceId parent, String type) {
        String prefix = parent.child(type, "").key();
        return store.list(COLLECTION, prefix).stream()
                .filter(entry -> entry.key().indexOf('/', prefix.length()) < 0)
                .map(DocumentStore.Entry::document)
                .toList();
    }
}
