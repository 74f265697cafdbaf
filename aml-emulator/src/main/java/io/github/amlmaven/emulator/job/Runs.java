package io.github.amlmaven.emulator.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.job.data.BlobFolders;
import io.github.amlmaven.emulator.job.data.BlobLocation;
import io.github.amlmaven.emulator.job.data.DataLocations;
import io.github.amlmaven.emulator.job.engine.JobEngine;
import io.github.amlmaven.emulator.job.run.CommandRuns;
import io.github.amlmaven.emulator.job.run.RunLogs;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.JobDocuments;
import io.github.amlmaven.emulator.job.state.JobStatus;
import io.github.amlmaven.emulator.job.state.Jobs;
import io.github.amlmaven.emulator.job.state.MetricHistory;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Jobs as run history and tracking see them. */
public final class Runs {

    private final Jobs jobs;
    private final JobDocuments documents;
    private final JobEngine engine;
    private final RunLogs logs;
    private final CommandRuns.Rooms rooms;
    private final DataLocations locations;
    private final BlobFolders folders;

    Runs(
            Jobs jobs,
            JobDocuments documents,
            JobEngine engine,
            RunLogs logs,
            CommandRuns.Rooms rooms,
            DataLocations locations,
            BlobFolders folders) {
        this.jobs = jobs;
        this.documents = documents;
        this.engine = engine;
        this.logs = logs;
        this.rooms = rooms;
        this.locations = locations;
        this.folders = folders;
    }

    public Optional<Job> find(ResourceId workspace, String name) {
        return jobs.find(workspace.child("jobs", name));
    }

    /** A workspace's jobs, newest first, steps of pipelines included. */
    public List<Job> in(ResourceId workspace) {
        return jobs.in(workspace);
    }

    /** The steps of a pipeline job, oldest first. */
    public List<Job> children(Job pipeline) {
        return jobs.children(pipeline);
    }

    public void cancel(Job job) {
        engine.cancel(job.id());
    }

    /** Name and SAS URL of each log, with what a running job has written by now. */
    public Map<String, String> logs(Job job) throws IOException {
        if (!job.status().terminal() && !job.group()) {
            logs.publish(job, rooms.folder(job));
        }
        return logs.links(job);
    }

    /**
     * Begins a run that a client outside does; it shows among the jobs.
     *
     * @param started by the client's clock
     * @param parent the run that it is nested in, or empty
     */
    public Job begin(
            ResourceId workspace, String name, String experiment, String displayName, Instant started, String parent) {
        ObjectNode properties = JsonNodeFactory.instance.objectNode();
        properties
                .put("jobType", Job.COMMAND)
                .put("command", "")
                .put("experimentName", experiment)
                .put("displayName", displayName);
        Job job = documents.create(workspace.child("jobs", name), properties, jobs.now());
        job.run().put(Job.INTERACTIVE, true);
        if (!parent.isEmpty()) {
            job.run().put("parent", parent);
        }
        jobs.create(job);
        jobs.move(job.id(), JobStatus.RUNNING, moved -> moved.run().put("startTimeUtc", started.toString()));
        return jobs.get(job.id());
    }

    /** What a client says of the state of a run that it does itself. */
    public Job report(Job job, JobStatus status, Optional<Instant> ended) {
        if (!status.terminal()) {
            return jobs.reopen(job.id());
        }
        jobs.move(job.id(), status, moved -> ended.ifPresent(time -> moved.run().put("endTimeUtc", time.toString())));
        return jobs.get(job.id());
    }

    /** Changes what a client may change of any job. */
    public Job change(Job job, Consumer<ObjectNode> properties) {
        return jobs.update(job.id(), stored -> properties.accept(stored.properties()));
    }

    /**
     * Takes what a job measures.
     *
     * @param values of each its key, its value, and perhaps step and timestamp
     */
    public void measured(Job job, JsonNode values) {
        if (values.isEmpty()) {
            return;
        }
        List<ObjectNode> entries = jobs.metrics().append(job.id(), values);
        jobs.update(job.id(), stored -> entries.forEach(entry -> MetricHistory.latest(stored.run(), entry)));
        engine.measured(job);
    }

    /** All values of a metric, in the order in which they came. */
    public List<ObjectNode> history(Job job, String key) {
        return jobs.metrics().history(job.id(), key);
    }

    /**
     * Takes what a job says of itself.
     *
     * @param what {@code parameters} or {@code tags}
     * @param pair {@code key} and {@code value}
     */
    public void noted(Job job, String what, JsonNode pair) {
        jobs.update(job.id(), stored -> {
            ObjectNode target = what.equals("tags")
                    ? (ObjectNode) stored.properties().get("tags")
                    : stored.run().withObject("/" + what);
            target.put(pair.path("key").asText(), pair.path("value").asText());
        });
    }

    /** Names of the files in a job's artifact folder. */
    public List<String> artifacts(Job job) throws IOException {
        return folders.names(artifactFolder(job));
    }

    /** A SAS URL to which one file of a job's artifact folder is uploaded. */
    public String artifactUpload(Job job, String name) throws IOException {
        return logs.hostLink(artifactFolder(job).resolve(name), "rcw");
    }

    /** A SAS URL for one file in a job's artifact folder. */
    public String artifactLink(Job job, String name) throws IOException {
        return logs.hostLink(artifactFolder(job).resolve(name), "r");
    }

    private BlobLocation artifactFolder(Job job) throws IOException {
        return locations.artifacts(job.workspace(), job.name());
    }
}
