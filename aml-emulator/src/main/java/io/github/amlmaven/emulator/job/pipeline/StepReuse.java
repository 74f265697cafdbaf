package io.github.amlmaven.emulator.job.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.job.data.BlobFolders;
import io.github.amlmaven.emulator.job.data.DataLocations;
import io.github.amlmaven.emulator.job.environment.PythonEnvironment;
import io.github.amlmaven.emulator.job.run.JobDefinitions;
import io.github.amlmaven.emulator.job.run.JobOutputs;
import io.github.amlmaven.emulator.job.run.JobValues;
import io.github.amlmaven.emulator.job.run.ParallelTask;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.JobFailure;
import io.github.amlmaven.emulator.job.state.JobStatus;
import io.github.amlmaven.emulator.job.state.Jobs;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Finds an earlier job that did the same: equal command, code, environment, inputs and outputs, by content and not by
 * name, so that data which changed in place is seen.
 */
public final class StepReuse {

    private static final String COLLECTION = "stepreuse";

    private final DocumentStore store;
    private final Jobs jobs;
    private final JobDefinitions definitions;
    private final DataLocations locations;
    private final BlobFolders blobs;

    public StepReuse(
            DocumentStore store, Jobs jobs, JobDefinitions definitions, DataLocations locations, BlobFolders blobs) {
        this.store = store;
        this.jobs = jobs;
        this.definitions = definitions;
        this.locations = locations;
        this.blobs = blobs;
    }

    /** What a command job does, as a digest. */
    String key(Job job) throws JobFailure, IOException {
        JobDefinitions.Command command = definitions.command(job);
        ObjectNode facts = JsonNodeFactory.instance.objectNode();
        facts.put("workspace", job.workspace().key()).put("command", command.command());
        if (!command.codeUri().isEmpty()) {
            facts.put("code", blobs.digest(locations.locate(job.workspace(), command.codeUri())));
        }
        PythonEnvironment environment = command.environment();
        facts.put("python", environment.python());
        environment.requirements().forEach(facts.putArray("requirements")::add);
        ObjectNode inputs = facts.putObject("inputs");
        for (Map.Entry<String, JsonNode> entry : job.properties().path("inputs").properties()) {
            inputs.set(entry.getKey(), input(job, entry.getValue()));
        }
        ObjectNode outputs = facts.putObject("outputs");
        JobOutputs.named(job)
                .forEach((name, output) -> outputs.putObject(name)
                        .put("type", output.path("jobOutputType").asText())
                        .put("uri", output.path("uri").asText().replace(job.name(), "")));
        facts.put("distribution", command.distribution().toString());
        facts.set(ParallelTask.FACT, job.run().path(ParallelTask.FACT));
        facts.set("variables", job.properties().path("environmentVariables"));
        return digest(facts.toString());
    }

    private ObjectNode input(Job job, JsonNode input) throws IOException {
        ObjectNode facts = input.deepCopy();
        if (!JobValues.isLiteral(input)) {
            facts.put(
                    "uri",
                    blobs.digest(
                            locations.locate(job.workspace(), input.path("uri").asText())));
        }
        return facts;
    }

    /** The completed job with this key, if its outputs are still there. */
    Optional<Job> find(String key) throws IOException {
        Optional<Job> job = store.get(COLLECTION, key)
                .flatMap(entry -> jobs.find(new ResourceId(entry.path("job").asText())))
                .filter(found -> found.status() == JobStatus.COMPLETED);
        if (job.isPresent()) {
            for (JsonNode output : JobOutputs.named(job.get()).values()) {
                if (!blobs.exists(locations.locate(
                        job.get().workspace(), output.path("uri").asText()))) {
                    return Optional.empty();
                }
            }
        }
        return job;
    }

    /** Remembers a step that has completed. */
    public void remember(Job job) {
        String key = job.run().path("reuseKey").asText();
        if (!key.isEmpty()) {
            store.put(
                    COLLECTION,
                    key,
                    JsonNodeFactory.instance.objectNode().put("job", job.id().toString()));
        }
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
