package io.github.amlmaven.core.image;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import com.google.cloud.tools.jib.registry.ManifestAndDigest;
import com.google.cloud.tools.jib.registry.RegistryClient;
import io.github.amlmaven.core.progress.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/** Reads manifests and small blobs of one repository, with Jib's client and thus Jib's authentication. */
final class RegistryReader implements AutoCloseable {

    private static final String USER_AGENT = "aml-maven-plugin";

    private final FailoverHttpClient http;
    private final RegistryClient.Factory clients;
    private final Optional<Credential> credential;
    private RegistryClient client;

    RegistryReader(ImageReference image, Optional<Credential> credential, boolean local, Progress progress) {
        this.http = new FailoverHttpClient(local, false, event -> progress.debug(event.getMessage()));
        this.clients = RegistryClient.factory(EventHandlers.NONE, image.getRegistry(), image.getRepository(), http)
                .setUserAgent(USER_AGENT);
        this.credential = credential;
        this.client = clients.newRegistryClient();
    }

    ManifestAndDigest<ManifestTemplate> manifest(String qualifier) throws IOException, RegistryException {
        return signedIn(current -> current.pullManifest(qualifier));
    }

    byte[] blob(DescriptorDigest digest) throws IOException, RegistryException {
        return signedIn(current -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            current.pullBlob(digest, size -> {}, count -> {}).writeTo(bytes);
            return bytes.toByteArray();
        });
    }

    /** The digest that a tag points to; empty when there is no such tag. */
    Optional<String> digest(String tag) throws IOException, RegistryException {
        return signedIn(current -> current.checkManifest(tag))
                .map(found -> found.getDigest().toString());
    }

    private <T> T signedIn(Call<T> call) throws IOException, RegistryException {
        try {
            return call.on(client);
        } catch (RegistryUnauthorizedException e) {
            RegistryClient.Factory factory =
                    credential.map(clients::setCredential).orElse(clients);
            RegistryClient authenticated = factory.newRegistryClient();
            if (!authenticated.doPullBearerAuth() && credential.isPresent()) {
                authenticated.configureBasicAuth();
            }
            client = authenticated;
            return call.on(authenticated);
        }
    }

    @Override
    public void close() throws IOException {
        http.shutDown();
    }

    private interface Call<T> {
        T on(RegistryClient client) throws IOException, RegistryException;
    }
}
