package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.registry.Registries.Registry;
import io.github.amlmaven.emulator.registry.Repositories.StoredManifest;
import java.io.IOException;
import java.util.Optional;

/** Manifests and referrers of the distribution API. */
final class ManifestEndpoint {

    private static final String MANIFEST = "/v2/{repository...}/manifests/{reference}";
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Repositories repositories;
    private final RegistryAccess access;
    private final PullThrough pullThrough;

    ManifestEndpoint(Repositories repositories, RegistryAccess access, PullThrough pullThrough) {
        this.repositories = repositories;
        this.access = access;
        this.pullThrough = pullThrough;
    }

    void declare(Routes routes) {
        routes.add("GET|HEAD", MANIFEST, this::get);
        routes.add("PUT", MANIFEST, exchange -> Body.drainOnError(exchange, this::put));
        routes.add("DELETE", MANIFEST, this::delete);
        routes.add("GET", "/v2/{repository...}/referrers/{digest}", this::referrers);
    }

    private Repository repository(Exchange exchange, String action) {
        String name = ImageName.repository(exchange.variable("repository"));
        Registry registry = access.require(exchange, "repository", name, action);
        return new Repository(registry.name(), name);
    }

    private void get(Exchange exchange) throws IOException {
        String reference = ImageName.reference(exchange.variable("reference"));
        Repository repository = repository(exchange, "pull");
        Optional<StoredManifest> stored = repositories.manifest(repository, reference);
        StoredManifest manifest = stored.isPresent()
                ? stored.get()
                : pullThrough
                        .manifest(repository, reference)
                        .orElseThrow(() -> OciErrors.manifestUnknown(repository.name(), reference));
        exchange.setHeader("Docker-Content-Digest", manifest.digest());
        exchange.setHeader("ETag", "\"" + manifest.digest() + "\"");
        exchange.send(200, manifest.mediaType(), manifest.bytes().content());
    }

    private void put(Exchange exchange) throws IOException {
        String reference = ImageName.reference(exchange.variable("reference"));
        Repository repository = repository(exchange, "push");
        byte[] bytes = exchange.body().readNBytes(Manifests.LARGEST + 1);
        if (bytes.length > Manifests.LARGEST) {
            throw OciErrors.of(413, "MANIFEST_INVALID", "a manifest may have 4 MiB at most");
        }
        String digest = ContentStore.digest(bytes, reference);
        if (ImageName.isDigest(reference) && !reference.equals(digest)) {
            throw OciErrors.of(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
        }
        String mediaType = mediaType(exchange);
        JsonNode manifest = parse(bytes);
        Manifests.checkForm(manifest, mediaType);
        checkContent(repository, manifest, mediaType);
        repositories.putManifest(repository, digest, mediaType, new ManifestBytes(bytes));
        if (!ImageName.isDigest(reference)) {
            repositories.tag(repository, reference, digest);
        }
        String subject = manifest.path("subject").path("digest").asText("");
        if (!subject.isEmpty()) {
            exchange.setHeader("OCI-Subject", subject);
        }
        exchange.setHeader("Location", "/v2/" + repository.name() + "/manifests/" + digest);
        exchange.setHeader("Docker-Content-Digest", digest);
        exchange.send(201);
    }

    private static String mediaType(Exchange exchange) {
        String type = exchange.header("Content-Type").orElse("");
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).strip();
    }

    private static JsonNode parse(byte[] bytes) throws IOException {
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw Manifests.invalid(e.getOriginalMessage());
        }
    }

    private void checkContent(Repository repository, JsonNode manifest, String mediaType) throws IOException {
        if (Manifests.isIndex(mediaType)) {
            for (String child : Manifests.children(manifest)) {
                if (repositories.manifest(repository, child).isEmpty()) {
                    throw OciErrors.of(400, "MANIFEST_BLOB_UNKNOWN", "manifest " + child + " is not in the repository");
                }
            }
            return;
        }
        for (String blob : Manifests.blobs(manifest)) {
            if (!repositories.hasBlob(repository, blob)) {
                throw OciErrors.of(400, "MANIFEST_BLOB_UNKNOWN", "blob " + blob + " is not in the repository");
            }
        }
    }

    private void delete(Exchange exchange) throws IOException {
        String reference = ImageName.reference(exchange.variable("reference"));
        Repository repository = repository(exchange, "delete");
        boolean existed = ImageName.isDigest(reference)
                ? repositories.deleteManifest(repository, reference)
                : repositories.deleteTag(repository, reference);
        if (!existed) {
            throw OciErrors.manifestUnknown(repository.name(), reference);
        }
        exchange.send(202);
    }

    private void referrers(Exchange exchange) throws IOException {
        String digest = ImageName.digest(exchange.variable("digest"));
        Repository repository = repository(exchange, "pull");
        String wanted = exchange.query("artifactType").orElse("");
        ObjectNode index = JsonNodeFactory.instance.objectNode();
        index.put("schemaVersion", 2).put("mediaType", Manifests.OCI_INDEX);
        ArrayNode list = index.putArray("manifests");
        for (StoredManifest manifest : repositories.manifests(repository)) {
            if (!manifest.subject().equals(digest)) {
                continue;
            }
            JsonNode json = manifest.json();
            String type = json.path("artifactType")
                    .asText(json.path("config").path("mediaType").asText());
            if (wanted.isEmpty() || wanted.equals(type)) {
                ObjectNode descriptor = list.addObject();
                descriptor.put("mediaType", manifest.mediaType()).put("digest", manifest.digest());
                descriptor.put("size", manifest.size()).put("artifactType", type);
                if (json.path("annotations").isObject()) {
                    descriptor.set("annotations", json.path("annotations"));
                }
            }
        }
        if (!wanted.isEmpty()) {
            exchange.setHeader("OCI-Filters-Applied", "artifactType");
        }
        exchange.send(200, Manifests.OCI_INDEX, JSON.writeValueAsBytes(index));
    }
}
