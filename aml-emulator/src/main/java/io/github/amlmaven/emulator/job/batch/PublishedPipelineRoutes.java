package io.github.amlmaven.emulator.job.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.job.access.DataPlaneAccess;
import io.github.amlmaven.emulator.job.access.WorkspacePath;
import io.github.amlmaven.emulator.job.engine.JobEngine;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.Jobs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * The v1 way to start published pipelines, mapped onto batch endpoints: a pipeline endpoint is a batch endpoint, its
 * version the version of the deployment's component, a published pipeline a deployment. The id of each is the name-based
 * UUID of its ARM id in lower case. The path by name and {@code pipelineVersion} are an assumption: no public
 * specification describes them.
 */
public final class PublishedPipelineRoutes {

    private static final String RUNS = "/pipelines/v1.0" + WorkspacePath.TEMPLATE + "/PipelineRuns";

    private final ResourceStore resources;
    private final BatchInvocation invocation;
    private final Jobs jobs;
    private final DataPlaneAccess access;
    private final JobEngine engine;

    public PublishedPipelineRoutes(
            ResourceStore resources, BatchInvocation invocation, Jobs jobs, JobEngine engine, DataPlaneAccess access) {
        this.access = access;
        this.resources = resources;
        this.invocation = invocation;
        this.jobs = jobs;
        this.engine = engine;
    }

    public void declare(Routes routes) {
        routes.add("POST", RUNS + "/PipelineEndpointSubmit/Name/{name}", access.guarded(this::byName));
        routes.add("POST", RUNS + "/PipelineEndpointSubmit/Id/{id}", access.guarded(this::byId));
        routes.add("POST", RUNS + "/PipelineSubmit/{id}", access.guarded(this::published));
        routes.add("POST", RUNS + "/{run}/Cancel", access.guarded(this::cancel));
    }

    private void byName(Exchange exchange) throws IOException {
        submitEndpoint(exchange, workspace(exchange).child("batchEndpoints", exchange.variable("name")));
    }

    private void byId(Exchange exchange) throws IOException {
        ResourceId endpoint = endpoints(exchange).stream()
                .filter(id -> uuid(id).equalsIgnoreCase(exchange.variable("id")))
                .findFirst()
                .orElseThrow(() -> HttpError.arm(404, "NotFound", "There is no pipeline endpoint with this id."));
        submitEndpoint(exchange, endpoint);
    }

    private void published(Exchange exchange) throws IOException {
        for (ResourceId endpoint : endpoints(exchange)) {
            for (ObjectNode deployment : resources.children(endpoint, "deployments")) {
                ResourceId id = new ResourceId(deployment.path("id").asText());
                if (uuid(id).equalsIgnoreCase(exchange.variable("id"))) {
                    submit(exchange, endpoint, id.name());
                    return;
                }
            }
        }
        throw HttpError.arm(404, "NotFound", "There is no published pipeline with this id.");
    }

    private void submitEndpoint(Exchange exchange, ResourceId endpoint) throws IOException {
        String version = exchange.query("pipelineVersion").orElse("");
        submit(exchange, endpoint, version.isEmpty() ? "" : deployment(endpoint, version));
    }

    private String deployment(ResourceId endpoint, String version) {
        return resources.children(endpoint, "deployments").stream()
                .filter(deployment -> version.equals(componentVersion(deployment)))
                .map(deployment -> deployment.path("name").asText())
                .findFirst()
                .orElseThrow(() -> HttpError.arm(
                        404,
                        "NotFound",
                        "Pipeline endpoint '" + endpoint.name() + "' has no version '" + version + "'."));
    }

    private static String componentVersion(ObjectNode deployment) {
        String component = deployment
                .path("properties")
                .path("deploymentConfiguration")
                .path("componentId")
                .path("assetId")
                .asText();
        return component.substring(component.lastIndexOf('/') + 1);
    }

    private void submit(Exchange exchange, ResourceId endpoint, String deployment) throws IOException {
        JsonNode body = exchange.json();
        ObjectNode inputs = JsonNodeFactory.instance.objectNode();
        body.path("ParameterAssignments")
                .properties()
                .forEach(parameter -> inputs.putObject(parameter.getKey())
                        .put("jobInputType", "Literal")
                        .put("value", parameter.getValue().asText()));
        body.path("DataPathAssignments")
                .properties()
                .forEach(path -> inputs.putObject(path.getKey())
                        .put("jobInputType", "UriFolder")
                        .put(
                                "uri",
                                "azureml://datastores/"
                                        + path.getValue().path("DataStoreName").asText() + "/paths/"
                                        + path.getValue().path("RelativePath").asText()));
        Job job = invocation.invoke(
                endpoint,
                new BatchInvocation.Request(
                        deployment,
                        inputs,
                        JsonNodeFactory.instance.objectNode(),
                        body.path("ExperimentName").asText(""),
                        body.path("DisplayName").asText(""),
                        body.path("Tags"),
                        JsonNodeFactory.instance.objectNode()));
        exchange.send(
                200, JsonNodeFactory.instance.objectNode().put("Id", job.name()).put("PipelineRunId", job.name()));
    }

    private void cancel(Exchange exchange) throws IOException {
        ResourceId id = workspace(exchange).child("jobs", exchange.variable("run"));
        if (jobs.find(id).isEmpty()) {
            throw HttpError.arm(404, "NotFound", "There is no pipeline run '" + id.name() + "'.");
        }
        engine.cancel(id);
        exchange.send(200);
    }

    private List<ResourceId> endpoints(Exchange exchange) {
        return resources.children(workspace(exchange), "batchEndpoints").stream()
                .map(endpoint -> new ResourceId(endpoint.path("id").asText()))
                .toList();
    }

    private ResourceId workspace(Exchange exchange) {
        return WorkspacePath.existing(exchange, resources);
    }

    private static String uuid(ResourceId id) {
        return UUID.nameUUIDFromBytes(id.key().getBytes(StandardCharsets.UTF_8)).toString();
    }
}
