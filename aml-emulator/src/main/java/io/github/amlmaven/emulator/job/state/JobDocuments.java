package io.github.amlmaven.emulator.job.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.job.data.DataLocations;
import java.net.URI;
import java.util.Iterator;
import java.util.Map;

/** Makes a job's document as AML answers it from the properties that the client sent. */
public final class JobDocuments {

    static final String TYPE = "Microsoft.MachineLearningServices/workspaces/jobs";

    private final URI base;

    /** @param base of the emulator's own URLs */
    public JobDocuments(URI base) {
        this.base = base;
    }

    public Job create(ResourceId id, ObjectNode sent, String now) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", id.toString()).put("name", id.name()).put("type", TYPE);
        ObjectNode properties = sent.deepCopy();
        document.set("properties", properties);
        properties.put("status", JobStatus.NOT_STARTED.text());
        fill(properties, "displayName", id.name());
        fill(properties, "experimentName", "Default");
        properties.put("isArchived", properties.path("isArchived").asBoolean(false));
        for (String object : new String[] {"properties", "tags", "inputs", "outputs"}) {
            if (!properties.path(object).isObject()) {
                properties.putObject(object);
            }
        }
        ObjectNode asked = document.putObject(Job.RUN).putObject(Job.OUTPUT_URIS);
        properties.get("outputs").properties().forEach(entry -> {
            if (entry.getValue().hasNonNull("uri")) {
                asked.put(entry.getKey(), entry.getValue().path("uri").asText());
            }
        });
        outputs(id.name(), (ObjectNode) properties.get("outputs"));
        services(id, properties);
        systemData(document, now);
        return new Job(id, document);
    }

    private static void fill(ObjectNode properties, String key, String value) {
        if (properties.path(key).asText("").isEmpty() || properties.path(key).isNull()) {
            properties.put(key, value);
        }
    }

    /** Every output gets the URI that it will have; {@code default} is the job's folder of logs and artifacts. */
    private static void outputs(String job, ObjectNode outputs) {
        for (Iterator<Map.Entry<String, JsonNode>> all = outputs.fields(); all.hasNext(); ) {
            Map.Entry<String, JsonNode> entry = all.next();
            ObjectNode output =
                    entry.getValue().isObject() ? (ObjectNode) entry.getValue() : JsonNodeFactory.instance.objectNode();
            entry.setValue(output);
            fill(output, "jobOutputType", "uri_folder");
            boolean file = output.path("jobOutputType").asText().equals("uri_file");
            fill(
                    output,
                    "uri",
                    "azureml://datastores/${{default_datastore}}/paths/azureml/${{name}}/${{output_name}}"
                            + (file ? "" : "/"));
            output.put(
                    "uri",
                    output.path("uri")
                            .asText()
                            .replace("${{name}}", job)
                            .replace("${{output_name}}", entry.getKey())
                            .replace("${{default_datastore}}", DataLocations.DEFAULT_DATASTORE));
            if (!output.hasNonNull("mode")) {
                output.put("mode", "ReadWriteMount");
            }
        }
        outputs.putObject("default")
                .put("jobOutputType", "uri_folder")
                .put("mode", "ReadWriteMount")
                .put(
                        "uri",
                        "azureml://datastores/" + DataLocations.ARTIFACT_DATASTORE + "/paths/ExperimentRun/dcid." + job
                                + "/");
    }

    private void services(ResourceId id, ObjectNode properties) {
        ObjectNode services = properties.putObject("services");
        services.putObject("Tracking")
                .put("jobServiceType", "Tracking")
                .put("endpoint", Tracking.uri(base, DataLocations.workspaceOf(id)));
        services.putObject("Studio")
                .put("jobServiceType", "Studio")
                .put(
                        "endpoint",
                        base + "/history/v1.0" + DataLocations.workspaceOf(id) + "/runs/" + id.name() + "/details");
    }

    private static void systemData(ObjectNode document, String now) {
        document.putObject("systemData")
                .put("createdAt", now)
                .put("createdBy", "emulator")
                .put("createdByType", "User")
                .put("lastModifiedAt", now)
                .put("lastModifiedBy", "emulator")
                .put("lastModifiedByType", "User");
    }
}
