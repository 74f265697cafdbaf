package io.github.amlmaven.emulator.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Routes;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** {@code /experiments} of MLflow's REST API 2.0. */
final class ExperimentRoutes {

    private final Scope scope;
    private final ExperimentCatalog experiments;

    ExperimentRoutes(Scope scope, ExperimentCatalog experiments) {
        this.scope = scope;
        this.experiments = experiments;
    }

    void declare(Routes routes) {
        scope.add(routes, "POST", "/experiments/create", this::create);
        scope.add(routes, "GET", "/experiments/get", this::get);
        scope.add(routes, "GET", "/experiments/get-by-name", this::byName);
        scope.add(routes, "POST", "/experiments/search", exchange -> search(exchange, exchange.json()));
        scope.add(routes, "GET", "/experiments/search", exchange -> search(exchange, Scope.query(exchange)));
        scope.add(routes, "POST", "/experiments/delete", exchange -> stage(exchange, "deleted"));
        scope.add(routes, "POST", "/experiments/restore", exchange -> stage(exchange, "active"));
        scope.add(routes, "POST", "/experiments/set-experiment-tag", this::tag);
    }

    private void create(Exchange exchange) throws IOException {
        ResourceId workspace = scope.workspace(exchange);
        JsonNode body = exchange.json();
        String name = body.path("name").asText("");
        if (name.isEmpty()) {
            throw MlflowError.invalid("Missing value for required parameter 'name'.");
        }
        if (experiments.named(workspace, name).isPresent()) {
            throw MlflowError.exists("Experiment '" + name + "'");
        }
        ObjectNode experiment = experiments.create(workspace, name);
        if (!body.path("tags").isEmpty()) {
            experiment.set("tags", body.path("tags"));
            experiments.put(workspace, experiment);
        }
        exchange.send(
                200,
                Scope.empty()
                        .put("experiment_id", experiment.path("experiment_id").asText()));
    }

    private void get(Exchange exchange) throws IOException {
        String id = exchange.query("experiment_id").orElse("");
        send(exchange, experiments.get(scope.workspace(exchange), id));
    }

    private void byName(Exchange exchange) throws IOException {
        String name = exchange.query("experiment_name").orElse("");
        send(
                exchange,
                experiments
                        .named(scope.workspace(exchange), name)
                        .orElseThrow(() -> MlflowError.missing("Experiment '" + name + "'")));
    }

    private static void send(Exchange exchange, ObjectNode experiment) throws IOException {
        exchange.send(200, Scope.empty().set("experiment", experiment));
    }

    private void search(Exchange exchange, JsonNode body) throws IOException {
        String view = body.path("view_type").asText("ACTIVE_ONLY").toUpperCase(Locale.ROOT);
        Predicate<ObjectNode> shown = experiment -> view.equals("ALL")
                || experiment.path("lifecycle_stage").asText().equals("active") == view.equals("ACTIVE_ONLY");
        List<ObjectNode> found = experiments.all(scope.workspace(exchange)).stream()
                .filter(shown)
                .filter(Search.filter(body.path("filter").asText(""), ExperimentRoutes::field))
                .sorted(Search.order(body.path("order_by"), ExperimentRoutes::field))
                .toList();
        ObjectNode answer = Scope.empty();
        Search.page(found, body, answer, "experiments", experiment -> experiment);
        exchange.send(200, answer);
    }

    private static String field(ObjectNode experiment, String field) {
        if (field.startsWith("tags.")) {
            for (JsonNode tag : experiment.path("tags")) {
                if (tag.path("key").asText().equals(field.substring("tags.".length()))) {
                    return tag.path("value").asText();
                }
            }
            return "";
        }
        return experiment.path(field.replaceFirst("^attributes?\\.", "")).asText();
    }

    private void stage(Exchange exchange, String stage) throws IOException {
        ResourceId workspace = scope.workspace(exchange);
        ObjectNode experiment =
                experiments.get(workspace, exchange.json().path("experiment_id").asText());
        experiments.put(workspace, experiment.put("lifecycle_stage", stage));
        exchange.send(200, Scope.empty());
    }

    private void tag(Exchange exchange) throws IOException {
        ResourceId workspace = scope.workspace(exchange);
        JsonNode body = exchange.json();
        ObjectNode experiment =
                experiments.get(workspace, body.path("experiment_id").asText());
        ArrayNode tags = experiment.withArray("tags");
        for (int i = tags.size() - 1; i >= 0; i--) {
            if (tags.get(i).path("key").equals(body.path("key"))) {
                tags.remove(i);
            }
        }
        tags.addObject()
                .put("key", body.path("key").asText())
                .put("value", body.path("value").asText());
        experiments.put(workspace, experiment);
        exchange.send(200, Scope.empty());
    }
}
