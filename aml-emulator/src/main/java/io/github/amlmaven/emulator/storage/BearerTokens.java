package io.github.amlmaven.emulator.storage;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;

/** Checks an Entra ID access token. */
@FunctionalInterface
public interface BearerTokens {

    /** The token's claims when its signature, times and audience (one of these) are good. */
    Optional<JsonNode> claims(String token, Set<String> audiences);
}
