package io.github.amlmaven.core.recorded;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.BlobAccount;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ReceivedRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** A workspace that keeps what is written, with the names that the recording's workspace had. */
final class KeptWorkspace {

    static final String WS = LoopbackService.WORKSPACE.armId();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONTAINER = "azureml-blobstore-22222222-2222-2222-2222-222222222222";
    private static final String CODE_ID = WS + "/codes/ac359c17-c020-4c6a-aa5c-f370eaed5251/versions/1";
    private static final String CODE = "22222222-code";

    private final LoopbackService service;
    private final Map<String, ObjectNode> resources = new ConcurrentSkipListMap<>();
    private final BlobAccount data = new BlobAccount("/sa1/" + CONTAINER);
    private final BlobAccount artifacts = new BlobAccount("/sa1/azureml");
    private final BlobAccount code = new BlobAccount("/sa1/" + CODE);

    private KeptWorkspace(LoopbackService service) {
        this.service = service;
        artifacts.put("ExperimentRun/dcid.job1/model/MLmodel", "flavors: {}\n");
    }

    /** Makes a service such a workspace. */
    static void at(LoopbackService service) {
        service.otherwise(new KeptWorkspace(service)::answer);
    }

    private Answer answer(ReceivedRequest request) {
        String path = request.path();
        if (data.owns(request)) {
            return data.answer(request);
        }
        if (artifacts.owns(request)) {
            return artifacts.answer(request);
        }
        if (code.owns(request)) {
            return code.answer(request);
        }
        if (path.equals(WS)) {
            return Answer.json(
                    200,
                    "{\"name\":\"ws1\",\"location\":\"westeurope\",\"properties\":{\"discoveryUrl\":\"" + service.uri()
                            + "/discovery\"}}");
        }
        if (path.equals("/discovery")) {
            return Answer.json(200, "{\"api\":\"" + service.uri() + "\"}");
        }
        if (path.matches(".*/datastores/\\w+")) {
            boolean artifacts = path.endsWith("/workspaceartifactstore");
            return Answer.json(
                    200,
                    "{\"name\":\"" + path.substring(path.lastIndexOf('/') + 1)
                            + "\",\"properties\":{\"datastoreType\":\"AzureBlob\",\"accountName\":\"sa1\","
                            + "\"containerName\":\"" + (artifacts ? "azureml" : CONTAINER) + "\",\"endpoint\":\""
                            + service.authority()
                            + "\",\"protocol\":\"https\",\"credentials\":{\"credentialsType\":\"AccountKey\"}}}");
        }
        if (path.endsWith("/listSecrets")) {
            return Answer.json(200, "{\"secretsType\":\"Sas\",\"sasToken\":\"sv=2024-11-04&sr=c&sig=x\"}");
        }
        if (path.endsWith("/startPendingUpload")) {
            return Answer.json(
                    200,
                    "{\"blobReferenceForConsumption\":{\"blobUri\":\"https://sa1.blob.core.windows.net/" + CODE
                            + "\",\"credential\":{\"credentialType\":\"SAS\",\"sasUri\":\"" + service.uri() + "/sa1/"
                            + CODE
                            + "?sv=2024-11-04&sr=c&sig=x\"}}}");
        }
        if (path.endsWith("/listKeys")) {
            return Answer.json(200, "{\"primaryKey\":\"k1\",\"secondaryKey\":\"k2\"}");
        }
        return switch (request.method()) {
            case "PUT" -> put(path, (ObjectNode) request.json());
            case "DELETE" -> {
                resources.keySet().removeIf(id -> id.equals(path) || id.startsWith(path + "/"));
                yield Answer.empty(204);
            }
            case "POST" -> Answer.json(200, "{}");
            default -> get(path);
        };
    }

    private Answer put(String path, ObjectNode body) {
        boolean there = resources.containsKey(path);
        if (path.startsWith(WS + "/codes/")) {
            return code(body);
        }
        body.put("id", path).put("name", path.substring(path.lastIndexOf('/') + 1));
        body.withObject("/properties").put("provisioningState", "Succeeded");
        if (path.contains("Endpoints/")) {
            body.withObject("/properties").put("scoringUri", "https://score.example/score");
        }
        resources.put(path, body);
        return Answer.json(there ? 200 : 201, body.toString());
    }

    /** Code is known under the name that the recording's service gave it: hashes of components are made of it. */
    private Answer code(ObjectNode body) {
        body.put("id", CODE_ID).put("name", "1");
        resources.put(CODE_ID, body);
        return Answer.json(201, body.toString());
    }

    private Answer get(String path) {
        ObjectNode known = resources.get(CODE_ID);
        if (path.startsWith(WS + "/codes/") && known != null) {
            ObjectNode list = JSON.createObjectNode();
            list.putArray("value").add(known);
            return Answer.json(200, list.toString());
        }
        ObjectNode found = resources.get(path);
        if (found != null) {
            return Answer.json(200, found.toString());
        }
        ArrayNode below = JSON.createArrayNode();
        resources.forEach((id, resource) -> {
            if (id.startsWith(path + "/") && id.indexOf('/', path.length() + 1) < 0) {
                below.add(resource);
            }
        });
        boolean list = path.substring(path.lastIndexOf('/') + 1).matches("versions|deployments|\\w+Endpoints");
        return list
                ? Answer.json(200, JSON.createObjectNode().set("value", below).toString())
                : Answer.error(404, "NotFound", "nothing");
    }
}
