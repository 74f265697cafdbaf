package io.github.amlmaven.core.request;

import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.SpecCheck;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All that can be told of a project's files before anything is sent: what {@link SpecCheck} finds in them, and what the
 * official client refuses only when it makes a request of a file. Files that are parts of others are not sent by themselves.
 */
public final class ProjectCheck {

    private final SpecReader reader;
    private final SpecCheck check;

    public ProjectCheck(SpecReader reader, SpecCheck check) {
        this.reader = reader;
        this.check = check;
    }

    /**
     * Checks files and all that they refer to.
     *
     * @return all problems; empty when everything is right
     */
    public List<Problem> check(List<Path> files, Path projectDirectory) {
        return findings(files, projectDirectory).problems();
    }

    /** As {@link #check}, with what can be sent though it can hardly be meant. */
    public Findings findings(List<Path> files, Path projectDirectory) {
        SpecCheck.Findings findings = check.findings(files, projectDirectory);
        RequestRendering rendering = new RequestRendering(reader.knowing(findings.documents()));
        Set<Problem> problems = new LinkedHashSet<>(findings.problems());
        Set<Path> settled = new HashSet<>(findings.parts());
        problems.forEach(problem ->
                settled.add(absolute(projectDirectory.resolve(problem.location().file()))));
        files.stream()
                .filter(file -> !settled.contains(absolute(file)))
                .flatMap(file -> refused(rendering.render(file, projectDirectory)))
                .forEach(problems::add);
        return new Findings(List.copyOf(problems), findings.warnings());
    }

    /**
     * What a check has found.
     *
     * @param problems why files are refused
     * @param warnings what can be sent though it can hardly be meant
     */
    public record Findings(List<Problem> problems, List<Problem> warnings) {
        public Findings {
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
        }
    }

    private static Path absolute(Path file) {
        return file.toAbsolutePath().normalize();
    }

    private static Stream<Problem> refused(Rendering rendering) {
        return rendering instanceof Rendering.Refused refused ? refused.problems().stream() : Stream.empty();
    }
}
