package io.github.amlmaven.emulator.job.state;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** A job's life as data: the states that AML names ({@code JobStatus}, 2025-12-01) and the moves between them. */
public enum JobStatus {
    NOT_STARTED("NotStarted"),
    QUEUED("Queued"),
    PREPARING("Preparing"),
    RUNNING("Running"),
    FINALIZING("Finalizing"),
    CANCEL_REQUESTED("CancelRequested"),
    COMPLETED("Completed"),
    FAILED("Failed"),
    CANCELED("Canceled");

    private static final Map<JobStatus, Set<JobStatus>> MOVES = Map.of(
            NOT_STARTED, Set.of(QUEUED, RUNNING, COMPLETED, FAILED, CANCELED),
            QUEUED, Set.of(PREPARING, FAILED, CANCELED),
            PREPARING, Set.of(RUNNING, CANCEL_REQUESTED, FAILED, CANCELED),
            RUNNING, Set.of(FINALIZING, COMPLETED, CANCEL_REQUESTED, FAILED, CANCELED),
            FINALIZING, Set.of(COMPLETED, CANCEL_REQUESTED, FAILED, CANCELED),
            CANCEL_REQUESTED, Set.of(CANCELED, COMPLETED, FAILED));

    private final String text;

    JobStatus(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    public boolean terminal() {
        return !MOVES.containsKey(this);
    }

    boolean mayBecome(JobStatus next) {
        return MOVES.getOrDefault(this, Set.of()).contains(next);
    }

    static JobStatus of(String text) {
        return Arrays.stream(values())
                .filter(status -> status.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown job status " + text));
    }
}
