package io.github.amlmaven.core.endpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ReceivedRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** A workspace that keeps endpoints and deployments as they are written. */
final class PlayedEndpoints {

    static final String WS = LoopbackService.WORKSPACE.armId();

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, ObjectNode> resources = new ConcurrentSkipListMap<>();
    private final LoopbackService service;
    private int keys;

    PlayedEndpoints(LoopbackService service) {
        this.service = service;
        service.play("GET " + WS, Answer.json(200, "{\"name\":\"ws1\",\"location\":\"westeurope\"}"))
                .otherwise(this::answer);
    }

    private Answer answer(ReceivedRequest request) {
        String path = request.path();
        if (path.endsWith("/listKeys")) {
            return Answer.json(200, "{\"primaryKey\":\"primary-" + keys + "\",\"secondaryKey\":\"secondary-0\"}");
        }
        if (path.endsWith("/regenerateKeys")) {
            keys++;
            return Answer.empty(200);
        }
        if (path.endsWith("/getLogs")) {
            return Answer.json(200, "{\"content\":\"line one\\nNameError: no such model\\n\"}");
        }
        return switch (request.method()) {
            case "PUT" -> put(path, (ObjectNode) request.json());
            case "DELETE" -> {
                resources.keySet().removeIf(id -> id.equals(path) || id.startsWith(path + "/"));
                yield Answer.empty(204);
            }
            default -> get(path);
        };
    }

    private Answer put(String path, ObjectNode body) {
        body.put("id", path).put("name", path.substring(path.lastIndexOf('/') + 1));
        body.withObject("/properties").put("provisioningState", "Succeeded");
        body.withObject("/properties").put("scoringUri", "https://score.example/score");
        resources.put(path, body);
        return Answer.json(200, body.toString());
    }

    private Answer get(String path) {
        if (path.endsWith("/deployments") || path.endsWith("Endpoints")) {
            ArrayNode value = JSON.createArrayNode();
            resources.forEach((id, resource) -> {
                if (id.startsWith(path + "/") && id.indexOf('/', path.length() + 1) < 0) {
                    value.add(resource);
                }
            });
            return Answer.json(200, JSON.createObjectNode().set("value", value).toString());
        }
        ObjectNode found = resources.get(path);
        return found == null ? Answer.error(404, "NotFound", "nothing") : Answer.json(200, found.toString());
    }

    ObjectNode resource(String path) {
        ObjectNode found = resources.get(WS + path);
        if (found == null) {
            throw new AssertionError(path + " does not exist");
        }
        return found;
    }

    /** Methods and paths below the workspace of all that was changed. */
    List<String> changes() {
        return service.requests().stream()
                .filter(request ->
                        request.method().equals("PUT") || request.method().equals("DELETE"))
                .map(request -> request.toString().replace(WS, ""))
                .toList();
    }
}
