package io.github.amlmaven.emulator.runhistory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.job.state.Experiments;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.OutputAssetId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/** A job as run history shows it (azure-ai-ml's run history client: models {@code Run} and {@code RunDetails}). */
final class RunDocuments {

    private RunDocuments() {}

    /** What both models have. */
    private static ObjectNode common(Job job) {
        ObjectNode run = JsonNodeFactory.instance.objectNode();
        JsonNode facts = job.run();
        run.put("runId", job.name());
        run.put("runUuid", uuid(job));
        run.put("runNumber", facts.path("sequence").asLong());
        run.put("status", job.status().text());
        run.put("rootRunId", facts.path("root").asText(job.name()));
        copy(facts, "startTimeUtc", run, "startTimeUtc");
        copy(facts, "endTimeUtc", run, "endTimeUtc");
        if (!job.parent().isEmpty()) {
            run.put("parentRunId", job.parent());
        }
        ObjectNode properties = job.properties().path("properties").deepCopy();
        facts.path("metrics")
                .properties()
                .forEach(metric -> properties.put(
                        "metrics." + metric.getKey(), metric.getValue().asText()));
        run.set("properties", properties);
        run.set("tags", job.properties().path("tags"));
        ObjectNode parameters = run.putObject("parameters");
        job.properties().path("inputs").properties().forEach(input -> {
            if (input.getValue().hasNonNull("value")) {
                parameters.set(input.getKey(), input.getValue().get("value"));
            }
        });
        if (job.error().isObject()) {
            run.putObject("error").set("error", job.error());
        } else {
            run.putNull("error");
        }
        run.putArray("warnings");
        String compute = job.properties().path("computeId").asText("");
        run.put("target", compute.isEmpty() ? "local" : compute.substring(compute.lastIndexOf('/') + 1));
        run.set("inputs", JsonNodeFactory.instance.objectNode());
        outputs(job, run.putObject("outputs"));
        return run;
    }

    static ObjectNode run(Job job) {
        ObjectNode run = common(job);
        String experiment = job.properties().path("experimentName").asText();
        run.put("experimentId", Experiments.id(job.workspace(), experiment));
        run.put("dataContainerId", "dcid." + job.name());
        run.put("displayName", job.properties().path("displayName").asText());
        run.put(
                "runType",
                job.pipeline() ? "azureml.PipelineRun" : job.sweep() ? "azureml.HyperDriveRun" : "azureml.scriptrun");
        copy(job.run(), "createdTimeUtc", run, "createdUtc");
        run.set("services", job.properties().path("services"));
        run.put("hidden", false);
        if (job.properties().hasNonNull("description")) {
            run.set("description", job.properties().get("description"));
        }
        return run;
    }

    /** @param logs name and SAS URL */
    static ObjectNode details(Job job, Map<String, String> logs) throws IOException {
        ObjectNode details = common(job);
        copy(job.run(), "createdTimeUtc", details, "createdTimeUtc");
        details.set("services", job.properties().path("services"));
        ObjectNode files = details.putObject("logFiles");
        logs.forEach(files::put);
        details.set("runDefinition", definition(job));
        return details;
    }

    static ObjectNode data(Job job) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.set("runMetadata", run(job));
        data.set("runDefinition", definition(job));
        data.putNull("jobSpecification");
        return data;
    }

    private static ObjectNode definition(Job job) {
        ObjectNode definition = JsonNodeFactory.instance.objectNode();
        definition.set("command", job.properties().path("command"));
        definition.set("environmentVariables", job.properties().path("environmentVariables"));
        return definition;
    }

    /** Outputs as assets whose place the dataset and model data planes tell. */
    private static void outputs(Job job, ObjectNode outputs) {
        if (job.status().terminal()) {
            job.properties().path("outputs").properties().forEach(entry -> {
                if (!entry.getKey().equals("default")) {
                    String type = entry.getValue().path("jobOutputType").asText();
                    outputs.putObject(entry.getKey())
                            .put(
                                    "assetId",
                                    OutputAssetId.of(job, entry.getKey()).text())
                            .put("type", assetType(type));
                }
            });
        }
    }

    /** Types as azure-ai-ml compares them ({@code UriFolder}, {@code CustomModel} ...). */
    private static String assetType(String type) {
        return switch (type) {
            case "uri_file" -> "UriFile";
            case "mltable" -> "MLTable";
            case "custom_model" -> "CustomModel";
            case "mlflow_model" -> "MLFlowModel";
            case "triton_model" -> "TritonModel";
            default -> "UriFolder";
        };
    }

    private static String uuid(Job job) {
        return UUID.nameUUIDFromBytes(job.id().key().getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private static void copy(JsonNode from, String name, ObjectNode to, String as) {
        if (from.hasNonNull(name)) {
            to.set(as, from.get(name));
        } else {
            to.putNull(as);
        }
    }
}
