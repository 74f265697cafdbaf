package io.github.amlmaven.emulator.job.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.job.data.DataLocations;

/**
 * A job as it is stored: the ARM document, and under {@code run} what AML keeps in its run history (times, error, parent,
 * steps). GET shows the former, the history data plane the latter.
 */
public record Job(ResourceId id, ObjectNode document) {

    public static final String COMMAND = "Command";
    public static final String PIPELINE = "Pipeline";
    public static final String SWEEP = "Sweep";

    /** In the run's facts: a client outside began it by MLflow. It shows as a command that has none. */
    public static final String INTERACTIVE = "interactive";

    /** The key of the run's facts in the stored document. */
    static final String RUN = "run";

    /** In the run's facts: the output URIs that the author asked for. */
    public static final String OUTPUT_URIS = "outputUris";

    public String name() {
        return id.name();
    }

    public ResourceId workspace() {
        return workspaceOf(id);
    }

    public static ResourceId workspaceOf(ResourceId inner) {
        return DataLocations.workspaceOf(inner);
    }

    public ObjectNode properties() {
        return (ObjectNode) document.get("properties");
    }

    public ObjectNode run() {
        return (ObjectNode) document.get(RUN);
    }

    public JobStatus status() {
        return JobStatus.of(properties().path("status").asText());
    }

    public boolean pipeline() {
        return properties().path("jobType").asText().equals(PIPELINE);
    }

    public boolean sweep() {
        return properties().path("jobType").asText().equals(SWEEP);
    }

    /** Whether a client outside does the work, and says when it begins and ends. */
    public boolean interactive() {
        return run().path(INTERACTIVE).asBoolean();
    }

    /** Whether the job consists of others and has no processes of its own. */
    public boolean group() {
        return pipeline() || sweep();
    }

    /** What the run has said of itself: {@code metrics}, {@code latestMetrics}, {@code parameters}, or a time. */
    public JsonNode tracked(String what) {
        return run().path(what);
    }

    /** The pipeline or sweep job that this is a step or trial of, or empty. */
    public String parent() {
        return run().path("parent").asText();
    }

    /** Which job of the store it is, counted from 1; a job that is not stored has 0. */
    public long sequence() {
        return run().path("sequence").asLong();
    }

    public JsonNode error() {
        return run().path("error");
    }

    /** The document as ARM shows it. */
    public ObjectNode shown() {
        ObjectNode shown = document.deepCopy();
        shown.remove(RUN);
        return shown;
    }
}
