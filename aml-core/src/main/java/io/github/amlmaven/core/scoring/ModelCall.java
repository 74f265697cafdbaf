package io.github.amlmaven.core.scoring;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Sends JSON to a deployed model and compares the answers with what is expected. The secret goes to the server it was
 * made for only, and redirects are not followed.
 */
public final class ModelCall {

    /** Picks a deployment of an online endpoint (how-to-safely-rollout-online-endpoints). */
    private static final HttpHeaderName DEPLOYMENT = HttpHeaderName.fromString("azureml-model-deployment");

    /** Honoured by azure-core's HTTP clients. */
    private static final String RESPONSE_TIMEOUT = "azure-response-timeout";

    private static final int SHOWN = 500;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final Progress progress;

    public ModelCall(HttpClient http, Progress progress) {
        this.http = http;
        this.progress = progress;
    }

    /**
     * Makes the calls one after the other.
     *
     * @throws AmlException {@link ErrorCode#SCORING_FAILED} for another status than the expected one, {@link
     *     ErrorCode#SCORING_UNEXPECTED} for another answer, {@link ErrorCode#SCORING_KEY_WITHHELD} before anything is
     *     sent when the secret does not belong to the address
     */
    public List<ScoringAnswer> run(ScoringRequest request) {
        check(request);
        List<ScoringAnswer> answers = new ArrayList<>();
        for (ScoringRequest.Payload payload : request.payloads()) {
            ScoringAnswer answer = send(request, payload);
            judge(request, payload, answer);
            answers.add(answer);
        }
        return answers;
    }

    /**
     * Checks that the secret may go to the address, before anything is sent.
     *
     * @throws AmlException {@link ErrorCode#SCORING_KEY_WITHHELD} when it may not
     */
    public void check(ScoringRequest request) {
        URI uri = request.uri();
        String scheme = Objects.toString(uri.getScheme(), "").toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https")) || uri.getUserInfo() != null) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID, "The scoring URI is not an http or https address: " + uri)
                    .remedy("Write it as https://<host>/score, without a user or password: <uri>, -Daml.score.uri.")
                    .build();
        }
        if (request.credential().isEmpty()) {
            return;
        }
        ScoringCredential credential = request.credential().get();
        if (!credential.belongsTo(uri)) {
            throw AmlException.of(
                            ErrorCode.SCORING_KEY_WITHHELD,
                            "The key belongs to " + credential.issuedFor().orElseThrow() + " and is not sent to " + uri)
                    .build();
        }
        if (scheme.equals("http") && !Loopback.is(uri)) {
            boolean own = credential.issuedFor().isPresent() || isAzure(uri);
            if (!own && !request.plainHttpAllowed()) {
                throw AmlException.of(
                                ErrorCode.SCORING_KEY_WITHHELD,
                                "The key is not sent over plain http to " + uri.getHost())
                        .remedy("Use https, or set -Daml.score.allowPlainHttp=true where the network is your own.")
                        .build();
            }
            progress.warn("The key goes to " + uri.getHost() + " over plain http, as container groups and bare"
                    + " load balancers have no TLS; anyone on the way can read it");
        }
    }

    private static boolean isAzure(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        return host.endsWith(".azurecontainer.io")
                || host.endsWith(".azurecontainer.cn")
                || host.endsWith(".azurecontainer.us")
                || host.endsWith(".cloudapp.azure.com");
    }

    /**
     * Sends one payload and answers whatever comes back, for an address that {@link #check} has found good.
     *
     * @throws AmlException {@link ErrorCode#SCORING_UNREACHABLE} when nothing comes back
     */
    public ScoringAnswer send(ScoringRequest request, ScoringRequest.Payload payload) {
        return send(request, HttpMethod.POST, request.uri(), payload.name(), payload.json());
    }

    /** The same for another address of the same server. */
    ScoringAnswer send(ScoringRequest request, HttpMethod method, URI to, String name, String body) {
        HttpRequest http = new HttpRequest(method, to.toString()).setHeader(HttpHeaderName.ACCEPT, "application/json");
        if (!body.isEmpty()) {
            http.setHeader(HttpHeaderName.CONTENT_TYPE, "application/json").setBody(body);
        }
        request.credential()
                .ifPresent(c -> c.header()
                        .map(HttpHeaderName::fromString)
                        .ifPresentOrElse(
                                own -> http.setHeader(own, c.value()),
                                () -> http.setHeader(HttpHeaderName.AUTHORIZATION, "Bearer " + c.value())));
        request.deployment().ifPresent(chosen -> http.setHeader(DEPLOYMENT, chosen));
        long start = System.nanoTime();
        try (HttpResponse response = this.http.sendSync(http, new Context(RESPONSE_TIMEOUT, request.timeout()))) {
            String answered = Objects.toString(response.getBodyAsBinaryData(), "");
            String requestId = response.getHeaderValue(HttpHeaderName.X_MS_REQUEST_ID);
            return new ScoringAnswer(
                    name,
                    response.getStatusCode(),
                    answered,
                    Duration.ofNanos(System.nanoTime() - start),
                    Objects.toString(requestId, ""));
        } catch (RuntimeException e) {
            throw AmlException.of(
                            ErrorCode.SCORING_UNREACHABLE,
                            String.valueOf(
                                    ArmErrors.ofFailure(method + " " + to, e).getMessage()))
                    .remedy(
                            "Check that the deployment is still there and the address right: the deploy goal that made it names it, and"
                                    + " 'mvn aml:logs' shows whether it runs.")
                    .build();
        }
    }

    private static void judge(ScoringRequest request, ScoringRequest.Payload payload, ScoringAnswer answer) {
        if (answer.status() != request.expectStatus()) {
            throw AmlException.of(
                            ErrorCode.SCORING_FAILED,
                            payload.name() + ": POST " + request.uri() + " -> " + answer.status() + ", expected "
                                    + request.expectStatus() + ": " + shortened(answer.body()))
                    .requestId(answer.requestId().isEmpty() ? null : answer.requestId())
                    .remedy(remedy(answer.status(), request.credential()))
                    .build();
        }
        payload.expected().ifPresent(expected -> {
            JsonNode actual = parse(answer.body());
            if (!sameJson(expected, actual)) {
                throw AmlException.of(
                                ErrorCode.SCORING_UNEXPECTED,
                                payload.name() + ": the model answered " + shortened(answer.body()) + ", expected "
                                        + shortened(expected.toString()))
                        .remedy(
                                "Mend the model, or what <expect> (-Daml.score.expect) or <expectFile> (-Daml.score.expectFile) say.")
                        .build();
            }
        });
    }

    /** What to do about a status, be it the model's own or one of the front end of online endpoints. */
    private static String remedy(int status, Optional<ScoringCredential> sent) {
        return switch (status) {
            case 401, 403 ->
                sent.map(credential -> credential.kind().remedy())
                        .orElse(
                                "It wants a key or a token, and none was sent: leave out -Daml.score.auth=none, or name the"
                                        + " key by -Daml.score.keyServerId or the environment variable AML_SCORING_KEY.");
            case 404 ->
                "The address, or the deployment that was asked for (-Daml.deployment), is not there: 'mvn aml:traffic' shows"
                        + " those of the endpoint.";
            case 408 ->
                "The model took longer than its deployment allows: raise request_settings.request_timeout_ms there, or make"
                        + " run() faster.";
            case 424 -> "The model itself failed or refused the request: 'mvn aml:logs' shows what run() raised.";
            case 429 ->
                "The deployment has more requests than it takes: try again later, or raise instance_count or"
                        + " max_concurrent_requests_per_instance.";
            default ->
                status >= 500
                        ? "run() of the scoring script failed; the container's log has its stack trace."
                        : "Compare the request with what run() of the scoring script expects.";
        };
    }

    /** 1 and 1.0 are the same number in JSON. */
    private static boolean sameJson(JsonNode expected, JsonNode actual) {
        return expected.equals(
                (a, b) -> a.isNumber() && b.isNumber()
                        ? a.decimalValue().compareTo(b.decimalValue())
                        : a.equals(b) ? 0 : 1,
                actual);
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            // An answer that is not JSON is compared as the text it is.
            return JSON.getNodeFactory().textNode(body);
        }
    }

    /** At most a few hundred characters on one line; a page of HTML says nothing. */
    public static String shortened(String body) {
        String text = body.strip();
        if (text.startsWith("<")) {
            return "(an HTML page)";
        }
        String line = text.replaceAll("\\s+", " ");
        return line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line;
    }
}
