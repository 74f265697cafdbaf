package io.github.amlmaven.plugin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code target/aml/<goal>.json}: what a goal did, for the next goal and the next CI step.
 *
 * <p>Shape: {@code {"goal","status","startedAt","seconds","outputs":{...}}}; a failed goal has {@code "error"} in place of
 * {@code "outputs"}. Written by rename, so that a reader never sees half a file.
 */
final class GoalRecord {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path directory;
    private final String goal;
    private final Clock clock;
    private final Instant startedAt;

    GoalRecord(Path directory, String goal, Clock clock) {
        this.directory = directory;
        this.goal = goal;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    void succeeded(GoalOutcome outcome) {
        ObjectNode record =
                head(outcome.status().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        record.set("outputs", JSON.valueToTree(outcome.outputs()));
        write(record);
    }

    void failed(AmlException error) {
        ObjectNode record = head("failed");
        ObjectNode details = record.putObject("error");
        details.put("code", error.code().id());
        details.put("message", error.getMessage());
        if (error.requestId() != null) {
            details.put("requestId", error.requestId());
        }
        details.put("remedy", error.remedy());
        write(record);
    }

    /** The outputs that a goal of an earlier step or build has left in {@code directory}, if it ended well. */
    static Optional<ObjectNode> outputsOf(Path directory, String goal) {
        Path file = directory.resolve(goal + ".json");
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return JSON.readTree(file.toFile()).get("outputs") instanceof ObjectNode outputs
                    ? Optional.of(outputs)
                    : Optional.empty();
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot read " + file + ": " + e.getMessage())
                    .cause(e)
                    .remedy("Delete the file and run 'mvn aml:" + goal + "' again.")
                    .build();
        }
    }

    private ObjectNode head(String status) {
        ObjectNode record = JSON.createObjectNode();
        record.put("goal", goal);
        record.put("status", status);
        record.put("startedAt", startedAt.toString());
        record.put("seconds", Duration.between(startedAt, clock.instant()).toMillis() / 1000.0);
        return record;
    }

    private void write(ObjectNode record) {
        Path file = directory.resolve(goal + ".json");
        try {
            Files.createDirectories(directory);
            Path temporary = Files.createTempFile(directory, goal, ".tmp");
            JSON.writeValue(temporary.toFile(), record);
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot write " + file + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }
}
