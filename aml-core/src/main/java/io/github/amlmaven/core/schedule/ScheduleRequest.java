package io.github.amlmaven.core.schedule;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What is to become of a schedule.
 *
 * @param action what to do
 * @param file the schedule's YAML, or a job's when a trigger is given
 * @param projectDirectory what paths must not leave
 * @param name instead of the file's
 * @param trigger instead of the file's
 * @param timeout how long to wait
 * @param dryRun whether to change nothing
 */
public record ScheduleRequest(
        Action action,
        Path file,
        Path projectDirectory,
        Optional<String> name,
        Optional<Trigger> trigger,
        Duration timeout,
        boolean dryRun) {

    /** What can be done to a schedule. */
    public enum Action {
        APPLY,
        ENABLE,
        DISABLE,
        DELETE;

        public static Optional<Action> of(String word) {
            return Arrays.stream(values())
                    .filter(action -> action.name().equals(word.toUpperCase(Locale.ROOT)))
                    .findFirst();
        }
    }

    /**
     * When jobs are made: by a cron expression, or every so many units.
     *
     * @param cron five fields; when absent, frequency and interval count
     * @param frequency {@code minute}, {@code hour}, {@code day}, {@code week} or {@code month}
     * @param interval how many of them from one job to the next
     * @param timeZone the zone of the times, as AML names it
     * @param startTime ISO 8601, without an offset; at once when absent
     */
    public record Trigger(
            Optional<String> cron, String frequency, int interval, String timeZone, Optional<String> startTime) {}
}
