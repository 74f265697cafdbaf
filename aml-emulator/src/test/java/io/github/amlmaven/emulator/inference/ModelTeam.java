package io.github.amlmaven.emulator.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.AzureClients.Answer;
import io.github.amlmaven.emulator.Emulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

/** A team that registers models, deploys them and calls its endpoints. */
public final class ModelTeam {

    private final AzureClients azure;
    private final HttpClient web = HttpClient.newHttpClient();

    public ModelTeam(Emulator emulator) {
        this.azure = new AzureClients(emulator);
    }

    public AzureClients azure() {
        return azure;
    }

    public String path(String inner) {
        return azure.workspace() + inner;
    }

    public JsonNode get(String inner) {
        return azure.call(HttpMethod.GET, path(inner), "").body();
    }

    public JsonNode post(String inner, String body) {
        Answer answer = azure.call(HttpMethod.POST, path(inner), body.replace('\'', '"'));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body();
    }

    private void put(String inner, ObjectNode properties) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("properties", properties);
        Answer answer = azure.call(HttpMethod.PUT, path(inner), body.toString());
        assertThat(answer.status()).as(answer.body().toString()).isIn(200, 201);
    }

    /** Uploads files and registers them as code; the id comes back. */
    public String code(String name, Map<String, String> files) {
        String id = "/codes/" + name + "/versions/1";
        put(id, JsonNodeFactory.instance.objectNode().put("codeUri", upload(name, files)));
        return path(id);
    }

    /** Uploads files into a folder {@code model} and registers it. */
    public String model(String name, String type, Map<String, String> files) {
        String id = "/models/" + name + "/versions/1";
        put(
                id,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("modelType", type)
                        .put("modelUri", upload(name, files) + "/model"));
        return path(id);
    }

    public String environment(String name, String conda) {
        return environment(name, "mcr.microsoft.com/azureml/minimal-ubuntu22.04-py311-cpu-inference", conda);
    }

    public String environment(String name, String image, String conda) {
        String id = "/environments/" + name + "/versions/1";
        ObjectNode properties = JsonNodeFactory.instance.objectNode().put("image", image);
        if (!conda.isEmpty()) {
            properties.put("condaFile", conda);
        }
        put(id, properties);
        return path(id);
    }

    private String upload(String name, Map<String, String> files) {
        JsonNode pending = post(
                        "/codes/upload-" + name + "/versions/1/startPendingUpload",
                        "{'pendingUploadType':'TemporaryBlobReference'}")
                .path("blobReferenceForConsumption");
        String sas = pending.path("credential").path("sasUri").asText();
        files.forEach((file, content) -> {
            HttpRequest request = new HttpRequest(HttpMethod.PUT, sas.replaceFirst("\\?", "/" + file + "?"))
                    .setHeader(HttpHeaderName.fromString("x-ms-blob-type"), "BlockBlob")
                    .setHeader(HttpHeaderName.fromString("x-ms-version"), "2023-11-03")
                    .setBody(content);
            try (HttpResponse response = azure.http().sendSync(request, Context.NONE)) {
                assertThat(response.getStatusCode()).isEqualTo(201);
            }
        });
        return pending.path("blobUri").asText();
    }

    public void endpoint(String name, String authMode) {
        endpoint(name, authMode, "");
    }

    /** @param more further properties, each after a comma */
    public void endpoint(String name, String authMode, String more) {
        String body = "{\"location\":\"westeurope\",\"properties\":{\"authMode\":\"" + authMode + "\""
                + more.replace('\'', '"') + "}}";
        assertThat(azure.follow(HttpMethod.PUT, path("/onlineEndpoints/" + name), body))
                .isEqualTo("SUCCESSFULLY_COMPLETED");
    }

    /**
     * Deploys and waits; the provisioning state comes back.
     *
     * @param more further properties, each followed by a comma
     */
    public String deploy(String endpoint, String name, String code, String script, String environment, String more) {
        String inner = "/onlineEndpoints/" + endpoint + "/deployments/" + name;
        String configuration =
                code.isEmpty() ? "" : "'codeConfiguration':{'codeId':'" + code + "','scoringScript':'" + script + "'},";
        String body = ("{'location':'westeurope','sku':{'name':'Default','capacity':1},'properties':{" + configuration
                        + (environment.isEmpty() ? "" : "'environmentId':'" + environment + "',") + more
                        + (more.contains("endpointComputeType")
                                ? "'scaleSettings':{'scaleType':'Default'}}}"
                                : "'endpointComputeType':'Managed','instanceType':'Standard_DS3_v2'}}"))
                .replace('\'', '"');
        azure.poller(HttpMethod.PUT, path(inner), body).waitForCompletion(java.time.Duration.ofMinutes(4));
        return get(inner).path("properties").path("provisioningState").asText();
    }

    public void traffic(String endpoint, String traffic, String mirror) {
        assertThat(azure.follow(
                        HttpMethod.PUT, path("/onlineEndpoints/" + endpoint), shares(endpoint, traffic, mirror)))
                .isEqualTo("SUCCESSFULLY_COMPLETED");
    }

    /** What the service says to traffic that it does not take. */
    String refusedTraffic(String endpoint, String traffic, String mirror) {
        Answer answer =
                azure.call(HttpMethod.PUT, path("/onlineEndpoints/" + endpoint), shares(endpoint, traffic, mirror));
        assertThat(answer.status()).isEqualTo(400);
        return answer.body().toString();
    }

    private String shares(String endpoint, String traffic, String mirror) {
        ObjectNode document = (ObjectNode) get("/onlineEndpoints/" + endpoint);
        return ("{'location':'westeurope','properties':{'authMode':'"
                        + document.path("properties").path("authMode").asText() + "','traffic':" + traffic
                        + ",'mirrorTraffic':" + mirror + "}}")
                .replace('\'', '"');
    }

    public String key(String endpoint, String which) {
        return post("/onlineEndpoints/" + endpoint + "/listKeys", "")
                .path(which)
                .asText();
    }

    java.net.http.HttpResponse<String> score(String endpoint, String token, String body, String... headers) {
        String uri = get("/onlineEndpoints/" + endpoint)
                .path("properties")
                .path("scoringUri")
                .asText();
        java.net.http.HttpRequest.Builder request = java.net.http.HttpRequest.newBuilder(URI.create(uri))
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json");
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return web.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(uri, e);
        }
    }

    String logs(String endpoint, String deployment, String container) {
        return post(
                        "/onlineEndpoints/" + endpoint + "/deployments/" + deployment + "/getLogs",
                        "{'containerType':'" + container + "','tail':100}")
                .path("content")
                .asText();
    }
}
