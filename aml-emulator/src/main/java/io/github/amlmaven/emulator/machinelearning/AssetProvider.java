package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.asset.AssetKind;
import io.github.amlmaven.emulator.asset.AssetVersions;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Handler;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The requests for containers and versions of one kind of asset. */
final class AssetProvider implements Provider {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][\\w.\\-]{0,254}");
    private static final Pattern VERSION = Pattern.compile("[a-zA-Z0-9][\\w.\\-]{0,254}");

    /** azure-ai-ml {@code constants/_common.py}: DEFAULT_COMPONENT_VERSION. */
    private static final String DEFAULT_VERSION = "azureml_default";

    private final WorkspaceScope scope;
    private final AssetHome home;
    private final AssetKind kind;
    private final RequestCheck check;
    private final AssetVersions assets;
    private final JobOutputUri jobOutputs;

    AssetProvider(WorkspaceScope scope, AssetHome home, AssetKind kind, RequestCheck check) {
        this.scope = scope;
        this.home = home;
        this.kind = kind;
        this.check = check;
        this.assets = new AssetVersions(scope.resources(), scope.context().clock());
        this.jobOutputs = new JobOutputUri(scope.resources());
    }

    @Override
    public void declare(Routes routes) {
        String containers = home.template() + "/" + kind.path();
        String container = containers + "/{name}";
        String version = container + "/versions/{version}";
        add(routes, "GET", containers, this::listContainers);
        add(routes, "GET", container, exchange -> exchange.send(200, home.shown(find(containerId(exchange)))));
        add(routes, "PUT", container, this::putContainer);
        add(routes, "DELETE", container, exchange -> delete(exchange, containerId(exchange)));
        add(routes, "GET", container + "/versions", this::listVersions);
        add(routes, "GET", version, exchange -> exchange.send(200, home.shown(find(readVersionId(exchange)))));
        add(routes, "PUT", version, this::putVersion);
        add(routes, "DELETE", version, exchange -> delete(exchange, versionId(exchange)));
        add(routes, "GET", container + "/labels/{label}", this::label);
    }

    private void add(Routes routes, String method, String template, Handler handler) {
        routes.add(method, template, exchange -> {
            home.admit(exchange);
            handler.handle(exchange);
        });
    }

    private ResourceId containerId(Exchange exchange) {
        return home.id(exchange).child(kind.path(), exchange.variable("name"));
    }

    private ResourceId versionId(Exchange exchange) {
        return containerId(exchange).child("versions", exchange.variable("version"));
    }

    /** The version of a request's path; {@code azureml_default} is the newest of a component, as the client asks for it. */
    private ResourceId readVersionId(Exchange exchange) {
        ResourceId id = versionId(exchange);
        if (kind != AssetKind.COMPONENTS || !id.name().equals(DEFAULT_VERSION)) {
            return id;
        }
        String latest = find(containerId(exchange))
                .path("properties")
                .path("latestVersion")
                .asText();
        return containerId(exchange).child("versions", latest);
    }

    private ObjectNode find(ResourceId id) {
        return scope.resources().get(id).orElseThrow(() -> WorkspaceScope.notFound(id));
    }

    private void listContainers(Exchange exchange) throws IOException {
        List<ObjectNode> all = scope.resources().children(home.id(exchange), kind.path());
        AssetQuery query = AssetQuery.of(exchange);
        WorkspaceScope.sendPage(
                exchange,
                all.stream()
                        .filter(query::shown)
                        .sorted(query.comparator())
                        .map(home::shown)
                        .toList());
    }

    private void listVersions(Exchange exchange) throws IOException {
        AssetQuery query = AssetQuery.of(exchange);
        List<ObjectNode> candidates = new ArrayList<>();
        if (kind == AssetKind.CODES && exchange.query("hash").isPresent()) {
            // The name in the path is a random one: the client wants to know whether any code has this content.
            for (ObjectNode container : scope.resources().children(home.id(exchange), kind.path())) {
                candidates.addAll(versions(new ResourceId(container.path("id").asText())));
            }
        } else {
            // Of a container that does not exist there are no versions: clients ask before their first one.
            candidates.addAll(versions(containerId(exchange)));
        }
        WorkspaceScope.sendPage(
                exchange,
                candidates.stream()
                        .filter(query::shown)
                        .filter(query::matches)
                        .sorted(query.comparator())
                        .map(home::shown)
                        .toList());
    }

    private List<ObjectNode> versions(ResourceId container) {
        return scope.resources().children(container, "versions");
    }

    /** {@code latest} and {@code default} are the version created last. */
    private void label(Exchange exchange) throws IOException {
        String label = exchange.variable("label");
        ObjectNode container = find(containerId(exchange));
        String latest = container.path("properties").path("latestVersion").asText();
        if (latest.isEmpty() || !(label.equalsIgnoreCase("latest") || label.equalsIgnoreCase("default"))) {
            throw WorkspaceScope.notFound(containerId(exchange).child("labels", label));
        }
        exchange.send(200, home.shown(find(containerId(exchange).child("versions", latest))));
    }

    private synchronized void putContainer(Exchange exchange) throws IOException {
        ResourceId id = containerId(exchange);
        JsonNode body = check.body(exchange, kind.containerModel());
        checkName(id.name(), NAME);
        Optional<ObjectNode> old = scope.resources().get(id);
        ObjectNode container = assets.container(kind, id, old, body.path("properties"));
        scope.resources().put(id, container);
        exchange.send(old.isPresent() ? 200 : 201, container);
    }

    private synchronized void putVersion(Exchange exchange) throws IOException {
        ResourceId id = versionId(exchange);
        ResourceId container = containerId(exchange);
        JsonNode body = check.body(exchange, kind.versionModel());
        checkName(container.name(), NAME);
        checkName(id.name(), VERSION);
        Optional<ObjectNode> old = scope.resources().get(id);
        ObjectNode version = version(exchange, id, old, body.path("properties"));
        old.ifPresent(present -> refuseChange(present, version));
        assets.put(kind, container, id, version);
        home.answer(exchange, id, version, old.isPresent());
    }

    private ObjectNode version(Exchange exchange, ResourceId id, Optional<ObjectNode> old, JsonNode given) {
        ObjectNode version = assets.version(kind, id, old, given);
        if (kind == AssetKind.MODELS && home.type().equals("workspaces")) {
            jobOutputs.resolve(home.id(exchange), (ObjectNode) version.get("properties"));
        }
        return version;
    }

    private void refuseChange(ObjectNode old, ObjectNode changed) {
        for (String name : kind.immutable()) {
            JsonNode before = old.path("properties").path(name);
            JsonNode after = changed.path("properties").path(name);
            if (!text(before).equals(text(after))) {
                throw kind == AssetKind.MODELS
                        // azure-ai-ml compares this very text.
                        ? WorkspaceScope.userError("Asset paths cannot be updated.")
                        : HttpError.arm(
                                409,
                                "UserError",
                                "A resource with this name and version already exists and its '" + name
                                        + "' is different: " + old.path("id").asText());
            }
        }
    }

    private static String text(JsonNode node) {
        return node.isNull() || node.isMissingNode() ? "" : node.isTextual() ? node.asText() : node.toString();
    }

    private synchronized void delete(Exchange exchange, ResourceId id) throws IOException {
        boolean existed = scope.resources().delete(id);
        if (existed && !id.segment("versions").isEmpty()) {
            noteDeletedVersion(containerId(exchange));
        }
        exchange.send(existed ? 200 : 204);
    }

    private void noteDeletedVersion(ResourceId id) {
        ObjectNode container = find(id);
        ObjectNode properties = (ObjectNode) container.path("properties");
        Optional<ObjectNode> latest = versions(id).stream().max(AssetQuery.BY_CREATION);
        if (latest.isPresent()) {
            properties.set("latestVersion", latest.get().path("name"));
        } else {
            properties.putNull("latestVersion");
        }
        scope.resources().put(id, container);
    }

    private void checkName(String name, Pattern allowed) {
        if (!allowed.matcher(name).matches()) {
            throw WorkspaceScope.userError("'" + name + "' is not a valid name or version of " + kind.path()
                    + ". It must match " + allowed.pattern() + ".");
        }
    }
}
