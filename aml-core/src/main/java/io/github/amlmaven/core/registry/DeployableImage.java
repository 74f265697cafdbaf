package io.github.amlmaven.core.registry;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.progress.Progress;
import java.util.Optional;

/** Pins the image that a deployment names to its content, so that what runs is what was meant, and finds a login for it. */
public final class DeployableImage {

    private final RegistryLogin registryLogin;
    private final ImageDigests digests;
    private final Progress progress;

    public DeployableImage(AzureClients clients, Progress progress) {
        this.registryLogin = new RegistryLogin(clients);
        this.digests = new ImageDigests(clients.httpClient(), clients.credential());
        this.progress = progress;
    }

    /**
     * The image by digest. A registry that is not Azure's cannot be asked with an Entra ID identity; its image stays as
     * it is written.
     *
     * @param image as the user writes it; without a registry it is one of the workspace's
     * @param digest what a build step has told, when the image comes from there
     */
    public ImageName pin(String image, Optional<String> digest) {
        ImageName written = ImageName.parse(image);
        ImageName named =
                written.registry().isPresent() ? written : written.withRegistry(registryLogin.workspaceLoginServer());
        if (named.digest().isPresent()) {
            return named.withDigest(named.digest().get());
        }
        if (digest.isPresent()) {
            return named.withDigest(digest.get());
        }
        if (registryLogin.speaksTo(named.registry().orElseThrow())) {
            return named.withDigest(digests.get(named));
        }
        progress.warn("Image " + named + " is deployed by its tag; a new push to the tag is not noticed");
        return named;
    }

    /** A login for the image's registry, when it is Azure's. */
    public Optional<RegistryAccess> login(ImageName image) {
        return image.registry().filter(registryLogin::speaksTo).map(registryLogin::login);
    }
}
