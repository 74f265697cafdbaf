package io.github.amlmaven.core.canary;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.canary.Judge.Query;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Asks an address for a number. An address that gives none is no reason to call a candidate bad, nor good. */
record QueryCall(FigureSources sources, String endpoint, String candidate, String live) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RESPONSE_TIMEOUT = "azure-response-timeout";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** The first value of an instant query (https://prometheus.io/docs/prometheus/latest/querying/api). */
    private static final String PROMETHEUS = "/data/result/0/value/1";

    Finding judge(Query query) {
        return ask(query)
                .judged(
                        query.label(),
                        query.minimum(),
                        query.maximum(),
                        "See to it that the address of the query '" + query.label()
                                + "' in the canary's file answers a number, for these versions and by the end of the step.");
    }

    private Figure ask(Query query) {
        URI address = query.address(endpoint, candidate, live);
        HttpRequest request = new HttpRequest(HttpMethod.GET, address.toString());
        query.server()
                .ifPresent(server -> request.setHeader(HttpHeaderName.AUTHORIZATION, authorization(server, address)));
        try (HttpResponse response = sources.http().sendSync(request, new Context(RESPONSE_TIMEOUT, LIMIT))) {
            String body = Objects.toString(response.getBodyAsBinaryData(), "");
            return response.getStatusCode() == 200
                    ? read(query, body)
                    : Figure.none(address.getHost() + " answered " + response.getStatusCode()
                            + (response.getStatusCode() == 401 && query.server().isEmpty()
                                    ? "; name a <server> of settings.xml with 'server'"
                                    : ""));
        } catch (RuntimeException unreachable) {
            return Figure.none(String.valueOf(
                    ArmErrors.ofFailure("GET " + address.getHost(), unreachable).getMessage()));
        }
    }

    private static Figure read(Query query, String body) {
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
            return Double.isFinite(number) ? Figure.of(number) : Figure.none("the answer is " + text);
        } catch (NumberFormatException e) {
            return Figure.none(text.isEmpty() ? "the answer has no such value" : "the answer is no number");
        }
    }

    /** A secret goes over TLS, or to this machine. */
    private String authorization(String server, URI address) {
        boolean open = !"https".equals(address.getScheme())
                && !List.of("localhost", "127.0.0.1", "::1", "[::1]").contains(address.getHost());
        if (open) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "the credentials of server '" + server + "' are not sent to " + address.getHost()
                                    + ": the query's address is not https")
                    .remedy("Use the https address, or leave 'server' out.")
                    .build();
        }
        return sources.authorization().apply(server);
    }
}
