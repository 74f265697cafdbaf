package io.github.amlmaven.core.job;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.cloud.WorkspaceServices;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.storage.DatastoreAccess;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The run history data plane of a workspace: what a run's state is, where its logs are, its children, its metrics. Its
 * host comes from the workspace's discovery document.
 */
final class RunHistory {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METRIC = "metrics.";
    private static final Pattern GROUP = Pattern.compile("pipelinerun|hyperdrive|sweep", Pattern.CASE_INSENSITIVE);

    private final AzureClients clients;
    private final String api;

    private RunHistory(AzureClients clients, String api) {
        this.clients = clients;
        this.api = api;
    }

    static final String NOT_STARTED = "NotStarted";

    /** States that a run does not leave ({@code operations/_run_history_constants.py} of azure-ai-ml). */
    static final Set<String> TERMINAL = Set.of("Completed", "Failed", "Canceled", "NotResponding", "Paused");

    /**
     * A child run.
     *
     * @param id empty for a step that has no run yet
     * @param reused whether the outputs of an earlier run were taken instead of running it
     * @param pipeline whether it has children itself
     */
    record Child(
            String id,
            String name,
            String status,
            boolean reused,
            boolean pipeline,
            Optional<Instant> start,
            Optional<Instant> end,
            String compute) {

        static Child notStarted(String name) {
            return new Child("", name, NOT_STARTED, false, false, Optional.empty(), Optional.empty(), "");
        }

        /** Whether there can be a log. */
        boolean started() {
            return !status.equals(NOT_STARTED) && !status.equals("Queued");
        }
    }

    /** Reads the workspace and its discovery document (which takes no token). */
    static RunHistory of(AzureClients clients) {
        return new RunHistory(clients, WorkspaceServices.api(clients));
    }

    /** {@code {status, logFiles, error, warnings}}. */
    JsonNode details(String run) {
        return get(
                pipeline(),
                runs() + "/" + run + "/details?api-version=" + ApiVersions.RUN_HISTORY,
                "follow run " + run);
    }

    /** The steps of a pipeline run so far. */
    List<Child> children(String run) {
        List<Child> children = new ArrayList<>();
        String first = runs() + "/" + run + "/children?api-version=" + ApiVersions.RUN_HISTORY;
        String token = "";
        do {
            String url = token.isEmpty()
                    ? first
                    : first + "&$continuationtoken=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
            JsonNode page = get(pipeline(), url, "list steps of " + run);
            page.path("value").forEach(child -> children.add(child(child)));
            token = page.path("continuationToken").asText("");
        } while (!token.isEmpty() && !token.equals("null"));
        return children;
    }

    private static Child child(JsonNode child) {
        String id = child.path("runId").asText();
        String name = child.path("displayName").asText(child.path("name").asText(""));
        return new Child(
                id,
                name.isEmpty() ? id : name,
                child.path("status").asText("Unknown"),
                Boolean.parseBoolean(
                        child.path("properties").path("azureml.isreused").asText()),
                GROUP.matcher(child.path("runType").asText()).find(),
                time(child.path("startTimeUtc")),
                time(child.path("endTimeUtc")),
                child.path("target").asText(""));
    }

    /** A time that is absent, or that this cannot read, only shows no elapsed time. */
    private static Optional<Instant> time(JsonNode text) {
        try {
            return text.isTextual()
                    ? Optional.of(OffsetDateTime.parse(text.asText()).toInstant())
                    : Optional.empty();
        } catch (DateTimeParseException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * The last value of each metric: numeric run properties named {@code metrics.<name>}, and what the MLflow API says that
     * the job names as its tracking service. Empty where the run logged none.
     */
    Map<String, Double> metrics(JsonNode job, JsonNode details) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        details.path("properties").properties().stream()
                .filter(property -> property.getKey().startsWith(METRIC))
                .filter(property -> !Double.isNaN(property.getValue().asDouble(Double.NaN)))
                .forEach(property -> metrics.put(
                        property.getKey().substring(METRIC.length()),
                        property.getValue().asDouble()));
        metrics.putAll(
                tracked(job, details.path("runId").asText(job.path("name").asText())));
        return metrics;
    }

    private Map<String, Double> tracked(JsonNode job, String run) {
        String tracking = job.path("properties")
                .path("services")
                .path("Tracking")
                .path("endpoint")
                .asText()
                .replaceFirst("^azureml://", "https://")
                .replaceFirst("\\?.*$", "");
        Map<String, Double> metrics = new LinkedHashMap<>();
        if (tracking.isEmpty() || !sameHost(tracking)) {
            return metrics;
        }
        Optional<JsonNode> answer = find(tracking + "/api/2.0/mlflow/runs/get?run_id=" + run);
        answer.orElse(MissingNode.getInstance())
                .path("run")
                .path("data")
                .path("metrics")
                .forEach(metric -> metrics.put(
                        metric.path("key").asText(), metric.path("value").asDouble()));
        return metrics;
    }

    /**
     * What a log has beyond an offset. The URL carries its own signature, so that no token goes along.
     *
     * @return empty when there is nothing new or no log yet
     */
    byte[] logFrom(String url, long offset) {
        HttpRequest request = new HttpRequest(HttpMethod.GET, DatastoreAccess.reachable(url));
        if (offset > 0) {
            request.setHeader(HttpHeaderName.RANGE, "bytes=" + offset + "-");
        }
        try (HttpResponse response = clients.anonymousPipeline().sendSync(request, Context.NONE)) {
            BinaryData body = response.getBodyAsBinaryData();
            if (response.getStatusCode() == 404 || response.getStatusCode() == 416 || body == null) {
                return new byte[0];
            }
            if (response.getStatusCode() >= 400) {
                throw ArmErrors.ofResponse("read the job's log", response.getStatusCode(), response.getHeaders(), "");
            }
            byte[] bytes = body.toBytes();
            // A server that ignores the range sends all of it again.
            return response.getStatusCode() == 206 || offset == 0
                    ? bytes
                    : java.util.Arrays.copyOfRange(bytes, (int) Math.min(offset, bytes.length), bytes.length);
        } catch (RuntimeException failure) {
            throw ArmErrors.ofFailure("read the job's log", failure);
        }
    }

    private boolean sameHost(String url) {
        return java.net
                .URI
                .create(url)
                .getAuthority()
                .equals(java.net.URI.create(api).getAuthority());
    }

    private String runs() {
        return api + "/history/v1.0" + clients.workspace().armId() + "/runs";
    }

    private HttpPipeline pipeline() {
        return clients.pipeline(clients.endpoints().managementAudience());
    }

    private Optional<JsonNode> find(String url) {
        try {
            return Optional.of(get(pipeline(), url, "read the run's metrics"));
        } catch (AmlException none) {
            if (none.code() == ErrorCode.ARM_NOT_FOUND) {
                return Optional.empty();
            }
            throw none;
        }
    }

    private static JsonNode get(HttpPipeline pipeline, String url, String what) {
        try (HttpResponse response = pipeline.sendSync(new HttpRequest(HttpMethod.GET, url), Context.NONE)) {
            BinaryData data = response.getBodyAsBinaryData();
            String body = data == null ? "" : new String(data.toBytes(), StandardCharsets.UTF_8);
            if (response.getStatusCode() >= 400) {
                throw ArmErrors.ofResponse(what, response.getStatusCode(), response.getHeaders(), body);
            }
            return JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            throw AmlException.of(ErrorCode.ARM_UNREACHABLE, what + ": the answer is not JSON")
                    .cause(notJson)
                    .remedy("Check the proxy: it may answer with a page of its own.")
                    .build();
        } catch (RuntimeException failure) {
            throw ArmErrors.ofFailure(what, failure);
        }
    }
}
