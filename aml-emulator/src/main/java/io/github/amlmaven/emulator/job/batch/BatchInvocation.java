package io.github.amlmaven.emulator.job.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.job.engine.JobSubmission;
import io.github.amlmaven.emulator.job.pipeline.ComponentSpec;
import io.github.amlmaven.emulator.job.pipeline.PipelineSteps;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.JobFailure;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Makes a pipeline job from a batch endpoint's deployment, of a pipeline component or of a model. */
public final class BatchInvocation {

    /** Run facts by which the jobs of an endpoint are found. */
    static final String ENDPOINT = "batchEndpoint";

    static final String DEPLOYMENT = "batchDeployment";

    /** {@code JobInputType} of the batch data plane (PascalCase) by its lower-case form, and ARM's spelling. */
    private static final Map<String, String> TYPES = Map.of(
            "literal", "literal",
            "urifile", "uri_file",
            "urifolder", "uri_folder",
            "mltable", "mltable",
            "custommodel", "custom_model",
            "mlflowmodel", "mlflow_model",
            "tritonmodel", "triton_model");

    private final ResourceStore resources;
    private final PipelineSteps steps;
    private final BatchScoring scoring;
    private final JobSubmission submission;

    public BatchInvocation(
            ResourceStore resources, PipelineSteps steps, BatchScoring scoring, JobSubmission submission) {
        this.resources = resources;
        this.steps = steps;
        this.scoring = scoring;
        this.submission = submission;
    }

    /**
     * What a caller asks for.
     *
     * @param deployment empty for the endpoint's default
     * @param inputs in the batch data plane's form
     * @param outputs likewise
     * @param experiment empty for the endpoint's name
     * @param overrides settings of a model's deployment that this invocation changes, keys in lower case
     */
    record Request(
            String deployment,
            JsonNode inputs,
            JsonNode outputs,
            String experiment,
            String displayName,
            JsonNode tags,
            JsonNode overrides) {}

    /** Reads a body whose keys may be in any case, with or without the {@code properties} around them. */
    static Request read(String deployment, JsonNode body) {
        JsonNode properties = lowerKeys(body).path("properties");
        JsonNode content = lowerKeys(properties.isObject() ? properties : body);
        JsonNode more = lowerKeys(content.path("properties"));
        return new Request(
                deployment,
                content.path("inputdata"),
                content.path("outputdata"),
                more.path("experimentname").asText(""),
                content.path("name").asText(""),
                content.path("tags"),
                content);
    }

    /** @throws HttpError 400 or 404 when the endpoint, the deployment or an input is not right */
    Job invoke(ResourceId endpoint, Request request) {
        ResourceId deployment = deployment(endpoint, request.deployment());
        ObjectNode document = resources.get(deployment).orElseThrow();
        ResourceId workspace = Job.workspaceOf(endpoint);
        ResourceId id = workspace.child("jobs", "batchjob-" + UUID.randomUUID());
        try {
            return submission.submit(
                    id,
                    properties(endpoint, deployment, document, request),
                    facts -> facts.put(ENDPOINT, endpoint.key()).put(DEPLOYMENT, deployment.name()));
        } catch (JobFailure e) {
            throw HttpError.arm(400, e.code(), e.getMessage());
        }
    }

    private ObjectNode properties(ResourceId endpoint, ResourceId deployment, ObjectNode document, Request request)
            throws JobFailure {
        JsonNode configuration = document.path("properties").path("deploymentConfiguration");
        ObjectNode properties = configuration.isObject()
                ? ofComponent(endpoint, deployment, configuration, request)
                : scoring.job(
                        deployment,
                        document,
                        values(request.inputs(), "jobInputType"),
                        values(request.outputs(), "jobOutputType"),
                        request.overrides());
        properties
                .put("displayName", request.displayName())
                .put("experimentName", request.experiment().isEmpty() ? endpoint.name() : request.experiment());
        if (request.tags().isObject()) {
            properties.set("tags", request.tags().deepCopy());
        }
        properties
                .putObject("properties")
                .put("azureml.endpointname", endpoint.name())
                .put("azureml.deploymentname", deployment.name());
        return properties;
    }

    private ObjectNode ofComponent(ResourceId endpoint, ResourceId deployment, JsonNode configuration, Request request)
            throws JobFailure {
        String component = configuration.path("componentId").path("assetId").asText("");
        ComponentSpec spec = steps.component(Job.workspaceOf(endpoint), component);
        ObjectNode properties = JsonNodeFactory.instance.objectNode();
        properties.put("jobType", Job.PIPELINE).put("componentId", spec.id());
        properties.set("jobs", spec.spec().path("jobs").deepCopy());
        properties.set("settings", configuration.path("settings").deepCopy());
        properties.set(
                "inputs",
                spec.complete("Deployment '" + deployment.name() + "'", values(request.inputs(), "jobInputType")));
        properties.set("outputs", outputs(spec, values(request.outputs(), "jobOutputType")));
        return properties;
    }

    private static ObjectNode outputs(ComponentSpec spec, Map<String, ObjectNode> asked) throws JobFailure {
        ObjectNode outputs = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> entry : spec.outputs().properties()) {
            ObjectNode output = outputs.putObject(entry.getKey());
            output.put("jobOutputType", ComponentSpec.type(entry.getValue()));
            ObjectNode given = asked.remove(entry.getKey());
            if (given != null && given.hasNonNull("uri")) {
                output.set("uri", given.get("uri"));
            }
        }
        if (!asked.isEmpty()) {
            throw JobFailure.user("The pipeline has no output " + asked.keySet() + ".");
        }
        return outputs;
    }

    private ResourceId deployment(ResourceId endpoint, String asked) {
        ObjectNode document = resources
                .get(endpoint)
                .orElseThrow(() ->
                        HttpError.arm(404, "NotFound", "Batch endpoint '" + endpoint.name() + "' does not exist."));
        String name = asked.isEmpty()
                ? document.path("properties")
                        .path("defaults")
                        .path("deploymentName")
                        .asText("")
                : asked;
        if (name.isEmpty()) {
            throw HttpError.arm(
                    400,
                    "UserError",
                    "Batch endpoint '" + endpoint.name() + "' has no default deployment. Name"
                            + " one in the header azureml-model-deployment, or set a default.");
        }
        ResourceId deployment = endpoint.child("deployments", name);
        return resources
                .get(deployment)
                .map(found -> new ResourceId(found.path("id").asText()))
                .orElseThrow(() -> HttpError.arm(
                        404, "NotFound", "Batch endpoint '" + endpoint.name() + "' has no deployment '" + name + "'."));
    }

    private static Map<String, ObjectNode> values(JsonNode sent, String typeKey) throws JobFailure {
        Map<String, ObjectNode> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : sent.properties()) {
            JsonNode value = lowerKeys(entry.getValue());
            String type = value.path(typeKey.toLowerCase(Locale.ROOT)).asText("");
            String known = Optional.ofNullable(
                            TYPES.get(type.toLowerCase(Locale.ROOT).replace("_", "")))
                    .orElseThrow(() -> JobFailure.user("'" + entry.getKey() + "' has the " + typeKey + " '" + type
                            + "'; known are Literal, UriFile, UriFolder, MLTable and the model types."));
            ObjectNode read = JsonNodeFactory.instance.objectNode().put(typeKey, known);
            if (value.hasNonNull("value")) {
                read.put("value", value.get("value").asText());
            }
            if (value.hasNonNull("uri")) {
                read.put("uri", value.get("uri").asText());
            }
            values.put(entry.getKey(), read);
        }
        return values;
    }

    private static JsonNode lowerKeys(JsonNode node) {
        if (!node.isObject()) {
            return node;
        }
        Map<String, JsonNode> fields = new HashMap<>();
        node.properties().forEach(entry -> fields.put(entry.getKey().toLowerCase(Locale.ROOT), entry.getValue()));
        ObjectNode lower = JsonNodeFactory.instance.objectNode();
        lower.setAll(fields);
        return lower;
    }
}
