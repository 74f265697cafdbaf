package io.github.amlmaven.core.arm;

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
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Azure Resource Manager in JSON: for the providers that have no typed client, first of all
 * Microsoft.MachineLearningServices. Every failure is an {@link AmlException} with the service's innermost code,
 * message and request id. Thread-safe.
 */
public final class ArmClient {

    static final ObjectMapper JSON = new ObjectMapper();

    private final HttpPipeline pipeline;
    private final URI endpoint;
    private final Progress progress;

    /**
     * Speaks to one Resource Manager.
     *
     * @param pipeline puts the token on and retries
     * @param endpoint base of Resource Manager, without a trailing slash
     */
    public ArmClient(HttpPipeline pipeline, URI endpoint, Progress progress) {
        this.pipeline = pipeline;
        this.endpoint = endpoint;
        this.progress = progress;
    }

    /** The resource, or empty when it does not exist (404). */
    public Optional<ObjectNode> find(String id, String apiVersion) {
        Answer answer = send(new HttpRequest(HttpMethod.GET, url(id, apiVersion, Map.of())), "read " + shortName(id));
        return answer.status() == 404 ? Optional.empty() : Optional.of(answer.orFail());
    }

    /** The resource; {@code ARM_NOT_FOUND} when it does not exist. */
    public ObjectNode get(String id, String apiVersion) {
        return send(new HttpRequest(HttpMethod.GET, url(id, apiVersion, Map.of())), "read " + shortName(id))
                .orFail();
    }

    /** Creates or replaces a resource whose PUT is not long-running (assets, jobs, datastores). */
    public ObjectNode put(String id, String apiVersion, ObjectNode body) {
        return put(id, apiVersion, body, Map.of());
    }

    /** As {@link #put(String, String, ObjectNode)}, with further headers ({@code x-azureml-token}). */
    public ObjectNode put(String id, String apiVersion, ObjectNode body, Map<String, String> headers) {
        HttpRequest request = withBody(new HttpRequest(HttpMethod.PUT, url(id, apiVersion, Map.of())), body);
        headers.forEach((name, value) -> request.setHeader(HttpHeaderName.fromString(name), value));
        return send(request, "write " + shortName(id)).orFail();
    }

    /** Creates or replaces a resource and waits until it is there; answers the resource in its final state. */
    public ObjectNode putAndWait(String id, String apiVersion, ObjectNode body, WaitOptions wait) {
        HttpRequest request = withBody(new HttpRequest(HttpMethod.PUT, url(id, apiVersion, Map.of())), body);
        return operation("write " + shortName(id), id, apiVersion).run(request, wait);
    }

    /** Changes a resource and waits until it is changed. */
    public ObjectNode patchAndWait(String id, String apiVersion, ObjectNode body, WaitOptions wait) {
        HttpRequest request = withBody(new HttpRequest(HttpMethod.PATCH, url(id, apiVersion, Map.of())), body);
        return operation("change " + shortName(id), id, apiVersion).run(request, wait);
    }

    /** Calls an action; an empty answer is an empty object. */
    public ObjectNode post(String id, String apiVersion, @Nullable ObjectNode body) {
        return send(
                        withBody(new HttpRequest(HttpMethod.POST, url(id, apiVersion, Map.of())), body),
                        "call " + shortName(id))
                .orFail();
    }

    /** Calls a long-running action and waits for its end. */
    public ObjectNode postAndWait(String id, String apiVersion, @Nullable ObjectNode body, WaitOptions wait) {
        HttpRequest request = withBody(new HttpRequest(HttpMethod.POST, url(id, apiVersion, Map.of())), body);
        return operation("call " + shortName(id), null, apiVersion).run(request, wait);
    }

    /** Deletes a resource and waits until it is gone; a resource that does not exist is gone already. */
    public void deleteAndWait(String id, String apiVersion, WaitOptions wait) {
        HttpRequest request = new HttpRequest(HttpMethod.DELETE, url(id, apiVersion, Map.of()));
        operation("delete " + shortName(id), null, apiVersion).run(request, wait);
    }

    /**
     * All resources of a collection, page by page as they are consumed.
     *
     * @param id the collection's path
     * @param query further query parameters ({@code $top}, {@code $orderBy}, {@code listViewType})
     */
    public Stream<ObjectNode> list(String id, String apiVersion, Map<String, String> query) {
        return PagedList.stream(
                url(id, apiVersion, query),
                endpoint,
                next -> send(new HttpRequest(HttpMethod.GET, next), "list " + shortName(id))
                        .orFail());
    }

    private Operation operation(String what, @Nullable String resourceId, String apiVersion) {
        URI resource = resourceId == null ? null : URI.create(url(resourceId, apiVersion, Map.of()));
        return new Operation(pipeline, endpoint, progress, what, resource);
    }

    private Answer send(HttpRequest request, String what) {
        return send(pipeline, request, what);
    }

    static Answer send(HttpPipeline pipeline, HttpRequest request, String what) {
        try (HttpResponse response = pipeline.sendSync(request, Context.NONE)) {
            return new Answer(what, response, text(response));
        } catch (RuntimeException failure) {
            throw ArmErrors.ofFailure(what, failure);
        }
    }

    /** The whole body, read now: the stream ends with the response. */
    static String text(HttpResponse response) {
        BinaryData body = response.getBodyAsBinaryData();
        return body == null ? "" : new String(body.toBytes(), StandardCharsets.UTF_8);
    }

    private static HttpRequest withBody(HttpRequest request, @Nullable ObjectNode body) {
        if (body == null) {
            return request;
        }
        request.setHeader(HttpHeaderName.CONTENT_TYPE, "application/json");
        return request.setBody(BinaryData.fromString(body.toString()));
    }

    private String url(String id, String apiVersion, Map<String, String> query) {
        StringBuilder url = new StringBuilder(endpoint.toString())
                .append(id.replace(" ", "%20"))
                .append("?api-version=")
                .append(apiVersion);
        query.forEach((name, value) -> url.append('&')
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20")));
        return url.toString();
    }

    /** The last type and name of an id: {@code models/iris/versions/3}. */
    static String shortName(String id) {
        int provider = id.lastIndexOf("/providers/");
        String tail = provider < 0 ? id : id.substring(provider + "/providers/".length());
        String[] parts = tail.split("/", -1);
        // provider namespace, then workspaces/{name}: what is below a workspace is named without it
        int from = parts.length > 3 && parts[1].equals("workspaces") ? 3 : Math.min(1, parts.length - 1);
        return String.join("/", java.util.Arrays.copyOfRange(parts, from, parts.length));
    }

    /** What came back. */
    record Answer(String what, HttpResponse response, String body) {

        int status() {
            return response.getStatusCode();
        }

        ObjectNode orFail() {
            if (status() >= 400) {
                throw ArmErrors.ofResponse(what, status(), response.getHeaders(), body);
            }
            if (body.isBlank()) {
                return JSON.createObjectNode();
            }
            try {
                JsonNode json = JSON.readTree(body);
                if (json instanceof ObjectNode object) {
                    return object;
                }
            } catch (JsonProcessingException notJson) {
                throw notAnObject(notJson);
            }
            throw notAnObject(null);
        }

        private AmlException notAnObject(@Nullable Throwable cause) {
            return AmlException.of(
                            ErrorCode.ARM_UNREACHABLE,
                            what + ": the answer is not a JSON object; something else than Azure may have answered")
                    .cause(cause)
                    .remedy("Check the proxy: it may answer with a page of its own.")
                    .build();
        }
    }
}
