package io.github.amlmaven.core.cloud;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelineNextSyncPolicy;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelinePolicy;
import io.github.amlmaven.core.progress.Progress;
import reactor.core.publisher.Mono;

/** One debug line an answer: method, host and path (never the query, which may be signed), status, request id. */
record RequestTrace(Progress progress) implements HttpPipelinePolicy {

    private static final HttpHeaderName REQUEST_ID = HttpHeaderName.fromString("x-ms-request-id");

    @Override
    public Mono<HttpResponse> process(HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
        return next.process().doOnNext(this::tell);
    }

    @Override
    public HttpResponse processSync(HttpPipelineCallContext context, HttpPipelineNextSyncPolicy next) {
        HttpResponse response = next.processSync();
        tell(response);
        return response;
    }

    private void tell(HttpResponse response) {
        HttpRequest request = response.getRequest();
        String id = response.getHeaderValue(REQUEST_ID);
        progress.debug(request.getHttpMethod() + " " + request.getUrl().getHost()
                + request.getUrl().getPath() + " -> " + response.getStatusCode()
                + (id == null ? "" : " (request id " + id + ")"));
    }
}
