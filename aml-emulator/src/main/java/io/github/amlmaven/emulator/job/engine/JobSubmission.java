package io.github.amlmaven.emulator.job.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.job.pipeline.ComponentSpec;
import io.github.amlmaven.emulator.job.pipeline.PipelineGraph;
import io.github.amlmaven.emulator.job.pipeline.PipelineSteps;
import io.github.amlmaven.emulator.job.run.CommandTemplate;
import io.github.amlmaven.emulator.job.run.Distribution;
import io.github.amlmaven.emulator.job.run.JobDefinitions;
import io.github.amlmaven.emulator.job.run.JobValues;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.JobDocuments;
import io.github.amlmaven.emulator.job.state.JobFailure;
import io.github.amlmaven.emulator.job.state.Jobs;
import io.github.amlmaven.emulator.job.sweep.SweepPlan;
import io.github.amlmaven.emulator.job.sweep.Sweeps;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** Accepts jobs: checks what AML checks at once, stores and starts them. */
public final class JobSubmission {

    private static final Set<String> NOT_EMULATED = Set.of("AutoML", "Spark", "Labeling", "FineTuning");
    private static final Set<String> ALWAYS_THERE = Set.of("local", "serverless");

    private final ResourceStore resources;
    private final JobDefinitions definitions;
    private final JobDocuments documents;
    private final PipelineSteps steps;
    private final Jobs jobs;
    private final JobEngine engine;

    public JobSubmission(
            ResourceStore resources,
            JobDefinitions definitions,
            JobDocuments documents,
            PipelineSteps steps,
            Jobs jobs,
            JobEngine engine) {
        this.resources = resources;
        this.definitions = definitions;
        this.documents = documents;
        this.steps = steps;
        this.jobs = jobs;
        this.engine = engine;
    }

    /**
     * Stores and starts a job.
     *
     * @param properties as in the body of a PUT
     * @param facts adds to the run's facts before the job is stored
     * @return the job as it was accepted
     */
    public Job submit(ResourceId id, ObjectNode properties, Consumer<ObjectNode> facts) throws JobFailure {
        ObjectNode sent = properties.deepCopy();
        expandComponent(id, sent);
        Job job = documents.create(id, sent, jobs.now());
        check(job);
        facts.accept(job.run());
        engine.start(jobs.create(job));
        return jobs.find(id).orElse(job);
    }

    /** A pipeline job may name a pipeline component instead of steps. */
    private void expandComponent(ResourceId id, ObjectNode sent) throws JobFailure {
        String component = sent.path("componentId").asText("");
        if (sent.path("jobType").asText().equals(Job.PIPELINE)
                && !component.isEmpty()
                && sent.path("jobs").isEmpty()) {
            ComponentSpec spec = steps.component(Job.workspaceOf(id), component);
            sent.set("jobs", spec.spec().path("jobs").deepCopy());
            sent.set(
                    "inputs",
                    spec.complete("Component '" + spec.text("name") + "'", JobValues.objects(sent.path("inputs"))));
            ObjectNode outputs = sent.withObject("/outputs");
            spec.outputs().properties().forEach(output -> {
                if (!outputs.hasNonNull(output.getKey())) {
                    outputs.putObject(output.getKey()).put("jobOutputType", ComponentSpec.type(output.getValue()));
                }
            });
        }
    }

    private void check(Job job) throws JobFailure {
        ObjectNode properties = job.properties();
        String type = properties.path("jobType").asText("");
        if (NOT_EMULATED.contains(type)) {
            throw new JobFailure(
                    "NotEmulated", "Jobs of type '" + type + "' are not emulated; Command, Sweep and Pipeline are.");
        }
        if (type.equals(Job.COMMAND)) {
            checkCommand(job);
        } else if (type.equals(Job.PIPELINE)) {
            PipelineGraph graph = PipelineGraph.of(properties.path("jobs"));
            steps.check(job.workspace(), graph, properties.path("inputs"), properties.path("outputs"));
        } else if (type.equals(Job.SWEEP)) {
            checkSweep(job);
        } else {
            throw JobFailure.user("properties.jobType '" + type + "' is not one of Command, Pipeline, Sweep.");
        }
        checkCompute(job);
    }

    private void checkCommand(Job job) throws JobFailure {
        ObjectNode properties = job.properties();
        JobDefinitions.Command command = definitions.command(job);
        new CommandTemplate(command.command())
                .resolve(JobValues.names(properties.path("inputs")), JobValues.names(properties.path("outputs")));
    }

    private void checkSweep(Job job) throws JobFailure {
        ObjectNode properties = job.properties();
        SweepPlan plan = SweepPlan.of(job.name(), properties);
        JsonNode trial = properties.path("trial");
        definitions.environment(job.workspace(), trial.path("environmentId").asText(""));
        if (!trial.path("codeId").asText("").isEmpty()) {
            definitions.version(job.workspace(), "codes", trial.path("codeId").asText());
        }
        Distribution.of(trial.path("distribution"), trial.path("resources"));
        new CommandTemplate(Sweeps.command(job, plan.points().get(0)))
                .resolve(JobValues.names(properties.path("inputs")), JobValues.names(properties.path("outputs")));
    }

    /**
     * The job's own compute, and of a pipeline its default and those of its steps, by id or by name. {@code serverless} is one
     * that no workspace lists: AML brings it when a job names it. The service's words: Azure/AML-Kubernetes issue 118.
     */
    private void checkCompute(Job job) throws JobFailure {
        JsonNode properties = job.properties();
        Set<String> named = new LinkedHashSet<>();
        named.add(properties.path("computeId").asText(""));
        named.add(properties.path("settings").path("default_compute").asText(""));
        if (properties.path("jobType").asText().equals(Job.PIPELINE)) {
            named.addAll(steps.computes(job.workspace(), PipelineGraph.of(properties.path("jobs"))));
        }
        for (String reference : named) {
            String text = reference.startsWith("azureml:") ? reference.substring("azureml:".length()) : reference;
            ResourceId id = text.startsWith("/")
                    ? new ResourceId(text)
                    : job.workspace().child("computes", text);
            if (!text.isEmpty()
                    && !id.segment("computes").isEmpty()
                    && !ALWAYS_THERE.contains(id.name().toLowerCase(Locale.ROOT))
                    && resources.get(id).isEmpty()) {
                throw JobFailure.user("Unknown compute target '" + id.name() + "'.");
            }
        }
    }
}
