package io.github.amlmaven.core.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransportTest {

    private final LoopbackService service = new LoopbackService();

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void aLocalCloudIsTrustedByItsCertificate() {
        service.play("GET /", Answer.json(200, "{}"));

        assertThat(status(Transport.httpClient(service.endpoints(), Optional.empty()), service.uri()))
                .isEqualTo(200);
    }

    @Test
    void azureIsTrustedByTheJvmsAuthoritiesOnly() {
        HttpClient client = Transport.httpClient(CloudEndpoints.AZURE, Optional.empty());

        assertThatThrownBy(() -> status(client, service.uri()))
                .satisfies(failure -> assertThat(Stream.iterate(failure, cause -> cause != null, Throwable::getCause))
                        .anyMatch(SSLException.class::isInstance));
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void aRequestWhoseAnswerIsLostIsNotSentAgainByTheClientItself() {
        AtomicInteger asked = new AtomicInteger();
        service.on("POST /act", request -> {
            asked.incrementAndGet();
            return Answer.RESET;
        });
        HttpClient client = Transport.httpClient(service.endpoints(), Optional.empty());

        assertThatThrownBy(() -> {
                    try (HttpResponse answer =
                            client.sendSync(new HttpRequest(HttpMethod.POST, service.uri() + "/act"), Context.NONE)) {
                        answer.getStatusCode();
                    }
                })
                .isInstanceOf(Exception.class);

        assertThat(asked).hasValue(1);
    }

    private static int status(HttpClient client, URI uri) {
        try (HttpResponse answer = client.sendSync(new HttpRequest(HttpMethod.GET, uri + "/"), Context.NONE)) {
            return answer.getStatusCode();
        }
    }
}
