package io.github.amlmaven.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.authorization.Role;
import io.github.amlmaven.emulator.container.ImageReference;
import io.github.amlmaven.emulator.containerinstance.ContainerInstanceProvider;
import io.github.amlmaven.emulator.containerinstance.ContainerInstanceProvider.Credential;
import io.github.amlmaven.emulator.registry.RegistryProvider;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Joins container instances and sites to the registries: an image must be there, and the sign-in must be good. */
final class PullPermission implements ContainerInstanceProvider.ImageAccess {

    /** Those that may pull; the first three may do so since before registries had roles of their own. */
    private static final Set<Role> PULL =
            Set.of(Role.OWNER, Role.CONTRIBUTOR, Role.READER, Role.ACR_PULL, Role.ACR_PUSH);

    private static final String SYSTEM = "system";

    private final RegistryProvider registries;
    private final IdentityRoles roles;

    PullPermission(RegistryProvider registries, IdentityRoles roles) {
        this.registries = registries;
        this.roles = roles;
    }

    @Override
    public boolean allows(ImageReference image, Optional<Credential> credential) throws IOException {
        boolean identity = credential
                .flatMap(Credential::identity)
                .filter(one -> mayPull(one, image.authority()))
                .isPresent();
        String user = credential.map(Credential::user).orElse("");
        String password = credential.map(Credential::password).orElse("");
        return (identity || registries.mayPull(image.authority(), user, password))
                && registries
                        .images()
                        .manifest(image.registry(), image.repository(), image.reference())
                        .isPresent();
    }

    /** A system-assigned identity, which has no resource of its own here, is let in. */
    private boolean mayPull(String identity, String authority) {
        return identity.equals(SYSTEM)
                || registries
                        .resource(authority)
                        .filter(id -> roles.has(identity, id, PULL))
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
                ? Optional.of(new Credential(
                        "",
                        "",
                        Optional.of(config.path("acrUserManagedIdentityID").asText(SYSTEM))))
                : Optional.of(new Credential(
                                settings.path("DOCKER_REGISTRY_SERVER_USERNAME").asText(),
                                settings.path("DOCKER_REGISTRY_SERVER_PASSWORD").asText(),
                                Optional.empty()))
                        .filter(given -> server.equalsIgnoreCase(reference.authority()));
        return allows(reference, login);
    }
}
