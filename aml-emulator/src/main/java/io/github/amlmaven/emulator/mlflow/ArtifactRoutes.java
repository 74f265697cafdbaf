package io.github.amlmaven.emulator.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.job.access.WorkspacePath;
import io.github.amlmaven.emulator.job.data.DataLocations;
import io.github.amlmaven.emulator.job.state.Job;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Artifacts as MLflow's clients reach them: the list of a run's, the tracking server as their proxy ({@code
 * mlflow-artifacts}, https://mlflow.org/docs/latest/tracking/server), and AML's artifact API, which azureml-mlflow uses.
 */
final class ArtifactRoutes {

    private static final String PROXY = Scope.WORKSPACE + "/api/2.0/mlflow-artifacts/artifacts";
    private static final String AML = "/artifact/v2.0" + WorkspacePath.TEMPLATE + "/artifacts";

    private final Scope scope;
    private final Artifacts artifacts;

    ArtifactRoutes(Scope scope, Artifacts artifacts) {
        this.scope = scope;
        this.artifacts = artifacts;
    }

    void declare(Routes routes) {
        scope.add(routes, "GET", "/artifacts/list", this::ofRun);
        routes.add("GET", PROXY, scope.access().guarded(this::list));
        routes.add("GET", PROXY + "/{path...}", scope.access().guarded(this::download));
        routes.add("PUT", PROXY + "/{path...}", scope.access().guarded(this::upload));
        routes.add("GET", AML + "/{origin}/{container}", scope.access().guarded(this::ofContainer));
        routes.add(
                "GET", AML + "/{origin}/{container}/contentinfo", scope.access().guarded(this::content));
        routes.add(
                "POST",
                AML + "/{origin}/{container}/batch/metadata",
                scope.access().guarded(this::create));
    }

    private void ofRun(Exchange exchange) throws IOException {
        Job job = scope.run(exchange, Scope.query(exchange));
        String path = exchange.query("path").orElse("");
        ObjectNode answer = Scope.empty();
        answer.put(
                "root_uri",
                ArtifactPlace.root(
                        exchange,
                        job.workspace(),
                        job.properties().path("experimentName").asText(),
                        job.name()));
        ArrayNode files = answer.putArray("files");
        files(job.workspace(), ArtifactPlace.of(job.name(), path), path.isEmpty() ? "" : path + "/", files);
        exchange.send(200, answer);
    }

    private void list(Exchange exchange) throws IOException {
        ObjectNode answer = Scope.empty();
        files(scope.workspace(exchange), proxied(exchange.query("path").orElse("")), "", answer.putArray("files"));
        exchange.send(200, answer);
    }

    private void files(ResourceId workspace, ArtifactPlace folder, String prefix, ArrayNode files) {
        for (Artifacts.Item item : artifacts.in(workspace, folder)) {
            ObjectNode file = files.addObject()
                    .put("path", prefix + item.path())
                    .put("is_dir", item.size().isEmpty());
            item.size().ifPresent(size -> file.put("file_size", size));
        }
    }

    /** The first segment is the datastore. */
    private static ArtifactPlace proxied(String path) {
        return ArtifactPlace.parse("mlflow-artifacts:/" + path)
                .orElseThrow(() -> MlflowError.invalid("'" + path + "' is not the path of an artifact."));
    }

    private void download(Exchange exchange) throws IOException {
        ResourceId workspace = scope.workspace(exchange);
        ArtifactPlace file = proxied(exchange.variable("path"));
        long length = artifacts
                .length(workspace, file)
                .orElseThrow(() -> MlflowError.missing("Artifact '" + file.path() + "'"));
        try (InputStream in = artifacts.open(workspace, file);
                OutputStream out = exchange.stream(200, "application/octet-stream", length)) {
            if (exchange.method().equals("GET")) {
                in.transferTo(out);
            }
        }
    }

    private void upload(Exchange exchange) throws IOException {
        artifacts.put(scope.workspace(exchange), proxied(exchange.variable("path")), exchange.body());
        exchange.send(200, Scope.empty());
    }

    /** Models that azure-ai-ml uploads are in the default datastore, all else is among the artifacts. */
    private ArtifactPlace place(Exchange exchange, String path) {
        String full =
                exchange.variable("origin") + "/" + exchange.variable("container") + (path.isEmpty() ? "" : "/" + path);
        ArtifactPlace place = new ArtifactPlace(DataLocations.ARTIFACT_DATASTORE, full);
        ArtifactPlace uploaded = new ArtifactPlace(DataLocations.DEFAULT_DATASTORE, full);
        ResourceId workspace = scope.workspace(exchange);
        boolean elsewhere = exchange.method().equals("GET")
                && artifacts.length(workspace, place).isEmpty()
                && artifacts.below(workspace, place).isEmpty();
        return elsewhere ? uploaded : place;
    }

    private void ofContainer(Exchange exchange) throws IOException {
        ObjectNode answer = Scope.empty();
        ArrayNode value = answer.putArray("value");
        artifacts
                .below(scope.workspace(exchange), place(exchange, ""))
                .forEach(item -> describe(exchange, item.path(), value.addObject()));
        answer.putNull("continuationToken").putNull("nextLink");
        exchange.send(200, answer);
    }

    private void content(Exchange exchange) throws IOException {
        ResourceId workspace = scope.workspace(exchange);
        String path = exchange.query("path").orElse("");
        ArtifactPlace file = place(exchange, path);
        if (artifacts.length(workspace, file).isEmpty()) {
            throw MlflowError.missing("Artifact '" + file.path() + "'");
        }
        exchange.send(
                200, describe(exchange, path, Scope.empty()).put("contentUri", artifacts.link(workspace, file, "r")));
    }

    private void create(Exchange exchange) throws IOException {
        ResourceId workspace = scope.workspace(exchange);
        ObjectNode answer = Scope.empty();
        ObjectNode metadata = answer.putObject("artifacts");
        ObjectNode content = answer.putObject("artifactContentInformation");
        for (JsonNode asked : exchange.json().path("paths")) {
            String path = asked.path("path").asText();
            describe(exchange, path, metadata.putObject(path));
            describe(exchange, path, content.putObject(path))
                    .put("contentUri", artifacts.link(workspace, place(exchange, path), "rcw"));
        }
        answer.putObject("errors");
        exchange.send(200, answer);
    }

    private static ObjectNode describe(Exchange exchange, String path, ObjectNode artifact) {
        String origin = exchange.variable("origin");
        String container = exchange.variable("container");
        return artifact.put("artifactId", origin + "/" + container + "/" + path)
                .put("origin", origin)
                .put("container", container)
                .put("path", path);
    }
}
