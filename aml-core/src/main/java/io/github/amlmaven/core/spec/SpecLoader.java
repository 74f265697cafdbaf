package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.schema.Schemas;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Loads specs as objects that render themselves for REST. What is loaded has been checked; a file with problems fails
 * with all of them.
 */
public final class SpecLoader {

    private static final List<String> JOBS = List.of(
            "command-job",
            "pipeline-job",
            "sweep-job",
            "spark-job",
            "automl-job",
            "finetuning-job",
            "distillation-job");
    private static final List<String> JOBS_AND_V1 =
            Stream.concat(JOBS.stream(), Stream.of("v1-pipeline")).toList();

    private static final List<String> COMPONENTS = List.of(
            "command-component",
            "parallel-component",
            "spark-component",
            "data-transfer-component",
            "pipeline-component",
            "command-job",
            "pipeline-job");

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

    private SpecLoader(SpecProject project) {
        this.project = project;
    }

    /**
     * A loader that does not ask whether code, data and scripts exist, for requests that are only looked at.
     *
     * @param schemas read once, for loaders of many files
     */
    public static SpecLoader ofRequests(SpecReader reader, Path projectDirectory, Schemas schemas) {
        return new SpecLoader(new SpecProject(reader, schemas, projectDirectory, false, Optional.empty()));
    }

    /**
     * Where a key of a file stands.
     *
     * @param path the keys that lead to it; the file's begin when there is no such key
     */
    public Location location(Path file, String... path) {
        SpecDocument document = project.read(file).document();
        SpecNode node = document.root();
        Location where = node == null ? new Location(file, 1, 1) : node.location();
        for (String key : path) {
            if (!(node instanceof SpecNode.Mapping mapping) || mapping.entries().get(key) == null) {
                return where;
            }
            where = mapping.entries().get(key).key().location();
            node = mapping.entries().get(key).value();
        }
        return where;
    }

    /** What is sent of the files loaded so far though it can hardly be meant, and what of the first API is left out. */
    public List<Problem> warnings() {
        return project.warnings();
    }

    /** What was chosen where files of the first API were converted, each with its place in them. */
    public List<String> choices() {
        return project.choices().stream()
                .map(choice -> choice.where() + "  " + (choice.pointer().isEmpty() ? "" : choice.pointer() + ": ")
                        + choice.comment())
                .toList();
    }

    /**
     * The content of a YAML file that is no spec but stands beside one.
     *
     * @throws AmlException with the file's problems when it cannot be read or is no mapping
     */
    public ObjectNode plain(Path file) {
        SpecDocument document = project.reader().read(file, project.directory());
        if (!document.problems().isEmpty()) {
            throw AmlException.ofProblems(document.problems());
        }
        if (document.root() instanceof SpecNode.Mapping mapping
                && SchemaReading.anything(mapping) instanceof ObjectNode content) {
            return content;
        }
        throw AmlException.of(ErrorCode.SPEC_WRONG_TYPE, file.getFileName() + " must hold a mapping")
                .build();
    }

    /** A file of any kind. */
    public CheckedSpec any(Path file) {
        return project.require(file);
    }

    /** How a version goes live in steps. */
    public CheckedSpec canary(Path file) {
        return project.require(file, List.of("canary"));
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
        CheckedSpec spec = project.require(file, JOBS_AND_V1);
        return spec.kind().name().equals("v1-pipeline") ? pipelineJob(file) : job(spec);
    }

    /** Whether a file is of a job, and not of a component for example, which may have the same name in a project. */
    public boolean isJob(Path file) {
        return JOBS_AND_V1.contains(project.require(file).kind().name());
    }

    private JobSpec job(CheckedSpec spec) {
        return switch (spec.kind().name()) {
            case "pipeline-job" -> pipelineJob(spec);
            case "sweep-job" -> sweepJob(spec);
            case "spark-job" -> sparkJob(spec);
            case "automl-job" -> new AutoMlJobSpec(spec);
            case "finetuning-job" -> new FineTuningJobSpec(spec);
            case "distillation-job" -> new DistillationJobSpec(spec);
            default -> commandJob(spec);
        };
    }

    /**
     * A job as a schedule runs it.
     *
     * @param updates keys that take the place of the file's own
     */
    public JobSpec job(Path file, ObjectNode updates) {
        CheckedSpec spec = project.require(file, JOBS);
        if (updates.isEmpty()) {
            return job(spec);
        }
        ObjectNode content = spec.content().deepCopy();
        merge(content, updates);
        content.remove("job");
        return job(new CheckedSpec(spec.kind(), spec.file(), content));
    }

    private static void merge(ObjectNode content, ObjectNode updates) {
        updates.properties().forEach(update -> {
            if (content.get(update.getKey()) instanceof ObjectNode own
                    && update.getValue() instanceof ObjectNode more) {
                merge(own, more);
            } else {
                content.set(update.getKey(), update.getValue());
            }
        });
    }

    /** A pipeline job; one of the first API is converted. */
    public PipelineJobSpec pipelineJob(Path file) {
        CheckedSpec read = project.require(file, List.of("pipeline-job", "v1-pipeline"));
        return pipelineJob(read.kind().name().equals("v1-pipeline") ? V1Conversions.pipeline(read, project) : read);
    }

    private PipelineJobSpec pipelineJob(CheckedSpec spec) {
        return new PipelineJobSpec(spec, new PipelineLoading(this, spec).steps());
    }

    /** A component from a file of its own. */
    public ComponentSpec component(Path file) {
        return component(file, StepComponentSpec.FROM_COMPONENT);
    }

    /**
     * A pipeline to be deployed: a pipeline component, or a pipeline job or a pipeline of the first API, whose inputs
     * then become the component's.
     */
    public PipelineComponentSpec pipeline(Path file) {
        CheckedSpec spec = project.require(file, List.of("pipeline-component", "pipeline-job", "v1-pipeline"));
        return pipelineComponent(
                spec.kind().name().equals("v1-pipeline") ? V1Conversions.publishedPipeline(spec, project) : spec);
    }

    ComponentSpec component(Path file, String source) {
        CheckedSpec spec = project.require(file, COMPONENTS);
        String kind = spec.kind().name();
        if (kind.startsWith("pipeline-")) {
            return pipelineComponent(spec);
        }
        String type = kind.startsWith("data-transfer") ? "data_transfer" : kind.replaceFirst("-.*", "");
        return stepComponent(spec, type, project.unknownKeys(spec), source);
    }

    /** A component that does one thing, from its content. */
    StepComponentSpec stepComponent(CheckedSpec spec, String type, String source) {
        return stepComponent(spec, type, RestBody.object(), source);
    }

    private StepComponentSpec stepComponent(CheckedSpec spec, String type, ObjectNode unknown, String source) {
        ObjectNode task = spec.object("task");
        CheckedSpec assets = task == null ? spec : new CheckedSpec(spec.kind(), spec.file(), task);
        List<Path> includes = new ArrayList<>();
        spec.content().path("additional_includes").forEach(include -> {
            if (AssetReference.parse(include.asText(), spec.directory()) instanceof AssetReference.Local local) {
                includes.add(local.path());
            }
        });
        return new StepComponentSpec(
                spec,
                type,
                // A Spark component's code is its own folder when the file names none.
                type.equals("spark") && source.equals(StepComponentSpec.FROM_COMPONENT) && assets.text("code") == null
                        ? AssetReference.parse(".", spec.directory())
                        : assets.reference("code"),
                includes,
                environmentUse(assets)
                        .map(use -> type.equals("spark") ? sparkEnvironment(use) : use)
                        .orElse(null),
                unknown,
                source);
    }

    /** Spark has an image of its own; an environment that names none gets one for the official client's sake. */
    private static EnvironmentUse sparkEnvironment(EnvironmentUse use) {
        return use instanceof EnvironmentUse.Inline inline
                        && inline.environment().image() == null
                        && inline.environment().build() == null
                ? new EnvironmentUse.Inline(inline.environment().ofCondaFile("conda/miniconda3"))
                : use;
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
                project.unknownKeys(spec),
                new PipelineLoading(this, spec).steps());
    }

    /** A command job. */
    public CommandJobSpec commandJob(Path file) {
        return commandJob(project.require(file, List.of("command-job")));
    }

    private CommandJobSpec commandJob(CheckedSpec spec) {
        return new CommandJobSpec(spec, spec.reference("code"), requiredEnvironment(spec));
    }

    private SweepJobSpec sweepJob(CheckedSpec spec) {
        ObjectNode content = spec.object("trial");
        CheckedSpec trial = new CheckedSpec(spec.kind(), spec.file(), content == null ? RestBody.object() : content);
        return new SweepJobSpec(spec, trial, trial.reference("code"), requiredEnvironment(trial));
    }

    private SparkJobSpec sparkJob(CheckedSpec spec) {
        return new SparkJobSpec(
                spec, spec.reference("code"), environmentUse(spec).orElse(null));
    }

    /** A schedule that makes jobs of a file beside it. */
    public ScheduleSpec schedule(Path file) {
        CheckedSpec spec = project.require(file, List.of("schedule"));
        ObjectNode overrides = spec.object("create_job");
        String job = overrides == null ? spec.text("create_job") : CheckedSpec.text(overrides, "job");
        if (job == null) {
            throw AmlException.of(ErrorCode.SPEC_UNSUPPORTED, file.getFileName() + " makes no job")
                    .remedy("Set create_job to the file of a job.")
                    .build();
        }
        if (job.startsWith("azureml:")) {
            return new ScheduleSpec(spec, null);
        }
        Path made = spec.directory().resolve(job.replaceFirst("^file:", "")).normalize();
        if (!Files.exists(made)) {
            Location where = overrides == null ? location(file, "create_job") : location(file, "create_job", "job");
            throw AmlException.ofProblems(
                    List.of(new Problem(ErrorCode.FILE_MISSING, where, "'" + job + "' does not exist (" + made + ")")));
        }
        return new ScheduleSpec(spec, job(made, overrides == null ? RestBody.object() : overrides));
    }

    /** An endpoint, online or batch. */
    public EndpointSpec endpoint(Path file) {
        return new EndpointSpec(project.require(
                file, List.of("managed-online-endpoint", "kubernetes-online-endpoint", "batch-endpoint")));
    }

    /** A deployment, online or batch; a batch deployment may be of a pipeline component. */
    public DeploymentSpec deployment(Path file) {
        CheckedSpec spec = project.require(
                file, List.of("managed-online-deployment", "kubernetes-online-deployment", "batch-deployment"));
        if (spec.kind().name().equals("batch-deployment") && "pipeline".equals(spec.text("type"))) {
            return new DeploymentSpec(spec, null, null, null, pipelineUse(spec));
        }
        ObjectNode configuration = spec.object("code_configuration");
        String code = configuration == null ? null : CheckedSpec.text(configuration, "code");
        return new DeploymentSpec(
                spec,
                modelUse(spec),
                code == null ? null : AssetReference.parse(code, spec.directory()),
                environmentUse(spec, true).orElse(null),
                null);
    }

    /** That a file is of a pipeline the schema sees to. */
    private ComponentUse pipelineUse(CheckedSpec spec) {
        if (spec.text("component") == null && spec.content().has("job_definition")) {
            throw AmlException.of(
                            ErrorCode.SPEC_UNSUPPORTED,
                            spec.file().getFileName() + " deploys a pipeline job, not a pipeline component")
                    .remedy("Publish it with 'mvn aml:publish-pipeline', or name its component with 'component:'.")
                    .build();
        }
        AssetReference reference = AssetReference.parse(spec.required("component"), spec.directory());
        return reference instanceof AssetReference.Local local
                ? new ComponentUse.Inline(component(local.path()), StepComponentSpec.FROM_COMPONENT)
                : new ComponentUse.Reference(reference);
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
        return environmentUse(spec, false);
    }

    /**
     * The same.
     *
     * @param named whether one that is written out keeps its name; only deployments register it under that
     */
    private Optional<EnvironmentUse> environmentUse(CheckedSpec spec, boolean named) {
        ObjectNode inline = spec.object("environment");
        if (inline != null) {
            return Optional.of(new EnvironmentUse.Inline(
                    inPlace(environment(new CheckedSpec(spec.kind(), spec.file(), inline)), named)));
        }
        AssetReference reference = spec.reference("environment");
        if (reference instanceof AssetReference.Local local) {
            return Optional.of(new EnvironmentUse.Inline(
                    inPlace(environment(project.require(local.path(), List.of("environment"))), named)));
        }
        return Optional.ofNullable(reference).map(EnvironmentUse.Reference::new);
    }

    private static EnvironmentSpec inPlace(EnvironmentSpec environment, boolean named) {
        return named ? environment : environment.withoutName();
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
