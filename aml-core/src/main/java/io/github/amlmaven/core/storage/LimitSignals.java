package io.github.amlmaven.core.storage;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelineNextSyncPolicy;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelinePolicy;
import io.github.amlmaven.core.concurrent.AdaptiveLimit;
import java.time.Duration;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Tells the limit how each attempt of a request went; the SDK's retries, which hide that from callers, stay its own. */
final class LimitSignals implements HttpPipelinePolicy {

    /** Too many requests, and the three by which Blob says "Server Busy" and "Operation could not be completed in time". */
    private static final Set<Integer> BUSY = Set.of(429, 500, 503, 504);

    /** Larger bodies take as long as the wire needs, which says nothing of a queue. */
    private static final long SMALL = 256 * 1024;

    private final AdaptiveLimit limit;

    LimitSignals(AdaptiveLimit limit) {
        this.limit = limit;
    }

    @Override
    public HttpPipelinePosition getPipelinePosition() {
        return HttpPipelinePosition.PER_RETRY;
    }

    @Override
    public Mono<HttpResponse> process(HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
        return Mono.defer(() -> {
            long started = System.nanoTime();
            boolean small = isSmall(context);
            return next.process()
                    .doOnNext(answer -> answered(answer, started, small))
                    .doOnError(failure -> limit.refused());
        });
    }

    @Override
    public HttpResponse processSync(HttpPipelineCallContext context, HttpPipelineNextSyncPolicy next) {
        long started = System.nanoTime();
        boolean small = isSmall(context);
        HttpResponse answer;
        try {
            answer = next.processSync();
        } catch (RuntimeException failure) {
            limit.refused();
            throw failure;
        }
        answered(answer, started, small);
        return answer;
    }

    private void answered(HttpResponse answer, long started, boolean small) {
        if (BUSY.contains(answer.getStatusCode())) {
            limit.refused();
        } else if (small) {
            limit.answered(Duration.ofNanos(System.nanoTime() - started));
        } else {
            limit.taken();
        }
    }

    private static boolean isSmall(HttpPipelineCallContext context) {
        String length = context.getHttpRequest().getHeaders().getValue(HttpHeaderName.CONTENT_LENGTH);
        return length == null || Long.parseLong(length) <= SMALL;
    }
}
