package io.github.amlmaven.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.container.ImageReference;
import io.github.amlmaven.emulator.containerinstance.ContainerInstanceProvider;
import io.github.amlmaven.emulator.containerinstance.ContainerInstanceProvider.Credential;
import io.github.amlmaven.emulator.registry.RegistryProvider;
import java.io.IOException;
import java.util.Optional;

/** Joins container instances and sites to the registries: an image must be there, and the sign-in must be good. */
final class PullPermission implements ContainerInstanceProvider.ImageAccess {

    private final RegistryProvider registries;

    PullPermission(RegistryProvider registries) {
        this.registries = registries;
    }

    @Override
    public boolean allows(ImageReference image, Optional<Credential> credential) throws IOException {
        boolean identity = credential.map(Credential::identity).orElse(false);
        String user = credential.map(Credential::user).orElse("");
        String password = credential.map(Credential::password).orElse("");
        return (identity || registries.mayPull(image.authority(), user, password))
                && registries
                        .images()
                        .manifest(image.registry(), image.repository(), image.reference())
                        .isPresent();
    }

    /** A site signs in with its identity, or with the user and password among its settings. */
    boolean allowsSite(String image, JsonNode site, JsonNode config, JsonNode settings) throws IOException {
        ImageReference reference;
        try {
            reference = ImageReference.parse(image);
        } catch (IllegalArgumentException e) {
            return false;
        }
        boolean identity = config.path("acrUseManagedIdentityCreds").asBoolean()
                && site.path("identity").path("type").asText("None").contains("Assigned");
        String server = settings.path("DOCKER_REGISTRY_SERVER_URL").asText().replaceAll("^https?://|/+$", "");
        Optional<Credential> login = identity
                ? Optional.of(new Credential("", "", true))
                : Optional.of(new Credential(
                                settings.path("DOCKER_REGISTRY_SERVER_USERNAME").asText(),
                                settings.path("DOCKER_REGISTRY_SERVER_PASSWORD").asText(),
                                false))
                        .filter(given -> server.equalsIgnoreCase(reference.authority()));
        return allows(reference, login);
    }
}
