package io.github.amlmaven.core.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.python.ProcessOutput;
import io.github.amlmaven.core.python.PythonInterpreter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks the scoring script before an image is built, so that the mistake is seen here and not in a container that
 * does not start. The script is parsed, never run.
 */
public final class ScoringScript {

    private final PythonInterpreter interpreter;
    private final Path programs;
    private final StampIndex index;

    /**
     * Prepares the check.
     *
     * @param interpreter parses the script
     * @param cacheDirectory where the checking program may be written
     * @param index remembers which script was found good, as long as neither it nor the interpreter changes
     */
    public ScoringScript(PythonInterpreter interpreter, Path cacheDirectory, StampIndex index) {
        this.index = index;
        this.interpreter = interpreter;
        this.programs = cacheDirectory.resolve("programs");
    }

    /**
     * Checks that the script defines {@code init()} and {@code run(data)} as azureml-inference-server-http wants them.
     *
     * @param project what locations are shown relative to
     * @throws AmlException with one problem for each mistake
     */
    public void check(ScoringScriptFile script, Optional<Path> project) {
        Path file = script.file();
        if (!Files.isRegularFile(file)) {
            throw AmlException.of(
                            ErrorCode.FILE_MISSING, "The scoring script " + shown(file, project) + " does not exist")
                    .remedy("Create it with init() and run(data), or set <scoringScript> (-Daml.image.scoringScript).")
                    .build();
        }
        List<Path> files = new ArrayList<>(interpreter.files());
        files.add(file);
        String what = "scoring script\n" + Sha256.of(ScoringPrograms.CHECK.bytes());
        try {
            index.values(what, files, () -> {
                parse(script, project);
                return Map.of("problems", "none");
            });
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, file + " cannot be read: " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    private void parse(ScoringScriptFile script, Optional<Path> project) {
        Path file = script.file();
        String program = ScoringPrograms.CHECK.writeTo(programs).toString();
        ProcessOutput output = interpreter
                .run(List.of(program, file.toString(), script.name()))
                .run();
        List<Problem> problems = new ArrayList<>();
        for (JsonNode problem : parse(output, file)) {
            Location where = new Location(
                    shown(file, project),
                    problem.path("line").asInt(1),
                    problem.path("column").asInt(1));
            problems.add(new Problem(
                    ErrorCode.SCORING_SCRIPT_INVALID,
                    where,
                    problem.path("message").asText()));
        }
        if (!problems.isEmpty()) {
            throw AmlException.ofProblems(problems);
        }
    }

    /**
     * A scoring script.
     *
     * @param directory the scoring code's folder
     * @param name below it
     */
    public record ScoringScriptFile(Path directory, String name) {
        Path file() {
            return directory.resolve(name);
        }
    }

    private static JsonNode parse(ProcessOutput output, Path file) {
        try {
            if (output.exitCode() == 0) {
                return new ObjectMapper().readTree(String.join("\n", output.lines()));
            }
        } catch (JsonProcessingException e) {
            throw uncheckable(output, file);
        }
        throw uncheckable(output, file);
    }

    private static AmlException uncheckable(ProcessOutput output, Path file) {
        return AmlException.of(
                        ErrorCode.SCORING_SCRIPT_INVALID,
                        file + " cannot be checked: " + String.join(" ", output.tail(1)))
                .build();
    }

    private static Path shown(Path file, Optional<Path> project) {
        return project.filter(file::startsWith)
                .map(root -> root.relativize(file))
                .orElse(file);
    }
}
