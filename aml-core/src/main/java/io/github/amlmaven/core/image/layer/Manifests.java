package io.github.amlmaven.core.image.layer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.image.layer.RegistryConnection.Answer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.http.HttpEntity;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.client.methods.HttpPut;
import org.apache.http.entity.ByteArrayEntity;

/** Manifests and small blobs of a repository. */
public final class Manifests {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ACCEPTED =
            "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";

    private Manifests() {}

    /**
     * Gives the layers of an image their media types, which Jib writes as gzip whatever they are, under the same tag.
     *
     * @return the manifest's digest
     */
    public static String correct(LayerSender sender, String tag, List<DescribedLayer> layers) throws IOException {
        Map<String, String> types = layers.stream()
                .collect(Collectors.toMap(
                        DescribedLayer::digest,
                        layer -> layer.layer().compression().mediaType(),
                        (one, same) -> one));
        RegistryConnection registry = sender.registry();
        Answer found = registry.send(repository -> {
            HttpGet request = new HttpGet(repository.resolve("manifests/" + tag));
            request.setHeader("Accept", ACCEPTED);
            return request;
        });
        if (found.status() != 200) {
            throw LayerUpload.unexpected("show the image " + tag, found);
        }
        ObjectNode manifest = (ObjectNode) JSON.readTree(found.text());
        correct(manifest, types);
        return push(registry, tag, found.type(), JSON.writeValueAsBytes(manifest));
    }

    private static void correct(ObjectNode manifest, Map<String, String> types) {
        for (JsonNode layer : manifest.path("layers")) {
            String type = types.get(layer.path("digest").asText());
            if (type != null) {
                ((ObjectNode) layer).put("mediaType", type);
            }
        }
    }

    static String pushByDigest(RegistryConnection registry, String type, byte[] manifest) throws IOException {
        return push(registry, "sha256:" + Sha256.of(manifest), type, manifest);
    }

    private static String push(RegistryConnection registry, String reference, String type, byte[] manifest)
            throws IOException {
        Answer answer = registry.send(repository -> {
            HttpPut request = new HttpPut(repository.resolve("manifests/" + reference));
            request.setHeader("Content-Type", type);
            request.setEntity(new ByteArrayEntity(manifest));
            return request;
        });
        if (answer.status() != 201) {
            throw LayerUpload.unexpected("take a manifest", answer);
        }
        return "sha256:" + Sha256.of(manifest);
    }

    /** Sends a blob in one piece. */
    static void pushBlob(RegistryConnection registry, String digest, HttpEntity content) throws IOException {
        Answer begun = registry.send(repository -> new HttpPost(repository.resolve("blobs/uploads/")));
        if (begun.status() != 202 || begun.location().isEmpty()) {
            throw LayerUpload.unexpected("begin an upload", begun);
        }
        URI location = begun.location().get();
        String separator = location.getRawQuery() == null ? "?" : "&";
        Answer ended = registry.send(repository -> {
            HttpPut request =
                    new HttpPut(URI.create(location + separator + "digest=" + RegistryConnection.encoded(digest)));
            request.setEntity(content);
            return request;
        });
        if (ended.status() != 201) {
            throw LayerUpload.unexpected("take " + digest, ended);
        }
    }
}
