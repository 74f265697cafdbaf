package io.github.amlmaven.core.canary;

import java.util.Optional;

/**
 * A canary of one version.
 *
 * @param candidate the version that is to take over; empty leaves it to the plan
 * @param interrupted what becomes of a release that a killed build has left
 * @param takeOver whether a release is taken over whose build may still be alive
 */
public record CanaryRequest(
        CanaryPlan plan, Optional<String> candidate, Interrupted interrupted, boolean takeOver, boolean dryRun) {

    /** What becomes of a release whose build was killed. */
    public enum Interrupted {
        /** Its traffic is put back, then the canary begins at the first step. */
        RESTART,
        /** It goes on with the step that it was at; another candidate's is put back. */
        RESUME,
        /** Its traffic is put back, and that is all. */
        RESTORE
    }
}
