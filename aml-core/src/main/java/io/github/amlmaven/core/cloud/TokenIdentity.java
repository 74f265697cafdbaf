package io.github.amlmaven.core.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;

/**
 * Whom a token speaks for, from its claims. The signature is not checked: this is for showing, not for deciding.
 *
 * @param tenantId claim {@code tid}
 * @param objectId claim {@code oid}
 * @param applicationId claim {@code appid} or {@code azp}
 * @param userName claim {@code upn}, {@code unique_name} or {@code preferred_username}; empty for applications
 * @param kind claim {@code idtyp}: {@code app} or {@code user}
 * @param credentialClass claim {@code appidacr} ({@code azpacr} in tokens of version 2): how the client proved itself;
 *     0 not at all, 1 with a secret, 2 with a certificate or another issuer's token
 * @param managedIdentity claim {@code xms_mirid}: the ARM id of the managed identity; empty for other identities
 */
public record TokenIdentity(
        String tenantId,
        String objectId,
        String applicationId,
        String userName,
        String kind,
        String credentialClass,
        String managedIdentity) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Empty when the token is not a JWT. */
    public static Optional<TokenIdentity> of(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length < 2) {
            return Optional.empty();
        }
        try {
            JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1].replace("=", "")));
            String user = first(claims, "upn", "unique_name", "preferred_username");
            String kind = first(claims, "idtyp");
            return Optional.of(new TokenIdentity(
                    first(claims, "tid"),
                    first(claims, "oid"),
                    first(claims, "appid", "azp"),
                    user,
                    kind.isEmpty() ? (user.isEmpty() ? "app" : "user") : kind,
                    first(claims, "appidacr", "azpacr"),
                    first(claims, "xms_mirid")));
        } catch (IOException | IllegalArgumentException notAJwt) {
            return Optional.empty();
        }
    }

    /** What kind of identity it is, in words: a user, a service principal, or a managed identity. */
    public String signIn() {
        if (!managedIdentity.isEmpty()) {
            return "managed identity " + managedIdentity;
        }
        if (kind.equals("user")) {
            return "user";
        }
        return switch (credentialClass) {
            case "0" -> "public client";
            case "1" -> "service principal with a secret";
            case "2" -> "service principal with a certificate or a federated token";
            default -> "service principal";
        };
    }

    private static String first(JsonNode claims, String... names) {
        for (String name : names) {
            if (claims.hasNonNull(name)) {
                return claims.get(name).asText();
            }
        }
        return "";
    }
}
