package io.github.amlmaven.core.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.StepState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a job and its steps stood when they were last looked at; {@code steps.json} of a job that was followed.
 *
 * <p>Shape: {@code {"job","status","steps":[{"path","name","depth","status","reused","seconds","compute"}]}}.
 *
 * @param job its name in the workspace
 * @param status AML's word
 * @param steps those of a pipeline, in order; empty for a job without any
 */
public record JobStanding(String job, String status, List<StepState> steps) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    public JobStanding {
        steps = List.copyOf(steps);
    }

    /** How a job of the workspace stands now. */
    public static JobStanding now(AzureClients clients, Progress progress, String job) {
        RunHistory history = RunHistory.of(clients);
        JsonNode definition =
                clients.arm().get(clients.workspace().armId() + "/jobs/" + job, ApiVersions.MACHINE_LEARNING);
        List<StepState> steps = JobFollow.hasSteps(definition)
                ? new JobSteps(history, progress, job, definition, Clock.systemUTC()).standing()
                : List.of();
        return new JobStanding(job, history.details(job).path("status").asText("Unknown"), steps);
    }

    /** What the last followed job has left in {@code directory}. */
    public static Optional<JobStanding> in(Path directory) {
        Path file = file(directory);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            JsonNode content = JSON.readTree(file.toFile());
            List<StepState> steps = new ArrayList<>();
            content.path("steps")
                    .forEach(step -> steps.add(new StepState(
                            step.path("path").asText(),
                            step.path("name").asText(),
                            step.path("depth").asInt(),
                            step.path("status").asText(),
                            step.path("reused").asBoolean(),
                            Duration.ofMillis(
                                    Math.round(1000 * step.path("seconds").asDouble())),
                            step.path("compute").asText())));
            return Optional.of(new JobStanding(
                    content.path("job").asText(), content.path("status").asText(), steps));
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot read " + file + ": " + e.getMessage())
                    .remedy("Delete the file.")
                    .cause(e)
                    .build();
        }
    }

    /** Leaves it for other goals. */
    void write(Path directory) {
        ObjectNode content = JSON.createObjectNode();
        content.put("job", job);
        content.put("status", status);
        ArrayNode list = content.putArray("steps");
        for (StepState step : steps) {
            list.addObject()
                    .put("path", step.path())
                    .put("name", step.name())
                    .put("depth", step.depth())
                    .put("status", step.state())
                    .put("reused", step.reused())
                    .put("seconds", step.elapsed().toMillis() / 1000.0)
                    .put("compute", step.compute());
        }
        try {
            Files.createDirectories(directory);
            Files.writeString(file(directory), JSON.writeValueAsString(content) + "\n");
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot write " + file(directory) + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    private static Path file(Path directory) {
        return directory.resolve("steps.json");
    }
}
