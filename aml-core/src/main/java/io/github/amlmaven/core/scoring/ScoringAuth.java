package io.github.amlmaven.core.scoring;

import io.github.amlmaven.core.error.ParameterCheck;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;

/**
 * Whom a deployment lets in, and which keys it gets.
 *
 * @param enabled whether callers need a key
 * @param given keys chosen by the user; empty means that they are kept from the last deployment or made
 * @param keyFile where they are kept
 * @param entra whose Entra ID tokens are accepted, in place of keys
 */
public record ScoringAuth(
        boolean enabled, Optional<ScoringKeys> given, ScoringKeyFile keyFile, Optional<EntraTokens> entra) {

    /** With keys, or open to everybody. */
    public ScoringAuth(boolean enabled, Optional<ScoringKeys> given, ScoringKeyFile keyFile) {
        this(enabled, given, keyFile, Optional.empty());
    }

    /** Whether the server lets nobody in without a key or a token. */
    public boolean closed() {
        return enabled || entra.isPresent();
    }

    /** Notes given keys that are too short. */
    public void check(ParameterCheck check) {
        entra.ifPresent(tokens -> tokens.check(check));
        given.ifPresent(keys -> check.require(
                keys.primary().length() >= ScoringKeys.MINIMUM_LENGTH
                        && keys.secondary().length() >= ScoringKeys.MINIMUM_LENGTH,
                "a given scoring key is shorter than " + ScoringKeys.MINIMUM_LENGTH + " characters"));
    }

    /** Whether keys will be made: none are given and none are kept. */
    public boolean makesKeys() {
        return enabled && given.isEmpty() && keyFile.read().isEmpty();
    }

    /** The given keys, else those that {@code live} or the key file still hold, else new ones. */
    public ScoringKeys keys(Optional<ScoringKeys> live) {
        return known(live).orElseGet(() -> ScoringKeys.generate(new SecureRandom()));
    }

    /** The same for a plan: keys that only the deployment will make are the same in each plan. */
    public ScoringKeys plannedKeys(Optional<ScoringKeys> live) {
        return known(live).orElse(ScoringKeys.TO_BE_MADE);
    }

    private Optional<ScoringKeys> known(Optional<ScoringKeys> live) {
        return given.or(() -> live).or(() -> keyFile.read().map(ScoringKeyFile.Content::keys));
    }

    /** Variables that tell the server whom to let in, without its keys. */
    public Map<String, String> variables() {
        return enabled
                ? Map.of()
                : entra.map(EntraTokens::variables).orElse(Map.of(ScoringKeys.AUTH_VARIABLE, "false"));
    }

    /** Variables with the keys; no one may read them but the server. */
    public Map<String, String> secrets(ScoringKeys keys) {
        return enabled
                ? Map.of(
                        ScoringKeys.PRIMARY_VARIABLE, keys.primary(),
                        ScoringKeys.SECONDARY_VARIABLE, keys.secondary())
                : Map.of();
    }
}
