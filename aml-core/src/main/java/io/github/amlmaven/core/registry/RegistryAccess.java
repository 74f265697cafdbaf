package io.github.amlmaven.core.registry;

/**
 * How to get into a registry with the Docker login protocol.
 *
 * @param loginServer host, with a port where it has one ({@code acr1.azurecr.io}, {@code localhost:7443})
 * @param username the user; {@link #TOKEN_USER} when the password is an ACR refresh token
 * @param password the password or token; never printed
 * @param local whether the registry is the emulator's, whose certificate only this program trusts
 */
public record RegistryAccess(String loginServer, String username, String password, boolean local) {

    /** The user name that tells ACR that the password is a refresh token. */
    public static final String TOKEN_USER = "00000000-0000-0000-0000-000000000000";

    /** Whether the password is a token that ends within hours, so that it is no part of a lasting configuration. */
    public boolean shortLived() {
        return TOKEN_USER.equals(username);
    }

    @Override
    public String toString() {
        return "RegistryAccess[loginServer=" + loginServer + ", username=" + username + ", local=" + local + "]";
    }
}
