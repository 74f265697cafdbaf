package io.github.amlmaven.emulator.containerinstance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.service.EmulatorContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Container groups as they are stored and as they run. What a client may not read back is stored apart. */
final class ContainerGroups {

    private static final String SECRETS = "containerinstance.secrets";
    private static final String TYPE = "Microsoft.ContainerInstance/containerGroups";

    private final EmulatorContext context;
    private final ResourceStore resources;
    private final ContainerRuntime runtime;
    private final Map<String, RunningGroup> running = new ConcurrentHashMap<>();

    ContainerGroups(EmulatorContext context, ResourceStore resources, ContainerRuntime runtime) {
        this.context = context;
        this.resources = resources;
        this.runtime = runtime;
    }

    static ResourceId id(String subscription, String group, String name) {
        return new ResourceId(
                "/subscriptions/" + subscription + "/resourceGroups/" + group + "/providers/" + TYPE + "/" + name);
    }

    /** The stored document without what only a running group knows. */
    Optional<ObjectNode> stored(ResourceId id) {
        return resources.get(id);
    }

    /** The group as GET returns it. */
    Optional<ObjectNode> view(ResourceId id) {
        return resources.get(id).map(document -> {
            RunningGroup group = running.get(id.key());
            return group == null ? RunningGroup.stoppedView(document) : group.view(document);
        });
    }

    List<ObjectNode> list(String subscription, Optional<String> resourceGroup) {
        List<ObjectNode> all = new ArrayList<>();
        List<String> groups = resourceGroup
                .map(List::of)
                .orElseGet(() ->
                        resources.children(new ResourceId("/subscriptions/" + subscription), "resourceGroups").stream()
                                .map(group -> group.path("name").asText())
                                .toList());
        for (String group : groups) {
            ResourceId parent = new ResourceId("/subscriptions/" + subscription + "/resourceGroups/" + group
                    + "/providers/Microsoft.ContainerInstance");
            for (ObjectNode child : resources.children(parent, "containerGroups")) {
                view(new ResourceId(child.path("id").asText())).ifPresent(all::add);
            }
        }
        return all;
    }

    /** Whether a request body asks for what is there already and runs. */
    boolean unchanged(ResourceId id, ObjectNode full) {
        RunningGroup group = running.get(id.key());
        return group != null && group.healthy() && resources.get(id).isPresent() && full(id).equals(Optional.of(full));
    }

    /** Stores the document, secrets apart, in state {@code Pending}. */
    void store(ResourceId id, ObjectNode full) {
        context.store().put(SECRETS, id.key(), full);
        resources.put(id, GroupDocument.withoutSecrets(full));
    }

    void tags(ResourceId id, JsonNode tags) {
        resources.update(id, document -> document.set("tags", tags.deepCopy()));
        context.store().update(SECRETS, id.key(), document -> document.set("tags", tags.deepCopy()));
    }

    void state(ResourceId id, String provisioningState) {
        resources.update(id, document -> {
            document.withObject("/properties").put("provisioningState", provisioningState);
            return document;
        });
    }

    private Optional<ObjectNode> full(ResourceId id) {
        return context.store().get(SECRETS, id.key());
    }

    /** Starts the group's containers; those of a former start are ended first. */
    void start(ResourceId id) throws IOException {
        stop(id);
        Optional<ObjectNode> full = full(id);
        if (full.isPresent()) {
            RunningGroup group = new RunningGroup(id, full.get(), runtime, context.clock());
            running.put(id.key(), group);
            group.start();
        }
    }

    void stop(ResourceId id) {
        RunningGroup group = running.remove(id.key());
        if (group != null) {
            group.close();
        }
    }

    Optional<RunningGroup> running(ResourceId id) {
        return Optional.ofNullable(running.get(id.key()));
    }

    boolean delete(ResourceId id) {
        stop(id);
        context.store().delete(SECRETS, id.key());
        return resources.delete(id);
    }

    /** Remembers that a group was stopped by its owner, so that it stays so over a restart. */
    void markStopped(ResourceId id, boolean stopped) {
        context.store().update(SECRETS + ".stopped", id.key(), document -> document.put("stopped", stopped));
    }

    void resumeAll() {
        for (var entry : context.store().list(SECRETS, "")) {
            ResourceId id = new ResourceId(entry.document().path("id").asText());
            boolean stopped = context.store()
                    .get(SECRETS + ".stopped", id.key())
                    .map(document -> document.path("stopped").asBoolean())
                    .orElse(false);
            if (resources.get(id).isEmpty()) {
                context.store().delete(SECRETS, entry.key());
            } else if (!stopped) {
                try {
                    start(id);
                } catch (IOException e) {
                    System.getLogger(ContainerGroups.class.getName())
                            .log(System.Logger.Level.WARNING, "cannot start " + id + " again", e);
                }
            }
        }
    }

    void close() {
        running.values().parallelStream().forEach(RunningGroup::close);
        running.clear();
    }
}
