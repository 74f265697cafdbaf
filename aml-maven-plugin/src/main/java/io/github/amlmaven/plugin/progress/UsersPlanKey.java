package io.github.amlmaven.plugin.progress;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.plan.PlanKey;
import java.nio.file.Path;
import java.util.Optional;

/** The user's key for plans, for all projects: a plan may be made in one checkout and applied in another. */
public final class UsersPlanKey {

    private UsersPlanKey() {}

    /**
     * Made when there is none, for a plan that is kept or applied.
     *
     * @throws AmlException when there is none and none can be made
     */
    public static PlanKey required() {
        return PlanKey.of(given(), file());
    }

    /** For a dry run, which leaves nothing in the user's home and does without. */
    static Optional<PlanKey> ifThere() {
        return PlanKey.ifThere(given(), file());
    }

    private static Optional<String> given() {
        return Optional.ofNullable(System.getenv(PlanKey.VARIABLE)).filter(given -> !given.isEmpty());
    }

    private static Path file() {
        return Path.of(System.getProperty("user.home"), ".aml", "plan.key");
    }
}
