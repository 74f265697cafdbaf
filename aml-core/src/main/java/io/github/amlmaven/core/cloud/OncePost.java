package io.github.amlmaven.core.cloud;

import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelineNextSyncPolicy;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelinePolicy;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;

/**
 * A POST whose answer got lost may have been carried out, so it is not sent twice. Actions that only list (keys,
 * secrets) are harmless and stay repeatable.
 */
final class OncePost implements HttpPipelinePolicy {

    @Override
    public Mono<HttpResponse> process(HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
        return next.process()
                .onErrorMap(
                        failure -> lost(context.getHttpRequest(), failure),
                        failure -> unanswered(context.getHttpRequest()));
    }

    @Override
    public HttpResponse processSync(HttpPipelineCallContext context, HttpPipelineNextSyncPolicy next) {
        try {
            return next.processSync();
        } catch (RuntimeException failure) {
            if (lost(context.getHttpRequest(), failure)) {
                throw unanswered(context.getHttpRequest());
            }
            throw failure;
        }
    }

    private static boolean lost(HttpRequest request, Throwable failure) {
        String path = request.getUrl().getPath();
        boolean action = request.getHttpMethod() == HttpMethod.POST
                && !path.substring(path.lastIndexOf('/') + 1).startsWith("list");
        if (!action) {
            return false;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException) {
                return false;
            }
            if (cause instanceof IOException || cause instanceof TimeoutException) {
                return true;
            }
        }
        return false;
    }

    private static AmlException unanswered(HttpRequest request) {
        return AmlException.of(
                        ErrorCode.ARM_UNREACHABLE,
                        "POST " + request.getUrl().getHost() + request.getUrl().getPath()
                                + ": the connection broke before the answer came; it may have been carried out")
                // No cause: azure-core's retry policy would find the I/O error in it and try again.
                .remedy("Look whether it was carried out before running the goal again.")
                .build();
    }
}
