package io.github.amlmaven.core.cloud;

import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.nio.charset.StandardCharsets;

/** Where a workspace's services are, by its discovery document, which takes no token. */
public final class WorkspaceServices {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WHAT = "discover the workspace's services";

    private WorkspaceServices() {}

    /** The address of the run history and pipeline services, without a slash at its end. */
    public static String api(AzureClients clients) {
        String discovery = clients.arm()
                .get(clients.workspace().armId(), ApiVersions.MACHINE_LEARNING)
                .path("properties")
                .path("discoveryUrl")
                .asText();
        JsonNode services = read(clients, discovery);
        String api = services.path("api").asText(services.path("history").asText());
        if (api.isEmpty()) {
            throw AmlException.of(ErrorCode.ARM_SERVER_ERROR, "The workspace's discovery document names no API host")
                    .build();
        }
        return api.endsWith("/") ? api.substring(0, api.length() - 1) : api;
    }

    private static JsonNode read(AzureClients clients, String url) {
        try (HttpResponse response =
                clients.anonymousPipeline().sendSync(new HttpRequest(HttpMethod.GET, url), Context.NONE)) {
            BinaryData data = response.getBodyAsBinaryData();
            String body = data == null ? "" : new String(data.toBytes(), StandardCharsets.UTF_8);
            if (response.getStatusCode() >= 400) {
                throw ArmErrors.ofResponse(WHAT, response.getStatusCode(), response.getHeaders(), body);
            }
            return JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            throw AmlException.of(ErrorCode.ARM_UNREACHABLE, WHAT + ": the answer is not JSON")
                    .cause(notJson)
                    .remedy("Check the proxy: it may answer with a page of its own.")
                    .build();
        } catch (RuntimeException failure) {
            throw ArmErrors.ofFailure(WHAT, failure);
        }
    }
}
