package io.github.amlmaven.core.arm;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import reactor.core.publisher.Mono;

/** A pipeline as the last hop of another one. */
record PipelineClient(HttpPipeline pipeline) implements HttpClient {

    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
        return pipeline.send(request);
    }

    @Override
    public HttpResponse sendSync(HttpRequest request, Context context) {
        return pipeline.sendSync(request, context);
    }
}
