package io.github.amlmaven.emulator.runhistory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.job.DataPlaneAccess;
import io.github.amlmaven.emulator.job.Experiments;
import io.github.amlmaven.emulator.job.Job;
import io.github.amlmaven.emulator.job.Runs;
import io.github.amlmaven.emulator.job.WorkspacePath;
import java.io.IOException;
import java.time.Instant;

/**
 * The part of MLflow's tracking API that a running job uses to say what it measures: its run, its metrics, parameters and
 * tags. Runs are jobs; runs that are no jobs cannot be made.
 *
 * <p>Source: https://mlflow.org/docs/latest/rest-api.html
 */
final class TrackingRoutes {

    private static final String API = "/mlflow/v2.0" + WorkspacePath.TEMPLATE + "/api/2.0/mlflow";

    private final ResourceStore resources;
    private final Runs runs;
    private final DataPlaneAccess access;

    TrackingRoutes(ResourceStore resources, Runs runs, DataPlaneAccess access) {
        this.resources = resources;
        this.runs = runs;
        this.access = access;
    }

    void declare(Routes routes) {
        routes.add("GET", API + "/runs/get", access.guarded(this::get));
        routes.add("GET", API + "/metrics/get-history", access.guarded(this::history));
        routes.add("GET", API + "/experiments/get", access.guarded(this::experiment));
        routes.add("GET", API + "/experiments/get-by-name", access.guarded(this::experiment));
        routes.add("POST", API + "/runs/update", access.guarded(this::update));
        routes.add("POST", API + "/runs/log-metric", access.guarded(this::logMetric));
        routes.add("POST", API + "/runs/log-batch", access.guarded(this::logBatch));
        routes.add("POST", API + "/runs/log-parameter", access.guarded(exchange -> logText(exchange, "parameters")));
        routes.add("POST", API + "/runs/set-tag", access.guarded(exchange -> logText(exchange, "tags")));
        routes.add("POST", API + "/runs/create", access.guarded(exchange -> {
            throw HttpError.arm(
                    400,
                    "NotEmulated",
                    "Runs are jobs here: log to the run that MLFLOW_RUN_ID names, or submit a job.");
        }));
    }

    private void get(Exchange exchange) throws IOException {
        Job job = run(exchange, query(exchange));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode run = answer.putObject("run");
        run.set("info", info(job));
        ObjectNode data = run.putObject("data");
        ArrayNode metrics = data.putArray("metrics");
        job.tracked("metrics")
                .properties()
                .forEach(metric -> metrics.addObject()
                        .put("key", metric.getKey())
                        .put("value", metric.getValue().asDouble())
                        .put("step", 0)
                        .put("timestamp", 0));
        pairs(data.putArray("params"), job.tracked("parameters"));
        pairs(data.putArray("tags"), job.properties().path("tags"));
        exchange.send(200, answer);
    }

    private void history(Exchange exchange) throws IOException {
        Job job = run(exchange, query(exchange));
        String key = exchange.query("metric_key").orElse("");
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode metrics = answer.putArray("metrics");
        job.tracked("metricHistory")
                .path(key)
                .forEach(value -> metrics.addObject().put("key", key).setAll((ObjectNode) value));
        exchange.send(200, answer);
    }

    private void experiment(Exchange exchange) throws IOException {
        ResourceId workspace = WorkspacePath.existing(exchange, resources);
        String name = exchange.query("experiment_name").orElse("");
        String id = exchange.query("experiment_id").orElse("");
        String found = runs.in(workspace).stream()
                .map(job -> job.properties().path("experimentName").asText())
                .filter(candidate -> candidate.equals(name)
                        || Experiments.id(workspace, candidate).equals(id))
                .findFirst()
                .orElseThrow(() -> HttpError.arm(404, "RESOURCE_DOES_NOT_EXIST", "There is no such experiment."));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.putObject("experiment")
                .put("experiment_id", Experiments.id(workspace, found))
                .put("name", found)
                .put("lifecycle_stage", "active")
                .put("artifact_location", "");
        exchange.send(200, answer);
    }

    /** The job's own end decides its status: what a client says of it is taken note of by nobody. */
    private void update(Exchange exchange) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.set("run_info", info(run(exchange, exchange.json())));
        exchange.send(200, answer);
    }

    private void logMetric(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        runs.measured(run(exchange, body), JsonNodeFactory.instance.arrayNode().add(body));
        exchange.send(200, JsonNodeFactory.instance.objectNode());
    }

    private void logBatch(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        Job job = run(exchange, body);
        runs.measured(job, body.path("metrics"));
        body.path("params").forEach(parameter -> runs.noted(job, "parameters", parameter));
        body.path("tags").forEach(tag -> runs.noted(job, "tags", tag));
        exchange.send(200, JsonNodeFactory.instance.objectNode());
    }

    private void logText(Exchange exchange, String what) throws IOException {
        JsonNode body = exchange.json();
        runs.noted(run(exchange, body), what, body);
        exchange.send(200, JsonNodeFactory.instance.objectNode());
    }

    private static JsonNode query(Exchange exchange) {
        return JsonNodeFactory.instance
                .objectNode()
                .put(
                        "run_id",
                        exchange.query("run_id")
                                .or(() -> exchange.query("run_uuid"))
                                .orElse(""));
    }

    private Job run(Exchange exchange, JsonNode named) {
        String name = named.path("run_id").asText(named.path("run_uuid").asText());
        return runs.find(WorkspacePath.existing(exchange, resources), name)
                .orElseThrow(() -> HttpError.arm(404, "RESOURCE_DOES_NOT_EXIST", "Run '" + name + "' was not found."));
    }

    private static ObjectNode info(Job job) {
        ObjectNode info = JsonNodeFactory.instance.objectNode();
        String experiment = job.properties().path("experimentName").asText();
        info.put("run_id", job.name())
                .put("run_uuid", job.name())
                .put("run_name", job.properties().path("displayName").asText())
                .put("experiment_id", Experiments.id(job.workspace(), experiment))
                .put("user_id", "emulator")
                .put("lifecycle_stage", "active")
                .put("artifact_uri", "")
                .put("status", status(job))
                .put("start_time", millis(job, "startTimeUtc"));
        if (job.status().terminal()) {
            info.put("end_time", millis(job, "endTimeUtc"));
        }
        return info;
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

    private static void pairs(ArrayNode target, JsonNode values) {
        values.properties()
                .forEach(entry -> target.addObject()
                        .put("key", entry.getKey())
                        .put("value", entry.getValue().asText()));
    }
}
