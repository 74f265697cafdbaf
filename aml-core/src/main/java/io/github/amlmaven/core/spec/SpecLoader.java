package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.schema.Schemas;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Loads specs as objects that render themselves for REST. What is loaded has been checked; a file with problems fails
 * with all of them.
 */
public final class SpecLoader {

    private final SpecProject project;

    /**
     * A loader for a project; reads each file once.
     *
     * @param reader reads the YAML
     * @param projectDirectory what paths must not leave
     */
    public SpecLoader(SpecReader reader, Path projectDirectory) {
        this.project = new SpecProject(reader, Schemas.load(), projectDirectory, true, Optional.empty());
    }

    /** A model. */
    public ModelSpec model(Path file) {
        return ModelSpec.of(project.require(file, List.of("model")));
    }

    /** An environment. */
    public EnvironmentSpec environment(Path file) {
        return environment(project.require(file, List.of("environment")));
    }

    /** A data asset. */
    public DataSpec data(Path file) {
        return DataSpec.of(project.require(file, List.of("data")));
    }

    /** A job of any type that can be submitted: a command, a pipeline, or a pipeline of the first API. */
    public JobSpec job(Path file) {
        CheckedSpec spec = project.require(file, List.of("command-job", "pipeline-job", "v1-pipeline"));
        return spec.kind().name().equals("command-job") ? commandJob(file) : pipelineJob(file);
    }

    /** A pipeline job; one of the first API is converted. */
    public PipelineJobSpec pipelineJob(Path file) {
        CheckedSpec read = project.require(file, List.of("pipeline-job", "v1-pipeline"));
        CheckedSpec spec = read.kind().name().equals("v1-pipeline") ? new V1Conversion(project, read).convert() : read;
        return new PipelineJobSpec(spec, new PipelineLoading(this, spec).steps());
    }

    /** A component from a file of its own. */
    public ComponentSpec component(Path file) {
        return component(file, CommandComponentSpec.FROM_COMPONENT);
    }

    /**
     * A pipeline to be deployed: a pipeline component, or a pipeline job or a pipeline of the first API, whose inputs
     * then become the component's.
     */
    public PipelineComponentSpec pipeline(Path file) {
        CheckedSpec spec = project.require(file, List.of("pipeline-component", "pipeline-job", "v1-pipeline"));
        return pipelineComponent(
                spec.kind().name().equals("v1-pipeline") ? new V1Conversion(project, spec).convert() : spec);
    }

    ComponentSpec component(Path file, String source) {
        CheckedSpec spec = project.require(
                file, List.of("command-component", "pipeline-component", "command-job", "pipeline-job"));
        return spec.kind().name().startsWith("pipeline-") ? pipelineComponent(spec) : commandComponent(spec, source);
    }

    CommandComponentSpec commandComponent(CheckedSpec spec, String source) {
        if (spec.content().hasNonNull("additional_includes")) {
            throw AmlException.of(
                            ErrorCode.SPEC_UNSUPPORTED,
                            spec.file().getFileName() + ": 'additional_includes' can be checked but not be submitted")
                    .remedy("Put the files into the code folder.")
                    .build();
        }
        return new CommandComponentSpec(spec, spec.reference("code"), requiredEnvironment(spec), source);
    }

    /** A file that was checked, whatever it is. */
    CheckedSpec read(Path file) {
        CheckedSpec spec = project.read(file).spec();
        if (spec == null) {
            throw AmlException.ofProblems(project.problems());
        }
        return spec;
    }

    private PipelineComponentSpec pipelineComponent(CheckedSpec spec) {
        boolean declared = spec.kind().name().equals("pipeline-component");
        return new PipelineComponentSpec(
                spec,
                declared ? spec.object("inputs") : PipelineLoading.asDeclared(spec.object("inputs")),
                spec.object("outputs"),
                new PipelineLoading(this, spec).steps());
    }

    /** A command job. */
    public CommandJobSpec commandJob(Path file) {
        CheckedSpec spec = project.require(file, List.of("command-job"));
        return new CommandJobSpec(spec, spec.reference("code"), requiredEnvironment(spec));
    }

    /** An endpoint, online or batch. */
    public EndpointSpec endpoint(Path file) {
        return new EndpointSpec(project.require(
                file, List.of("managed-online-endpoint", "kubernetes-online-endpoint", "batch-endpoint")));
    }

    /** A deployment of a model, online or batch. A pipeline is deployed by publishing it. */
    public DeploymentSpec deployment(Path file) {
        CheckedSpec spec = project.require(
                file, List.of("managed-online-deployment", "kubernetes-online-deployment", "batch-deployment"));
        if ("pipeline".equals(spec.text("type"))) {
            throw AmlException.of(ErrorCode.SPEC_UNSUPPORTED, file.getFileName() + " deploys a pipeline, not a model")
                    .remedy("Publish the pipeline with 'mvn aml:publish-pipeline'.")
                    .build();
        }
        ObjectNode configuration = spec.object("code_configuration");
        String code = configuration == null ? null : CheckedSpec.text(configuration, "code");
        return new DeploymentSpec(
                spec,
                modelUse(spec),
                code == null ? null : AssetReference.parse(code, spec.directory()),
                environmentUse(spec).orElse(null));
    }

    private @Nullable ModelUse modelUse(CheckedSpec spec) {
        ObjectNode inline = spec.object("model");
        if (inline != null) {
            return new ModelUse.Inline(ModelSpec.of(new CheckedSpec(spec.kind(), spec.file(), inline)));
        }
        AssetReference reference = spec.reference("model");
        if (reference instanceof AssetReference.Local local) {
            return new ModelUse.Inline(model(local.path()));
        }
        return reference == null ? null : new ModelUse.Reference(reference);
    }

    EnvironmentSpec environment(CheckedSpec spec) {
        return EnvironmentSpec.of(spec, condaText(spec));
    }

    EnvironmentUse requiredEnvironment(CheckedSpec spec) {
        return environmentUse(spec)
                .orElseThrow(() -> new IllegalArgumentException(spec.file() + " has no 'environment'"));
    }

    /** The environment that a spec uses: by name, from another file or in place. */
    Optional<EnvironmentUse> environmentUse(CheckedSpec spec) {
        ObjectNode inline = spec.object("environment");
        if (inline != null) {
            return Optional.of(
                    new EnvironmentUse.Inline(environment(new CheckedSpec(spec.kind(), spec.file(), inline))));
        }
        AssetReference reference = spec.reference("environment");
        if (reference instanceof AssetReference.Local local) {
            return Optional.of(
                    new EnvironmentUse.Inline(environment(project.require(local.path(), List.of("environment")))));
        }
        return Optional.ofNullable(reference).map(EnvironmentUse.Reference::new);
    }

    private @Nullable String condaText(CheckedSpec spec) {
        JsonNode conda = spec.content().get("conda_file");
        if (conda == null || conda.isNull()) {
            return null;
        }
        if (conda.isObject()) {
            return CondaFile.text(conda);
        }
        Path file = spec.directory().resolve(conda.asText().replaceFirst("^file:", ""));
        SpecDocument document = project.reader().readVerbatim(file, project.directory());
        if (!document.problems().isEmpty()) {
            throw AmlException.ofProblems(document.problems());
        }
        return CondaFile.text(SchemaReading.anything(document.mapping()));
    }
}
