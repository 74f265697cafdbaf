package io.github.amlmaven.core.cloud;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An application identity that the user named.
 *
 * @param tenantId directory id or domain
 * @param clientId application id
 * @param secret client secret, when it signs in with one
 * @param certificate PEM or PFX file, when it signs in with one
 * @param certificatePassword of the PFX file
 */
public record ServicePrincipal(
        String tenantId,
        String clientId,
        @Nullable String secret,
        @Nullable Path certificate,
        @Nullable String certificatePassword) {

    public ServicePrincipal {
        if ((secret == null) == (certificate == null)) {
            throw new IllegalArgumentException("either a secret or a certificate");
        }
    }

    /** Signs in with a secret. */
    public static ServicePrincipal withSecret(String tenantId, String clientId, String secret) {
        return new ServicePrincipal(tenantId, clientId, secret, null, null);
    }

    @Override
    public String toString() {
        return "ServicePrincipal[" + clientId + " of " + tenantId + "]";
    }
}
