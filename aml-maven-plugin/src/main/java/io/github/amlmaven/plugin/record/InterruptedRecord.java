package io.github.amlmaven.plugin.record;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.function.Consumer;

/**
 * Sees to it that a goal whose build is stopped, by Ctrl-C or by the CI system, leaves a record that says so, not that of the run
 * before. A build that is killed outright has no time for one.
 *
 * @param goal as it is typed, {@code aml:canary}
 * @param unwritable told of a record that cannot be written
 */
public record InterruptedRecord(GoalRecord record, String goal, Consumer<AmlException> unwritable) implements Runnable {

    @Override
    public void run() {
        try {
            record.interrupted(
                    AmlException.of(ErrorCode.OPERATION_INTERRUPTED, goal + " was stopped before it had ended")
                            .remedy("What it had done until then is in the build's log. Run 'mvn " + goal + "' again.")
                            .build());
        } catch (AmlException failed) {
            unwritable.accept(failed);
        }
    }
}
