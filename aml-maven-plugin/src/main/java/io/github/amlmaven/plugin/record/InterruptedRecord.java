package io.github.amlmaven.plugin.record;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.function.Consumer;

/**
 * Sees to it that a goal whose build is stopped, by Ctrl-C or by the CI system, leaves a record that says so, not that of the run
 * before. A build that is killed outright has no time for one.
 */
public final class InterruptedRecord implements AutoCloseable {

    private final Thread hook;

    private InterruptedRecord(Thread hook) {
        this.hook = hook;
    }

    /**
     * Watches over a goal until this is closed.
     *
     * @param goal as it is typed, {@code aml:canary}
     * @param unwritable told of a record that cannot be written
     */
    public static InterruptedRecord watch(GoalRecord record, String goal, Consumer<AmlException> unwritable) {
        Thread hook = new Thread(
                () -> {
                    try {
                        record.interrupted(AmlException.of(
                                        ErrorCode.OPERATION_INTERRUPTED, goal + " was stopped before it had ended")
                                .remedy("What it had done until then is in the build's log. Run 'mvn " + goal
                                        + "' again.")
                                .build());
                    } catch (AmlException failed) {
                        unwritable.accept(failed);
                    }
                },
                "aml-interrupted-record");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // The virtual machine is ending already, so that there is nothing to wait for.
            hook.start();
        }
        return new InterruptedRecord(hook);
    }

    /** The goal has ended. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // The hook runs already, and has its say.
            return;
        }
    }
}
