package io.github.amlmaven.core.testing;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A scoring server at any address, played inside an HTTP client: nothing is sent. */
public final class PlainServer implements HttpClient {

    private final Function<HttpRequest, Answer> answers;
    private final List<HttpRequest> requests = new CopyOnWriteArrayList<>();

    public PlainServer(Function<HttpRequest, Answer> answers) {
        this.answers = answers;
    }

    public List<HttpRequest> requests() {
        return List.copyOf(requests);
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
        requests.add(request);
        return Mono.fromSupplier(() -> new Played(request, answers.apply(request)));
    }

    /** An answer as azure-core hands it out. */
    private static final class Played extends HttpResponse {

        private final Answer answer;
        private final HttpHeaders headers = new HttpHeaders();

        Played(HttpRequest request, Answer answer) {
            super(request);
            this.answer = answer;
            answer.headers().forEach((name, value) -> headers.set(HttpHeaderName.fromString(name), value));
        }

        @Override
        public int getStatusCode() {
            return answer.status();
        }

        @Override
        @Deprecated
        public @Nullable String getHeaderValue(String name) {
            return headers.getValue(HttpHeaderName.fromString(name));
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public Flux<ByteBuffer> getBody() {
            return Flux.just(ByteBuffer.wrap(answer.body()));
        }

        @Override
        public Mono<byte[]> getBodyAsByteArray() {
            return Mono.just(answer.body());
        }

        @Override
        public Mono<String> getBodyAsString() {
            return getBodyAsString(StandardCharsets.UTF_8);
        }

        @Override
        public Mono<String> getBodyAsString(Charset charset) {
            return Mono.just(new String(answer.body(), charset));
        }
    }
}
