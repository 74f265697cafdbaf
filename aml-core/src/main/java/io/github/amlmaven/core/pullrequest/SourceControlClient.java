package io.github.amlmaven.core.pullrequest;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.UserAgentPolicy;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Redaction;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Speaks JSON with one source control service. Nothing is sent twice by itself: what got lost on the way may have been
 * done, and a comment that stands twice is worse than a goal that is run again.
 */
final class SourceControlClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpHeaderName NO_REDIRECT = HttpHeaderName.fromString("X-TFS-FedAuthRedirect");

    private final HttpPipeline pipeline;
    private final URI api;
    private final Map<String, String> headers;
    private final String token;
    private final String needed;

    /**
     * A client.
     *
     * @param headers of each request, the one with the token included
     * @param token is left out of what the service says
     * @param needed what the token must be allowed, for the remedy
     */
    SourceControlClient(HttpClient http, URI api, Map<String, String> headers, String token, String needed) {
        this.pipeline = new HttpPipelineBuilder()
                .httpClient(http)
                .policies(new UserAgentPolicy("aml-maven-plugin"))
                .build();
        this.api = api;
        this.headers = Map.copyOf(headers);
        this.token = token;
        this.needed = needed;
        boolean loopback = api.getHost().equals("localhost") || api.getHost().equals("127.0.0.1");
        if (!"https".equals(api.getScheme()) && !loopback) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "a token is not sent to " + api + " in the clear")
                    .remedy("Set <url> or -Daml.pr.url to the https address.")
                    .build();
        }
    }

    JsonNode send(HttpMethod method, String path, Optional<JsonNode> body, String what) {
        HttpRequest request = new HttpRequest(method, api.resolve(path).toString());
        headers.forEach((name, value) -> request.setHeader(HttpHeaderName.fromString(name), value));
        // Without it Azure DevOps answers a token that it does not take with a page for people to sign in on.
        request.setHeader(NO_REDIRECT, "Suppress");
        body.ifPresent(json -> {
            request.setHeader(HttpHeaderName.CONTENT_TYPE, "application/json");
            request.setBody(json.toString());
        });
        try (HttpResponse response = pipeline.sendSync(request, Context.NONE)) {
            BinaryData data = response.getBodyAsBinaryData();
            String text = data == null ? "" : new String(data.toBytes(), StandardCharsets.UTF_8);
            check(what, response, text);
            return text.isBlank() ? JSON.createObjectNode() : JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            throw AmlException.of(ErrorCode.SOURCE_CONTROL_FAILED, what + ": the answer is not JSON")
                    .remedy("Check <url> or -Daml.pr.url, and the proxy: it may answer with a page of its own.")
                    .build();
        } catch (AmlException known) {
            throw known;
        } catch (RuntimeException failure) {
            throw AmlException.of(
                            ErrorCode.SOURCE_CONTROL_FAILED,
                            what + ": "
                                    + ArmErrors.ofFailure(api.getHost(), failure)
                                            .getMessage())
                    .cause(failure)
                    .build();
        }
    }

    private void check(String what, HttpResponse response, String text) {
        int status = response.getStatusCode();
        if (status >= 200 && status < 300 && status != 203) {
            return;
        }
        String said = Redaction.of(message(text).replace(token, "***"));
        String message = what + ": HTTP " + status + (said.isEmpty() ? "" : ": " + said);
        // 203 and redirects are how Azure DevOps says "sign in first".
        boolean refused = status == 401 || status == 403 || status == 203 || (status >= 300 && status < 400);
        if (refused) {
            throw AmlException.of(
                            ErrorCode.SOURCE_CONTROL_REFUSED,
                            status == 203 || (status >= 300 && status < 400)
                                    ? message + " (a page to sign in on instead of an answer)"
                                    : message)
                    .remedy(needed)
                    .build();
        }
        if (status == 404) {
            // GitHub hides what a token may not see.
            throw AmlException.of(ErrorCode.SOURCE_CONTROL_NOT_FOUND, message)
                    .remedy(needed)
                    .build();
        }
        throw AmlException.of(ErrorCode.SOURCE_CONTROL_FAILED, message).build();
    }

    /** Both services have their reason in {@code message}; a page is no reason. */
    private static String message(String text) {
        try {
            return JSON.readTree(text).path("message").asText("");
        } catch (JsonProcessingException page) {
            return "";
        }
    }
}
