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
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.cloud.WorkspaceServices;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.job.JobWait;
import io.github.amlmaven.core.progress.Progress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs a published pipeline or a pipeline endpoint of the first API, with a Resource Manager token.
 *
 * <p>Source of the body: https://learn.microsoft.com/azure/machine-learning/v1/how-to-deploy-pipelines. No public
 * specification has the path by name nor {@code pipelineVersion}; they are those of the endpoint's own REST address in the
 * first API's SDK.
 */
public final class PublishedPipelineInvocation {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern DATASTORE = Pattern.compile("azureml://datastores/([^/]+)/paths/(.*)");

    private final AzureClients clients;
    private final Progress progress;

    public PublishedPipelineInvocation(AzureClients clients, Progress progress) {
        this.clients = clients;
        this.progress = progress;
    }

    /** Starts the pipeline and, when asked to, shows its log until its end; fails when the run does. */
    public PipelineInvocationResult invoke(PublishedPipelineRequest request) {
        ObjectNode body = body(request);
        if (request.dryRun()) {
            return new PipelineInvocationResult("", "", "", "", false, body);
        }
        JsonNode answer = submit(request.target(), body);
        String run = answer.path("Id").asText(answer.path("PipelineRunId").asText(""));
        if (run.isEmpty()) {
            throw AmlException.of(
                            ErrorCode.ARM_SERVER_ERROR,
                            "The answer to starting " + request.target().describe() + " names no run")
                    .build();
        }
        String id = clients.workspace().armId() + "/jobs/" + run;
        progress.info("Started run " + run + " of " + request.target().describe());
        request.timeout().ifPresent(limit -> new JobWait(clients, progress).untilPipelineCompleted(run, limit));
        return new PipelineInvocationResult(run, id, "", "", request.timeout().isPresent(), body);
    }

    private static ObjectNode body(PublishedPipelineRequest request) {
        ObjectNode body = JSON.createObjectNode();
        request.experimentName().ifPresent(name -> body.put("ExperimentName", name));
        request.parameters().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(parameter -> {
                    Matcher path = DATASTORE.matcher(parameter.getValue());
                    if (path.matches()) {
                        body.withObject("/DataPathAssignments")
                                .putObject(parameter.getKey())
                                .put("DataStoreName", path.group(1))
                                .put("RelativePath", path.group(2));
                    } else {
                        body.withObject("/ParameterAssignments").put(parameter.getKey(), parameter.getValue());
                    }
                });
        return body;
    }

    private JsonNode submit(PublishedPipelineRequest.Target target, ObjectNode body) {
        String url = WorkspaceServices.api(clients) + "/pipelines/v1.0"
                + clients.workspace().armId() + "/PipelineRuns/" + target.path();
        HttpRequest post = new HttpRequest(HttpMethod.POST, url)
                .setHeader(HttpHeaderName.CONTENT_TYPE, "application/json")
                .setBody(BinaryData.fromString(body.toString()));
        String what = "start " + target.describe();
        try (HttpResponse response =
                clients.pipeline(clients.endpoints().managementAudience()).sendSync(post, Context.NONE)) {
            BinaryData data = response.getBodyAsBinaryData();
            String text = data == null ? "" : new String(data.toBytes(), StandardCharsets.UTF_8);
            if (response.getStatusCode() == 404) {
                throw AmlException.of(
                                ErrorCode.PIPELINE_NOT_FOUND, "The workspace has no " + target.describe() + ": " + text)
                        .build();
            }
            if (response.getStatusCode() >= 300) {
                throw ArmErrors.ofResponse(what, response.getStatusCode(), response.getHeaders(), text);
            }
            return JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            throw AmlException.of(ErrorCode.ARM_SERVER_ERROR, what + ": the answer is not JSON")
                    .cause(notJson)
                    .build();
        }
    }
}
