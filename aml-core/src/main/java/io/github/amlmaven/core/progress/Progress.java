package io.github.amlmaven.core.progress;

import java.time.Duration;
import java.util.List;

/**
 * Where a use case tells how far it is. The front end decides what to show and how often; implementations must be
 * thread-safe and cheap, since uploads report every buffer.
 */
public interface Progress {

    /** Shows nothing. */
    Progress NONE = new Progress() {};

    /** A sentence worth a line in the log. */
    default void info(String sentence) {}

    /** Something the user should look at although the goal goes on. */
    default void warn(String sentence) {}

    /** A warning about a file, which each goal that reads the file gives: said by the first alone. */
    default void warnOnce(String sentence) {
        warn(sentence);
    }

    /** Detail for {@code -X}: request ids, decisions. */
    default void debug(String sentence) {}

    /** One line of a remote log (job, container), already free of control characters. */
    default void remoteLog(String line) {
        info(line);
    }

    /**
     * Bytes moved so far.
     *
     * @param task what is being moved, the same text for all calls of one task
     * @param done bytes so far
     * @param total bytes in all, or -1 when unknown
     */
    default void bytes(String task, long done, long total) {}

    /**
     * A wait goes on.
     *
     * @param what what is waited for
     * @param state the state last seen
     * @param elapsed since the wait began
     * @param limit when it will be given up
     */
    default void waiting(String what, String state, Duration elapsed, Duration limit) {}

    /** What a goal that was asked only what it would do would do to a resource; told in the order of doing. */
    default void planned(PlannedChange change) {}

    /**
     * How the steps of a pipeline stand now; told at each look, whether or not something has changed.
     *
     * @param pipeline what they are steps of, as the user reads it
     * @param steps in the order of the pipeline, the steps of a nested pipeline behind it
     */
    default void steps(String pipeline, List<StepState> steps) {}
}
