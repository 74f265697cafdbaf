package io.github.amlmaven.emulator.job.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.job.data.DataFailure;
import io.github.amlmaven.emulator.job.data.DataLocations;
import io.github.amlmaven.emulator.job.environment.EnvironmentCache;
import io.github.amlmaven.emulator.job.environment.EnvironmentFailure;
import io.github.amlmaven.emulator.job.environment.PythonEnvironment;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.JobFailure;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Reads job documents and the code and environment versions that they name. */
public final class JobDefinitions {

    private final ResourceStore resources;
    private final DataLocations locations;

    public JobDefinitions(ResourceStore resources, DataLocations locations) {
        this.resources = resources;
        this.locations = locations;
    }

    /**
     * What a command job runs.
     *
     * @param codeUri empty for a job without code
     * @param workspaceId the workspace's GUID
     */
    public record Command(
            String command,
            String codeUri,
            PythonEnvironment environment,
            Optional<Duration> limit,
            Distribution distribution,
            String workspaceId) {}

    /** @throws JobFailure when something that the job names does not exist or cannot be provided here */
    public Command command(Job job) throws JobFailure {
        ObjectNode properties = job.properties();
        String command = properties.path("command").asText("");
        if (command.isBlank()) {
            throw JobFailure.user("The job has no command.");
        }
        String workspaceId = resources
                .get(job.workspace())
                .map(workspace ->
                        workspace.path("properties").path("workspaceId").asText())
                .orElse("");
        return new Command(
                command,
                codeUri(job.workspace(), properties.path("codeId").asText("")),
                environment(job.workspace(), properties.path("environmentId").asText("")),
                limit(properties.path("limits").path("timeout").asText("")),
                Distribution.of(properties.path("distribution"), properties.path("resources")),
                workspaceId);
    }

    private String codeUri(ResourceId workspace, String codeId) throws JobFailure {
        if (codeId.isEmpty()) {
            return "";
        }
        return version(workspace, "codes", codeId)
                .path("properties")
                .path("codeUri")
                .asText();
    }

    /** The environment's Python packages; an image is not run, so only its conda file counts. */
    public PythonEnvironment environment(ResourceId workspace, String environmentId) throws JobFailure {
        if (environmentId.isEmpty()) {
            throw JobFailure.user("The job has no environmentId.");
        }
        JsonNode properties = version(workspace, "environments", environmentId).path("properties");
        if (properties.path("build").path("contextUri").isTextual()) {
            throw JobFailure.user(
                    "Environment '" + environmentId + "' is built from a Dockerfile, which is not emulated."
                            + " Use an environment with an image and a conda file.");
        }
        try {
            return EnvironmentCache.read(properties.path("condaFile").asText(""));
        } catch (EnvironmentFailure e) {
            throw JobFailure.user("Environment '" + environmentId + "': " + e.getMessage());
        }
    }

    /** The document of the version that a reference names. */
    public ObjectNode version(ResourceId workspace, String type, String reference) throws JobFailure {
        try {
            return locations
                    .version(workspace, type, reference)
                    .flatMap(resources::get)
                    .orElseThrow(() -> JobFailure.user("'" + reference + "' does not exist in " + type + "."));
        } catch (DataFailure e) {
            throw JobFailure.user(
                    "'" + reference + "' is no reference to one of the workspace's " + type + ": " + e.getMessage());
        }
    }

    private static Optional<Duration> limit(String text) throws JobFailure {
        if (text.isEmpty() || text.equals("null")) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    text.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(text)) : Duration.parse(text));
        } catch (DateTimeParseException e) {
            throw JobFailure.user("limits.timeout '" + text + "' is no ISO 8601 duration such as PT1H.");
        }
    }
}
