package io.github.amlmaven.emulator.inference;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.identity.TokenAuthority;
import io.github.amlmaven.emulator.identity.TokenAuthority.Claims;
import io.github.amlmaven.emulator.identity.TokenAuthority.InvalidToken;
import java.util.Locale;

/** Who may score: the endpoint's {@code authMode} says by key, by a token of the endpoint's own, or by an Entra token. */
public final class EndpointAccess {

    private static final String AUDIENCE = "https://ml.azure.com";

    private final EndpointKeys keys;
    private final TokenAuthority tokens;

    EndpointAccess(EndpointKeys keys, TokenAuthority tokens) {
        this.keys = keys;
        this.tokens = tokens;
    }

    /** A token that scores on one endpoint. */
    public static String issue(TokenAuthority tokens, ResourceId endpoint) {
        return tokens.issue(audience(endpoint), "", endpoint.key());
    }

    private static String audience(ResourceId endpoint) {
        return AUDIENCE + endpoint.key();
    }

    /** @throws HttpError 401 */
    void check(Exchange exchange, ResourceId endpoint, ObjectNode document) {
        String authorization = exchange.header("Authorization").orElse("");
        String mode = document.path("properties").path("authMode").asText();
        String prefix = mode.equalsIgnoreCase("Key") ? "key_auth" : "token_auth";
        if (!authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            throw refused(prefix + "_bad_header_forbidden");
        }
        String offered = authorization.substring(7).strip();
        boolean good = mode.equalsIgnoreCase("Key") ? keys.accepts(endpoint, offered) : token(offered, endpoint, mode);
        if (!good) {
            throw refused(prefix + "_access_denied");
        }
    }

    private boolean token(String offered, ResourceId endpoint, String mode) {
        try {
            Claims claims = tokens.verify(offered);
            String audience = claims.audience().replaceAll("/+$", "").toLowerCase(Locale.ROOT);
            return audience.equals(mode.equalsIgnoreCase("AMLToken") ? audience(endpoint) : AUDIENCE);
        } catch (InvalidToken e) {
            return false;
        }
    }

    private static HttpError refused(String reason) {
        return new HttpError(401, "text/plain", reason).header("WWW-Authenticate", "Bearer");
    }
}
