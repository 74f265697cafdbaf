package io.github.amlmaven.emulator.containerinstance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ArmError;
import io.github.amlmaven.emulator.arm.Operations;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.container.ImageReference;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Microsoft.ContainerInstance: container groups that really run. */
public final class ContainerInstanceProvider implements Provider {

    private static final String NAMESPACE = "Microsoft.ContainerInstance";
    private static final String TYPE = "/providers/" + NAMESPACE + "/containerGroups";
    private static final String GROUP = "/subscriptions/{s}/resourceGroups/{g}" + TYPE + "/{name}";
    private static final Duration START_LIMIT = Duration.ofMinutes(5);

    private final EmulatorContext context;
    private final Operations operations;
    private final ContainerGroups groups;
    private final ImageAccess access;

    /** Whether an image may be pulled with what a container group holds. */
    @FunctionalInterface
    public interface ImageAccess {

        /**
         * @param credential user name and password; empty when the group has none for that registry
         * @return false when the image does not exist or the registry refuses
         */
        boolean allows(ImageReference image, Optional<Credential> credential) throws IOException;
    }

    /**
     * How a group signs in to a registry.
     *
     * @param identity the id, or the client id, of the managed identity that is used instead of user and password; empty
     *     when none is
     */
    public record Credential(String user, String password, Optional<String> identity) {
        @Override
        public String toString() {
            return "Credential[" + user + "]";
        }
    }

    public ContainerInstanceProvider(
            EmulatorContext context,
            ResourceStore resources,
            Operations operations,
            ContainerRuntime runtime,
            ImageAccess access) {
        this.context = context;
        this.operations = operations;
        this.access = access;
        this.groups = new ContainerGroups(context, resources, runtime);
    }

    @Override
    public void declare(Routes routes) {
        routes.add("GET", "/subscriptions/{s}" + TYPE, exchange -> list(exchange, Optional.empty()));
        routes.add(
                "GET",
                "/subscriptions/{s}/resourceGroups/{g}" + TYPE,
                exchange -> list(exchange, Optional.of(exchange.variable("g"))));
        routes.add("GET", GROUP, exchange -> exchange.send(200, present(id(exchange))));
        routes.add("PUT", GROUP, this::put);
        routes.add("PATCH", GROUP, this::patch);
        routes.add("DELETE", GROUP, this::delete);
        routes.add("POST", GROUP + "/start", exchange -> start(exchange, 202));
        routes.add("POST", GROUP + "/restart", exchange -> start(exchange, 204));
        routes.add("POST", GROUP + "/stop", this::stop);
        routes.add("GET", GROUP + "/containers/{container}/logs", this::logs);
    }

    private static ResourceId id(Exchange exchange) {
        return ContainerGroups.id(exchange.variable("s"), exchange.variable("g"), exchange.variable("name"));
    }

    private ObjectNode present(ResourceId id) {
        return groups.view(id).orElseThrow(() -> ArmError.resourceNotFound(id));
    }

    private void list(Exchange exchange, Optional<String> resourceGroup) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.putArray("value").addAll(groups.list(exchange.variable("s"), resourceGroup));
        exchange.send(200, answer);
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        ObjectNode full = GroupDocument.of(id, exchange.json());
        checkImages(id, full);
        if (groups.unchanged(id, full)) {
            exchange.send(200, present(id));
            return;
        }
        boolean created = groups.stored(id).isEmpty();
        groups.stop(id);
        groups.store(id, full);
        groups.markStopped(id, false);
        startInBackground(exchange, Operations.Style.ASYNC_OPERATION, id);
        exchange.send(created ? 201 : 200, present(id));
    }

    /** The service looks at the images before it accepts the group. */
    private void checkImages(ResourceId id, ObjectNode full) throws IOException {
        JsonNode properties = full.path("properties");
        for (JsonNode container : properties.path("containers")) {
            String image = container.path("properties").path("image").asText();
            if (!accessible(image, properties.path("imageRegistryCredentials"))) {
                throw HttpError.arm(
                        400,
                        "InaccessibleImage",
                        "The image '" + image + "' in container group '" + id.name()
                                + "' is not accessible. Please check the image and registry credential.");
            }
        }
    }

    private boolean accessible(String image, JsonNode credentials) throws IOException {
        ImageReference reference;
        try {
            reference = ImageReference.parse(image);
        } catch (IllegalArgumentException e) {
            throw HttpError.arm(400, "InvalidImageName", "The image name '" + image + "' is invalid.");
        }
        Optional<Credential> credential = Optional.empty();
        for (JsonNode candidate : credentials) {
            if (candidate.path("server").asText().equalsIgnoreCase(reference.authority())) {
                credential = Optional.of(new Credential(
                        candidate.path("username").asText(),
                        candidate.path("password").asText(),
                        Optional.of(candidate.path("identity").asText("")).filter(id -> !id.isEmpty())));
            }
        }
        return access.allows(reference, credential);
    }

    private void startInBackground(Exchange exchange, Operations.Style style, ResourceId id) throws IOException {
        operations.start(exchange, style, NAMESPACE, id, () -> {
            groups.start(id);
            awaitStarted(id);
            groups.state(id, "Succeeded");
            return present(id);
        });
    }

    private void awaitStarted(ResourceId id) throws InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        Supplier<Boolean> settled =
                () -> groups.running(id).map(RunningGroup::settled).orElse(true);
        while (!settled.get() && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        Optional<String> failure = groups.running(id).flatMap(RunningGroup::startFailure);
        if (failure.isPresent() || !settled.get()) {
            groups.state(id, "Failed");
            throw HttpError.arm(
                    409,
                    "ContainerGroupStartFailed",
                    "The container group '" + id.name() + "' cannot be started: " + failure.orElse("timeout"));
        }
    }

    private void patch(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        present(id);
        JsonNode tags = exchange.json().path("tags");
        if (tags.isObject()) {
            groups.tags(id, tags);
        }
        exchange.send(200, present(id));
    }

    private void delete(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        Optional<ObjectNode> last = groups.view(id);
        if (last.isEmpty()) {
            exchange.send(204);
            return;
        }
        groups.delete(id);
        exchange.send(200, last.get());
    }

    private void start(Exchange exchange, int status) throws IOException {
        ResourceId id = id(exchange);
        present(id);
        groups.markStopped(id, false);
        if (status == 204) {
            groups.start(id);
        } else {
            startInBackground(exchange, Operations.Style.LOCATION, id);
        }
        exchange.send(status);
    }

    private void stop(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        present(id);
        groups.markStopped(id, true);
        groups.stop(id);
        exchange.send(204);
    }

    private void logs(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        present(id);
        String name = exchange.variable("container");
        String content = groups.running(id)
                .flatMap(group -> group.container(name))
                .orElseThrow(() -> HttpError.arm(
                        404,
                        "ContainerNotFound",
                        "The container '" + name + "' of container group '" + id.name()
                                + "' was not found or is not running."))
                .log(tail(exchange));
        exchange.send(200, JsonNodeFactory.instance.objectNode().put("content", content));
    }

    private static int tail(Exchange exchange) {
        String tail = exchange.query("tail").orElse("0");
        if (!tail.matches("[0-9]{1,7}")) {
            throw HttpError.arm(400, "InvalidTailParameter", "The query parameter 'tail' must be a whole number.");
        }
        return Integer.parseInt(tail);
    }

    @Override
    public void resume() {
        context.executor().execute(groups::resumeAll);
    }

    @Override
    public void close() {
        groups.close();
    }
}
