package io.github.amlmaven.emulator.job.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.job.access.DataPlaneAccess;
import io.github.amlmaven.emulator.job.access.WorkspacePath;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.Jobs;
import java.io.IOException;

/** The scoring URI of batch endpoints, and their jobs in the management front end (2020-09-01-dataplanepreview). */
public final class BatchRoutes {

    private static final String FRONT_END =
            "/mferp/managementfrontend" + WorkspacePath.TEMPLATE + "/batchEndpoints/{endpoint}";

    private final ResourceStore resources;
    private final BatchInvocation invocation;
    private final Jobs jobs;
    private final DataPlaneAccess access;

    public BatchRoutes(ResourceStore resources, BatchInvocation invocation, Jobs jobs, DataPlaneAccess access) {
        this.access = access;
        this.resources = resources;
        this.invocation = invocation;
        this.jobs = jobs;
    }

    public void declare(Routes routes) {
        routes.add(
                "POST",
                "/batchEndpoints/{workspace}/{endpoint}/jobs",
                access.guarded(exchange -> invoke(exchange, scored(exchange), "")));
        routes.add(
                "GET",
                "/batchEndpoints/{workspace}/{endpoint}/jobs",
                access.guarded(exchange -> list(exchange, scored(exchange))));
        routes.add("POST", FRONT_END + "/jobs", access.guarded(exchange -> invoke(exchange, managed(exchange), "")));
        routes.add("GET", FRONT_END + "/jobs", access.guarded(exchange -> list(exchange, managed(exchange))));
        routes.add("GET", FRONT_END + "/jobs/{job}", access.guarded(this::get));
        routes.add(
                "POST",
                FRONT_END + "/deployments/{deployment}/jobs",
                access.guarded(exchange -> invoke(exchange, managed(exchange), exchange.variable("deployment"))));
        routes.add(
                "GET",
                FRONT_END + "/deployments/{deployment}/jobs",
                access.guarded(exchange -> list(exchange, managed(exchange))));
    }

    private void invoke(Exchange exchange, ResourceId endpoint, String pinned) throws IOException {
        String deployment =
                pinned.isEmpty() ? exchange.header("azureml-model-deployment").orElse("") : pinned;
        Job job = invocation.invoke(endpoint, BatchInvocation.read(deployment, exchange.json()));
        exchange.send(201, shown(job));
    }

    private void list(Exchange exchange, ResourceId endpoint) throws IOException {
        String deployment = exchange.rawPath().contains("/deployments/")
                ? exchange.variable("deployment")
                : exchange.query("deployment").orElse("");
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode value = answer.putArray("value");
        jobs.in(Job.workspaceOf(endpoint)).stream()
                .filter(job -> job.run().path(BatchInvocation.ENDPOINT).asText().equals(endpoint.key()))
                .filter(job -> deployment.isEmpty()
                        || job.run().path(BatchInvocation.DEPLOYMENT).asText().equalsIgnoreCase(deployment))
                .map(BatchRoutes::shown)
                .forEach(value::add);
        exchange.send(200, answer);
    }

    private void get(Exchange exchange) throws IOException {
        ResourceId endpoint = managed(exchange);
        String name = exchange.variable("job");
        Job job = jobs.find(Job.workspaceOf(endpoint).child("jobs", name))
                .filter(found ->
                        found.run().path(BatchInvocation.ENDPOINT).asText().equals(endpoint.key()))
                .orElseThrow(() -> HttpError.arm(
                        404, "NotFound", "Batch endpoint '" + endpoint.name() + "' has no job '" + name + "'."));
        exchange.send(200, shown(job));
    }

    private ResourceId scored(Exchange exchange) {
        String name = exchange.variable("workspace");
        ResourceId workspace = jobs.workspace(name)
                .orElseThrow(() -> HttpError.arm(404, "NotFound", "There is no workspace '" + name + "'."));
        return existing(workspace, exchange);
    }

    private ResourceId managed(Exchange exchange) {
        return existing(WorkspacePath.existing(exchange, resources), exchange);
    }

    private ResourceId existing(ResourceId workspace, Exchange exchange) {
        ResourceId endpoint = workspace.child("batchEndpoints", exchange.variable("endpoint"));
        return resources
                .get(endpoint)
                .map(found -> endpoint)
                .orElseThrow(() ->
                        HttpError.arm(404, "NotFound", "Batch endpoint '" + endpoint.name() + "' does not exist."));
    }

    /** The job in the batch data plane's form ({@code BatchJobResource}); {@code id} and {@code name} are the ARM job's. */
    private static ObjectNode shown(Job job) {
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        shown.put("id", job.id().toString())
                .put("name", job.name())
                .put("type", "Microsoft.MachineLearningServices/workspaces/batchEndpoints/jobs");
        shown.set("systemData", job.document().path("systemData"));
        ObjectNode properties = shown.putObject("properties");
        properties.put("name", job.properties().path("displayName").asText());
        properties.put("status", job.status().text()).put("provisioningState", "Succeeded");
        properties.set("inputData", job.properties().path("inputs"));
        properties.set("outputData", job.properties().path("outputs"));
        properties.set("tags", job.properties().path("tags"));
        properties.set("properties", job.properties().path("properties"));
        ObjectNode endpoints = properties.putObject("interactionEndpoints");
        job.properties()
                .path("services")
                .properties()
                .forEach(entry -> endpoints
                        .putObject(entry.getKey())
                        .put("jobEndpointType", entry.getKey())
                        .put("endpoint", entry.getValue().path("endpoint").asText()));
        return shown;
    }
}
