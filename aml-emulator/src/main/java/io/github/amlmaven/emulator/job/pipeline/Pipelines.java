package io.github.amlmaven.emulator.job.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.job.run.JobOutputs;
import io.github.amlmaven.emulator.job.run.OutputAssets;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.JobControl;
import io.github.amlmaven.emulator.job.state.JobFailure;
import io.github.amlmaven.emulator.job.state.JobStatus;
import io.github.amlmaven.emulator.job.state.Jobs;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes pipeline jobs forward. All that is known about a pipeline is in its own document and its steps' documents, so that
 * {@link #step} can be called at any time, also after a restart, and does what is to be done next.
 */
public final class Pipelines {

    private final Jobs jobs;
    private final PipelineSteps steps;
    private final StepReuse reuse;
    private final OutputAssets assets;
    private final JobControl control;

    public Pipelines(Jobs jobs, PipelineSteps steps, StepReuse reuse, OutputAssets assets, JobControl control) {
        this.jobs = jobs;
        this.steps = steps;
        this.reuse = reuse;
        this.assets = assets;
        this.control = control;
    }

    /**
     * Starts the steps that can start, stops those that must, and ends the pipeline when nothing is left to do.
     *
     * @return whether this has ended it
     */
    public boolean step(ResourceId id) {
        Job pipeline = jobs.get(id);
        State state = new State(pipeline, children(pipeline));
        if (pipeline.status() == JobStatus.CANCEL_REQUESTED) {
            return stopAll(state) && jobs.finish(id, JobStatus.CANCELED, Optional.empty());
        }
        Optional<JobFailure> failure = state.failure();
        try {
            PipelineGraph graph = PipelineGraph.of(pipeline.properties().path("jobs"));
            if (failure.isPresent() && !state.continueOnFailure()) {
                return stopAll(state) && jobs.finish(id, JobStatus.FAILED, failure);
            }
            startReady(state, graph);
        } catch (JobFailure e) {
            return abandon(state, e);
        } catch (IOException e) {
            return abandon(state, new JobFailure("SystemError", e.toString()));
        }
        if (state.live()) {
            return false;
        }
        if (failure.isPresent()) {
            return jobs.finish(id, JobStatus.FAILED, failure);
        }
        return complete(state);
    }

    /** A step that cannot even be made stops the pipeline; the reason is kept until the others have ended. */
    private boolean abandon(State state, JobFailure why) {
        jobs.update(
                state.pipeline.id(),
                stored -> stored.run()
                        .putObject("stepFailure")
                        .put("code", why.code())
                        .put("message", why.getMessage()));
        return stopAll(state) && jobs.finish(state.pipeline.id(), JobStatus.FAILED, Optional.of(why));
    }

    private void startReady(State state, PipelineGraph graph) throws JobFailure, IOException {
        boolean again = true;
        while (again) {
            again = false;
            List<PipelineStep> ready = graph.ready(state.completed());
            for (PipelineStep step : ready) {
                if (!state.children.containsKey(step.name())) {
                    Job child = start(state, step);
                    state.children.put(step.name(), child);
                    again |= child.status() == JobStatus.COMPLETED;
                }
            }
        }
    }

    private Job start(State state, PipelineStep step) throws JobFailure, IOException {
        Job child = steps.job(state.pipeline, step, state.children);
        Optional<Job> earlier = Optional.empty();
        ComponentSpec component = steps.component(state.pipeline.workspace(), step);
        if (!step.sweep() && !component.pipeline() && component.deterministic() && !state.forceRerun()) {
            String key = reuse.key(child);
            child.run().put("reuseKey", key);
            earlier = reuse.find(key);
        }
        if (earlier.isPresent()) {
            return reused(state, step, child, earlier.get());
        }
        record(state, step, child);
        Job created = jobs.create(child);
        control.start(created);
        return created;
    }

    /** A job that has completed without having run, with the outputs of the earlier one. */
    private Job reused(State state, PipelineStep step, Job child, Job earlier) {
        ((ObjectNode) child.properties().get("properties"))
                .put("azureml.isreused", "true")
                .put("azureml.reusedrunid", earlier.name())
                .put("azureml.reusedpipelinerunid", earlier.parent());
        JobOutputs.named(earlier)
                .forEach((name, output) -> ((ObjectNode)
                                child.properties().path("outputs").path(name))
                        .put("uri", output.path("uri").asText()));
        if (earlier.run().has("metrics")) {
            child.run().set("metrics", earlier.run().get("metrics"));
        }
        record(state, step, child);
        Job created = jobs.create(child);
        jobs.finish(created.id(), JobStatus.COMPLETED, Optional.empty());
        return jobs.get(created.id());
    }

    /** Comes first: a recorded job that was never made is made anew, an unrecorded one would run beside its twin. */
    private void record(State state, PipelineStep step, Job child) {
        jobs.update(
                state.pipeline.id(), stored -> stored.run().withObject("/steps").put(step.name(), child.name()));
    }

    /** Asks all running steps to end; says whether none is left. */
    private boolean stopAll(State state) {
        state.children.values().stream()
                .filter(child -> !child.status().terminal())
                .forEach(child -> control.cancel(child.id()));
        return children(state.pipeline).values().stream()
                .allMatch(child -> child.status().terminal());
    }

    private boolean complete(State state) {
        try {
            ObjectNode outputs = outputs(state);
            Job updated = jobs.update(
                    state.pipeline.id(),
                    stored -> outputs.properties()
                            .forEach(entry -> ((ObjectNode)
                                            stored.properties().path("outputs").path(entry.getKey()))
                                    .put("uri", entry.getValue().asText())));
            for (JsonNode output : JobOutputs.named(updated).values()) {
                if (!output.path("assetName").asText().isEmpty()) {
                    assets.register(updated, output);
                }
            }
            return jobs.finish(state.pipeline.id(), JobStatus.COMPLETED, Optional.empty());
        } catch (JobFailure e) {
            return jobs.finish(state.pipeline.id(), JobStatus.FAILED, Optional.of(e));
        }
    }

    /** Where the pipeline's outputs are: where the steps that are bound to them have written. */
    private static ObjectNode outputs(State state) throws JobFailure {
        ObjectNode uris = JsonNodeFactory.instance.objectNode();
        PipelineGraph graph = PipelineGraph.of(state.pipeline.properties().path("jobs"));
        for (PipelineStep step : graph.steps().values()) {
            Job child = state.children.get(step.name());
            for (Map.Entry<String, PipelineStep.StepValue> entry :
                    step.outputs().entrySet()) {
                if (child != null
                        && entry.getValue() instanceof PipelineStep.StepValue.Bound bound
                        && bound.binding() instanceof Binding.ParentOutput parent) {
                    uris.put(
                            parent.name(),
                            child.properties()
                                    .path("outputs")
                                    .path(entry.getKey())
                                    .path("uri")
                                    .asText());
                }
            }
        }
        return uris;
    }

    private Map<String, Job> children(Job pipeline) {
        Map<String, Job> children = new HashMap<>();
        pipeline.run()
                .path("steps")
                .properties()
                .forEach(entry -> jobs.find(pipeline.workspace()
                                .child("jobs", entry.getValue().asText()))
                        .ifPresent(child -> children.put(entry.getKey(), child)));
        return children;
    }

    /** A pipeline with the jobs of its steps as they were when it was looked at. */
    private record State(Job pipeline, Map<String, Job> children) {

        Set<String> completed() {
            Set<String> completed = new LinkedHashSet<>();
            children.forEach((step, child) -> {
                if (child.status() == JobStatus.COMPLETED) {
                    completed.add(step);
                }
            });
            return completed;
        }

        boolean live() {
            return children.values().stream().anyMatch(child -> !child.status().terminal());
        }

        Optional<JobFailure> failure() {
            JsonNode own = pipeline.run().path("stepFailure");
            if (own.isObject()) {
                return Optional.of(new JobFailure(
                        own.path("code").asText(), own.path("message").asText()));
            }
            return children.entrySet().stream()
                    .filter(entry -> entry.getValue().status() == JobStatus.FAILED
                            || entry.getValue().status() == JobStatus.CANCELED)
                    .min(Comparator.comparing(
                            entry -> entry.getValue().run().path("endTimeUtc").asText()))
                    .map(entry -> failure(entry.getKey(), entry.getValue()));
        }

        private static JobFailure failure(String step, Job child) {
            String why = child.error().path("message").asText("it was canceled");
            return new JobFailure(
                    child.error().path("code").asText(JobFailure.USER_ERROR),
                    "Step '" + step + "' (job " + child.name() + ") "
                            + child.status().text().toLowerCase(Locale.ROOT) + ": " + why);
        }

        boolean continueOnFailure() {
            return isSet("continue_on_step_failure");
        }

        boolean forceRerun() {
            return isSet("force_rerun");
        }

        /** A job's settings are of any type, a batch deployment's are texts: Python's {@code True} from azure-ai-ml. */
        private boolean isSet(String setting) {
            return pipeline.properties().path("settings").path(setting).asText().equalsIgnoreCase("true");
        }
    }
}
