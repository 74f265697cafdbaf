package io.github.amlmaven.emulator;

import io.github.amlmaven.emulator.container.ImageReference;
import io.github.amlmaven.emulator.containerinstance.ContainerInstanceProvider;
import io.github.amlmaven.emulator.containerinstance.ContainerInstanceProvider.Credential;
import io.github.amlmaven.emulator.registry.RegistryProvider;
import java.io.IOException;
import java.util.Optional;

/** Joins container instances to the registries: an image must be there, and the group's sign-in must be good. */
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
}
