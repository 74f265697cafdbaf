package io.github.amlmaven.core.plan;

import io.github.amlmaven.core.content.WholeFile;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.PlannedChange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key under which a plan tells secrets from each other.
 *
 * <p>A plan is a file that CI keeps and people read, and a short secret in it must not be found by trying. A salted slow hash
 * only makes trying dearer, since all that is needed would lie in the plan; so the fingerprints are HMACs under a random key that
 * never lies beside the plan. It is kept in the user's home, for its owner alone. Agents that share no home share a key by the
 * environment variable {@value #VARIABLE}, which CI keeps as it keeps other secrets; without one, a plan that speaks of secrets
 * can be applied only where it was made, and says so.
 */
public final class PlanKey {

    /** Gives a key in place of the user's own, for a plan that is made on one agent and applied on another. */
    public static final String VARIABLE = "AML_PLAN_KEY";

    /** The shortest key that may be given; shorter ones could be tried out. */
    public static final int MINIMUM_LENGTH = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 32;
    private static final int ID_DIGITS = 16;

    private final SecretKeySpec key;

    private PlanKey(String key) {
        this.key = new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /**
     * The given key, else the one in the file, which is made when it is not there.
     *
     * @throws AmlException {@link ErrorCode#CONFIGURATION_INVALID} when the given key is too short, or there is neither one nor a
     *     home to keep one in; {@link ErrorCode#LOCAL_IO} when the file can be neither read nor made
     */
    public static PlanKey of(Optional<String> given, Path file) {
        if (given.isPresent()) {
            return given(given.get());
        }
        if (!file.isAbsolute()) {
            // A JDK that finds no home says "?".
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "The user has no home folder to keep the key for plans in (" + file + ")")
                    .remedy("Give a key by the environment variable " + VARIABLE
                            + ", or a home by -Duser.home=<folder>.")
                    .build();
        }
        try {
            if (!Files.exists(file)) {
                byte[] random = new byte[BYTES];
                new SecureRandom().nextBytes(random);
                WholeFile.makeForOwner(file, HexFormat.of().formatHex(random));
            }
            // Read again, since another build may have been there at the same time.
            return read(file)
                    .orElseThrow(() -> AmlException.of(ErrorCode.LOCAL_IO, file + " holds no key for plans")
                            .remedy("Delete the file; the next plan makes a new one.")
                            .build());
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /**
     * The same where there is one already; none is made.
     *
     * @throws AmlException {@link ErrorCode#CONFIGURATION_INVALID} when the given key is too short
     */
    public static Optional<PlanKey> ifThere(Optional<String> given, Path file) {
        if (given.isPresent()) {
            return Optional.of(given(given.get()));
        }
        if (!file.isAbsolute() || !Files.isReadable(file)) {
            return Optional.empty();
        }
        try {
            return read(file);
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static PlanKey given(String key) {
        if (key.length() < MINIMUM_LENGTH) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            VARIABLE + " has " + key.length() + " characters, which could be guessed")
                    .remedy("Give it " + MINIMUM_LENGTH + " or more random ones: openssl rand -hex 32.")
                    .build();
        }
        return new PlanKey(key);
    }

    private static Optional<PlanKey> read(Path file) throws IOException {
        String kept = Files.readString(file).strip();
        return kept.length() < MINIMUM_LENGTH ? Optional.empty() : Optional.of(new PlanKey(kept));
    }

    private static AmlException unusable(Path file, IOException e) {
        return AmlException.of(ErrorCode.LOCAL_IO, "The key for plans " + file + " cannot be used: " + e.getMessage())
                .cause(e)
                .remedy("Make the folder writable, or give a key by the environment variable " + VARIABLE + ".")
                .build();
    }

    /** The change with fingerprints in the place of its secrets. */
    public PlannedChange seal(PlannedChange change) {
        return change.with(change.secrets()
                .sealed(
                        hex("id").substring(0, ID_DIGITS),
                        // The same secret in two places has two fingerprints, so that nobody sees that it is the same.
                        (place, value) -> hex("secret\n" + change.resource() + "\n" + place + "\n" + value)));
    }

    private String hex(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
