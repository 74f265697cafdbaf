package io.github.amlmaven.core.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of a job.
 *
 * @param outcome what was done
 * @param jobName the job's name in the workspace
 * @param status the job's last status
 * @param fingerprint what tells whether the same job would be run again
 * @param outputs each downloaded output and its folder
 * @param metrics the last value of each metric that the job logged; see {@link JobMetrics#all}
 * @param studioUrl where to look at it; empty when the service names no place
 * @param body the request body that was or would be sent
 */
public record JobRunResult(
        Outcome outcome,
        String jobName,
        String status,
        String fingerprint,
        Map<String, String> outputs,
        Map<String, Double> metrics,
        String studioUrl,
        ObjectNode body) {

    /** What was done. */
    public enum Outcome {
        /** The job ran and completed. */
        COMPLETED,
        /** The job was submitted and goes on. */
        SUBMITTED,
        /** The last run had the same content and its outputs are still here. */
        UNCHANGED,
        /** Nothing was sent. */
        DRY_RUN
    }

    public JobRunResult {
        outputs = Collections.unmodifiableMap(new TreeMap<>(outputs));
        metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
    }
}
