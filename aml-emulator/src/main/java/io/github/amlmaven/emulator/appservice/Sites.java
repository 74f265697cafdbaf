package io.github.amlmaven.emulator.appservice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.container.ImageFiles;
import io.github.amlmaven.emulator.function.HostStorage;
import io.github.amlmaven.emulator.service.EmulatorContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Sites and slots as they are stored and as they run. */
final class Sites implements AutoCloseable {

    /** One document a site: {@code config}, {@code settings}, {@code connectionStrings}, {@code sticky}, each with what only its owner may read. */
    private static final String CONFIGURATION = "appservice.configuration";

    private static final int START_SECONDS = 230;

    private final EmulatorContext context;
    private final ResourceStore resources;
    private final ContainerRuntime runtime;
    private final SiteLaunches launches;
    private final AppServiceProvider.ImageAccess access;
    private final Map<String, RunningSite> running = new ConcurrentHashMap<>();

    Sites(
            EmulatorContext context,
            ResourceStore resources,
            ContainerRuntime runtime,
            ImageFiles.Source images,
            HostStorage storage,
            AppServiceProvider.ImageAccess access) {
        this.context = context;
        this.resources = resources;
        this.runtime = runtime;
        this.launches = new SiteLaunches(images, storage);
        this.access = access;
    }

    Optional<ObjectNode> stored(ResourceId id) {
        return resources.get(id);
    }

    /** The site as GET returns it: with the part of its configuration that holds no secrets. */
    Optional<ObjectNode> view(ResourceId id) {
        return resources.get(id).map(document -> {
            ObjectNode view = document.deepCopy();
            view.withObject("/properties").put("sku", tier(view));
            ObjectNode shown = view.withObject("/properties").putObject("siteConfig");
            ObjectNode config = config(id);
            for (String key : List.of(
                    "numberOfWorkers",
                    "linuxFxVersion",
                    "acrUseManagedIdentityCreds",
                    "acrUserManagedIdentityID",
                    "alwaysOn",
                    "http20Enabled")) {
                if (config.has(key)) {
                    shown.set(key, config.get(key));
                }
            }
            return view;
        });
    }

    /** The tier of the site's plan. */
    private String tier(ObjectNode site) {
        String plan = site.at("/properties/serverFarmId").asText();
        return plan.startsWith("/")
                ? resources
                        .get(new ResourceId(plan))
                        .map(found -> found.at("/sku/tier").asText())
                        .orElse("")
                : "";
    }

    ObjectNode config(ResourceId id) {
        return part(id, "config");
    }

    ObjectNode settings(ResourceId id) {
        return part(id, "settings");
    }

    /** Connection strings by name, each with {@code value} and {@code type}. */
    ObjectNode connectionStrings(ResourceId id) {
        return part(id, "connectionStrings");
    }

    void connectionStrings(ResourceId id, JsonNode strings) {
        context.store()
                .update(CONFIGURATION, id.key(), all -> (ObjectNode) all.set("connectionStrings", strings.deepCopy()));
    }

    private ObjectNode part(ResourceId id, String name) {
        return context.store()
                .get(CONFIGURATION, id.key())
                .map(all -> all.withObject("/" + name))
                .orElseGet(Sites::emptyObject);
    }

    private static ObjectNode emptyObject() {
        return JsonNodeFactory.instance.objectNode();
    }

    void put(ResourceId id, JsonNode body) throws IOException {
        String host = address(id).host();
        ObjectNode present = resources.get(id).orElseGet(Sites::emptyObject);
        JsonNode given = body.path("properties").path("siteConfig");
        context.store().update(CONFIGURATION, id.key(), all -> {
            all.put("id", id.value());
            all.set("config", SiteDocument.config(all.withObject("/config"), given));
            all.withObject("/settings");
            if (given.path("appSettings").isArray()) {
                all.set("settings", SiteDocument.settings(given.path("appSettings")));
            }
            return all;
        });
        resources.put(
                id, SiteDocument.of(id, present, body, host, context.clock().instant()));
    }

    void config(ResourceId id, JsonNode given) {
        context.store().update(CONFIGURATION, id.key(), all -> {
            all.set("config", SiteDocument.config(all.withObject("/config"), given));
            return all;
        });
    }

    void settings(ResourceId id, JsonNode settings) {
        context.store().update(CONFIGURATION, id.key(), all -> (ObjectNode) all.set("settings", settings.deepCopy()));
    }

    /** Starts what is stored, unless the same runs already or the site is stopped; {@code restart} starts in any case. */
    void start(ResourceId id, boolean restart) throws IOException {
        Optional<ObjectNode> site = resources.get(id);
        if (site.isEmpty()) {
            return;
        }
        RunningSite address = address(id);
        if (site.get().path("properties").path("state").asText().equals("Stopped")) {
            address.stop();
            return;
        }
        Optional<SiteInstance.Launch> launch = launches.of(new SiteLaunches.Described(
                id, site.get(), config(id), settings(id), connectionStrings(id), address.log()));
        if (launch.isEmpty()) {
            address.stop();
        } else if (restart || !address.runs(launch.get().spec())) {
            String image = launch.get().spec().image();
            if (!access.allows(image, site.get(), config(id), settings(id))) {
                SiteLaunches.pullFailed(address.log(), image + " not found or access denied");
                address.stop();
                return;
            }
            int limit = settings(id).path("WEBSITES_CONTAINER_START_TIME_LIMIT").asInt(START_SECONDS);
            address.start(launch.get(), Duration.ofSeconds(limit));
        }
    }

    /** The keys of a site's Functions host. */
    ObjectNode hostKeys(ResourceId id) {
        return updateHostKeys(id, keys -> {});
    }

    ObjectNode updateHostKeys(ResourceId id, Consumer<ObjectNode> change) {
        return context.store()
                .update(CONFIGURATION, id.key(), all -> {
                    ObjectNode keys = all.withObject("/hostKeys");
                    FunctionKeys.make(keys);
                    change.accept(keys);
                    return all;
                })
                .withObject("/hostKeys");
    }

    RunningSite address(ResourceId id) throws IOException {
        RunningSite present = running.get(id.key());
        if (present != null) {
            return present;
        }
        synchronized (running) {
            RunningSite again = running.get(id.key());
            if (again == null) {
                again = new RunningSite(
                        id, runtime, context.clock(), context.executor(), () -> FunctionKeys.read(hostKeys(id)));
                running.put(id.key(), again);
            }
            return again;
        }
    }

    void state(ResourceId id, String state) {
        resources.update(id, document -> {
            document.withObject("/properties").put("state", state);
            return document;
        });
    }

    /**
     * Exchanges what two sites run and are configured with, but for the settings that stay with their slot. Where none of
     * those differ, the containers change places as they are; else the service starts both anew.
     */
    void swap(ResourceId one, ResourceId other, Set<String> sticky) throws IOException {
        ObjectNode here = context.store().get(CONFIGURATION, one.key()).orElseGet(Sites::emptyObject);
        ObjectNode there = context.store().get(CONFIGURATION, other.key()).orElseGet(Sites::emptyObject);
        store(one, there, here, sticky);
        store(other, here, there, sticky);
        address(one).swap(address(other));
        start(one, false);
        start(other, false);
    }

    private void store(ResourceId id, ObjectNode taken, ObjectNode own, Set<String> sticky) {
        ObjectNode all = taken.deepCopy();
        all.put("id", id.value());
        all.remove("hostKeys");
        if (own.has("hostKeys")) {
            all.set("hostKeys", own.path("hostKeys"));
        }
        for (String name : sticky) {
            all.withObject("/settings").remove(name);
            JsonNode kept = own.path("settings").path(name);
            if (!kept.isMissingNode()) {
                all.withObject("/settings").set(name, kept);
            }
        }
        context.store().put(CONFIGURATION, id.key(), all);
    }

    /** Names of settings that stay where they are in a swap, kept with the production site. */
    Set<String> sticky(ResourceId site) {
        Set<String> names = new LinkedHashSet<>();
        context.store()
                .get(CONFIGURATION, site.key())
                .ifPresent(all -> all.path("sticky").path("appSettingNames").forEach(name -> names.add(name.asText())));
        return names;
    }

    ObjectNode stickyDocument(ResourceId site) {
        return context.store()
                .get(CONFIGURATION, site.key())
                .map(all -> all.withObject("/sticky"))
                .orElseGet(Sites::emptyObject);
    }

    void sticky(ResourceId site, JsonNode names) {
        context.store().update(CONFIGURATION, site.key(), all -> (ObjectNode) all.set("sticky", names.deepCopy()));
    }

    /** The password of the site's deployment user, made when it is first asked for. */
    String publishingPassword(ResourceId id, Supplier<String> make) {
        return context.store()
                .update(
                        CONFIGURATION,
                        id.key(),
                        all -> all.has("publishingPassword") ? all : all.put("publishingPassword", make.get()))
                .path("publishingPassword")
                .asText();
    }

    boolean delete(ResourceId id) {
        List<ResourceId> all = new ArrayList<>();
        resources
                .children(id, "slots")
                .forEach(slot -> all.add(new ResourceId(slot.path("id").asText())));
        all.add(id);
        for (ResourceId one : all) {
            RunningSite site = running.remove(one.key());
            if (site != null) {
                site.close();
            }
            context.store().delete(CONFIGURATION, one.key());
        }
        return resources.delete(id);
    }

    void resumeAll() {
        for (var entry : context.store().list(CONFIGURATION, "")) {
            ResourceId id = new ResourceId(entry.document().path("id").asText());
            try {
                if (resources.get(id).isEmpty()) {
                    context.store().delete(CONFIGURATION, entry.key());
                } else {
                    start(id, false);
                }
            } catch (IOException e) {
                System.getLogger(Sites.class.getName())
                        .log(System.Logger.Level.WARNING, "cannot start " + id + " again", e);
            }
        }
    }

    @Override
    public void close() {
        running.values().parallelStream().forEach(RunningSite::close);
        running.clear();
    }
}
