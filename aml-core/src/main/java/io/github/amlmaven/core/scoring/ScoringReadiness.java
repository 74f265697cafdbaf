package io.github.amlmaven.core.scoring;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.Waiting;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Waits until a deployed scoring server answers. The server's {@code GET /} answers 200 only after {@code init()} has
 * returned, since a worker that cannot load the model ends (azureml-inference-server-http 1.5).
 */
public final class ScoringReadiness {

    /** Honoured by azure-core's HTTP clients: how long the answer's headers may take. */
    private static final String RESPONSE_TIMEOUT = "azure-response-timeout";

    /** By which the scoring image's server tells its {@code AML_SCORING_DEPLOYMENT}. */
    private static final HttpHeaderName DEPLOYMENT = HttpHeaderName.fromString("x-aml-deployment");

    /** What a server shows to nobody without a key. */
    private static final String PROTECTED = "/swagger.json";

    private static final String FORMER = "the former container still answers";

    private static final Duration ONE_ANSWER = Duration.ofSeconds(5);

    private final HttpClient http;
    private final Progress progress;

    public ScoringReadiness(HttpClient http, Progress progress) {
        this.http = http;
        this.progress = progress;
    }

    /** What came out of a wait. */
    public sealed interface Outcome {
        /** The server answers. */
        record Ready(Duration after) implements Outcome {}

        /** The limit has passed; {@code lastSeen} is what the last request came to. */
        record Late(String lastSeen) implements Outcome {}

        /** There is no use in waiting on. */
        record Broken(String reason) implements Outcome {}
    }

    /**
     * Waits for 200 from {@code server}.
     *
     * @param server the server's base address, any path is replaced by {@code /}
     * @param broken asked at each turn for a reason to give up at once
     */
    public Outcome await(URI server, Duration limit, Duration interval, Supplier<Optional<String>> broken) {
        return awaitAnswer(server.resolve("/"), limit, interval, Optional.empty(), broken);
    }

    /**
     * Waits for 200 from {@code health}, where a former container may serve until the new one does.
     *
     * @param deployment what the new container was told as {@code AML_SCORING_DEPLOYMENT}; an answer of another one does
     *     not count. A server that tells none is believed
     * @param broken asked at each turn for a reason to give up at once
     */
    public Outcome awaitAnswer(
            URI health,
            Duration limit,
            Duration interval,
            Optional<String> deployment,
            Supplier<Optional<String>> broken) {
        Waiting waiting = new Waiting("an answer from " + health, limit, interval, progress);
        while (true) {
            Look look = look(health);
            boolean former = look.deployment().isPresent()
                    && deployment.isPresent()
                    && !look.deployment().equals(deployment);
            if (look.status() == 200 && !former) {
                return new Outcome.Ready(waiting.elapsed());
            }
            Optional<String> reason = broken.get();
            if (reason.isPresent()) {
                return new Outcome.Broken(reason.get());
            }
            if (!waiting.pause(former ? FORMER : look.status() == 0 ? "not serving yet" : "status " + look.status())) {
                return new Outcome.Late(former ? FORMER : look.what());
            }
        }
    }

    /**
     * Waits until a server lets a key in to its interface description (which it may not have). A former container, which does
     * not know the key yet, answers 401 as long as it serves.
     *
     * @param server the server's base address, any path is replaced
     * @param broken asked at each turn for a reason to give up at once
     */
    public Outcome awaitKey(
            URI server, String key, Duration limit, Duration interval, Supplier<Optional<String>> broken) {
        URI address = server.resolve(PROTECTED);
        Waiting waiting = new Waiting("the new key at " + server, limit, interval, progress);
        while (true) {
            Look look = look(address, Optional.of(key));
            if (look.status() == 200 || look.status() == 404) {
                return new Outcome.Ready(waiting.elapsed());
            }
            Optional<String> reason = broken.get();
            if (reason.isPresent()) {
                return new Outcome.Broken(reason.get());
            }
            if (!waiting.pause(look.status() == 401 ? FORMER : look.what())) {
                return new Outcome.Late(look.status() == 401 ? FORMER : look.what());
            }
        }
    }

    /** Whether a request without a key is let through to the model's interface description, which needs one. */
    public boolean answersWithoutKey(URI server) {
        return isOpen(server.resolve(PROTECTED));
    }

    /** Whether an address answers 200 to a request without a key. */
    public boolean isOpen(URI address) {
        return look(address).status() == 200;
    }

    /** What one request came to; a status of 0 is no answer. */
    private record Look(int status, String what, Optional<String> deployment) {}

    private Look look(URI address) {
        return look(address, Optional.empty());
    }

    private Look look(URI address, Optional<String> key) {
        HttpRequest request = new HttpRequest(HttpMethod.GET, address.toString());
        key.ifPresent(value -> request.setHeader(HttpHeaderName.AUTHORIZATION, "Bearer " + value));
        try (HttpResponse response = http.sendSync(request, new Context(RESPONSE_TIMEOUT, ONE_ANSWER))) {
            return new Look(
                    response.getStatusCode(),
                    "status " + response.getStatusCode(),
                    Optional.ofNullable(response.getHeaders().getValue(DEPLOYMENT)));
        } catch (RuntimeException e) {
            return new Look(0, "no answer (" + e.getMessage() + ")", Optional.empty());
        }
    }
}
