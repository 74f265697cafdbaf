package io.github.amlmaven.core.image.layer;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.blob.Blob;
import com.google.cloud.tools.jib.blob.Blobs;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.hash.Digests;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.image.json.BuildableManifestTemplate;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import com.google.cloud.tools.jib.registry.ManifestAndDigest;
import com.google.cloud.tools.jib.registry.RegistryClient;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One repository of a registry: manifests and blobs, read and written with Jib's client and thus Jib's authentication.
 * Safe for use by several threads.
 */
public final class RepositoryClient implements AutoCloseable {

    private static final String USER_AGENT = "aml-maven-plugin";

    private final FailoverHttpClient http;
    private final RegistryClient.Factory clients;
    private final Optional<Credential> credential;
    private final Access access;
    private volatile RegistryClient client;

    /** What a client may ask a token for. */
    enum Access {
        PULL,
        PUSH
    }

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

    /** Reads a repository; nothing is sent before the first call. */
    public RepositoryClient(Repository repository, Progress progress) {
        this(repository, Access.PULL, Optional.empty(), progress);
    }

    /** @param mountFrom another repository of the registry that blobs may be mounted from */
    RepositoryClient(Repository repository, Access access, Optional<String> mountFrom, Progress progress) {
        this.http = new FailoverHttpClient(
                repository.local(), repository.local(), event -> progress.debug(event.getMessage()));
        RegistryClient.Factory factory = mountFrom.isPresent()
                ? RegistryClient.factory(
                        EventHandlers.NONE, repository.registry(), repository.name(), mountFrom.get(), http)
                : RegistryClient.factory(EventHandlers.NONE, repository.registry(), repository.name(), http);
        this.clients = factory.setUserAgent(USER_AGENT);
        this.credential = repository.credential();
        this.access = access;
        this.client = clients.newRegistryClient();
    }

    /** A manifest by tag or digest. */
    public ManifestAndDigest<ManifestTemplate> manifest(String qualifier) throws IOException, RegistryException {
        return signedIn(current -> current.pullManifest(qualifier));
    }

    /** A small blob, whole. */
    public byte[] blob(DescriptorDigest digest) throws IOException, RegistryException {
        return signedIn(current -> Blobs.writeToByteArray(current.pullBlob(digest, size -> {}, count -> {})));
    }

    /** A blob as a stream, for {@link #push} to another repository. The client must be signed in by a call before. */
    Blob stream(DescriptorDigest digest) {
        return client.pullBlob(digest, size -> {}, count -> {});
    }

    /** The digest that a tag points to; empty when there is no such tag. */
    public Optional<String> digest(String tag) throws IOException, RegistryException {
        return signedIn(current -> current.checkManifest(tag))
                .map(found -> found.getDigest().toString());
    }

    boolean has(DescriptorDigest digest) throws IOException, RegistryException {
        return signedIn(current -> current.checkBlob(digest)).isPresent();
    }

    /**
     * Sends a blob that the repository does not have, or lets the registry mount it.
     *
     * @param mountFrom a repository that may have it
     * @return whether it was mounted and nothing was sent
     */
    boolean push(DescriptorDigest digest, Blob blob, @Nullable String mountFrom, Consumer<Long> written)
            throws IOException, RegistryException {
        return signedIn(current -> current.pushBlob(digest, blob, mountFrom, written));
    }

    /** Sends a manifest under its own digest, without a tag. */
    DescriptorDigest push(BuildableManifestTemplate manifest) throws IOException, RegistryException {
        DescriptorDigest digest = Digests.computeJsonDigest(manifest);
        return signedIn(current -> current.pushManifest(manifest, digest.toString()));
    }

    private <T> T signedIn(Call<T> call) throws IOException, RegistryException {
        RegistryClient used = client;
        try {
            return call.on(used);
        } catch (RegistryUnauthorizedException e) {
            return call.on(signIn(used));
        }
    }

    private synchronized RegistryClient signIn(RegistryClient refused) throws IOException, RegistryException {
        if (client != refused) {
            return client;
        }
        RegistryClient.Factory factory = credential.map(clients::setCredential).orElse(clients);
        RegistryClient authenticated = factory.newRegistryClient();
        boolean bearer = access == Access.PUSH ? authenticated.doPushBearerAuth() : authenticated.doPullBearerAuth();
        if (!bearer && credential.isPresent()) {
            authenticated.configureBasicAuth();
        }
        client = authenticated;
        return authenticated;
    }

    @Override
    public void close() throws IOException {
        http.shutDown();
    }

    private interface Call<T> {
        T on(RegistryClient client) throws IOException, RegistryException;
    }
}
