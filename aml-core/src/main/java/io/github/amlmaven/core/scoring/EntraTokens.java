package io.github.amlmaven.core.scoring;

import io.github.amlmaven.core.error.ParameterCheck;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whose Entra ID tokens the scoring image's server accepts in place of keys.
 *
 * @param audiences the application that tokens must be for: its App ID URI ({@code api://...}) or its client id
 * @param issuers the tenant, as tokens of version 1 and of version 2 name it
 * @param roles application roles of which a caller needs one; none means that any identity of the tenant may call
 * @param keysUrl where the tenant publishes the keys that it signs with
 * @param keys those keys themselves (JWK set), for a server that cannot ask or must not
 */
public record EntraTokens(
        List<String> audiences, List<String> issuers, List<String> roles, String keysUrl, Optional<String> keys) {

    public static final String AUDIENCES_VARIABLE = "AML_SCORING_ENTRA_AUDIENCES";
    static final String ISSUERS_VARIABLE = "AML_SCORING_ENTRA_ISSUERS";
    static final String ROLES_VARIABLE = "AML_SCORING_ENTRA_ROLES";
    static final String KEYS_URL_VARIABLE = "AML_SCORING_ENTRA_KEYS_URL";
    static final String KEYS_VARIABLE = "AML_SCORING_ENTRA_KEYS";

    public EntraTokens {
        audiences = List.copyOf(audiences);
        issuers = List.copyOf(issuers);
        roles = List.copyOf(roles);
    }

    /**
     * What a tenant's tokens say.
     *
     * @param authority the cloud's Entra ID, without a trailing slash
     */
    public static EntraTokens ofTenant(
            String authority, String tenant, List<String> audiences, List<String> roles, Optional<String> keys) {
        return new EntraTokens(
                audiences,
                List.of("https://sts.windows.net/" + tenant + "/", authority + "/" + tenant + "/v2.0"),
                roles,
                authority + "/" + tenant + "/discovery/v2.0/keys",
                keys);
    }

    void check(ParameterCheck check) {
        check.require(!audiences.isEmpty(), "auth 'entra' needs an audience (<entraAudiences>)");
        for (String audience : audiences) {
            check.requireMatch("entraAudiences", audience, "\\S+", "an App ID URI or client id without spaces");
        }
        for (String role : roles) {
            check.requireMatch("entraRoles", role, "\\S+", "a role's value without spaces");
        }
    }

    /** The server's settings; none of them is a secret. */
    Map<String, String> variables() {
        Map<String, String> variables = new TreeMap<>();
        variables.put(AUDIENCES_VARIABLE, String.join(" ", audiences));
        variables.put(ISSUERS_VARIABLE, String.join(" ", issuers));
        variables.put(ROLES_VARIABLE, String.join(" ", roles));
        keys.ifPresentOrElse(set -> variables.put(KEYS_VARIABLE, set), () -> variables.put(KEYS_URL_VARIABLE, keysUrl));
        return variables;
    }
}
