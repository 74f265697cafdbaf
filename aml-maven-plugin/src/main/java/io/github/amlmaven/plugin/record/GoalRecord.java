package io.github.amlmaven.plugin.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.content.WholeFile;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.progress.PlannedChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code target/aml/<goal>.json}: what a goal did, for the next goal and the next CI step.
 *
 * <p>Shape: {@code {"goal","status","startedAt","seconds","outputs":{...}}}. A failed goal has {@code "error"} in place of
 * {@code "outputs"}, so that no later step takes old outputs for new ones; what the last good run has left stays beside it
 * as {@code "lastGood":{"startedAt","outputs"}}, what the goal may have left half done as {@code "attempted":{...}}, and what it
 * had measured as {@code "report":{...}}. A goal that changes something step by step has the status {@code running} until it ends.
 * Written by rename, so that a reader never sees half a file. A dry run writes {@code <goal>.dry-run.json} instead: what an
 * earlier run has handed over stays.
 */
public final class GoalRecord {

    /** The output of a dry run that has what would be done to each resource. */
    public static final String PLANNED = "plannedChanges";

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path directory;
    private final String goal;
    private final boolean dryRun;
    private final Clock clock;
    private final Instant startedAt;
    private Map<String, Object> attempted = Map.of();
    private Supplier<Map<String, Object>> report = Map::of;
    private boolean spoken;

    /** @param dryRun whether the goal was asked to change nothing, which decides where a failure is written */
    public GoalRecord(Path directory, String goal, boolean dryRun, Clock clock) {
        this.directory = directory;
        this.goal = goal;
        this.dryRun = dryRun;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    /** Names what the goal is about to change, so that it can be found and cleaned up when the goal fails. */
    public synchronized void attempts(Map<String, Object> names) {
        attempted = Map.copyOf(names);
    }

    /**
     * Names what the goal is changing now, in the record itself too, with the status {@code running}: whatever becomes of this
     * build, nobody takes the record of the run before for that of this one.
     */
    public synchronized void begun(Map<String, Object> names) {
        attempts(names);
        ObjectNode record = head("running");
        lastGood().ifPresent(good -> record.set("lastGood", good));
        record.set("attempted", JSON.valueToTree(attempted));
        write(record, false);
    }

    /** The build is being stopped: a goal that has not ended yet has failed by that, and may still tell more of it itself. */
    public synchronized void interrupted(AmlException error) {
        if (!spoken) {
            failed(error);
        }
    }

    /**
     * What has been measured so far: it stands in the record of a goal that fails, too.
     *
     * @param figures asked when the goal fails or is stopped, maybe by another thread; without any nothing is written
     */
    public synchronized void reports(Supplier<Map<String, Object>> figures) {
        report = figures;
    }

    /**
     * Something remote was started, which {@code names} tell, and goes on whatever becomes of this build. Until it is known
     * to have ended well the record claims no outputs.
     */
    public synchronized void submitted(Map<String, Object> names) {
        attempts(names);
        spoken = true;
        ObjectNode record = head("submitted");
        lastGood().ifPresent(good -> record.set("lastGood", good));
        record.set("attempted", JSON.valueToTree(attempted));
        write(record, false);
    }

    public synchronized void succeeded(GoalOutcome outcome) {
        if (outcome.status() == GoalOutcome.Status.SUBMITTED) {
            submitted(outcome.outputs());
            return;
        }
        spoken = true;
        ObjectNode record =
                head(outcome.status().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        record.set("outputs", JSON.valueToTree(outcome.outputs()));
        write(record, outcome.status() == GoalOutcome.Status.DRY_RUN);
    }

    public synchronized void failed(AmlException error) {
        spoken = true;
        ObjectNode record = head("failed");
        ObjectNode details = record.putObject("error");
        details.put("code", error.code().id());
        details.put("message", error.getMessage());
        if (error.requestId() != null) {
            details.put("requestId", error.requestId());
        }
        details.put("remedy", error.remedy());
        ArrayNode problems = details.putArray("problems");
        for (Problem problem : error.problems()) {
            problems.addObject()
                    .put("code", problem.code().id())
                    .put("file", problem.location().file().toString().replace('\\', '/'))
                    .put("line", problem.location().line())
                    .put("column", problem.location().column())
                    .put("message", problem.message());
        }
        Map<String, Object> figures = report.get();
        if (!figures.isEmpty()) {
            record.set("report", JSON.valueToTree(figures));
        }
        if (!dryRun) {
            lastGood().ifPresent(good -> record.set("lastGood", good));
            if (!attempted.isEmpty()) {
                record.set("attempted", JSON.valueToTree(attempted));
            }
        }
        write(record, dryRun);
    }

    /**
     * The record of a deployment of another name is put aside as {@code <goal>@<name>.json}: what runs under that name is
     * still there, to be scored and undeployed. So is that of an undeployment: what had that name is gone still.
     */
    private void keepOther(ObjectNode record) throws IOException {
        Path file = directory.resolve(goal + ".json");
        String name = nameIn(record);
        if (!(goal.startsWith("deploy-") || goal.equals("undeploy")) || name.isEmpty()) {
            return;
        }
        if (Files.isRegularFile(file)) {
            String other = nameIn(earlier());
            if (!other.isEmpty() && !other.equals(name)) {
                Files.move(file, aside(directory, goal, other), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.deleteIfExists(aside(directory, goal, name));
    }

    private static Path aside(Path directory, String goal, String name) {
        return directory.resolve(goal + "@" + name.replaceAll("[^A-Za-z0-9._-]", "_") + ".json");
    }

    private JsonNode earlier() {
        try {
            return JSON.readTree(directory.resolve(goal + ".json").toFile());
        } catch (IOException unreadable) {
            return JSON.createObjectNode();
        }
    }

    /** What the deployment is called that a record is of. */
    private static String nameIn(JsonNode record) {
        return record.at("/attempted/name")
                .asText(record.at("/outputs/name")
                        .asText(record.at("/lastGood/outputs/name").asText()));
    }

    /** An unreadable record of an earlier run is overwritten: the failure at hand is what matters. */
    private Optional<ObjectNode> lastGood() {
        Object wanted = attempted.get("name");
        return earlierGood()
                .filter(good -> wanted == null
                        || good.at("/outputs/name").asText(wanted.toString()).equals(wanted.toString()));
    }

    private Optional<ObjectNode> earlierGood() {
        try {
            JsonNode earlier = JSON.readTree(directory.resolve(goal + ".json").toFile());
            if (earlier.get("outputs") instanceof ObjectNode outputs) {
                ObjectNode good = JSON.createObjectNode();
                good.set("startedAt", earlier.path("startedAt"));
                good.set("outputs", outputs);
                return Optional.of(good);
            }
            return Optional.ofNullable(earlier.get("lastGood") instanceof ObjectNode good ? good : null);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * A goal of an earlier step or build that ended well.
     *
     * @param startedAt when it was started; the epoch in a record that does not say
     * @param outputs what it left
     */
    public record Ended(Instant startedAt, ObjectNode outputs) {}

    /** The outputs that a goal of an earlier step or build has left in {@code directory}, if it ended well. */
    public static Optional<ObjectNode> outputsOf(Path directory, String goal) {
        return endedWell(directory, goal).map(Ended::outputs);
    }

    /** What a goal of an earlier step or build has left in {@code directory}, if it ended well. */
    public static Optional<Ended> endedWell(Path directory, String goal) {
        return read(directory, goal).flatMap(record -> ended(goal, record));
    }

    /**
     * What still stands as the last good run has left it: that run was the last one, or the one after it failed before it
     * attempted anything, over a wrong file name for example.
     */
    public static Optional<Ended> standing(Path directory, String goal) {
        return read(directory, goal)
                .flatMap(record -> ended(goal, record)
                        .or(() -> record.has("attempted") ? Optional.empty() : ended(goal, record.path("lastGood"))));
    }

    /**
     * What a goal has left in the world, whether its last run ended well or not: the outputs of the last good run with
     * what a failed run after it has attempted.
     */
    public static Optional<Ended> leftBehind(Path directory, String goal) {
        return read(directory, goal).flatMap(record -> {
            Optional<Ended> good = ended(goal, record).or(() -> ended(goal, record.path("lastGood")));
            if (!(record.get("attempted") instanceof ObjectNode attempted)) {
                return good;
            }
            ObjectNode left = good.map(Ended::outputs)
                    .filter(outputs -> outputs.path("name").equals(attempted.path("name")))
                    .orElseGet(JSON::createObjectNode);
            left.setAll(attempted);
            return Optional.of(new Ended(startedAt(goal, record), left));
        });
    }

    /** What the last run of a goal has started, whether it goes on, failed or ended well. */
    public static Optional<JsonNode> startedBy(Path directory, String goal) {
        return read(directory, goal)
                .map(record -> record.has("attempted") ? record.get("attempted") : record.path("outputs"));
    }

    /** What the last dry run of a goal has said that it would do, in that order. */
    public static List<PlannedChange> plannedBy(Path directory, String goal) {
        return outputsOf(directory, goal + ".dry-run")
                .map(outputs -> List.of(JSON.convertValue(outputs.path(PLANNED), PlannedChange[].class)))
                .orElse(List.of());
    }

    private static Optional<Ended> ended(String goal, JsonNode record) {
        return record.get("outputs") instanceof ObjectNode outputs
                ? Optional.of(new Ended(startedAt(goal, record), outputs))
                : Optional.empty();
    }

    private static Instant startedAt(String goal, JsonNode record) {
        try {
            return Instant.parse(record.path("startedAt").asText(Instant.EPOCH.toString()));
        } catch (DateTimeParseException e) {
            throw unreadable(goal + ".json", goal, e);
        }
    }

    private static Optional<JsonNode> read(Path directory, String goal) {
        Path file = directory.resolve(goal + ".json");
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readTree(file.toFile()));
        } catch (IOException e) {
            throw unreadable(file.toString(), goal, e);
        }
    }

    private static AmlException unreadable(String file, String goal, Exception cause) {
        return AmlException.of(ErrorCode.LOCAL_IO, "cannot read " + file + ": " + cause.getMessage())
                .cause(cause)
                .remedy("Delete the file and run 'mvn aml:" + goal + "' again.")
                .build();
    }

    private ObjectNode head(String status) {
        ObjectNode record = JSON.createObjectNode();
        record.put("goal", goal);
        record.put("status", status);
        record.put("startedAt", startedAt.toString());
        record.put("seconds", Duration.between(startedAt, clock.instant()).toMillis() / 1000.0);
        return record;
    }

    private void write(ObjectNode record, boolean dry) {
        Path file = directory.resolve(goal + (dry ? ".dry-run.json" : ".json"));
        try {
            if (!dry) {
                keepOther(record);
            }
            WholeFile.write(file, JSON.writeValueAsString(record));
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot write " + file + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }
}
