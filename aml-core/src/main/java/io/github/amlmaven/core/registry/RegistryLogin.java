package io.github.amlmaven.core.registry;

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
import com.azure.core.util.Context;
import com.azure.core.util.UrlBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.cloud.CloudEndpoints;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Turns an Entra ID token into a Docker login for an Azure container registry, so that Jib and a container runtime get
 * in without the registry's admin user.
 *
 * <p>Wire format: {@code POST https://<login server>/oauth2/exchange}, form {@code grant_type=access_token}, as in the
 * Azure CLI's {@code az acr login --expose-token}.
 */
public final class RegistryLogin {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpPipeline pipeline;
    private final TokenCredential credential;
    private final CloudEndpoints endpoints;

    public RegistryLogin(HttpClient http, TokenCredential credential, CloudEndpoints endpoints) {
        this.pipeline = new HttpPipelineBuilder()
                .httpClient(http)
                .policies(new RetryPolicy())
                .build();
        this.credential = credential;
        this.endpoints = endpoints;
    }

    /**
     * Logs in to one registry.
     *
     * @throws AmlException {@link ErrorCode#REGISTRY_REFUSED} when the identity may not, {@link
     *     ErrorCode#REGISTRY_UNREACHABLE} when nothing that speaks ACR's protocol answers
     */
    public RegistryAccess login(String loginServer) {
        requireAzureHost(loginServer);
        String scope = endpoints.managementAudience() + "/.default";
        String token = credential
                .getTokenSync(new TokenRequestContext().addScopes(scope))
                .getToken();
        String form = "grant_type=access_token&service=" + encode(loginServer) + "&access_token=" + encode(token);
        HttpRequest request = new HttpRequest(HttpMethod.POST, "https://" + loginServer + "/oauth2/exchange")
                .setHeader(HttpHeaderName.CONTENT_TYPE, "application/x-www-form-urlencoded")
                .setHeader(HttpHeaderName.ACCEPT, "application/json")
                .setBody(form);
        try (HttpResponse response = send(request, loginServer)) {
            return access(loginServer, response);
        }
    }

    /** The exchange hands an ARM token over, so it is sent to Azure's registries and the emulator's only. */
    private void requireAzureHost(String loginServer) {
        String host = hostOf(loginServer);
        boolean own = endpoints.isLocal()
                ? host.equals("localhost") || host.endsWith(".localhost") || host.equals("127.0.0.1")
                : host.endsWith(".azurecr.io") || host.endsWith(".azurecr.cn") || host.endsWith(".azurecr.us");
        if (!own) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "'" + loginServer
                                    + "' is not an Azure container registry; an Entra ID token is not sent to it")
                    .remedy("Name a settings.xml server with the registry's user and password.")
                    .build();
        }
    }

    private static String hostOf(String loginServer) {
        return UrlBuilder.parse("https://" + loginServer).getHost().toLowerCase(Locale.ROOT);
    }

    private HttpResponse send(HttpRequest request, String loginServer) {
        try {
            return pipeline.sendSync(request, Context.NONE);
        } catch (RuntimeException e) {
            throw AmlException.of(
                            ErrorCode.REGISTRY_UNREACHABLE,
                            "The registry " + loginServer + " does not answer: " + innermost(e))
                    .cause(e)
                    .build();
        }
    }

    private RegistryAccess access(String loginServer, HttpResponse response) {
        int status = response.getStatusCode();
        String requestId = response.getHeaders().getValue(HttpHeaderName.X_MS_REQUEST_ID);
        if (status == 401 || status == 403) {
            throw AmlException.of(
                            ErrorCode.REGISTRY_REFUSED,
                            "The registry " + loginServer + " does not take the identity's token (" + status + ")")
                    .requestId(requestId)
                    .build();
        }
        String refreshToken =
                status == 200 ? refreshToken(response.getBodyAsBinaryData().toString()) : "";
        if (refreshToken.isEmpty()) {
            throw AmlException.of(
                            ErrorCode.REGISTRY_UNREACHABLE,
                            loginServer + " does not answer like an Azure container registry: POST /oauth2/exchange -> "
                                    + status)
                    .requestId(requestId)
                    .build();
        }
        return new RegistryAccess(loginServer, RegistryAccess.TOKEN_USER, refreshToken, endpoints.isLocal());
    }

    private static String refreshToken(String body) {
        try {
            JsonNode json = JSON.readTree(body);
            return json.path("refresh_token").asText();
        } catch (JsonProcessingException e) {
            // A page of a proxy instead of an answer; told apart from a token by being none.
            return "";
        }
    }

    private static String innermost(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
