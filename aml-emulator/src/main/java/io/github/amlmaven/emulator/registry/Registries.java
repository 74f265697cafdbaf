package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.store.DocumentStore.Entry;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntUnaryOperator;

/**
 * The registries by name and by port. The workspace's own answers on the emulator's main ports, each other one on an HTTPS
 * port of its own that it keeps over restarts when it is free.
 */
public final class Registries {

    private static final String COLLECTION = "registry.registries";
    private static final String AZURE_SUFFIX = ".azurecr.io";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final EmulatorContext context;
    private final ResourceStore resources;
    private final IntUnaryOperator openHttps;
    private final Map<Integer, String> byPort = new ConcurrentHashMap<>();

    /** @param openHttps opens an HTTPS port on loopback, the given one when it is free, and returns its number */
    public Registries(EmulatorContext context, ResourceStore resources, IntUnaryOperator openHttps) {
        this.context = context;
        this.resources = resources;
        this.openHttps = openHttps;
    }

    /** A registry's own document: what ARM's resource does not hold. */
    record Registry(String name, ResourceId id, boolean main, int port, String password, String password2) {
        @Override
        public String toString() {
            return "Registry[" + name + "]";
        }
    }

    /** Opens the ports of the registries that exist. */
    void open() {
        for (Entry entry : context.store().list(COLLECTION, "")) {
            Registry registry = toRegistry(entry.key(), entry.document());
            if (!registry.main() && !byPort.containsValue(registry.name())) {
                listen(registry);
            }
        }
    }

    private void listen(Registry registry) {
        int port = openHttps.applyAsInt(registry.port());
        byPort.put(port, registry.name());
        context.store().update(COLLECTION, registry.name(), document -> document.put("port", port));
    }

    /** Makes the registry's own document when it is new. */
    void register(ResourceId id, boolean main) {
        String name = id.name().toLowerCase(Locale.ROOT);
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", id.value()).put("main", main).put("port", 0);
        document.put("password", newPassword()).put("password2", newPassword());
        if (context.store().putIfAbsent(COLLECTION, name, document) && !main) {
            listen(toRegistry(name, document));
        }
    }

    void unregister(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        context.store().delete(COLLECTION, key);
        byPort.values().removeIf(key::equals);
    }

    Optional<Registry> find(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        return context.store().get(COLLECTION, key).map(document -> toRegistry(key, document));
    }

    List<Registry> all() {
        return context.store().list(COLLECTION, "").stream()
                .map(entry -> toRegistry(entry.key(), entry.document()))
                .toList();
    }

    /** The registry that a name, an Azure login server or a loopback authority stands for. */
    Optional<Registry> resolve(String nameOrAuthority) {
        String host = nameOrAuthority.toLowerCase(Locale.ROOT);
        if (host.endsWith(AZURE_SUFFIX)) {
            return find(host.substring(0, host.length() - AZURE_SUFFIX.length()));
        }
        if (host.contains(":") || host.equals("localhost")) {
            return at(URI.create("https://" + host));
        }
        return find(host);
    }

    /** The registry that answers at this scheme, host and port. */
    Optional<Registry> at(URI base) {
        String name = byPort.get(base.getPort());
        if (name != null) {
            return find(name);
        }
        return context.store().list(COLLECTION, "").stream()
                .filter(entry -> entry.document().path("main").asBoolean())
                .findFirst()
                .map(entry -> toRegistry(entry.key(), entry.document()));
    }

    /** {@code localhost:port}. */
    String loginServer(Registry registry) {
        return registry.main() ? context.endpoints().authority() : "localhost:" + registry.port();
    }

    boolean adminEnabled(Registry registry) {
        return property(registry, "adminUserEnabled");
    }

    boolean anonymousPull(Registry registry) {
        return property(registry, "anonymousPullEnabled");
    }

    private boolean property(Registry registry, String name) {
        return resources
                .get(registry.id())
                .map(resource -> resource.path("properties").path(name).asBoolean(false))
                .orElse(false);
    }

    /** @param which {@code password} or {@code password2} */
    Registry regenerate(Registry registry, String which) {
        ObjectNode document =
                context.store().update(COLLECTION, registry.name(), present -> present.put(which, newPassword()));
        return toRegistry(registry.name(), document);
    }

    private static Registry toRegistry(String name, ObjectNode document) {
        return new Registry(
                name,
                new ResourceId(document.path("id").asText()),
                document.path("main").asBoolean(),
                document.path("port").asInt(),
                document.path("password").asText(),
                document.path("password2").asText());
    }

    private static String newPassword() {
        byte[] bytes = new byte[26];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
