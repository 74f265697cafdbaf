package io.github.amlmaven.core.arm;

import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.rest.Response;
import com.azure.core.http.rest.SimpleResponse;
import com.azure.core.management.polling.PollResult;
import com.azure.core.management.polling.SyncPollerFactory;
import com.azure.core.management.serializer.SerializerFactory;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.core.util.polling.LongRunningOperationStatus;
import com.azure.core.util.polling.PollResponse;
import com.azure.core.util.polling.SyncPoller;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.Waiting;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One long-running operation: the first request, then azure-core's poller at our own pace and with our own limit.
 *
 * <p>What the poller does not do, and this does: a failed operation is an exception (the poller answers null), status
 * URLs on other hosts are refused (a token would go there), and a status URL that is unknown or has aged (401, 403,
 * 404) makes way for the resource's own {@code provisioningState}.
 */
final class Operation {

    private static final Set<Integer> STATUS_LOST = Set.of(401, 403, 404);
    private static final Set<String> ENDED_BADLY = Set.of("failed", "canceled", "cancelled");

    private final HttpPipeline pipeline;
    private final URI endpoint;
    private final Progress progress;
    private final String what;
    private final @Nullable URI resource;

    Operation(HttpPipeline pipeline, URI endpoint, Progress progress, String what, @Nullable URI resource) {
        this.pipeline = pipeline;
        this.endpoint = endpoint;
        this.progress = progress;
        this.what = what;
        this.resource = resource;
    }

    ObjectNode run(HttpRequest request, WaitOptions wait) {
        Waiting waiting = new Waiting(what, wait.limit(), wait.interval(), progress);
        try {
            SyncPoller<PollResult<BinaryData>, BinaryData> poller = SyncPollerFactory.create(
                    SerializerFactory.createDefaultManagementSerializerAdapter(),
                    guarded(),
                    BinaryData.class,
                    BinaryData.class,
                    wait.interval(),
                    () -> start(request));
            PollResponse<PollResult<BinaryData>> last = poller.poll();
            while (!last.getStatus().isComplete()) {
                pause(waiting, last.getStatus().toString(), last.getRetryAfter());
                last = poller.poll();
            }
            return finish(last, poller, waiting);
        } catch (AlreadyGone gone) {
            return ArmClient.JSON.createObjectNode();
        } catch (RuntimeException failure) {
            throw ArmErrors.ofFailure(what, failure);
        }
    }

    private Response<BinaryData> start(HttpRequest request) {
        try (HttpResponse response = pipeline.sendSync(request, Context.NONE)) {
            BinaryData body = BinaryData.fromString(ArmClient.text(response));
            if (response.getStatusCode() == 404 && request.getHttpMethod() == HttpMethod.DELETE) {
                throw new AlreadyGone();
            }
            if (response.getStatusCode() >= 400) {
                throw ArmErrors.ofResponse(
                        what, response.getStatusCode(), response.getHeaders(), body == null ? "" : body.toString());
            }
            return new SimpleResponse<>(
                    request,
                    response.getStatusCode(),
                    response.getHeaders(),
                    body == null ? BinaryData.fromString("") : body);
        }
    }

    private ObjectNode finish(
            PollResponse<PollResult<BinaryData>> last,
            SyncPoller<PollResult<BinaryData>, BinaryData> poller,
            Waiting waiting) {
        if (LongRunningOperationStatus.SUCCESSFULLY_COMPLETED.equals(last.getStatus())) {
            BinaryData result = poller.getFinalResult();
            String text = result == null ? "" : result.toString();
            if (text.isBlank() && resource != null) {
                return read();
            }
            return parse(text);
        }
        PollResult.Error error =
                last.getValue() == null ? null : last.getValue().getError();
        if (error != null && resource != null && STATUS_LOST.contains(error.getResponseStatusCode())) {
            return followResource(waiting);
        }
        throw failed(last.getStatus(), error);
    }

    private AmlException failed(LongRunningOperationStatus status, PollResult.@Nullable Error error) {
        String body = error == null || error.getResponseBody() == null ? "" : error.getResponseBody();
        Optional<ServiceError> reason = ServiceError.parse(body);
        reason.ifPresent(r -> r.chain().forEach(line -> progress.debug(what + ": " + line)));
        boolean canceled = LongRunningOperationStatus.USER_CANCELLED.equals(status);
        String text = reason.map(r -> r.code() + ": " + r.message())
                .orElse(error == null || error.getMessage() == null ? "no reason given" : error.getMessage());
        return AmlException.of(ErrorCode.OPERATION_FAILED, what + (canceled ? " was canceled: " : " failed: ") + text)
                .requestId(
                        error == null || error.getResponseHeaders() == null
                                ? null
                                : error.getResponseHeaders()
                                        .getValue(com.azure.core.http.HttpHeaderName.fromString("x-ms-request-id")))
                .remedy(
                        canceled
                                ? "Somebody canceled it. Look at the resource's activity log before running the goal"
                                        + " again."
                                : "")
                .build();
    }

    /** The status URL is of no use any more: the resource itself says where it stands. */
    private ObjectNode followResource(Waiting waiting) {
        while (true) {
            ObjectNode document = read();
            String state = document.path("properties").path("provisioningState").asText("Succeeded");
            String lower = state.toLowerCase(Locale.ROOT);
            if (lower.equals("succeeded")) {
                return document;
            }
            if (ENDED_BADLY.contains(lower)) {
                String reason = ServiceError.of(document)
                        .map(e -> e.code() + ": " + e.message())
                        .orElse("provisioningState is " + state);
                throw AmlException.of(ErrorCode.OPERATION_FAILED, what + " failed: " + reason)
                        .build();
            }
            pause(waiting, state, null);
        }
    }

    private void pause(Waiting waiting, String state, @Nullable Duration asked) {
        if (!waiting.pause(state, asked == null ? Duration.ZERO : asked)) {
            throw AmlException.of(
                            ErrorCode.OPERATION_TIMEOUT,
                            what + " is still " + state + " after "
                                    + waiting.limit().toSeconds() + " s")
                    .build();
        }
    }

    private ObjectNode read() {
        HttpRequest request = new HttpRequest(HttpMethod.GET, String.valueOf(resource));
        return ArmClient.send(pipeline, request, what).orFail();
    }

    private ObjectNode parse(String text) {
        try {
            return text.isBlank() ? ArmClient.JSON.createObjectNode() : (ObjectNode) ArmClient.JSON.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException | ClassCastException notAnObject) {
            throw AmlException.of(ErrorCode.ARM_SERVER_ERROR, what + ": the result is not a JSON object")
                    .cause(notAnObject)
                    .build();
        }
    }

    /** The same pipeline behind a gate: the poller follows URLs that the service hands out. */
    private HttpPipeline guarded() {
        return new HttpPipelineBuilder()
                .httpClient(new PipelineClient(pipeline))
                .policies(new HostGate(endpoint))
                .build();
    }

    /** The resource to delete does not exist. */
    private static final class AlreadyGone extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
