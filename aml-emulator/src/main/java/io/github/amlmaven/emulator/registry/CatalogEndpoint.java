package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.registry.Registries.Registry;
import io.github.amlmaven.emulator.registry.Repositories.StoredManifest;
import io.github.amlmaven.emulator.registry.Repositories.Tag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What is in a registry: the distribution API's catalog and tag list, and ACR's richer {@code /acr/v1}. */
final class CatalogEndpoint {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Repositories repositories;
    private final Registries registries;
    private final RegistryAccess access;

    CatalogEndpoint(Repositories repositories, Registries registries, RegistryAccess access) {
        this.repositories = repositories;
        this.registries = registries;
        this.access = access;
    }

    void declare(Routes routes) {
        routes.add("GET", "/v2", exchange -> {
            access.signedIn(exchange);
            exchange.send(200, JSON.objectNode());
        });
        routes.add("GET", "/v2/_catalog", exchange -> catalog(exchange, "/v2/_catalog"));
        routes.add("GET", "/v2/{repository...}/tags/list", this::tagNames);
        routes.add("GET", "/acr/v1/_catalog", exchange -> catalog(exchange, "/acr/v1/_catalog"));
        String repository = "/acr/v1/{repository...}";
        routes.add("GET", repository, this::repository);
        routes.add("DELETE", repository, this::deleteRepository);
        routes.add("GET", repository + "/_tags", this::tags);
        routes.add("GET", repository + "/_tags/{reference}", this::tag);
        routes.add("DELETE", repository + "/_tags/{reference}", this::deleteTag);
        routes.add("GET", repository + "/_manifests", this::manifests);
        routes.add("GET", repository + "/_manifests/{reference}", this::manifest);
    }

    private void catalog(Exchange exchange, String path) throws IOException {
        Registry registry = access.require(exchange, "registry", "catalog", "*");
        List<String> page = Paging.page(exchange, repositories.names(registry.name()), Function.identity(), path);
        ObjectNode body = JSON.objectNode();
        page.forEach(body.putArray("repositories")::add);
        exchange.send(200, body);
    }

    private void tagNames(Exchange exchange) throws IOException {
        String name = ImageName.repository(exchange.variable("repository"));
        Registry registry = access.require(exchange, "repository", name, "pull", "metadata_read");
        Repository repository = known(registry, name);
        List<String> all = repositories.tags(repository).stream()
                .map(Tag::name)
                .sorted(Comparator.comparing((String tag) -> tag.toLowerCase(Locale.ROOT))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        List<String> page = Paging.page(exchange, all, Function.identity(), "/v2/" + name + "/tags/list");
        ObjectNode body = JSON.objectNode().put("name", name);
        page.forEach(body.putArray("tags")::add);
        exchange.send(200, body);
    }

    // ACR

    private Repository required(Exchange exchange, String action, String... alternatives) {
        String name = ImageName.repository(exchange.variable("repository"));
        return known(access.require(exchange, "repository", name, action, alternatives), name);
    }

    private Repository known(Registry registry, String name) {
        if (!repositories.names(registry.name()).contains(name)) {
            throw OciErrors.nameUnknown(name);
        }
        return new Repository(registry.name(), name);
    }

    private ObjectNode envelope(Repository repository) {
        String server = registries
                .find(repository.registry())
                .map(registries::loginServer)
                .orElse("");
        return JSON.objectNode().put("registry", server).put("imageName", repository.name());
    }

    private void repository(Exchange exchange) throws IOException {
        Repository repository = required(exchange, "metadata_read", "pull");
        List<StoredManifest> manifests = repositories.manifests(repository);
        List<Tag> tags = repositories.tags(repository);
        ObjectNode body = envelope(repository);
        manifests.stream()
                .map(StoredManifest::created)
                .min(Comparator.naturalOrder())
                .ifPresent(time -> body.put("createdTime", time.toString()));
        manifests.stream()
                .map(StoredManifest::created)
                .max(Comparator.naturalOrder())
                .ifPresent(time -> body.put("lastUpdateTime", time.toString()));
        body.put("manifestCount", manifests.size()).put("tagCount", tags.size());
        body.set("changeableAttributes", attributes());
        exchange.send(200, body);
    }

    private void deleteRepository(Exchange exchange) throws IOException {
        Repository repository = required(exchange, "delete");
        ObjectNode body = JSON.objectNode();
        ArrayNode manifests = body.putArray("manifestsDeleted");
        repositories.manifests(repository).forEach(manifest -> manifests.add(manifest.digest()));
        ArrayNode tags = body.putArray("tagsDeleted");
        repositories.tags(repository).forEach(tag -> tags.add(tag.name()));
        repositories.delete(repository);
        exchange.send(202, body);
    }

    private void tags(Exchange exchange) throws IOException {
        Repository repository = required(exchange, "metadata_read", "pull");
        String digest = exchange.query("digest").orElse("");
        List<Tag> all = new ArrayList<>(repositories.tags(repository));
        all.removeIf(tag -> !digest.isEmpty() && !tag.digest().equals(digest));
        Comparator<Tag> byTime = Comparator.comparing(Tag::updated).thenComparing(Tag::name);
        order(exchange, all, byTime);
        List<Tag> page = Paging.page(exchange, all, Tag::name, "/acr/v1/" + repository.name() + "/_tags");
        ObjectNode body = envelope(repository);
        ArrayNode list = body.putArray("tags");
        page.forEach(tag -> list.add(describe(tag)));
        exchange.send(200, body);
    }

    /** {@code timeasc} and {@code timedesc}; without it by name. */
    private static <T> void order(Exchange exchange, List<T> all, Comparator<T> byTime) {
        switch (exchange.query("orderby").orElse("")) {
            case "timeasc" -> all.sort(byTime);
            case "timedesc" -> all.sort(byTime.reversed());
            default -> {}
        }
    }

    private Tag presentTag(Repository repository, String name) {
        return repositories
                .tag(repository, name)
                .orElseThrow(() -> OciErrors.of(404, "TAG_UNKNOWN", "the specified tag does not exist"));
    }

    private void tag(Exchange exchange) throws IOException {
        Repository repository = required(exchange, "metadata_read", "pull");
        ObjectNode body = envelope(repository);
        body.set("tag", describe(presentTag(repository, exchange.variable("reference"))));
        exchange.send(200, body);
    }

    private void deleteTag(Exchange exchange) throws IOException {
        Repository repository = required(exchange, "delete");
        Tag tag = presentTag(repository, exchange.variable("reference"));
        repositories.deleteTag(repository, tag.name());
        exchange.send(202);
    }

    private void manifests(Exchange exchange) throws IOException {
        Repository repository = required(exchange, "metadata_read", "pull");
        List<StoredManifest> all = new ArrayList<>(repositories.manifests(repository));
        order(exchange, all, Comparator.comparing(StoredManifest::created).thenComparing(StoredManifest::digest));
        List<StoredManifest> page =
                Paging.page(exchange, all, StoredManifest::digest, "/acr/v1/" + repository.name() + "/_manifests");
        ObjectNode body = envelope(repository);
        ArrayNode list = body.putArray("manifests");
        for (StoredManifest manifest : page) {
            list.add(describe(repository, manifest));
        }
        exchange.send(200, body);
    }

    private void manifest(Exchange exchange) throws IOException {
        Repository repository = required(exchange, "metadata_read", "pull");
        String digest = ImageName.digest(exchange.variable("reference"));
        StoredManifest manifest = repositories
                .manifest(repository, digest)
                .orElseThrow(() -> OciErrors.manifestUnknown(repository.name(), digest));
        ObjectNode body = envelope(repository);
        body.set("manifest", describe(repository, manifest));
        exchange.send(200, body);
    }

    private static ObjectNode describe(Tag tag) {
        ObjectNode node = JSON.objectNode().put("name", tag.name()).put("digest", tag.digest());
        node.put("createdTime", tag.created().toString())
                .put("lastUpdateTime", tag.updated().toString());
        node.put("signed", false).set("changeableAttributes", attributes());
        return node;
    }

    private ObjectNode describe(Repository repository, StoredManifest manifest) throws IOException {
        JsonNode json = manifest.json();
        long size = manifest.size() + json.path("config").path("size").asLong();
        for (JsonNode layer : json.path("layers")) {
            size += layer.path("size").asLong();
        }
        ObjectNode node = JSON.objectNode().put("digest", manifest.digest()).put("imageSize", size);
        node.put("createdTime", manifest.created().toString())
                .put("lastUpdateTime", manifest.created().toString())
                .put("mediaType", manifest.mediaType());
        platform(repository, json).ifPresent(config -> {
            node.put("architecture", config.path("architecture").asText());
            node.put("os", config.path("os").asText());
        });
        if (json.has("config")) {
            node.put("configMediaType", json.path("config").path("mediaType").asText());
        }
        ArrayNode tags = node.putArray("tags");
        repositories.tags(repository).stream()
                .filter(tag -> tag.digest().equals(manifest.digest()))
                .forEach(tag -> tags.add(tag.name()));
        node.set("changeableAttributes", attributes());
        return node;
    }

    private Optional<JsonNode> platform(Repository repository, JsonNode manifest) throws IOException {
        String config = manifest.path("config").path("digest").asText();
        boolean image = manifest.path("config").path("mediaType").asText().contains("image");
        if (!image || !ImageName.isDigest(config) || !repositories.hasBlob(repository, config)) {
            return Optional.empty();
        }
        JsonNode json = new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(repositories.content().read(config));
        return json.has("architecture") ? Optional.of(json) : Optional.empty();
    }

    private static ObjectNode attributes() {
        return JSON.objectNode()
                .put("deleteEnabled", true)
                .put("writeEnabled", true)
                .put("readEnabled", true)
                .put("listEnabled", true);
    }
}
