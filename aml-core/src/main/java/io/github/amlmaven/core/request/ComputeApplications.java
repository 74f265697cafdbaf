package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.RestBody;

/** Applications of a compute instance. Source: azure-ai-ml 1.34.0 ({@code entities/_compute/_custom_applications.py}). */
final class ComputeApplications {

    private ComputeApplications() {}

    static ObjectNode service(JsonNode application) {
        ObjectNode rest = Fields.of(application).same("name").done();
        rest.set(
                "image",
                Fields.of(application.path("image"))
                        .put("type", "docker")
                        .same("reference")
                        .done());
        if (application.get("endpoints") instanceof ArrayNode endpoints && !endpoints.isEmpty()) {
            ArrayNode list = rest.putArray("endpoints");
            endpoints.forEach(endpoint -> list.add(Fields.of(endpoint)
                    .put("name", "connect")
                    .same("target", "published")
                    .put("protocol", "http")
                    .done()));
        }
        if (application.get("environment_variables") instanceof ObjectNode variables && !variables.isEmpty()) {
            ObjectNode map = rest.putObject("environmentVariables");
            RestBody.texts(variables)
                    .properties()
                    .forEach(entry -> RestBody.set(
                            map.putObject(entry.getKey()).put("type", "local"), "value", entry.getValue()));
        }
        if (application.get("bind_mounts") instanceof ArrayNode mounts && !mounts.isEmpty()) {
            ArrayNode list = rest.putArray("volumes");
            mounts.forEach(mount -> list.add(Fields.of(mount)
                    .put("type", "bind")
                    .put("readOnly", false)
                    .same("source", "target")
                    .done()));
        }
        rest.putObject("docker").put("privileged", true);
        rest.put("type", application.path("type").asText("docker"));
        return rest;
    }
}
