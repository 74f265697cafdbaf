package io.github.amlmaven.emulator.job;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.job.data.BlobFolders;
import io.github.amlmaven.emulator.job.data.BlobLocation;
import io.github.amlmaven.emulator.job.data.DataLocations;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Jobs as run history and tracking see them. */
public final class Runs {

    private final Jobs jobs;
    private final JobEngine engine;
    private final RunLogs logs;
    private final CommandRuns.Rooms rooms;
    private final DataLocations locations;
    private final BlobFolders folders;

    Runs(
            Jobs jobs,
            JobEngine engine,
            RunLogs logs,
            CommandRuns.Rooms rooms,
            DataLocations locations,
            BlobFolders folders) {
        this.jobs = jobs;
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
     * Takes what a job measures.
     *
     * @param values of each its key, its value, and perhaps step and timestamp
     */
    public void measured(Job job, JsonNode values) {
        jobs.update(
                job.id(),
                stored -> values.forEach(value -> {
                    String key = value.path("key").asText();
                    double number = value.path("value").asDouble();
                    stored.run().withObject("/metrics").put(key, number);
                    stored.run()
                            .withObject("/metricHistory")
                            .withArray(JsonPointer.empty().appendProperty(key))
                            .addObject()
                            .put("value", number)
                            .put("step", value.path("step").asLong())
                            .put("timestamp", value.path("timestamp").asLong());
                }));
        engine.measured(job);
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

    /** A SAS URL for one file in a job's artifact folder. */
    public String artifactLink(Job job, String name) throws IOException {
        return logs.link(artifactFolder(job).resolve(name));
    }

    private BlobLocation artifactFolder(Job job) throws IOException {
        return locations.artifacts(job.workspace(), job.name());
    }
}
