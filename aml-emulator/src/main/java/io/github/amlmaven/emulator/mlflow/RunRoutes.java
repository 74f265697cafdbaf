package io.github.amlmaven.emulator.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.job.state.Job;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** {@code /runs} and {@code /metrics} of MLflow's REST API 2.0. */
final class RunRoutes {

    /** Limits of MLflow's own server (mlflow/utils/validation.py). */
    private static final int MOST_METRICS = 1000;

    private static final int MOST_PAIRS = 100;

    private final Scope scope;
    private final ExperimentCatalog experiments;
    private final Clock clock;

    RunRoutes(Scope scope, ExperimentCatalog experiments, Clock clock) {
        this.scope = scope;
        this.experiments = experiments;
        this.clock = clock;
    }

    void declare(Routes routes) {
        scope.add(routes, "POST", "/runs/create", this::create);
        scope.add(routes, "GET", "/runs/get", this::get);
        scope.add(routes, "POST", "/runs/update", this::update);
        scope.add(routes, "POST", "/runs/search", this::search);
        scope.add(routes, "POST", "/runs/delete", exchange -> archive(exchange, true));
        scope.add(routes, "POST", "/runs/restore", exchange -> archive(exchange, false));
        scope.add(routes, "POST", "/runs/log-metric", this::logMetric);
        scope.add(routes, "POST", "/runs/log-batch", this::logBatch);
        scope.add(routes, "POST", "/runs/log-parameter", this::logParameter);
        scope.add(routes, "POST", "/runs/set-tag", this::setTag);
        scope.add(routes, "POST", "/runs/delete-tag", this::deleteTag);
        scope.add(routes, "POST", "/runs/log-model", this::logModel);
        scope.add(routes, "GET", "/metrics/get-history", this::history);
        // azureml-mlflow's own; without a tracking id in the answer it does not ask whether the values have arrived.
        routes.add(
                "POST",
                Scope.WORKSPACE + "/api/2.0/preview/mlflow/runs/log-batch-async",
                scope.access().guarded(this::logBatch));
    }

    private void create(Exchange exchange) throws IOException {
        ResourceId workspace = scope.workspace(exchange);
        JsonNode body = exchange.json();
        ObjectNode experiment =
                experiments.get(workspace, body.path("experiment_id").asText("0"));
        if (experiment.path("lifecycle_stage").asText().equals("deleted")) {
            throw MlflowError.invalid("Experiment '" + experiment.path("name").asText() + "' has been deleted.");
        }
        String parent = tag(body, RunView.PARENT_TAG);
        String id = UUID.randomUUID().toString();
        String name = body.path("run_name").asText("").isEmpty()
                ? tag(body, RunView.NAME_TAG)
                : body.path("run_name").asText();
        long started = body.path("start_time").asLong(0);
        Job job = scope.runs()
                .begin(
                        workspace,
                        id,
                        experiment.path("name").asText(),
                        name.isEmpty() ? id : name,
                        started > 0 ? Instant.ofEpochMilli(started) : clock.instant(),
                        parent);
        body.path("tags").forEach(tag -> note(job, tag));
        if (body.hasNonNull("user_id") && tag(body, RunView.USER_TAG).isEmpty()) {
            note(
                    job,
                    Scope.empty()
                            .put("key", RunView.USER_TAG)
                            .put("value", body.path("user_id").asText()));
        }
        send(exchange, find(job));
    }

    private Job find(Job job) {
        return scope.runs().find(job.workspace(), job.name()).orElse(job);
    }

    private static String tag(JsonNode body, String key) {
        for (JsonNode tag : body.path("tags")) {
            if (tag.path("key").asText().equals(key)) {
                return tag.path("value").asText();
            }
        }
        return "";
    }

    private static void send(Exchange exchange, Job job) throws IOException {
        exchange.send(200, Scope.empty().set("run", RunView.run(exchange, job)));
    }

    private void get(Exchange exchange) throws IOException {
        send(exchange, scope.run(exchange, Scope.query(exchange)));
    }

    /** A submitted job's own end decides its status, whatever a client inside says. */
    private void update(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        Job job = scope.run(exchange, body);
        if (body.hasNonNull("run_name")) {
            job = scope.runs().change(job, properties -> properties.set("displayName", body.get("run_name")));
        }
        String status = body.path("status").asText("");
        if (job.interactive() && !status.isEmpty()) {
            long ended = body.path("end_time").asLong(0);
            job = scope.runs()
                    .report(
                            job,
                            RunView.status(status),
                            ended > 0 ? Optional.of(Instant.ofEpochMilli(ended)) : Optional.empty());
        }
        exchange.send(200, Scope.empty().set("run_info", RunView.info(exchange, job)));
    }

    private void search(Exchange exchange) throws IOException {
        ResourceId workspace = scope.workspace(exchange);
        JsonNode body = exchange.json();
        Set<String> wanted = StreamSupport.stream(body.path("experiment_ids").spliterator(), false)
                .map(id -> experiments.get(workspace, id.asText()).path("name").asText())
                .collect(Collectors.toSet());
        String view = body.path("run_view_type").asText("ACTIVE_ONLY");
        List<Job> found = scope.runs().in(workspace).stream()
                .filter(job ->
                        wanted.contains(job.properties().path("experimentName").asText()))
                .filter(job -> view.equals("ALL")
                        || job.properties().path("isArchived").asBoolean() == view.equals("DELETED_ONLY"))
                .filter(Search.filter(
                        body.path("filter").asText(""), (job, field) -> RunView.field(exchange, job, field)))
                .sorted(Search.order(body.path("order_by"), (job, field) -> RunView.field(exchange, job, field)))
                .toList();
        ObjectNode answer = Scope.empty();
        Search.page(found, body, answer, "runs", job -> RunView.run(exchange, job));
        exchange.send(200, answer);
    }

    private void archive(Exchange exchange, boolean archived) throws IOException {
        Job job = scope.run(exchange, exchange.json());
        scope.runs().change(job, properties -> properties.put("isArchived", archived));
        exchange.send(200, Scope.empty());
    }

    private void logMetric(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        scope.runs()
                .measured(
                        scope.run(exchange, body),
                        Scope.empty().putArray("values").add(body));
        exchange.send(200, Scope.empty());
    }

    private void logBatch(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        if (body.path("metrics").size() > MOST_METRICS
                || body.path("params").size() > MOST_PAIRS
                || body.path("tags").size() > MOST_PAIRS) {
            throw MlflowError.invalid("A batch logging request can contain at most " + MOST_METRICS + " metrics, "
                    + MOST_PAIRS + " params and " + MOST_PAIRS + " tags.");
        }
        Job job = scope.run(exchange, body);
        body.path("params").forEach(parameter -> checkParameter(job, parameter));
        scope.runs().measured(job, body.path("metrics"));
        body.path("params").forEach(parameter -> scope.runs().noted(job, "parameters", parameter));
        body.path("tags").forEach(tag -> note(job, tag));
        exchange.send(200, Scope.empty());
    }

    private void logParameter(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        Job job = scope.run(exchange, body);
        checkParameter(job, body);
        scope.runs().noted(job, "parameters", body);
        exchange.send(200, Scope.empty());
    }

    private static void checkParameter(Job job, JsonNode parameter) {
        String key = parameter.path("key").asText();
        JsonNode known = job.tracked("parameters").path(key);
        if (known.isTextual() && !known.asText().equals(parameter.path("value").asText())) {
            throw MlflowError.invalid("Changing param values is not allowed. Param with key='" + key
                    + "' was already logged with value='" + known.asText() + "' for run ID='" + job.name() + "'.");
        }
    }

    /** Two tags are fields of AML's own. */
    private void note(Job job, JsonNode tag) {
        String key = tag.path("key").asText();
        if (key.equals(RunView.NAME_TAG)) {
            scope.runs().change(job, properties -> properties.set("displayName", tag.path("value")));
        } else if (!key.equals(RunView.PARENT_TAG)) {
            scope.runs().noted(job, "tags", tag);
        }
    }

    private void setTag(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        note(scope.run(exchange, body), body);
        exchange.send(200, Scope.empty());
    }

    private void deleteTag(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        Job job = scope.run(exchange, body);
        String key = body.path("key").asText();
        if (!job.properties().path("tags").has(key)) {
            throw MlflowError.missing("Tag '" + key + "' of run '" + job.name() + "'");
        }
        scope.runs().change(job, properties -> ((ObjectNode) properties.get("tags")).remove(key));
        exchange.send(200, Scope.empty());
    }

    /** The models of a run are the tag {@code mlflow.log-model.history}, a JSON list, as MLflow's server keeps it. */
    private void logModel(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        Job job = scope.run(exchange, body);
        ArrayNode models = Models.read(
                job.properties().path("tags").path(Models.HISTORY_TAG).asText("[]"));
        models.add(Models.readOne(body.path("model_json").asText()));
        note(job, Scope.empty().put("key", Models.HISTORY_TAG).put("value", models.toString()));
        exchange.send(200, Scope.empty());
    }

    private void history(Exchange exchange) throws IOException {
        JsonNode query = Scope.query(exchange);
        Job job = scope.run(exchange, query);
        ObjectNode answer = Scope.empty();
        List<ObjectNode> values =
                scope.runs().history(job, query.path("metric_key").asText());
        Search.page(values, query, answer, "metrics", value -> value);
        exchange.send(200, answer);
    }
}
