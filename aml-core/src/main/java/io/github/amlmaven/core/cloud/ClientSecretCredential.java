package io.github.amlmaven.core.cloud;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.RetryPolicy;
import com.azure.core.http.policy.UserAgentPolicy;
import com.azure.core.util.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * An application that signs in with its secret
 * (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow). One request; azure-identity and
 * MSAL beneath it take half a second of a short goal to load before they send it.
 */
final class ClientSecretCredential implements TokenCredential {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9.-]+");

    /** Entra ID's tokens live an hour or more; one that is about to end is not begun with. */
    private static final Duration LEFT = Duration.ofMinutes(5);

    private final CloudEndpoints endpoints;
    private final ServicePrincipal principal;
    private final String secret;
    private final HttpPipeline pipeline;
    private final Map<String, AccessToken> tokens = new HashMap<>();

    ClientSecretCredential(CloudEndpoints endpoints, ServicePrincipal principal, HttpClient httpClient) {
        if (!TENANT.matcher(principal.tenantId()).matches()) {
            throw new IllegalArgumentException("'" + principal.tenantId() + "' is not a tenant");
        }
        this.endpoints = endpoints;
        this.principal = principal;
        this.secret = Objects.requireNonNull(principal.secret(), "a secret");
        ServiceRetry retry =
                endpoints.isLocal() ? ServiceRetry.local(Progress.NONE) : ServiceRetry.remote(Progress.NONE);
        this.pipeline = new HttpPipelineBuilder()
                .httpClient(httpClient)
                .policies(new UserAgentPolicy("aml-maven-plugin"), new RetryPolicy(retry))
                .build();
    }

    @Override
    public Mono<AccessToken> getToken(TokenRequestContext request) {
        return Mono.fromCallable(() -> getTokenSync(request)).subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public synchronized AccessToken getTokenSync(TokenRequestContext request) {
        String scope = String.join(" ", request.getScopes());
        AccessToken known = tokens.get(scope);
        // Claims are what a resource missed in the token that there is.
        if (known != null
                && request.getClaims() == null
                && known.getExpiresAt()
                        .isAfter(OffsetDateTime.now(ZoneOffset.UTC).plus(LEFT))) {
            return known;
        }
        AccessToken token = token(scope, request);
        tokens.put(scope, token);
        return token;
    }

    private AccessToken token(String scope, TokenRequestContext context) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "client_credentials");
        form.put("client_id", principal.clientId());
        form.put("client_secret", secret);
        form.put("scope", scope);
        if (context.getClaims() != null) {
            form.put("claims", context.getClaims());
        }
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest request = new HttpRequest(
                        HttpMethod.POST, endpoints.authority() + "/" + principal.tenantId() + "/oauth2/v2.0/token")
                .setHeader(HttpHeaderName.CONTENT_TYPE, "application/x-www-form-urlencoded")
                .setHeader(HttpHeaderName.ACCEPT, "application/json")
                .setBody(body);
        OffsetDateTime asked = OffsetDateTime.now(ZoneOffset.UTC);
        try (HttpResponse response = pipeline.sendSync(request, Context.NONE)) {
            JsonNode answer = JSON.readTree(response.getBodyAsBinaryData().toBytes());
            String token = answer.path("access_token").asText();
            if (response.getStatusCode() != 200 || token.isEmpty()) {
                throw refused(answer.path("error_description")
                        .asText(answer.path("error").asText("HTTP " + response.getStatusCode())));
            }
            return new AccessToken(
                    token, asked.plusSeconds(answer.path("expires_in").asLong()));
        } catch (IOException notJson) {
            // Neither the answer nor the parser's words for it, which quote it.
            throw refused("the token service of " + endpoints.authority() + " did not answer JSON");
        }
    }

    private static AmlException refused(String why) {
        return AmlException.of(ErrorCode.CREDENTIAL_REFUSED, why).build();
    }
}
