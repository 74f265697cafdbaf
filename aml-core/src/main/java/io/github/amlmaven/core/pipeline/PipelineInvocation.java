package io.github.amlmaven.core.pipeline;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.asset.OfflineAssets;
import io.github.amlmaven.core.asset.WorkspaceAssets;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.job.JobWait;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.AssetResolver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Runs a published pipeline by its endpoint's name: the default version, or one that is asked for. Inputs are checked
 * against what the component declares before anything is sent.
 */
public final class PipelineInvocation {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> PRIMITIVES = Set.of("string", "number", "integer", "boolean");

    private final AzureClients clients;
    private final Progress progress;

    public PipelineInvocation(AzureClients clients, Progress progress) {
        this.clients = clients;
        this.progress = progress;
    }

    /** Starts the pipeline and, when asked to, waits for its end. */
    public PipelineInvocationResult invoke(PipelineInvocationRequest request) {
        Target target = target(request);
        AssetResolver assets =
                request.dryRun() ? new OfflineAssets(clients.workspace()) : new WorkspaceAssets(clients, progress);
        ObjectNode body = body(request, declared(target.document(), request), assets);
        if (request.dryRun()) {
            return new PipelineInvocationResult("", "", "", target.deployment(), false, body);
        }
        String url = target.endpoint().at("/properties/scoringUri").asText();
        JsonNode job = post(url, target.deployment(), request.version().isPresent(), body);
        String name = job.path("name").asText();
        String studio = clients.studioPage(job).orElse("");
        progress.info("Started job " + name + (studio.isEmpty() ? "" : "; watch it at " + studio));
        request.timeout().ifPresent(limit -> new JobWait(clients, progress).untilPipelineCompleted(name, limit));
        return new PipelineInvocationResult(
                name,
                job.path("id").asText(clients.workspace().armId() + "/jobs/" + name),
                studio,
                target.deployment(),
                request.timeout().isPresent(),
                body);
    }

    /** What is run: the deployment of an endpoint. */
    private record Target(ObjectNode endpoint, String deployment, ObjectNode document) {}

    /** The deployment that a request would run, as Resource Manager answers it. */
    ObjectNode deployment(PipelineInvocationRequest request) {
        return target(request).document();
    }

    private Target target(PipelineInvocationRequest request) {
        String endpoints = clients.workspace().armId() + "/batchEndpoints";
        String endpointId = endpoints + "/" + request.endpoint();
        ObjectNode endpoint = clients.arm()
                .find(endpointId, ApiVersions.MACHINE_LEARNING)
                .orElseThrow(() -> missing("The workspace has no batch endpoint '" + request.endpoint() + "'"
                        + Suggestion.sentence(request.endpoint(), names(endpoints))));
        String deployment = request.version()
                .map(version -> deployment(endpointId, version))
                .orElse(endpoint.at("/properties/defaults/deploymentName").asText());
        if (deployment.isEmpty()) {
            throw missing("The endpoint '" + request.endpoint() + "' has no default version");
        }
        ObjectNode found = clients.arm()
                .find(endpointId + "/deployments/" + deployment, ApiVersions.MACHINE_LEARNING)
                .orElseThrow(() -> missing("The endpoint '" + request.endpoint() + "' has no deployment '"
                        + request.version().orElse(deployment) + "'" + known(endpointId)));
        return new Target(endpoint, deployment, found);
    }

    /** By the version that was published, or by the name that a deployment has in its own file. */
    private String deployment(String endpointId, String version) {
        return names(endpointId + "/deployments").stream()
                .filter(version::equalsIgnoreCase)
                .findFirst()
                .orElseGet(() -> PipelineNames.deployment(version));
    }

    /** What the deployed component takes; a deployed model takes one folder or file; empty when the deployment does not tell. */
    private JsonNode declared(ObjectNode deployment, PipelineInvocationRequest request) {
        if (deployment.at("/properties/model/assetId").isTextual()) {
            ObjectNode takes = JSON.createObjectNode();
            request.inputs()
                    .forEach((name, value) -> takes.putObject(name)
                            .put(
                                    "type",
                                    Files.isRegularFile(request.directory().resolve(value))
                                            ? "uri_file"
                                            : "uri_folder"));
            if (takes.size() != 1) {
                throw AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID,
                                "The model at '" + request.endpoint() + "' scores one input, not " + takes.size())
                        .remedy("Give it as -Daml.inputs.<name>=<value>: a path, a URI or azureml:name:version.")
                        .build();
            }
            return takes;
        }
        String id = deployment
                .at("/properties/deploymentConfiguration/componentId/assetId")
                .asText("");
        if (!id.startsWith("/")) {
            return JSON.createObjectNode();
        }
        return clients.arm().get(id, ApiVersions.MACHINE_LEARNING).at("/properties/componentSpec/inputs");
    }

    private static ObjectNode body(PipelineInvocationRequest request, JsonNode declared, AssetResolver assets) {
        check(request, declared);
        ObjectNode body = JSON.createObjectNode();
        ObjectNode properties = body.putObject("properties");
        if (!request.inputs().isEmpty()) {
            ObjectNode inputs = properties.putObject("inputData");
            request.inputs().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(input -> inputs.set(
                            input.getKey(),
                            input(
                                    input.getValue(),
                                    declared.path(input.getKey()).path("type").asText("string"),
                                    request,
                                    assets)));
        }
        request.experimentName()
                .ifPresent(name -> properties.putObject("properties").put("experimentName", name));
        return body;
    }

    /** Types are in Pascal case here, unlike in jobs. */
    private static ObjectNode input(
            String value, String type, PipelineInvocationRequest request, AssetResolver assets) {
        ObjectNode input = JSON.createObjectNode();
        if (PRIMITIVES.contains(type)) {
            return input.put("jobInputType", "Literal").put("value", value);
        }
        StringBuilder pascal = new StringBuilder();
        for (String word : List.of(type.split("_", -1))) {
            pascal.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        String restType = type.equals("mltable") ? "MLTable" : pascal.toString().replace("Mlflow", "MLFlow");
        return input.put("jobInputType", restType)
                .put("uri", assets.input(AssetReference.parse(value, request.directory()), type, null));
    }

    private static void check(PipelineInvocationRequest request, JsonNode declared) {
        if (declared.isEmpty()) {
            return;
        }
        Set<String> known = new TreeSet<>();
        declared.fieldNames().forEachRemaining(known::add);
        List<String> wrong = new ArrayList<>();
        request.inputs().keySet().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .forEach(name -> wrong.add("'" + name + "' is no input"
                        + Suggestion.nearest(name, known)
                                .map(near -> " (did you mean '" + near + "'?)")
                                .orElse("")));
        declared.properties().stream()
                .filter(input -> !input.getValue().has("default")
                        && !input.getValue().path("optional").asBoolean()
                        && !request.inputs().containsKey(input.getKey()))
                .forEach(input -> wrong.add("'" + input.getKey() + "' is missing"));
        if (!wrong.isEmpty()) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "The inputs do not fit the pipeline at '" + request.endpoint() + "': "
                                    + String.join(", ", wrong))
                    .remedy("It has: " + String.join(", ", known) + ". Give them as -Daml.inputs.<name>=<value>.")
                    .build();
        }
    }

    private JsonNode post(String url, String deployment, boolean pinned, ObjectNode body) {
        requireOwnHost(url);
        HttpRequest post = new HttpRequest(HttpMethod.POST, url)
                .setHeader(HttpHeaderName.CONTENT_TYPE, "application/json")
                .setHeader(
                        HttpHeaderName.fromString("repeatability-request-id"),
                        UUID.randomUUID().toString())
                .setBody(BinaryData.fromString(body.toString()));
        if (pinned) {
            post.setHeader(HttpHeaderName.fromString("azureml-model-deployment"), deployment);
        }
        String what = "start the pipeline";
        try (HttpResponse response =
                clients.pipeline(clients.endpoints().machineLearningAudience()).sendSync(post, Context.NONE)) {
            String text = response.getBodyAsString(StandardCharsets.UTF_8).block();
            if (response.getStatusCode() >= 300) {
                throw ArmErrors.ofResponse(what, response.getStatusCode(), response.getHeaders(), String.valueOf(text));
            }
            return JSON.readTree(String.valueOf(text));
        } catch (JsonProcessingException e) {
            throw AmlException.of(ErrorCode.ARM_SERVER_ERROR, "The endpoint's answer is not JSON")
                    .cause(e)
                    .build();
        }
    }

    /** The token must not follow a URL to somebody else's host. */
    private void requireOwnHost(String url) {
        java.net.URI target = java.net.URI.create(url);
        String host = String.valueOf(target.getHost());
        boolean own = clients.endpoints().isLocal()
                ? host.equals("localhost") || host.endsWith(".localhost") || host.equals("127.0.0.1")
                : "https".equals(target.getScheme()) && host.matches(".*\\.inference\\.ml\\.azure\\.(com|cn|us)");
        if (!own) {
            throw AmlException.of(
                            ErrorCode.ARM_SERVER_ERROR,
                            "The endpoint's URL leads to " + host + ", which is no host of this cloud")
                    .remedy("The token was not sent there.")
                    .build();
        }
    }

    private String known(String endpointId) {
        List<String> names = names(endpointId + "/deployments");
        return names.isEmpty() ? "" : "; it has " + String.join(", ", names);
    }

    private List<String> names(String collection) {
        return clients.arm()
                .list(collection, ApiVersions.MACHINE_LEARNING, Map.of())
                .map(resource -> resource.path("name").asText())
                .toList();
    }

    private static AmlException missing(String what) {
        return AmlException.of(ErrorCode.PIPELINE_NOT_FOUND, what)
                .remedy("Publish it with 'mvn aml:publish-pipeline', or deploy it with 'mvn aml:deploy-batch'.")
                .build();
    }
}
