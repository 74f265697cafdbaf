package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.schema.Kind;
import io.github.amlmaven.core.spec.schema.SchemaType;
import io.github.amlmaven.core.spec.schema.Schemas;
import io.github.amlmaven.core.spec.v1.Comments;
import io.github.amlmaven.core.spec.v1.V1Files;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The files of a project, each read and checked once, with all that they refer to. */
final class SpecProject implements V1Files {

    private final SpecReader reader;
    private final Schemas schemas;
    private final Path directory;
    private final boolean fileChecks;
    private final Optional<Path> buildDirectory;
    private final Map<Path, Reading> readings = new LinkedHashMap<>();
    private final Set<Path> underWay = new LinkedHashSet<>();
    private final Set<Path> parts = new HashSet<>();
    private final List<Comments.Choice> choices = new ArrayList<>();

    SpecProject(SpecReader reader, Schemas schemas, Path directory, boolean fileChecks, Optional<Path> buildDirectory) {
        this.reader = reader;
        this.schemas = schemas;
        this.directory = directory.toAbsolutePath().normalize();
        this.fileChecks = fileChecks;
        this.buildDirectory = buildDirectory.map(path -> path.toAbsolutePath().normalize());
    }

    /** A file as it was read. */
    record Reading(SpecDocument document, @Nullable CheckedSpec spec, List<Problem> problems, List<Problem> warnings) {}

    @Override
    public Path directory() {
        return directory;
    }

    SpecReader reader() {
        return reader;
    }

    /** Whether the file is being read just now, so that reading it again would never end. */
    boolean isUnderWay(Path file) {
        return underWay.contains(file.toAbsolutePath().normalize());
    }

    boolean checksFiles() {
        return fileChecks;
    }

    /** What the build makes does not exist before it has run. */
    @Override
    public boolean mustExist(Path path) {
        return fileChecks && buildDirectory.filter(path::startsWith).isEmpty();
    }

    /** The files that another one refers to. */
    Set<Path> parts() {
        return Set.copyOf(parts);
    }

    /** All problems of all files read so far, file by file. */
    List<Problem> problems() {
        return inOrder(Reading::problems);
    }

    /** What would be sent all the same though it can hardly be meant, file by file. */
    List<Problem> warnings() {
        return inOrder(Reading::warnings);
    }

    /** A file of the first API was converted on the way. */
    void chose(Comments comments) {
        choices.addAll(comments.choices());
    }

    /** What was chosen in the conversions so far. */
    List<Comments.Choice> choices() {
        return List.copyOf(choices);
    }

    /** All files read so far. */
    List<SpecDocument> documents() {
        return readings.values().stream().map(Reading::document).toList();
    }

    private List<Problem> inOrder(Function<Reading, List<Problem>> what) {
        return readings.values().stream()
                .flatMap(reading -> what.apply(reading).stream()
                        .sorted(java.util.Comparator.comparingInt(
                                        (Problem problem) -> problem.location().line())
                                .thenComparingInt(problem -> problem.location().column())))
                .distinct()
                .toList();
    }

    @Override
    public SpecDocument read(Path file, String kind) {
        return read(file, Optional.of(schemas.kind(kind)), List.of()).document();
    }

    /** Reads a file, or answers what it was when it was read before. */
    Reading read(Path file) {
        return read(file, Optional.empty(), List.of());
    }

    private Reading read(Path file, Optional<Kind> known, List<String> needed) {
        Path absolute = file.toAbsolutePath().normalize();
        if (!underWay.isEmpty()) {
            parts.add(absolute);
        }
        Reading before = readings.get(absolute);
        if (before != null) {
            return before;
        }
        underWay.add(absolute);
        SpecDocument document = reader.read(absolute, directory);
        List<Problem> problems = new ArrayList<>(document.problems());
        List<Problem> warnings = new ArrayList<>();
        CheckedSpec spec = check(document, known, needed, problems, warnings);
        Reading reading = new Reading(document, spec, problems, warnings);
        readings.put(absolute, reading);
        underWay.remove(absolute);
        return reading;
    }

    /** A file without problems, whatever it is. */
    CheckedSpec require(Path file) {
        CheckedSpec spec = read(file).spec();
        List<Problem> problems = problems();
        if (!problems.isEmpty()) {
            throw AmlException.ofProblems(problems);
        }
        if (spec == null) {
            throw new IllegalStateException(file + " has neither content nor a problem");
        }
        return spec;
    }

    /** A file without problems; fails with all problems of the file and what it refers to. */
    CheckedSpec require(Path file, List<String> kinds) {
        read(file, Optional.empty(), kinds);
        CheckedSpec spec = require(file);
        if (!kinds.contains(spec.kind().name())) {
            throw AmlException.ofProblems(List.of(new Problem(
                    ErrorCode.SPEC_KIND_UNKNOWN,
                    new Location(shown(spec.file()), 1, 1),
                    "the file is of kind " + spec.kind() + " but " + String.join(" or ", kinds) + " is needed here")));
        }
        return spec;
    }

    /** What stands on the top level of a component's file and its schema does not know. */
    ObjectNode unknownKeys(CheckedSpec spec) {
        ObjectNode unknown = RestBody.object();
        if (spec.kind().name().endsWith("-component")
                && schemas.resolve(spec.kind().content()) instanceof SchemaType.Shape shape) {
            spec.content().properties().stream()
                    .filter(entry -> !shape.keys().containsKey(entry.getKey()))
                    .forEach(entry -> unknown.set(entry.getKey(), entry.getValue()));
        }
        return unknown;
    }

    private Path shown(Path file) {
        return file.startsWith(directory) ? directory.relativize(file) : file;
    }

    private @Nullable CheckedSpec check(
            SpecDocument document,
            Optional<Kind> known,
            List<String> needed,
            List<Problem> problems,
            List<Problem> warnings) {
        SpecNode root = document.root();
        if (root == null) {
            return null;
        }
        if (!(root instanceof SpecNode.Mapping mapping)) {
            problems.add(new Problem(
                    ErrorCode.SPEC_WRONG_TYPE,
                    root.location(),
                    "the file must hold a mapping but holds " + root.describe()));
            return null;
        }
        Optional<Kind> kind = known.or(() -> schemas.kindOf(mapping));
        if (kind.isEmpty()) {
            UnknownKind unknown = new UnknownKind(schemas, mapping);
            // A key that is misspelt must not hide what the file is, nor need a file say what its reader knows.
            kind = unknown.isUndeclared()
                    ? Optional.of(needed)
                            .filter(kinds -> kinds.size() == 1)
                            .map(kinds -> schemas.kind(kinds.get(0)))
                            .or(unknown::misspelt)
                    : Optional.empty();
            if (kind.isEmpty()) {
                problems.add(unknown.problem());
                // What else is wrong is told at once where it is clear what was meant.
                unknown.meant()
                        .ifPresent(right -> schemas.kindOf(right)
                                .ifPresent(meant -> content(document, meant, right, problems, warnings)));
                return null;
            }
        }
        Optional<Problem> contradiction =
                known.isPresent() || !fileChecks ? Optional.empty() : contradiction(kind.get(), mapping);
        if (contradiction.isPresent()) {
            problems.add(contradiction.get());
            return null;
        }
        if (known.isEmpty()) {
            UnknownKind.passedOver(schemas, mapping, kind.get()).ifPresent(warnings::add);
        }
        return new CheckedSpec(kind.get(), document.file(), content(document, kind.get(), mapping, problems, warnings));
    }

    private ObjectNode content(
            SpecDocument document,
            Kind kind,
            SpecNode.Mapping mapping,
            List<Problem> problems,
            List<Problem> warnings) {
        ScalarChecks scalars = new ScalarChecks(document, this::mustExist, fileChecks, this::reference);
        ObjectNode content = RestBody.object();
        if (new SchemaReading(schemas, scalars, fileChecks, kind.nulls()).read(mapping, kind.content(), problems)
                instanceof ObjectNode read) {
            content = read;
        }
        new MeaningChecks(this, document, problems, warnings).check(kind, mapping);
        return content;
    }

    /** {@code $schema} and {@code type} that name two kinds of job or component; all other complaints would follow from it. */
    private Optional<Problem> contradiction(Kind kind, SpecNode.Mapping mapping) {
        SpecNode type = mapping.get("type");
        String family = kind.name().substring(kind.name().lastIndexOf('-') + 1);
        if (type == null || !List.of("job", "component").contains(family)) {
            return Optional.empty();
        }
        return schemas.byType(mapping)
                .filter(other ->
                        !other.name().equals(kind.name()) && other.name().endsWith("-" + family))
                .map(other -> new Problem(
                        ErrorCode.SPEC_BAD_VALUE,
                        type.location(),
                        "'$schema' says " + kind + ", 'type' says " + other + "; keep the one that is meant"));
    }

    /** What is wrong with a reference to another spec; the other file's own problems are reported with it. */
    private Optional<String> reference(Path file, List<String> kinds) {
        Path absolute = file.toAbsolutePath().normalize();
        if (underWay.contains(absolute)) {
            List<String> cycle = new ArrayList<>();
            underWay.stream()
                    .dropWhile(path -> !path.equals(absolute))
                    .forEach(path -> cycle.add(shown(path).toString()));
            cycle.add(shown(absolute).toString());
            return Optional.of("leads back to a file that refers to it: " + String.join(" -> ", cycle));
        }
        CheckedSpec spec = read(absolute).spec();
        return spec == null || kinds.contains(spec.kind().name())
                ? Optional.empty()
                : Optional.of("is of kind " + spec.kind() + " but " + String.join(" or ", kinds) + " is needed here");
    }
}
