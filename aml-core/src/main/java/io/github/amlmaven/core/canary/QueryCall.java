package io.github.amlmaven.core.canary;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.canary.Judge.Query;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalDouble;

/** Asks an address for a number. An address that gives none is no reason to call a candidate bad, nor good. */
record QueryCall(HttpClient http, String endpoint, String candidate, String live) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RESPONSE_TIMEOUT = "azure-response-timeout";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** The first value of an instant query (https://prometheus.io/docs/prometheus/latest/querying/api). */
    private static final String PROMETHEUS = "/data/result/0/value/1";

    /** What came back; {@code why} says what is wrong when there is no number. */
    private record Answer(OptionalDouble number, String why) {}

    Finding judge(Query query) {
        Answer answer = ask(query);
        OptionalDouble limit = query.maximum().isPresent() ? query.maximum() : query.minimum();
        if (answer.number().isEmpty()) {
            return new Finding(
                    query.name(),
                    Verdict.INCONCLUSIVE,
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    limit,
                    0,
                    query.label() + " has no number: " + answer.why());
        }
        double value = answer.number().getAsDouble();
        boolean good = value <= query.maximum().orElse(Double.POSITIVE_INFINITY)
                && value >= query.minimum().orElse(Double.NEGATIVE_INFINITY);
        String limits = (query.minimum().isPresent()
                        ? "minimum " + Judging.number(query.minimum().getAsDouble()) + " "
                        : "")
                + (query.maximum().isPresent()
                        ? "maximum " + Judging.number(query.maximum().getAsDouble())
                        : "");
        return new Finding(
                query.name(),
                good ? Verdict.PASS : Verdict.FAIL,
                answer.number(),
                OptionalDouble.empty(),
                limit,
                0,
                query.label() + " is " + Judging.number(value) + " (" + limits.strip() + ")");
    }

    private Answer ask(Query query) {
        URI address = query.address(endpoint, candidate, live);
        HttpRequest request = new HttpRequest(HttpMethod.GET, address.toString());
        try (HttpResponse response = http.sendSync(request, new Context(RESPONSE_TIMEOUT, LIMIT))) {
            String body = Objects.toString(response.getBodyAsBinaryData(), "");
            return response.getStatusCode() == 200
                    ? read(query, body)
                    : none(address.getHost() + " answered " + response.getStatusCode());
        } catch (RuntimeException unreachable) {
            return none(String.valueOf(
                    ArmErrors.ofFailure("GET " + address.getHost(), unreachable).getMessage()));
        }
    }

    private static Answer read(Query query, String body) {
        String text = body.strip();
        try {
            JsonNode json = JSON.readTree(text);
            if (json.isContainerNode()) {
                JsonNode found = json.at(query.pointer().orElse(PROMETHEUS));
                text = found.isValueNode() ? found.asText() : "";
            }
        } catch (JsonProcessingException plain) {
            // Not JSON: then it is the number itself, or nothing.
            text = body.strip();
        }
        try {
            double number = Double.parseDouble(text);
            return Double.isFinite(number) ? new Answer(OptionalDouble.of(number), "") : none("the answer is " + text);
        } catch (NumberFormatException e) {
            return none(text.isEmpty() ? "the answer has no such value" : "the answer is no number");
        }
    }

    private static Answer none(String why) {
        return new Answer(OptionalDouble.empty(), why);
    }
}
