package io.github.amlmaven.emulator.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.job.state.Experiments;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.JobStatus;
import java.time.Instant;

/** A job as MLflow shows a run (mlflow/protos/service.proto, {@code Run}). */
final class RunView {

    static final String PARENT_TAG = "mlflow.parentRunId";
    static final String NAME_TAG = "mlflow.runName";
    static final String USER_TAG = "mlflow.user";

    private RunView() {}

    static ObjectNode run(Exchange exchange, Job job) {
        ObjectNode run = Scope.empty();
        run.set("info", info(exchange, job));
        ObjectNode data = run.putObject("data");
        metrics(job, data.putArray("metrics"));
        pairs(data.putArray("params"), job.tracked("parameters"));
        pairs(data.putArray("tags"), tags(job));
        run.putObject("inputs").putArray("dataset_inputs");
        return run;
    }

    static ObjectNode info(Exchange exchange, Job job) {
        String experiment = job.properties().path("experimentName").asText();
        ObjectNode info = Scope.empty()
                .put("run_id", job.name())
                .put("run_uuid", job.name())
                .put("run_name", job.properties().path("displayName").asText())
                .put("experiment_id", Experiments.id(job.workspace(), experiment))
                .put("user_id", job.properties().path("tags").path(USER_TAG).asText("emulator"))
                .put("lifecycle_stage", job.properties().path("isArchived").asBoolean() ? "deleted" : "active")
                .put("artifact_uri", ArtifactPlace.root(exchange, job.workspace(), experiment, job.name()))
                .put("status", status(job))
                .put("start_time", millis(job, "startTimeUtc"));
        if (job.status().terminal()) {
            info.put("end_time", millis(job, "endTimeUtc"));
        }
        return info;
    }

    private static void metrics(Job job, ArrayNode metrics) {
        JsonNode latest = job.tracked("latestMetrics");
        job.tracked("metrics").properties().forEach(metric -> {
            // A job may also write its metrics to a file at its end; those have neither step nor time.
            JsonNode entry = latest.path(metric.getKey());
            metrics.addObject()
                    .put("key", metric.getKey())
                    .put("value", metric.getValue().asDouble())
                    .put("step", entry.path("step").asLong())
                    .put("timestamp", entry.path("timestamp").asLong());
        });
    }

    /** The job's tags, and what MLflow says by tags and AML by other fields. */
    static ObjectNode tags(Job job) {
        ObjectNode tags = Scope.empty();
        job.properties().path("properties").properties().forEach(property -> {
            if (property.getKey().startsWith("mlflow.")) {
                tags.set(property.getKey(), property.getValue());
            }
        });
        tags.setAll((ObjectNode) job.properties().get("tags"));
        tags.put(NAME_TAG, job.properties().path("displayName").asText());
        if (!job.parent().isEmpty()) {
            tags.put(PARENT_TAG, job.parent());
        }
        return tags;
    }

    /** The value of a field of MLflow's search language, or empty. */
    static String field(Exchange exchange, Job job, String field) {
        int dot = field.indexOf('.');
        String group = dot < 0 ? "attributes" : field.substring(0, dot);
        String key = field.substring(dot + 1);
        return switch (group) {
            case "metrics", "metric" -> job.tracked("metrics").path(key).asText();
            case "params", "param", "parameters" ->
                job.tracked("parameters").path(key).asText();
            case "tags", "tag" -> tags(job).path(key).asText();
            default -> info(exchange, job).path(attribute(key)).asText();
        };
    }

    private static String attribute(String key) {
        return switch (key) {
            case "created", "Created" -> "start_time";
            case "run_name", "Run name", "name" -> "run_name";
            default -> key;
        };
    }

    private static long millis(Job job, String time) {
        String text = job.tracked(time).asText("");
        return text.isEmpty() ? 0 : Instant.parse(text).toEpochMilli();
    }

    private static String status(Job job) {
        return switch (job.status()) {
            case COMPLETED -> "FINISHED";
            case FAILED -> "FAILED";
            case CANCELED -> "KILLED";
            case NOT_STARTED, QUEUED -> "SCHEDULED";
            default -> "RUNNING";
        };
    }

    static JobStatus status(String text) {
        return switch (text) {
            case "FINISHED" -> JobStatus.COMPLETED;
            case "FAILED" -> JobStatus.FAILED;
            case "KILLED" -> JobStatus.CANCELED;
            default -> JobStatus.RUNNING;
        };
    }

    private static void pairs(ArrayNode target, JsonNode values) {
        values.properties()
                .forEach(entry -> target.addObject()
                        .put("key", entry.getKey())
                        .put("value", entry.getValue().asText()));
    }
}
