package io.github.amlmaven.emulator.job.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.job.run.JobDefinitions;
import io.github.amlmaven.emulator.job.run.JobValues;
import io.github.amlmaven.emulator.job.run.ParallelTask;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.JobDocuments;
import io.github.amlmaven.emulator.job.state.JobFailure;
import io.github.amlmaven.emulator.job.state.Jobs;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Makes the job of a pipeline's step from the step's component and bindings. */
public final class PipelineSteps {

    private static final String[][] COPIED = {
        {"environment_variables", "environmentVariables"},
        {"limits", "limits"},
        {"resources", "resources"},
        {"distribution", "distribution"}
    };

    private static final Map<String, String> SWEEP_PARTS = Map.of(
            "search_space", "searchSpace",
            "objective", "objective",
            "sampling_algorithm", "samplingAlgorithm",
            "limits", "limits",
            "early_termination", "earlyTermination");

    private final JobDefinitions definitions;
    private final JobDocuments documents;
    private final Jobs jobs;

    public PipelineSteps(JobDefinitions definitions, JobDocuments documents, Jobs jobs) {
        this.definitions = definitions;
        this.documents = documents;
        this.jobs = jobs;
    }

    /** Checks what can be checked before anything runs: components, kinds of step, names of inputs. */
    public void check(ResourceId workspace, PipelineGraph graph, JsonNode pipelineInputs, JsonNode pipelineOutputs)
            throws JobFailure {
        for (PipelineStep step : graph.steps().values()) {
            ComponentSpec component = component(workspace, step);
            for (Map.Entry<String, PipelineStep.StepValue> entry : step.inputs().entrySet()) {
                known(step, "input", entry.getKey(), component.inputs());
                if (entry.getValue() instanceof PipelineStep.StepValue.Bound bound
                        && bound.binding() instanceof Binding.ParentInput input) {
                    known(step, "parent input", input.name(), pipelineInputs);
                }
            }
            for (Map.Entry<String, PipelineStep.StepValue> entry :
                    step.outputs().entrySet()) {
                known(step, "output", entry.getKey(), component.outputs());
                if (entry.getValue() instanceof PipelineStep.StepValue.Bound bound
                        && bound.binding() instanceof Binding.ParentOutput output) {
                    known(step, "parent output", output.name(), pipelineOutputs);
                }
            }
        }
    }

    /** What the steps, and those of the pipelines among them, name as their compute; not what an input is to name. */
    public Set<String> computes(ResourceId workspace, PipelineGraph graph) throws JobFailure {
        Set<String> named = new LinkedHashSet<>();
        for (PipelineStep step : graph.steps().values()) {
            String own = step.definition().path("computeId").asText("");
            if (!own.contains("${{")) {
                named.add(own);
            }
            ComponentSpec component = component(workspace, step);
            if (component.pipeline()) {
                named.addAll(
                        computes(workspace, PipelineGraph.of(component.spec().path("jobs"))));
            }
        }
        return named;
    }

    /** The component of a step. */
    ComponentSpec component(ResourceId workspace, PipelineStep step) throws JobFailure {
        JsonNode reference = step.component();
        ComponentSpec component;
        if (reference.isObject()) {
            component = new ComponentSpec("", reference);
        } else if (reference.isTextual()) {
            component = component(workspace, reference.asText());
        } else if (step.definition().path("command").isTextual()
                || step.definition().path("task").isObject()) {
            component = new ComponentSpec("", step.definition());
        } else {
            throw JobFailure.user("Step '" + step.name() + "' has no componentId.");
        }
        if (step.sweep() && !component.command()) {
            throw JobFailure.user("Step '" + step.name() + "' sweeps a component that is no command.");
        }
        if (!component.command() && !component.pipeline() && !component.parallel()) {
            throw JobFailure.user("Step '" + step.name() + "' is of type '" + component.text("type")
                    + "', which is not emulated; command, parallel, sweep and pipeline are.");
        }
        return component;
    }

    /** The specification of a component version. */
    public ComponentSpec component(ResourceId workspace, String reference) throws JobFailure {
        ObjectNode version = definitions.version(workspace, "components", reference);
        return new ComponentSpec(
                version.path("id").asText(), version.path("properties").path("componentSpec"));
    }

    /**
     * A new job for a step whose needs are met.
     *
     * @param done the jobs of the steps that have completed
     */
    Job job(Job pipeline, PipelineStep step, Map<String, Job> done) throws JobFailure {
        ComponentSpec component = component(pipeline.workspace(), step);
        ObjectNode properties = JsonNodeFactory.instance.objectNode();
        properties
                .put("jobType", component.pipeline() ? Job.PIPELINE : step.sweep() ? Job.SWEEP : Job.COMMAND)
                .put("displayName", step.definition().path("display_name").asText(step.name()))
                .put(
                        "experimentName",
                        pipeline.properties().path("experimentName").asText());
        if (!component.id().isEmpty()) {
            properties.put("componentId", component.id());
        }
        compute(pipeline, step).ifPresent(compute -> properties.put("computeId", compute));
        properties.set(
                "inputs", component.complete("Step '" + step.name() + "'", inputs(pipeline, step, component, done)));
        properties.set("outputs", outputs(pipeline, step, component));
        if (component.pipeline()) {
            properties.set("jobs", component.spec().path("jobs").deepCopy());
            properties.set("settings", pipeline.properties().path("settings").deepCopy());
        } else if (component.parallel()) {
            return parallel(pipeline, step, component, properties);
        } else if (step.sweep()) {
            command(properties.putObject("trial"), step, component);
            SWEEP_PARTS.forEach((written, name) -> {
                if (step.definition().hasNonNull(written)) {
                    properties.set(name, step.definition().get(written).deepCopy());
                }
            });
        } else {
            command(properties, step, component);
        }
        return child(pipeline, step, properties);
    }

    /** A parallel component's job: a command that is our driver, with what it is to do among the run's facts. */
    private Job parallel(Job pipeline, PipelineStep step, ComponentSpec component, ObjectNode properties)
            throws JobFailure {
        ParallelTask task = new ParallelTask(step.name(), step.definition(), component.spec());
        properties.put("command", task.command()).put("environmentId", withoutPrefix(task.environment()));
        if (!task.code().isEmpty()) {
            properties.put("codeId", withoutPrefix(task.code()));
        }
        copied(properties, step, component, "environment_variables", "environmentVariables");
        Job child = child(pipeline, step, properties);
        child.run().set(ParallelTask.FACT, task.configuration());
        return child;
    }

    private static void command(ObjectNode properties, PipelineStep step, ComponentSpec component) {
        properties.put("command", component.text("command"));
        if (!component.text("code").isEmpty()) {
            properties.put("codeId", withoutPrefix(component.text("code")));
        }
        String environment = step.definition().path("environment").asText(component.text("environment"));
        properties.put("environmentId", withoutPrefix(environment));
        for (String[] names : COPIED) {
            // The limits of a sweep are those of the whole sweep.
            if (!(step.sweep() && names[0].equals("limits"))) {
                copied(properties, step, component, names[0], names[1]);
            }
        }
    }

    private static void copied(
            ObjectNode properties, PipelineStep step, ComponentSpec component, String written, String name) {
        JsonNode value = step.definition().path(written);
        JsonNode chosen = value.isObject() ? value : component.spec().path(written);
        if (chosen.isObject()) {
            properties.set(name, chosen.deepCopy());
        }
    }

    private Job child(Job pipeline, PipelineStep step, ObjectNode properties) {
        ResourceId id = pipeline.workspace().child("jobs", UUID.randomUUID().toString());
        String root = pipeline.run().path("root").asText(pipeline.name());
        properties
                .putObject("properties")
                .put("azureml.runsource", "azureml.StepRun")
                .put("azureml.nodeid", step.name())
                .put("azureml.pipelinerunid", pipeline.name())
                .put("azureml.rootpipelinerunid", root)
                .put("azureml.isreused", "false");
        Job child = documents.create(id, properties, jobs.now());
        child.run().put("parent", pipeline.name()).put("root", root).put("step", step.name());
        return child;
    }

    private static Map<String, ObjectNode> inputs(
            Job pipeline, PipelineStep step, ComponentSpec component, Map<String, Job> done) throws JobFailure {
        Map<String, ObjectNode> given = new LinkedHashMap<>();
        for (Map.Entry<String, PipelineStep.StepValue> entry : step.inputs().entrySet()) {
            JsonNode declared = component.inputs().path(entry.getKey());
            input(pipeline, step, entry.getValue(), declared, done)
                    .ifPresent(value -> given.put(entry.getKey(), value));
        }
        // Values of a sweep are put in by its trials; until then anything of the type stands there.
        if (step.sweep()) {
            step.definition()
                    .path("search_space")
                    .fieldNames()
                    .forEachRemaining(name -> given.put(
                            name,
                            JobValues.literal(
                                    ComponentSpec.type(component.inputs().path(name))
                                                    .equals("boolean")
                                            ? "true"
                                            : "0")));
        }
        return given;
    }

    private static Optional<ObjectNode> input(
            Job pipeline, PipelineStep step, PipelineStep.StepValue value, JsonNode declared, Map<String, Job> done)
            throws JobFailure {
        if (value instanceof PipelineStep.StepValue.Data data) {
            return Optional.of(
                    JobValues.data(data.type().isEmpty() ? ComponentSpec.type(declared) : data.type(), data.uri()));
        }
        Binding binding = ((PipelineStep.StepValue.Bound) value).binding();
        if (binding instanceof Binding.ParentInput input) {
            JsonNode bound = pipeline.properties().path("inputs").path(input.name());
            return bound.isObject() ? Optional.of(bound.<ObjectNode>deepCopy()) : Optional.empty();
        }
        if (binding instanceof Binding.StepOutput output) {
            return Optional.of(produced(step, output, declared, done));
        }
        if (binding instanceof Binding.Literal literal) {
            return Optional.of(
                    ComponentSpec.literal(declared)
                            ? JobValues.literal(literal.text())
                            : JobValues.data(ComponentSpec.type(declared), literal.text()));
        }
        throw JobFailure.user("Step '" + step.name() + "' binds an input to " + binding + ".");
    }

    private static ObjectNode produced(
            PipelineStep step, Binding.StepOutput output, JsonNode declared, Map<String, Job> done) throws JobFailure {
        Job producer = done.get(output.step());
        JsonNode value = producer == null
                ? JsonNodeFactory.instance.missingNode()
                : producer.properties().path("outputs").path(output.output());
        if (!value.isObject()) {
            throw JobFailure.user("Step '" + step.name() + "' needs output '" + output.output() + "' of step '"
                    + output.step() + "', which has no such output.");
        }
        return JobValues.data(ComponentSpec.type(declared), value.path("uri").asText());
    }

    /** Outputs that are bound to the pipeline's go where the pipeline's are to be. */
    private static ObjectNode outputs(Job pipeline, PipelineStep step, ComponentSpec component) {
        ObjectNode outputs = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> entry : component.outputs().properties()) {
            ObjectNode output = outputs.putObject(entry.getKey());
            output.put("jobOutputType", ComponentSpec.type(entry.getValue()));
            PipelineStep.StepValue value = step.outputs().get(entry.getKey());
            if (value instanceof PipelineStep.StepValue.Data data) {
                output.put("uri", data.uri());
            } else if (value instanceof PipelineStep.StepValue.Bound bound
                    && bound.binding() instanceof Binding.ParentOutput parent) {
                String uri =
                        pipeline.run().path(Job.OUTPUT_URIS).path(parent.name()).asText("");
                if (!uri.isEmpty()) {
                    output.put("uri", uri);
                }
            }
        }
        return outputs;
    }

    private static Optional<String> compute(Job pipeline, PipelineStep step) {
        String own = step.definition().path("computeId").asText("");
        String common =
                pipeline.properties().path("settings").path("default_compute").asText("");
        String chosen = own.isEmpty() ? common : own;
        return chosen.isEmpty() ? Optional.empty() : Optional.of(chosen);
    }

    private static String withoutPrefix(String reference) {
        return reference.startsWith("azureml:/") && !reference.startsWith("azureml://")
                ? reference.substring("azureml:".length())
                : reference;
    }

    private static void known(PipelineStep step, String what, String name, JsonNode declared) throws JobFailure {
        if (declared.path(name).isMissingNode()) {
            throw JobFailure.user(
                    "Step '" + step.name() + "' names the " + what + " '" + name + "', which does not exist.");
        }
    }
}
