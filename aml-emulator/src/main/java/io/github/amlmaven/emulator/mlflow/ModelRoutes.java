package io.github.amlmaven.emulator.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Routes;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** {@code /registered-models} and {@code /model-versions} of MLflow's REST API 2.0. AML has no aliases and no renaming. */
final class ModelRoutes {

    private static final String MODELS = "/registered-models";
    private static final String VERSIONS = "/model-versions";

    /** Since MLflow 2.21 clients leave prompts out of every search by it; what has no such tag is a model. */
    private static final String PROMPT_TAG = "mlflow.prompt.is_prompt";

    private static final Set<String> STAGES = Set.of("None", "Staging", "Production", "Archived");

    private final Scope scope;
    private final RegisteredModels models;

    ModelRoutes(Scope scope, RegisteredModels models) {
        this.scope = scope;
        this.models = models;
    }

    void declare(Routes routes) {
        scope.add(routes, "POST", MODELS + "/create", this::create);
        scope.add(routes, "GET", MODELS + "/get", this::get);
        scope.add(routes, "GET", MODELS + "/search", this::search);
        scope.add(routes, "PATCH", MODELS + "/update", this::update);
        scope.add(routes, "DELETE", MODELS + "/delete", this::delete);
        scope.add(routes, "GET", MODELS + "/get-latest-versions", exchange -> latest(exchange, Scope.query(exchange)));
        scope.add(routes, "POST", MODELS + "/get-latest-versions", exchange -> latest(exchange, exchange.json()));
        scope.add(routes, "POST", MODELS + "/set-tag", exchange -> tag(exchange, false));
        scope.add(routes, "DELETE", MODELS + "/delete-tag", exchange -> untag(exchange, false));
        scope.add(routes, "POST", VERSIONS + "/create", this::createVersion);
        scope.add(routes, "GET", VERSIONS + "/get", this::getVersion);
        scope.add(routes, "GET", VERSIONS + "/search", this::searchVersions);
        scope.add(routes, "GET", VERSIONS + "/get-download-uri", this::downloadUri);
        scope.add(routes, "PATCH", VERSIONS + "/update", this::updateVersion);
        scope.add(routes, "POST", VERSIONS + "/transition-stage", this::transition);
        scope.add(routes, "DELETE", VERSIONS + "/delete", this::deleteVersion);
        scope.add(routes, "POST", VERSIONS + "/set-tag", exchange -> tag(exchange, true));
        scope.add(routes, "DELETE", VERSIONS + "/delete-tag", exchange -> untag(exchange, true));
    }

    /** What a query or body names; MLflow's client sends DELETE with a body. */
    private ResourceId model(Exchange exchange, JsonNode named) {
        return RegisteredModels.id(scope.workspace(exchange), named.path("name").asText());
    }

    private ResourceId version(Exchange exchange, JsonNode named) {
        ResourceId model = model(exchange, named);
        String version = named.path("version").asText();
        models.version(model, version);
        return model.child("versions", version);
    }

    private void create(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        ObjectNode properties = Scope.empty();
        properties.set("description", body.path("description").isTextual() ? body.get("description") : null);
        properties.set("tags", RegisteredModels.tags(body.path("tags")));
        send(exchange, models.create(model(exchange, body), properties));
    }

    private void send(Exchange exchange, ObjectNode model) throws IOException {
        exchange.send(200, Scope.empty().set("registered_model", shown(exchange, model)));
    }

    private ObjectNode shown(Exchange exchange, ObjectNode model) {
        ObjectNode shown = common(model, model.path("name").asText());
        ArrayNode latest = shown.putArray("latest_versions");
        latest(new ResourceId(model.path("id").asText()))
                .forEach(version -> latest.add(shownVersion(exchange, version)));
        return shown;
    }

    private static ObjectNode common(ObjectNode document, String name) {
        JsonNode properties = document.path("properties");
        JsonNode system = document.path("systemData");
        ObjectNode shown = Scope.empty()
                .put("name", name)
                .put("creation_timestamp", millis(system.path("createdAt")))
                .put("last_updated_timestamp", millis(system.path("lastModifiedAt")))
                .put("description", properties.path("description").asText(""));
        ArrayNode tags = shown.putArray("tags");
        properties
                .path("tags")
                .properties()
                .forEach(tag -> tags.addObject()
                        .put("key", tag.getKey())
                        .put("value", tag.getValue().asText()));
        return shown;
    }

    private static long millis(JsonNode time) {
        return time.isTextual() ? Instant.parse(time.asText()).toEpochMilli() : 0;
    }

    private ObjectNode shownVersion(Exchange exchange, ObjectNode version) {
        ResourceId id = new ResourceId(version.path("id").asText());
        JsonNode properties = version.path("properties");
        String uri = properties.path("modelUri").asText();
        return common(version, id.segment("models"))
                .put("version", id.name())
                .put("current_stage", stage(properties))
                .put(
                        "source",
                        ArtifactPlace.parse(uri)
                                .map(place -> place.uri(exchange))
                                .orElse(uri))
                .put("run_id", properties.path("jobName").asText(""))
                .put("status", "READY");
    }

    private static String stage(JsonNode properties) {
        String stage = properties.path("stage").asText("");
        return stage.isEmpty() || stage.equals("null") ? "None" : stage;
    }

    /** The newest version of each stage. */
    private List<ObjectNode> latest(ResourceId model) {
        List<ObjectNode> versions = models.versions(model);
        return STAGES.stream()
                .sorted()
                .flatMap(stage -> versions.stream()
                        .filter(version -> stage(version.path("properties")).equals(stage))
                        .limit(1))
                .toList();
    }

    private void get(Exchange exchange) throws IOException {
        send(exchange, models.model(model(exchange, Scope.query(exchange))));
    }

    private void latest(Exchange exchange, JsonNode query) throws IOException {
        ResourceId id = model(exchange, query);
        models.model(id);
        String stages = query.path("stages").isArray()
                ? query.path("stages").toString()
                : query.path("stages").asText("");
        ObjectNode answer = Scope.empty();
        ArrayNode versions = answer.putArray("model_versions");
        latest(id).stream()
                .filter(version -> stages.isEmpty() || stages.contains(stage(version.path("properties"))))
                .forEach(version -> versions.add(shownVersion(exchange, version)));
        exchange.send(200, answer);
    }

    private void search(Exchange exchange) throws IOException {
        JsonNode query = Scope.query(exchange);
        ObjectNode answer = Scope.empty();
        List<ObjectNode> found = models.models(scope.workspace(exchange)).stream()
                .filter(Search.filter(query.path("filter").asText(""), ModelRoutes::field))
                .sorted(Search.order(many(query.path("order_by")), ModelRoutes::field))
                .toList();
        Search.page(found, query, answer, "registered_models", model -> shown(exchange, model));
        exchange.send(200, answer);
    }

    /** A parameter that was sent once is a list of one. */
    private static JsonNode many(JsonNode values) {
        return values.isTextual() ? Scope.empty().putArray("values").add(values) : values;
    }

    private static String field(ObjectNode document, String field) {
        JsonNode properties = document.path("properties");
        if (field.matches("tags?\\..+")) {
            String key = field.substring(field.indexOf('.') + 1);
            return properties.path("tags").path(key).asText(key.equals(PROMPT_TAG) ? "false" : "");
        }
        ResourceId id = new ResourceId(document.path("id").asText());
        return switch (field) {
            case "name" -> id.segment("models");
            case "version", "version_number" -> id.segment("versions");
            case "run_id" -> properties.path("jobName").asText();
            case "source_path" -> properties.path("modelUri").asText();
            case "creation_timestamp" ->
                document.path("systemData").path("createdAt").asText();
            case "last_updated_timestamp" ->
                document.path("systemData").path("lastModifiedAt").asText();
            default -> throw MlflowError.invalid("Invalid attribute key '" + field + "'.");
        };
    }

    private void update(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        ResourceId id = model(exchange, body);
        models.model(id);
        send(exchange, models.change(id, body.path("description")));
    }

    private void delete(Exchange exchange) throws IOException {
        ResourceId id = model(exchange, exchange.json());
        models.model(id);
        models.delete(id);
        exchange.send(200, Scope.empty());
    }

    private void createVersion(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        String source = body.path("source").asText("");
        ArtifactPlace place = ArtifactPlace.parse(source)
                .orElseThrow(() -> MlflowError.invalid("Invalid model version source: '" + source
                        + "'. Log the model to a run of this workspace, or upload it to one of its datastores."));
        ObjectNode properties = Scope.empty();
        properties.set("description", body.path("description").isTextual() ? body.get("description") : null);
        properties.set("tags", RegisteredModels.tags(body.path("tags")));
        if (!body.path("run_id").asText("").isEmpty()) {
            properties.put("jobName", scope.run(exchange, body).name());
        }
        sendVersion(
                exchange, models.createVersion(scope.workspace(exchange), model(exchange, body), place, properties));
    }

    private void sendVersion(Exchange exchange, ObjectNode version) throws IOException {
        exchange.send(200, Scope.empty().set("model_version", shownVersion(exchange, version)));
    }

    private void getVersion(Exchange exchange) throws IOException {
        JsonNode query = Scope.query(exchange);
        sendVersion(
                exchange,
                models.version(model(exchange, query), query.path("version").asText()));
    }

    private void searchVersions(Exchange exchange) throws IOException {
        JsonNode query = Scope.query(exchange);
        ObjectNode answer = Scope.empty();
        List<ObjectNode> found = models.models(scope.workspace(exchange)).stream()
                .flatMap(
                        model -> models.versions(new ResourceId(model.path("id").asText())).stream())
                .filter(Search.filter(query.path("filter").asText(""), ModelRoutes::field))
                .sorted(Search.order(many(query.path("order_by")), ModelRoutes::field))
                .toList();
        Search.page(found, query, answer, "model_versions", version -> shownVersion(exchange, version));
        exchange.send(200, answer);
    }

    private void downloadUri(Exchange exchange) throws IOException {
        JsonNode query = Scope.query(exchange);
        ObjectNode version =
                models.version(model(exchange, query), query.path("version").asText());
        exchange.send(
                200,
                Scope.empty()
                        .put(
                                "artifact_uri",
                                shownVersion(exchange, version).path("source").asText()));
    }

    private void updateVersion(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        sendVersion(exchange, models.change(version(exchange, body), body.path("description")));
    }

    private void transition(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        ResourceId id = version(exchange, body);
        String stage = STAGES.stream()
                .filter(known -> known.equalsIgnoreCase(body.path("stage").asText()))
                .findFirst()
                .orElseThrow(() -> MlflowError.invalid("Invalid Model Version stage: "
                        + body.path("stage").asText() + ". Value must be one of None, Staging, Production, Archived."));
        if (body.path("archive_existing_versions").asBoolean()) {
            models.versions(model(exchange, body)).stream()
                    .filter(version -> stage(version.path("properties")).equals(stage))
                    .map(version -> new ResourceId(version.path("id").asText()))
                    .filter(other -> !other.key().equals(id.key()))
                    .forEach(other -> models.stage(other, "Archived"));
        }
        sendVersion(exchange, models.stage(id, stage));
    }

    private void deleteVersion(Exchange exchange) throws IOException {
        models.delete(version(exchange, exchange.json()));
        exchange.send(200, Scope.empty());
    }

    private void tag(Exchange exchange, boolean ofVersion) throws IOException {
        JsonNode body = exchange.json();
        models.tag(tagged(exchange, body, ofVersion), body);
        exchange.send(200, Scope.empty());
    }

    private void untag(Exchange exchange, boolean ofVersion) throws IOException {
        JsonNode body = exchange.json();
        models.untag(tagged(exchange, body, ofVersion), body.path("key").asText());
        exchange.send(200, Scope.empty());
    }

    private ResourceId tagged(Exchange exchange, JsonNode body, boolean ofVersion) {
        if (ofVersion) {
            return version(exchange, body);
        }
        ResourceId id = model(exchange, body);
        models.model(id);
        return id;
    }
}
