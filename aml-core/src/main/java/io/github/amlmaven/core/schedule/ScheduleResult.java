package io.github.amlmaven.core.schedule;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What has become of a schedule.
 *
 * @param outcome whether anything was changed
 * @param name the schedule
 * @param sentence what was done, or would be
 * @param body what was sent, or would be; empty when nothing is
 */
public record ScheduleResult(Outcome outcome, String name, String sentence, ObjectNode body) {

    /** Whether anything was changed. */
    public enum Outcome {
        CHANGED,
        UNCHANGED,
        DRY_RUN
    }
}
