package io.github.amlmaven.core.scoring;

import io.github.amlmaven.core.error.ParameterCheck;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Which keys a deployment gets.
 *
 * @param enabled whether callers need a key at all
 * @param given keys chosen by the user; empty means that they are kept from the last deployment or made
 * @param keyFile where they are kept
 */
public record ScoringAuth(boolean enabled, Optional<ScoringKeys> given, ScoringKeyFile keyFile) {

    /** Notes given keys that are too short. */
    public void check(ParameterCheck check) {
        given.ifPresent(keys -> check.require(
                keys.primary().length() >= ScoringKeys.MINIMUM_LENGTH
                        && keys.secondary().length() >= ScoringKeys.MINIMUM_LENGTH,
                "a given scoring key is shorter than " + ScoringKeys.MINIMUM_LENGTH + " characters"));
    }

    /** The given keys, else those that {@code live} or the key file still hold, else new ones. */
    public ScoringKeys keys(Optional<ScoringKeys> live) {
        return given.or(() -> live)
                .or(() -> keyFile.read().map(ScoringKeyFile.Content::keys))
                .orElseGet(() -> ScoringKeys.generate(new SecureRandom()));
    }
}
