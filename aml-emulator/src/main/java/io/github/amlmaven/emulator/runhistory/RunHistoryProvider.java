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
import io.github.amlmaven.emulator.job.Runs;
import io.github.amlmaven.emulator.job.access.DataPlaneAccess;
import io.github.amlmaven.emulator.job.access.WorkspacePath;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.OutputAssetId;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The workspace's discovery document, its run history, and the places of outputs in the asset data planes. */
public final class RunHistoryProvider implements Provider {

    private static final String HISTORY = "/history/v1.0" + WorkspacePath.TEMPLATE;

    /** Runs are addressed alone, by the name and by the id of their experiment. */
    private static final List<String> SCOPES =
            List.of(HISTORY, HISTORY + "/experiments/{experiment}", HISTORY + "/experimentids/{experiment}");

    private static final List<String> SERVICES = List.of(
            "api",
            "catalog",
            "experimentation",
            "gallery",
            "history",
            "hyperdrive",
            "labeling",
            "modelmanagement",
            "pipelines",
            "studio");

    private final EmulatorContext context;
    private final ResourceStore resources;
    private final Runs runs;
    private final DataPlaneAccess access;

    public RunHistoryProvider(EmulatorContext context, ResourceStore resources, Runs runs, DataPlaneAccess access) {
        this.context = context;
        this.resources = resources;
        this.runs = runs;
        this.access = access;
    }

    @Override
    public void declare(Routes routes) {
        routes.add("GET", "/discovery", this::discovery);
        routes.add("GET", "/discovery/workspaces/{id}", this::discovery);
        for (String scope : SCOPES) {
            String run = scope + "/runs/{run}";
            routes.add("GET", run, access.guarded(exchange -> exchange.send(200, RunDocuments.run(run(exchange)))));
            routes.add("GET", run + "/details", access.guarded(this::details));
            routes.add("GET", run + "/children", access.guarded(this::children));
            routes.add("GET", run + "/serviceinstances/{node}", access.guarded(this::services));
            routes.add("POST", run + "/cancel", access.guarded(this::cancel));
            routes.add("GET", run + "/artifacts", access.guarded(this::artifacts));
            routes.add("GET", run + "/artifacts/path", access.guarded(this::artifacts));
            routes.add("POST", run + "/artifacts/batch/metadata", access.guarded(this::createArtifacts));
            routes.add("GET", run + "/artifacts/contentinfo", access.guarded(this::artifactContent));
            routes.add("GET", run + "/artifacts/prefix/contentinfo", access.guarded(this::artifactContents));
            routes.add("GET", run + "/artifacts/artifacturi", access.guarded(this::artifactUri));
        }
        routes.add("POST", HISTORY + "/rundata", access.guarded(this::runData));
        routes.add("POST", HISTORY + "/experiments/{experiment}/runs:query", access.guarded(this::query));
        routes.add("POST", HISTORY + "/experimentids/{experiment}/runs:query", access.guarded(this::query));
        routes.add(
                "POST",
                "/data/v1.0" + WorkspacePath.TEMPLATE + "/dataversion/batchGetResolvedUris",
                access.guarded(exchange -> places(exchange, "uri")));
        routes.add(
                "POST",
                "/modelregistry/v1.0" + WorkspacePath.TEMPLATE + "/models/batchGetResolvedUris",
                access.guarded(exchange -> places(exchange, "path")));
    }

    /** Without authentication, as in AML. */
    private void discovery(Exchange exchange) throws IOException {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        SERVICES.forEach(
                service -> document.put(service, context.endpoints().https().toString()));
        exchange.send(200, document);
    }

    private void details(Exchange exchange) throws IOException {
        Job job = run(exchange);
        exchange.send(200, RunDocuments.details(job, runs.logs(job)));
    }

    private void children(Exchange exchange) throws IOException {
        exchange.send(
                200,
                page(runs.children(run(exchange)).stream()
                        .map(RunDocuments::run)
                        .toList()));
    }

    /** Jobs here start no services: Jupyter, TensorBoard and the like need a cluster's network. */
    private void services(Exchange exchange) throws IOException {
        run(exchange);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.putObject("instances");
        exchange.send(200, answer);
    }

    private void cancel(Exchange exchange) throws IOException {
        Job job = run(exchange);
        runs.cancel(job);
        exchange.send(200, RunDocuments.run(run(exchange)));
    }

    private void runData(Exchange exchange) throws IOException {
        ResourceId workspace = workspace(exchange);
        String name = exchange.json().path("runId").asText("");
        exchange.send(200, RunDocuments.data(find(workspace, name)));
    }

    /** All runs of an experiment; a filter in the body is not evaluated and therefore refused. */
    private void query(Exchange exchange) throws IOException {
        ResourceId workspace = workspace(exchange);
        JsonNode body = exchange.json();
        if (!body.path("filter").asText("").isEmpty()) {
            throw HttpError.arm(400, "NotEmulated", "Filters of run queries are not emulated.");
        }
        String experiment = exchange.variable("experiment");
        int top = body.path("top").asInt(Integer.MAX_VALUE);
        exchange.send(
                200,
                page(runs.in(workspace).stream()
                        .map(RunDocuments::run)
                        .filter(run -> run.path("experimentId").asText().equals(experiment)
                                || experimentOf(workspace, run).equals(experiment))
                        .limit(top > 0 ? top : Integer.MAX_VALUE)
                        .toList()));
    }

    private String experimentOf(ResourceId workspace, ObjectNode run) {
        return find(workspace, run.path("runId").asText())
                .properties()
                .path("experimentName")
                .asText();
    }

    private void artifacts(Exchange exchange) throws IOException {
        Job job = run(exchange);
        String path = exchange.query("path").orElse("");
        ObjectNode answer = page(List.of());
        ArrayNode value = (ArrayNode) answer.get("value");
        for (String name : runs.artifacts(job)) {
            if (name.startsWith(path)) {
                artifact(job, name, value.addObject());
            }
        }
        exchange.send(200, answer);
    }

    private void artifactContent(Exchange exchange) throws IOException {
        Job job = run(exchange);
        String name = existingArtifact(exchange, job);
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        artifact(job, name, content).put("contentUri", runs.artifactLink(job, name));
        exchange.send(200, content);
    }

    private void artifactContents(Exchange exchange) throws IOException {
        Job job = run(exchange);
        String path = exchange.query("path").orElse("");
        ObjectNode answer = page(List.of());
        ArrayNode value = (ArrayNode) answer.get("value");
        for (String name : runs.artifacts(job)) {
            if (name.startsWith(path)) {
                artifact(job, name, value.addObject()).put("contentUri", runs.artifactLink(job, name));
            }
        }
        exchange.send(200, answer);
    }

    /** Where a client uploads artifacts to; they are there as soon as it has. */
    private void createArtifacts(Exchange exchange) throws IOException {
        Job job = run(exchange);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode artifacts = answer.putObject("artifacts");
        ObjectNode content = answer.putObject("artifactContentInformation");
        for (JsonNode asked : exchange.json().path("paths")) {
            String name = asked.path("path").asText();
            artifact(job, name, artifacts.putObject(name));
            artifact(job, name, content.putObject(name)).put("contentUri", runs.artifactUpload(job, name));
        }
        answer.putObject("errors");
        exchange.send(200, answer);
    }

    private void artifactUri(Exchange exchange) throws IOException {
        Job job = run(exchange);
        String link = runs.artifactLink(job, existingArtifact(exchange, job));
        exchange.send(200, JsonNodeFactory.instance.textNode(link));
    }

    private String existingArtifact(Exchange exchange, Job job) throws IOException {
        String name = exchange.query("path").orElse("");
        if (!runs.artifacts(job).contains(name)) {
            throw HttpError.arm(404, "UserError", "Run '" + job.name() + "' has no artifact '" + name + "'.");
        }
        return name;
    }

    private static ObjectNode artifact(Job job, String name, ObjectNode artifact) {
        String container = "dcid." + job.name();
        return artifact.put("artifactId", "ExperimentRun/" + container + "/" + name)
                .put("origin", "ExperimentRun")
                .put("container", container)
                .put("path", name);
    }

    /** Where outputs are, by the asset ids that run data gives. */
    private void places(Exchange exchange, String key) throws IOException {
        ResourceId workspace = workspace(exchange);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode values = answer.putObject("values");
        for (JsonNode asset : exchange.json().path("values")) {
            Optional<OutputAssetId> id = OutputAssetId.parse(asset.asText());
            if (id.isEmpty()) {
                throw HttpError.arm(400, "UserError", "'" + asset.asText() + "' is not the output of a job.");
            }
            JsonNode output = find(workspace, id.get().job())
                    .properties()
                    .path("outputs")
                    .path(id.get().output());
            values.putObject(asset.asText())
                    .put(key, output.path("uri").asText())
                    .put("type", output.path("jobOutputType").asText());
        }
        exchange.send(200, answer);
    }

    private ResourceId workspace(Exchange exchange) {
        return WorkspacePath.existing(exchange, resources);
    }

    private Job run(Exchange exchange) {
        return find(workspace(exchange), exchange.variable("run"));
    }

    private Job find(ResourceId workspace, String name) {
        return runs.find(workspace, name)
                .orElseThrow(() -> HttpError.arm(404, "UserError", "Run " + name + " was not found."));
    }

    private static ObjectNode page(Collection<ObjectNode> values) {
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        page.putArray("value").addAll(values);
        page.putNull("continuationToken");
        page.putNull("nextLink");
        return page;
    }
}
