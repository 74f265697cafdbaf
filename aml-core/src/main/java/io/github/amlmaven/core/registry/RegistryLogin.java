package io.github.amlmaven.core.registry;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.azure.core.util.UrlBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
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

    private final AzureClients clients;
    private final CloudEndpoints endpoints;

    public RegistryLogin(AzureClients clients) {
        this.clients = clients;
        this.endpoints = clients.endpoints();
    }

    /** Logs in to the container registry that belongs to the workspace. */
    public RegistryAccess loginToWorkspaceRegistry() {
        return login(workspaceLoginServer());
    }

    /** The login server of the workspace's container registry. */
    public String workspaceLoginServer() {
        return clients.arm()
                .get(workspaceRegistryId(), ApiVersions.CONTAINER_REGISTRY)
                .path("properties")
                .path("loginServer")
                .asText();
    }

    /** The ARM id of the workspace's container registry. */
    public String workspaceRegistryId() {
        ObjectNode workspace = clients.arm().get(clients.workspace().armId(), ApiVersions.MACHINE_LEARNING);
        String registryId =
                workspace.path("properties").path("containerRegistry").asText();
        if (registryId.isEmpty()) {
            throw AmlException.of(
                            ErrorCode.ARM_NOT_FOUND,
                            "Workspace '" + clients.workspace().workspace() + "' has no container registry")
                    .remedy("Azure makes one when the first environment is built; or name another registry.")
                    .build();
        }
        return registryId;
    }

    /**
     * Logs in to one registry.
     *
     * @throws AmlException {@link ErrorCode#REGISTRY_REFUSED} when the identity may not, {@link
     *     ErrorCode#REGISTRY_UNREACHABLE} when nothing that speaks ACR's protocol answers
     */
    public RegistryAccess login(String loginServer) {
        requireAzureHost(loginServer);
        String token = clients.token(endpoints.managementAudience()).getToken();
        String form = "grant_type=access_token&service=" + encode(loginServer) + "&access_token=" + encode(token);
        HttpRequest request = new HttpRequest(HttpMethod.POST, "https://" + loginServer + "/oauth2/exchange")
                .setHeader(HttpHeaderName.CONTENT_TYPE, "application/x-www-form-urlencoded")
                .setHeader(HttpHeaderName.ACCEPT, "application/json")
                .setBody(form);
        try (HttpResponse response = send(request, loginServer)) {
            return access(loginServer, response);
        }
    }

    /**
     * Whether a registry is Azure's, or for a local cloud the emulator's, so that it may see an Entra ID token of this
     * cloud.
     */
    public boolean speaksTo(String loginServer) {
        String host = hostOf(loginServer);
        return endpoints.isLocal()
                ? host.equals("localhost") || host.endsWith(".localhost") || host.equals("127.0.0.1")
                : host.endsWith(".azurecr.io") || host.endsWith(".azurecr.cn") || host.endsWith(".azurecr.us");
    }

    private void requireAzureHost(String loginServer) {
        if (!speaksTo(loginServer)) {
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
            return clients.anonymousPipeline().sendSync(request, Context.NONE);
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
