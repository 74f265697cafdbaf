package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.http.HttpError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The media types of manifests and what a manifest must have to be accepted. */
final class Manifests {

    static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    static final Set<String> TYPES = Set.of(OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST);
    static final int LARGEST = 4 << 20;

    private Manifests() {}

    static boolean isIndex(String mediaType) {
        return mediaType.equals(OCI_INDEX) || mediaType.equals(DOCKER_LIST);
    }

    /** Digests of config and layers; foreign layers, which are fetched from elsewhere, are left out. */
    static List<String> blobs(JsonNode manifest) {
        List<String> digests = new ArrayList<>();
        digests.add(manifest.path("config").path("digest").asText());
        for (JsonNode layer : manifest.path("layers")) {
            if (!layer.path("urls").isArray() || layer.path("urls").isEmpty()) {
                digests.add(layer.path("digest").asText());
            }
        }
        return digests;
    }

    static List<String> children(JsonNode index) {
        List<String> digests = new ArrayList<>();
        index.path("manifests")
                .forEach(child -> digests.add(child.path("digest").asText()));
        return digests;
    }

    /** @throws HttpError 400 unless the JSON is a manifest of that type with well-formed digests */
    static void checkForm(JsonNode manifest, String mediaType) {
        if (!TYPES.contains(mediaType)) {
            throw invalid("media type '" + mediaType + "' is not supported");
        }
        if (manifest.path("schemaVersion").asInt() != 2) {
            throw invalid("schemaVersion must be 2");
        }
        String inside = manifest.path("mediaType").asText("");
        if (!inside.isEmpty() && !inside.equals(mediaType)) {
            throw invalid("mediaType in the manifest is '" + inside + "', Content-Type is '" + mediaType + "'");
        }
        boolean index = isIndex(mediaType);
        if (index != manifest.path("manifests").isArray()
                || index == manifest.path("layers").isArray()) {
            throw invalid(index ? "an index has manifests and no layers" : "an image has layers and no manifests");
        }
        for (String digest : index ? children(manifest) : blobs(manifest)) {
            if (!ImageName.isDigest(digest)) {
                throw invalid("'" + digest + "' is not a digest");
            }
        }
        String subject = manifest.path("subject").path("digest").asText("");
        if (!subject.isEmpty() && !ImageName.isDigest(subject)) {
            throw invalid("subject '" + subject + "' is not a digest");
        }
    }

    static HttpError invalid(String why) {
        return OciErrors.of(400, "MANIFEST_INVALID", "manifest invalid: " + why);
    }
}
