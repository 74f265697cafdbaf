package io.github.amlmaven.core.scoring;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;

/**
 * The two keys of a deployed model; either one opens it, so that one can be replaced while callers use the other.
 *
 * <p>Never printed: {@link #toString()} hides both.
 */
public record ScoringKeys(String primary, String secondary) {

    /** Environment variables by which the scoring image's server learns its keys. */
    public static final String PRIMARY_VARIABLE = "AML_SCORING_PRIMARY_KEY";

    public static final String SECONDARY_VARIABLE = "AML_SCORING_SECONDARY_KEY";

    /** One of the two keys. */
    public enum Which {
        PRIMARY,
        SECONDARY;

        /** As users write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Switches the server's key check off when it is {@code false}. */
    public static final String AUTH_VARIABLE = "AML_SCORING_AUTH_ENABLED";

    /** The shortest key a user may choose; shorter ones can be guessed over the network. */
    public static final int MINIMUM_LENGTH = 16;

    private static final int RANDOM_BYTES = 32;

    /** Stands in a plan for keys that nobody has made yet. Opens nothing: no deployment is given it. */
    public static final ScoringKeys TO_BE_MADE =
            new ScoringKeys("(made by the deployment: primary)", "(made by the deployment: secondary)");

    /** Two new keys of 256 random bits each, in URL-safe Base64. */
    public static ScoringKeys generate(SecureRandom random) {
        return new ScoringKeys(randomKey(random), randomKey(random));
    }

    /** These keys with a new one in the place of {@code which}; the other one stays as it is. */
    public ScoringKeys renewed(Which which, SecureRandom random) {
        return which == Which.PRIMARY
                ? new ScoringKeys(randomKey(random), secondary)
                : new ScoringKeys(primary, randomKey(random));
    }

    /** The value of one of them. */
    public String value(Which which) {
        return which == Which.PRIMARY ? primary : secondary;
    }

    private static String randomKey(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Replaces both keys wherever they stand in a text that comes from the deployed container. */
    public String redact(String text) {
        return text.replace(primary, "***").replace(secondary, "***");
    }

    @Override
    public String toString() {
        return "ScoringKeys[***]";
    }
}
