package io.github.amlmaven.emulator.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.Operations;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.asset.AssetVersions;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.identity.TokenAuthority;
import io.github.amlmaven.emulator.job.access.DataPlaneAccess;
import io.github.amlmaven.emulator.job.batch.BatchInvocation;
import io.github.amlmaven.emulator.job.batch.BatchRoutes;
import io.github.amlmaven.emulator.job.batch.BatchScoring;
import io.github.amlmaven.emulator.job.batch.PublishedPipelineRoutes;
import io.github.amlmaven.emulator.job.data.BlobFolders;
import io.github.amlmaven.emulator.job.data.DataLocations;
import io.github.amlmaven.emulator.job.engine.JobEngine;
import io.github.amlmaven.emulator.job.engine.JobSubmission;
import io.github.amlmaven.emulator.job.environment.EnvironmentCache;
import io.github.amlmaven.emulator.job.pipeline.PipelineSteps;
import io.github.amlmaven.emulator.job.pipeline.StepReuse;
import io.github.amlmaven.emulator.job.run.CommandRuns;
import io.github.amlmaven.emulator.job.run.ComputeVariables;
import io.github.amlmaven.emulator.job.run.JobDefinitions;
import io.github.amlmaven.emulator.job.run.JobInputs;
import io.github.amlmaven.emulator.job.run.JobOutputs;
import io.github.amlmaven.emulator.job.run.JobVariables;
import io.github.amlmaven.emulator.job.run.OutputAssets;
import io.github.amlmaven.emulator.job.run.RunLogs;
import io.github.amlmaven.emulator.job.run.RunTokens;
import io.github.amlmaven.emulator.job.state.JobDocuments;
import io.github.amlmaven.emulator.job.state.JobFailure;
import io.github.amlmaven.emulator.job.state.Jobs;
import io.github.amlmaven.emulator.job.sweep.Sweeps;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.Provider;
import io.github.amlmaven.emulator.storage.BlobStore;

/** Jobs: their ARM resource, the engine that runs them, and the ways in which batch endpoints start them. */
public final class JobProvider implements Provider {

    private final JobEngine engine;
    private final JobSubmission submission;
    private final JobRoutes routes;
    private final BatchRoutes batch;
    private final PublishedPipelineRoutes published;
    private final Runs runs;
    private final DataPlaneAccess access;

    public JobProvider(
            EmulatorContext context,
            ResourceStore resources,
            Operations operations,
            TokenAuthority tokens,
            BlobStore blobs,
            EnvironmentCache environments) {
        RunTokens runTokens = new RunTokens(tokens);
        this.access = new DataPlaneAccess(tokens, runTokens, context.endpoints());
        DataLocations locations =
                new DataLocations(resources, context.endpoints().authority());
        BlobFolders folders = new BlobFolders(blobs);
        Jobs jobs = new Jobs(context.store(), resources, context.clock());
        JobDefinitions definitions = new JobDefinitions(resources, locations);
        JobDocuments documents = new JobDocuments(context.endpoints().https());
        PipelineSteps steps = new PipelineSteps(definitions, documents, jobs);
        OutputAssets assets = new OutputAssets(resources, new AssetVersions(resources, context.clock()));
        RunLogs logs = new RunLogs(locations, blobs, context.endpoints().https());
        CommandRuns.Rooms rooms = new CommandRuns.Rooms(
                definitions,
                new JobInputs(locations, folders),
                new JobOutputs(locations, folders, assets),
                new JobVariables(
                        context.endpoints(),
                        new ComputeVariables(context.options().home())),
                runTokens,
                logs,
                environments,
                context.files().resolve("job"));
        this.engine = new JobEngine(
                jobs,
                new CommandRuns(jobs, rooms),
                steps,
                new StepReuse(context.store(), jobs, definitions, locations, folders),
                assets,
                started -> new Sweeps(jobs, documents, assets, started, context.clock()),
                context.executor(),
                Math.max(2, Runtime.getRuntime().availableProcessors()));
        submission = new JobSubmission(resources, definitions, documents, steps, jobs, engine);
        this.routes = new JobRoutes(context.options().strict(), resources, operations, submission, jobs, engine);
        BatchInvocation invocation = new BatchInvocation(
                resources, steps, new BatchScoring(resources, definitions, locations, blobs), submission);
        this.batch = new BatchRoutes(resources, invocation, jobs, access);
        this.published = new PublishedPipelineRoutes(resources, invocation, jobs, engine, access);
        this.runs = new Runs(jobs, documents, engine, logs, rooms, locations, folders);
    }

    /** Jobs as run history sees them. */
    public Runs runs() {
        return runs;
    }

    /** Who may use the data planes. */
    public DataPlaneAccess access() {
        return access;
    }

    /**
     * Stores and starts a job, as a PUT does.
     *
     * @throws HttpError 400 when it is none that can be run
     */
    public void submit(ResourceId id, ObjectNode properties) {
        try {
            submission.submit(id, properties, facts -> {});
        } catch (JobFailure e) {
            throw HttpError.arm(400, e.code(), e.getMessage());
        }
    }

    @Override
    public void declare(Routes declared) {
        routes.declare(declared);
        batch.declare(declared);
        published.declare(declared);
    }

    @Override
    public void resume() {
        engine.resume();
    }

    @Override
    public void close() {
        engine.close();
    }
}
