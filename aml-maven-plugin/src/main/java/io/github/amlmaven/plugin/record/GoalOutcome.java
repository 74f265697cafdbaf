package io.github.amlmaven.plugin.record;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a goal has done.
 *
 * @param status for the next CI step
 * @param sentence the one line that the user reads
 * @param outputs named values, in order: strings, numbers, booleans, or nested maps and lists of them; never a secret
 */
public record GoalOutcome(Status status, String sentence, Map<String, Object> outputs) {

    /** How a goal ended well. */
    public enum Status {
        /** Something was changed or made. */
        DONE,
        /** Everything was as it should be already. */
        UP_TO_DATE,
        /** Something was started that goes on; another goal tells how it ends. */
        SUBMITTED,
        /** Nothing was changed because the user asked only what would be. */
        DRY_RUN
    }

    public GoalOutcome {
        outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }

    /** The same as the outcome of a dry run, with what would be done to each resource. */
    public GoalOutcome planned(String name, Object changes) {
        Map<String, Object> all = new LinkedHashMap<>(outputs);
        all.put(name, changes);
        return new GoalOutcome(Status.DRY_RUN, sentence, all);
    }

    public static GoalOutcome done(String sentence, Map<String, Object> outputs) {
        return new GoalOutcome(Status.DONE, sentence, outputs);
    }

    public static GoalOutcome upToDate(String sentence, Map<String, Object> outputs) {
        return new GoalOutcome(Status.UP_TO_DATE, sentence, outputs);
    }

    public static GoalOutcome submitted(String sentence, Map<String, Object> pending) {
        return new GoalOutcome(Status.SUBMITTED, sentence, pending);
    }

    public static GoalOutcome dryRun(String sentence, Map<String, Object> outputs) {
        return new GoalOutcome(Status.DRY_RUN, sentence, outputs);
    }
}
