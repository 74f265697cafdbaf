package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The connection to the large model as the official client writes it into a property: JSON in Python's spelling. Source:
 * azure-ai-ml 1.34.0 ({@code entities/_job/distillation/distillation_job.py}).
 */
final class DistillationTeacher {

    private DistillationTeacher() {}

    static String information(JsonNode connection) {
        ObjectNode information = RestBody.object();
        information.set("name", connection.get("name"));
        information.putObject("tags");
        information.put("type", "serverless");
        JsonNode endpoint = connection.path("endpoint");
        JsonNode key = connection.path("api_key");
        information.set("target", endpoint);
        ObjectNode credentials = information.putObject("credentials");
        credentials.put("type", "api_key");
        credentials.set("key", key);
        information.put("is_shared", true);
        information.putObject("metadata");
        information.set("api_key", key);
        information.set("endpoint", endpoint);
        return ComponentHash.inOrder(information);
    }
}
