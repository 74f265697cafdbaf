package io.github.amlmaven.core.image.layer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Credential;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.image.layer.RegistryConnection.Access;
import io.github.amlmaven.core.image.layer.RegistryConnection.Answer;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.http.HttpHeaders;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpHead;
import org.apache.http.client.methods.HttpRequestBase;

/** What is in one repository of a registry: manifests and blobs. Safe for use by several threads. */
public final class RepositoryClient implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String MANIFESTS = String.join(
            ", ",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.docker.distribution.manifest.list.v2+json");

    private final Repository repository;
    private final RegistryConnection registry;

    /**
     * A repository and how it is reached.
     *
     * @param registry host and port
     * @param name without the registry
     * @param credential none for a public one
     * @param local whether the registry's certificate is not verified
     */
    public record Repository(String registry, String name, Optional<Credential> credential, boolean local) {
        @Override
        public String toString() {
            return registry + "/" + name;
        }
    }

    /**
     * A manifest.
     *
     * @param digest of its bytes
     * @param content of an image, or of a list of images
     */
    public record Manifest(String digest, JsonNode content) {}

    /** Reads a repository; nothing is sent before the first call. */
    public RepositoryClient(Repository repository, Progress progress) {
        this(repository, new RegistryConnection(repository, Access.PULL, progress));
    }

    /** Reads a repository by a connection that there is. */
    RepositoryClient(Repository repository, RegistryConnection registry) {
        this.repository = repository;
        this.registry = registry;
    }

    /** A manifest by tag or digest. */
    public Manifest manifest(String qualifier) throws IOException {
        Answer answer = registry.send(base -> asking(new HttpGet(base.resolve("manifests/" + qualifier))));
        if (answer.status() != 200) {
            throw absent(qualifier, answer);
        }
        String digest = digestOf(answer);
        if (qualifier.contains(":")) {
            requireSame(qualifier, digest);
        }
        return new Manifest(digest, JSON.readTree(answer.text()));
    }

    /** A small blob of text, whole. */
    public String blob(String digest) throws IOException {
        Answer answer = registry.send(base -> new HttpGet(base.resolve("blobs/" + digest)));
        if (answer.status() != 200) {
            throw absent(digest, answer);
        }
        requireSame(digest, digestOf(answer));
        return answer.text();
    }

    /** A blob as it comes, for another repository, which checks its digest. */
    InputStream open(String digest) throws IOException {
        return registry.open(base -> new HttpGet(base.resolve("blobs/" + digest)));
    }

    /** The digest that a tag points to; empty when there is no such tag. */
    public Optional<String> digest(String tag) throws IOException {
        Answer answer = registry.send(base -> asking(new HttpHead(base.resolve("manifests/" + tag))));
        if (answer.status() == 404) {
            return Optional.empty();
        }
        if (answer.status() != 200) {
            throw absent(tag, answer);
        }
        // A registry need not say it.
        return answer.digest().isPresent()
                ? answer.digest()
                : Optional.of(manifest(tag).digest());
    }

    private static <T extends HttpRequestBase> T asking(T request) {
        request.setHeader(HttpHeaders.ACCEPT, MANIFESTS);
        return request;
    }

    private static String digestOf(Answer answer) {
        return "sha256:" + Sha256.of(answer.text().getBytes(StandardCharsets.UTF_8));
    }

    private void requireSame(String wanted, String found) throws IOException {
        if (!wanted.equals(found)) {
            throw new IOException(repository + " gives " + found + " for " + wanted);
        }
    }

    private IOException absent(String what, Answer answer) {
        return LayerUpload.unexpected("show " + repository + " " + what, answer);
    }

    @Override
    public void close() throws IOException {
        registry.close();
    }
}
