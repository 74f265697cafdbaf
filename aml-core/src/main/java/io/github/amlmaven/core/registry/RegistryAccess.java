package io.github.amlmaven.core.registry;

/**
 * Where a container registry is and the docker credential for it.
 *
 * @param loginServer host, with a port where it is not 443
 * @param username the docker user; for Entra ID tokens the null GUID
 * @param password the docker password or refresh token: never printed
 * @param local whether the registry runs on this machine behind a self-signed certificate
 */
public record RegistryAccess(String loginServer, String username, String password, boolean local) {

    @Override
    public String toString() {
        return "RegistryAccess[loginServer=" + loginServer + ", username=" + username + ", local=" + local + "]";
    }
}
