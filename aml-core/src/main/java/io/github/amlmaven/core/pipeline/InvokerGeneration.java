package io.github.amlmaven.core.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes small programs that start a published pipeline from elsewhere, one a language, and says what whoever runs them
 * must be allowed. They hold no secret: where the pipeline is, and what it takes.
 */
public final class InvokerGeneration {

    /** The languages, each with its file. */
    public static final Map<String, String> LANGUAGES = Map.of(
            "java", "InvokePipeline.java",
            "python", "invoke_pipeline.py",
            "csharp", "InvokePipeline.cs",
            "curl", "invoke-pipeline.sh");

    private static final List<String> BESIDE = List.of("README.md", "role-least.json", "role-documented.json");
    private static final List<String> PRIMITIVES = List.of("string", "number", "integer", "boolean");

    private final AzureClients clients;

    public InvokerGeneration(AzureClients clients) {
        this.clients = clients;
    }

    /**
     * What to write.
     *
     * @param endpoint the batch endpoint of the published pipeline
     * @param languages some of {@link #LANGUAGES}
     * @param directory where; files of these names in it are written over
     */
    public record Request(String endpoint, List<String> languages, Path directory, boolean dryRun) {

        public Request {
            languages = List.copyOf(languages);
        }
    }

    /**
     * What was written.
     *
     * @param url what the programs call
     * @param inputs each input of the pipeline, with what it takes
     */
    public record Result(String url, Map<String, String> inputs, List<String> files) {}

    /** Writes them. */
    public Result generate(Request request) {
        String id = clients.workspace().armId() + "/batchEndpoints/" + request.endpoint();
        ObjectNode endpoint = clients.arm()
                .find(id, ApiVersions.MACHINE_LEARNING)
                .orElseThrow(() -> AmlException.of(
                                ErrorCode.PIPELINE_NOT_FOUND,
                                "The workspace has no batch endpoint '" + request.endpoint() + "'")
                        .build());
        String url = safe(endpoint.at("/properties/scoringUri").asText(), "[\\w.:/%-]+", "address");
        Map<String, String> inputs =
                inputs(id, endpoint.at("/properties/defaults/deploymentName").asText());
        List<String> files = new ArrayList<>(request.languages().stream()
                .map(InvokerGeneration::file)
                .sorted()
                .toList());
        files.addAll(BESIDE);
        if (!request.dryRun()) {
            Map<String, String> values = values(request.endpoint(), url, inputs);
            files.forEach(file -> write(request.directory().resolve(file), file, values));
        }
        return new Result(url, inputs, files);
    }

    private static String file(String language) {
        String file = LANGUAGES.get(language);
        if (file == null) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "unknown language '" + language + "'")
                    .remedy("Known are " + LANGUAGES.keySet().stream().sorted().collect(Collectors.joining(", ")) + ".")
                    .build();
        }
        return file;
    }

    private Map<String, String> inputs(String endpointId, String deployment) {
        Map<String, String> inputs = new TreeMap<>();
        if (deployment.isEmpty()) {
            return inputs;
        }
        String component = clients.arm()
                .get(endpointId + "/deployments/" + deployment, ApiVersions.MACHINE_LEARNING)
                .at("/properties/deploymentConfiguration/componentId/assetId")
                .asText();
        if (component.startsWith("/")) {
            JsonNode declared =
                    clients.arm().get(component, ApiVersions.MACHINE_LEARNING).at("/properties/componentSpec/inputs");
            declared.properties()
                    .forEach(input -> inputs.put(
                            safe(input.getKey(), "\\w+", "input"),
                            takes(input.getValue().path("type").asText("string"))));
        }
        return inputs;
    }

    /** As a request to a batch endpoint has it. */
    static String takes(String type) {
        if (PRIMITIVES.contains(type)) {
            return "Literal";
        }
        return switch (type) {
            case "mltable" -> "MLTable";
            case "mlflow_model" -> "MLFlowModel";
            case "custom_model" -> "CustomModel";
            case "triton_model" -> "TritonModel";
            case "uri_file" -> "UriFile";
            default -> "UriFolder";
        };
    }

    private Map<String, String> values(String endpoint, String url, Map<String, String> inputs) {
        return Map.of(
                "endpoint",
                safe(endpoint, "[\\w-]+", "endpoint"),
                "url",
                url,
                "audience",
                clients.endpoints().machineLearningAudience(),
                "authority",
                clients.endpoints().authority().toString(),
                "subscription",
                clients.workspace().subscriptionId(),
                "resourceGroup",
                clients.workspace().resourceGroup(),
                "workspace",
                clients.workspace().workspace(),
                "types.json",
                joined(inputs, "\"%s\": \"%s\"", ", "),
                "types.words",
                joined(inputs, "%s=%s", " "),
                "types.prose",
                inputs.isEmpty() ? "none" : joined(inputs, "`%s` (%s)", ", "));
    }

    private static String joined(Map<String, String> inputs, String pair, String between) {
        return inputs.entrySet().stream()
                .map(input -> pair.formatted(input.getKey(), input.getValue()))
                .collect(Collectors.joining(between));
    }

    /** Texts of the service become parts of programs: what could end a text in one of them is not taken. */
    private static String safe(String text, String pattern, String what) {
        if (!text.matches(pattern)) {
            throw AmlException.of(
                            ErrorCode.ARM_SERVER_ERROR, "The " + what + " '" + text + "' cannot stand in a program")
                    .build();
        }
        return text;
    }

    private static void write(Path target, String file, Map<String, String> values) {
        try (InputStream template = InvokerGeneration.class.getResourceAsStream("invoker/" + file)) {
            String text = new String(Objects.requireNonNull(template).readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> value : values.entrySet()) {
                text = text.replace("@" + value.getKey() + "@", value.getValue());
            }
            Files.createDirectories(target.toAbsolutePath().getParent());
            Files.writeString(target, text);
            if (file.endsWith(".sh") && !target.toFile().setExecutable(true)) {
                throw new IOException("it cannot be made executable");
            }
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot write " + target + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }
}
