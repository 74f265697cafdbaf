package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An inference configuration ({@code az ml model deploy --ic}) as the code and environment of a deployment.
 *
 * <p>Source: https://learn.microsoft.com/azure/machine-learning/v1/reference-azure-machine-learning-cli#inference-configuration-schema
 */
public final class InferenceConversion {

    private final V1Node inference;
    private final V1Paths paths;
    private final List<Path> folders;
    private final Notes notes;
    private final @Nullable Path code;

    /**
     * A conversion.
     *
     * @param notes for the deployment
     */
    InferenceConversion(SpecDocument document, V1Files files, Path base, Notes notes) {
        this.inference = V1Node.of(document, notes.reads());
        this.paths = new V1Paths(files, base);
        this.notes = notes;
        SpecNode.Scalar source = inference.scalar("sourceDirectory");
        List<Path> starts = List.of(document.directory(), files.directory());
        this.code = source == null || source.text().isBlank()
                ? document.directory()
                : paths.find(source, starts, notes).orElse(null);
        this.folders = code == null ? starts : List.of(code, document.directory(), files.directory());
    }

    /** Scripts, folders and conda files that an inference configuration names and that are not there. */
    public static List<Problem> missingFiles(SpecDocument document, V1Files files) {
        Notes notes = new Notes();
        ObjectNode deployment = JsonNodeFactory.instance.objectNode();
        new InferenceConversion(document, files, document.directory(), notes).apply(deployment);
        return notes.result(deployment).problems().stream()
                .filter(problem ->
                        problem.code() == ErrorCode.FILE_MISSING || problem.code() == ErrorCode.FILE_OUTSIDE_PROJECT)
                .toList();
    }

    void apply(ObjectNode deployment) {
        code(deployment);
        SpecNode.Scalar runtime = inference.mapping().get("runtime") instanceof SpecNode.Scalar scalar ? scalar : null;
        if (runtime != null && runtime.text().strip().startsWith("spark")) {
            notes.problem(
                    ErrorCode.SPEC_UNSUPPORTED,
                    inference.location("runtime"),
                    "the runtime spark-py has no equivalent; load the model without Spark (MLeap, ONNX, pandas), or score in"
                            + " a Spark job");
        }
        if (inference.has("schemaFile")) {
            notes.leftOut(
                    inference.location("schemaFile"),
                    "'schemaFile' is gone; describe input and output with inference-schema's decorators in the script");
        }
        for (String steps : List.of("extraDockerfileSteps", "extraDockerFileSteps")) {
            if (!inference.has(steps)) {
                continue;
            }
            notes.leftOut(
                    inference.location(steps),
                    "'" + steps + "' has no equivalent; write a Dockerfile with these steps and name its folder as"
                            + " 'build: {path: ...}' of the environment");
        }
        inference.text("description").ifPresent(text -> deployment.put("description", text));
        environment().ifPresent(environment -> deployment.set("environment", environment));
        JsonNode variables = inference.child("environment").value("environmentVariables");
        if (variables instanceof ObjectNode object && !object.isEmpty()) {
            deployment.set("environment_variables", object);
        }
    }

    boolean needsGpu() {
        return inference.isTrue("enableGpu");
    }

    private void code(ObjectNode deployment) {
        SpecNode.Scalar script = inference.scalar("entryScript");
        if (script == null || code == null) {
            return;
        }
        Optional<Path> found = paths.find(script, folders, notes);
        if (found.isEmpty()) {
            return;
        }
        Path folder = found.get().startsWith(code) ? code : found.get().getParent();
        ObjectNode configuration = deployment.putObject("code_configuration");
        configuration.put("code", paths.written(folder == null ? code : folder));
        configuration.put(
                "scoring_script",
                String.valueOf(folder == null ? script.text() : folder.relativize(found.get()))
                        .replace('\\', '/'));
        if (!inference.has("sourceDirectory")) {
            notes.comment(
                    "code_configuration",
                    inference.location("entryScript"),
                    "v1 sent the script alone; v2 sends its folder");
        }
    }

    private Optional<JsonNode> environment() {
        Notes here = notes;
        EnvironmentConversion conversion = new EnvironmentConversion(paths, folders, here);
        Optional<JsonNode> environment;
        if (inference.get("environment") instanceof SpecNode.Mapping written) {
            environment = conversion.convert(new V1Node(written, notes.reads()));
        } else {
            environment = old();
        }
        environment
                .filter(JsonNode::isObject)
                .filter(inline -> inline.has("conda_file") && !serves(inline.get("conda_file")))
                .ifPresent(inline -> here.comment(
                        "environment",
                        inference.location("environment"),
                        "the conda packages must have azureml-inference-server-http (pip): v2's images have no server of"
                                + " their own"));
        if (needsGpu()) {
            here.comment("environment", inference.location("enableGpu"), "enableGpu: take an image with CUDA");
        }
        return environment;
    }

    /** The keys that came before {@code environment}. */
    private Optional<JsonNode> old() {
        SpecNode.Scalar conda = inference.scalar("condaFile");
        Optional<String> image = inference.text("baseImage");
        if (conda == null && image.isEmpty()) {
            notes.problem(
                    ErrorCode.SPEC_MISSING_KEY,
                    inference.location(),
                    "the inference configuration has no environment; v1 took it from the command line (-e). Set"
                            + " 'environment' with a name, or 'condaFile'");
            return Optional.empty();
        }
        ObjectNode inline = JsonNodeFactory.instance.objectNode();
        String registry = inference
                .text("baseImageRegistry")
                .or(() -> inference.child("baseImageRegistry").text("address"))
                .orElse("");
        inline.put(
                "image",
                image.map(name -> registry.isEmpty() || name.startsWith(registry + "/") ? name : registry + "/" + name)
                        .orElse(EnvironmentConversion.DEFAULT_IMAGE));
        if (image.isEmpty()) {
            notes.comment(
                    "environment",
                    inference.location("condaFile"),
                    "v1 took an image of its own, which is no longer kept; any image with conda will do here");
        }
        if (conda != null) {
            paths.find(conda, folders, notes).ifPresent(file -> inline.put("conda_file", paths.written(file)));
        }
        return Optional.of(inline);
    }

    private boolean serves(JsonNode conda) {
        String text = conda.toString();
        if (conda.isTextual()) {
            Path file = paths.base().resolve(conda.textValue()).normalize();
            if (!Files.isRegularFile(file)) {
                return true;
            }
            try {
                text = Files.readString(file);
            } catch (IOException e) {
                throw AmlException.of(ErrorCode.LOCAL_IO, "cannot read " + file + ": " + e.getMessage())
                        .cause(e)
                        .build();
            }
        }
        return text.contains("azureml-inference-server-http") || text.contains("azureml-defaults");
    }
}
