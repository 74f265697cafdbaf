package io.github.amlmaven.core.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What goals have left in their {@code <goal>.json}, and in {@code <goal>@<name>.json} for other deployments of the same goal.
 * Dry runs have left nothing.
 */
final class GoalResults {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Result> results;

    /**
     * What a goal has left.
     *
     * @param at when the run was started that has left it
     * @param outputs those of the last good run; of a goal that failed without one, what it has measured or attempted
     * @param complete whether a run ended well
     * @param failedSince whether a later run failed that had begun to change something
     */
    record Result(String goal, Instant at, JsonNode outputs, boolean complete, boolean failedSince) {

        String text(String output) {
            return outputs.path(output).asText();
        }

        /** The time for people, in UTC. */
        String since() {
            return at.equals(Instant.EPOCH)
                    ? ""
                    : at.truncatedTo(ChronoUnit.SECONDS).toString();
        }
    }

    private GoalResults(List<Result> results) {
        this.results = List.copyOf(results);
    }

    static GoalResults in(Path folder) {
        List<Result> results = new ArrayList<>();
        for (Path file : files(folder, ".json")) {
            try {
                JsonNode record = JSON.readTree(file.toFile());
                String goal = record.path("goal").asText();
                String name = String.valueOf(file.getFileName());
                if (name.equals(goal + ".json") || name.startsWith(goal + "@")) {
                    result(goal, record).ifPresent(results::add);
                }
            } catch (IOException | DateTimeParseException e) {
                throw AmlException.of(ErrorCode.LOCAL_IO, "cannot read " + file + ": " + e.getMessage())
                        .cause(e)
                        .remedy("Delete the file and run its goal again.")
                        .build();
            }
        }
        return new GoalResults(results);
    }

    /** The files of a kind that goals have left, by name. */
    static List<Path> files(Path folder, String suffix) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> String.valueOf(file.getFileName()).endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot read " + folder + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    private static Optional<Result> result(String goal, JsonNode record) {
        Instant at = at(record, Instant.EPOCH);
        if (record.has("outputs")) {
            return Optional.of(new Result(goal, at, record.path("outputs"), true, false));
        }
        if (record.has("report")) {
            // A canary that failed has put the traffic back, and says so.
            return Optional.of(new Result(goal, at, record.path("report"), false, false));
        }
        JsonNode good = record.path("lastGood");
        if (good.has("outputs")) {
            return Optional.of(new Result(goal, at(good, at), good.path("outputs"), true, record.has("attempted")));
        }
        return record.has("attempted")
                ? Optional.of(new Result(goal, at, record.path("attempted"), false, false))
                : Optional.empty();
    }

    private static Instant at(JsonNode record, Instant otherwise) {
        return record.hasNonNull("startedAt")
                ? Instant.parse(record.path("startedAt").asText())
                : otherwise;
    }

    /**
     * The job that has made the registered model, as it was when the model was registered: {@code jobName}, and {@code jobFile},
     * {@code inputs} and the like where it ran in this project. Before anything is registered, and of a record that does not
     * say, the job that ran last.
     */
    JsonNode job() {
        JsonNode registered = outputs("register");
        JsonNode run = outputs("run");
        if (registered.isMissingNode() || !registered.has("jobName")) {
            return run;
        }
        if (registered.has("job")) {
            return registered.path("job");
        }
        String name = registered.path("jobName").asText();
        return run.path("jobName").asText().equals(name)
                ? run
                : JSON.createObjectNode().put("jobName", name);
    }

    /** Whether the model is known to have come from elsewhere than the job that ran last. */
    boolean isOfAnotherJob() {
        return !job().path("jobName").equals(outputs("run").path("jobName"));
    }

    /** All that a goal has left, under whatever names. */
    List<Result> of(String goal) {
        return results.stream().filter(result -> result.goal().equals(goal)).toList();
    }

    /** The outputs of a goal that ended well; a missing node where there are none. */
    JsonNode outputs(String goal) {
        return of(goal).stream()
                .filter(Result::complete)
                .map(Result::outputs)
                .findFirst()
                .orElse(JSON.missingNode());
    }
}
