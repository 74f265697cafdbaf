package io.github.amlmaven.core.pipeline;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.ComponentUse;
import io.github.amlmaven.core.spec.PipelineComponentSpec;
import io.github.amlmaven.core.spec.PipelineStep;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A further step that tells a pull request how the others have ended, from inside the workspace. It depends on none of
 * them: a step that depends on one that fails never runs. It waits for them by the MLflow API, and whom to tell is an input
 * of the pipeline, since that is known only when it is run. The token is in no request of ours: the step reads it from a
 * Key Vault with its compute's identity, or from a variable that the compute has.
 */
public final class PullRequestCallback {

    /** The input of the pipeline that says whom to tell. */
    public static final String INPUT = "callback_url";

    /** Nobody. */
    static final String NOBODY = "none";

    private static final String STEP = "tell_pull_request";
    private static final String SCRIPT = "tell_pull_request.py";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * How the step runs.
     *
     * @param compute where; not on a cluster that has only one node, which it would keep from the steps it waits for
     * @param secret the address of a secret: {@code https://<vault>.vault.azure.net/secrets/<name>}; absent when the
     *     compute has the variable {@code AML_CALLBACK_TOKEN}
     * @param context what tells the report from others on the same pull request
     * @param directory where the step's files are written before they are uploaded
     */
    public record Terms(String compute, Optional<String> secret, String context, Path directory) {

        public Terms {
            secret.filter(address -> !address.matches("https://[A-Za-z0-9.-]+(:\\d+)?/secrets/[A-Za-z0-9-]+(/\\w+)?"))
                    .ifPresent(address -> {
                        // The address is not repeated: it may be the secret itself, in the wrong place.
                        throw AmlException.of(
                                        ErrorCode.CONFIGURATION_INVALID,
                                        "the secret of the callback is no address of a secret in a Key Vault")
                                .remedy("Set <callbackSecret> or -Daml.pipeline.callback.secret to"
                                        + " https://<vault>.vault.azure.net/secrets/<name>.")
                                .build();
                    });
            if (!context.matches("[A-Za-z0-9 ._/-]{1,80}")) {
                throw AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID,
                                "the callback's context '" + context + "' is no plain name")
                        .remedy("Use letters, digits, blanks and . _ / - in <callbackContext> or"
                                + " -Daml.pipeline.callback.context.")
                        .build();
            }
        }
    }

    private final SpecReader reader;
    private final Terms terms;

    PullRequestCallback(SpecReader reader, Terms terms) {
        this.reader = reader;
        this.terms = terms;
    }

    /** The pipeline with the step. */
    PipelineComponentSpec append(PipelineComponentSpec pipeline) {
        boolean taken = pipeline.steps().stream().anyMatch(step -> step.name().equals(STEP))
                || (pipeline.inputs() != null && pipeline.inputs().has(INPUT));
        if (taken) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "the pipeline has a step '" + STEP + "' or an input '" + INPUT + "' of its own")
                    .remedy("Rename it, or publish without <callback>.")
                    .build();
        }
        ObjectNode inputs = pipeline.inputs() == null
                ? JsonNodeFactory.instance.objectNode()
                : Objects.requireNonNull(pipeline.inputs()).deepCopy();
        inputs.putObject(INPUT).put("type", "string").put("default", NOBODY);
        List<PipelineStep> steps = new ArrayList<>(pipeline.steps());
        steps.add(step(pipeline));
        return new PipelineComponentSpec(pipeline.spec(), inputs, pipeline.outputs(), pipeline.unknown(), steps);
    }

    private PipelineStep step(PipelineComponentSpec pipeline) {
        Path file = files();
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("type", "command").put("display_name", "Tell the pull request");
        content.put("compute", terms.compute().startsWith("azureml:") ? terms.compute() : "azureml:" + terms.compute());
        ObjectNode inputs = content.putObject("inputs");
        inputs.put("url", "${{parent.inputs." + INPUT + "}}");
        inputs.put("steps", names(pipeline));
        inputs.put("context", terms.context());
        inputs.put("secret", terms.secret().orElse(NOBODY));
        if (terms.secret().isPresent()) {
            content.putObject("identity").put("type", "managed");
        }
        SpecLoader loader = new SpecLoader(reader, terms.directory());
        return new PipelineStep(
                STEP, content, terms.directory(), new ComponentUse.Inline(loader.component(file), "YAML.COMPONENT"));
    }

    /** What the runs of the steps are called, in a form that needs no quotes in a command. */
    private static String names(PipelineComponentSpec pipeline) {
        List<String> names = pipeline.steps().stream()
                .map(step -> Optional.ofNullable(CheckedSpec.text(step.content(), "display_name"))
                        .filter(text -> !text.isBlank())
                        .orElse(step.name()))
                .toList();
        byte[] json = JSON.valueToTree(names).toString().getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(json);
    }

    private Path files() {
        Path code = terms.directory().resolve("code");
        Path file = terms.directory().resolve(STEP + ".yml");
        try (InputStream script = PullRequestCallback.class.getResourceAsStream(SCRIPT);
                InputStream component = PullRequestCallback.class.getResourceAsStream(STEP + ".yml")) {
            Files.createDirectories(code);
            Files.write(code.resolve(SCRIPT), Objects.requireNonNull(script).readAllBytes());
            Files.write(file, Objects.requireNonNull(component).readAllBytes());
            return file;
        } catch (IOException e) {
            throw AmlException.of(
                            ErrorCode.LOCAL_IO,
                            "cannot write the callback to " + terms.directory() + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }
}
