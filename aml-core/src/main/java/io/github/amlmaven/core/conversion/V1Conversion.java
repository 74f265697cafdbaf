package io.github.amlmaven.core.conversion;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.spec.SpecCheck;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Converts a project of the first API: finds its files, checks them, writes those of the second API whole or not at all,
 * and checks what was written. Files that are there are replaced only when that is asked for.
 */
public final class V1Conversion {

    private final SpecReader reader;
    private final Progress progress;

    /**
     * A conversion.
     *
     * @param reader fills in what the build fills in, for the checks; converted files keep the expressions
     */
    public V1Conversion(SpecReader reader, Progress progress) {
        this.reader = reader;
        this.progress = progress;
    }

    /** Converts; fails with all problems of all files. */
    public ConversionResult convert(ConversionRequest request) {
        V1Sources sources = new V1Sources(reader, request.projectDirectory());
        List<Path> files = request.files().isEmpty() ? sources.in(request.folder()) : request.files();
        if (files.isEmpty()) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID, "There is no file of the first API in " + request.folder())
                    .remedy("Name the files in <files> or -Daml.files, or the folder in -Daml.convert.directory.")
                    .build();
        }
        ProjectConversion project = new ProjectConversion(sources, request);
        project.add(
                files.stream().map(file -> file.toAbsolutePath().normalize()).toList());
        List<Problem> problems = new Problems(new SpecCheck(reader).check(files, request.projectDirectory()))
                .and(project.problems())
                .all();
        if (!problems.isEmpty()) {
            throw AmlException.ofProblems(problems);
        }
        Map<Path, String> texts = project.texts();
        FileSet set = new FileSet(texts);
        List<Path> changed = set.changed();
        if (!request.overwrite() && !set.replaced().isEmpty()) {
            throw exists(set.replaced(), request);
        }
        List<ConversionChoice> choices = project.choices();
        List<Problem> warnings = project.warnings().stream().distinct().toList();
        choices.forEach(choice -> progress.info(choice.source() + "  "
                + (choice.pointer().isEmpty() ? "" : choice.pointer() + " of ")
                + request.shown(choice.file()) + ": " + choice.text()));
        warnings.forEach(warning -> progress.warn(warning.toString()));
        if (!request.dryRun()) {
            set.write(() -> check(texts, request));
        }
        return new ConversionResult(project.converted(), texts, changed, choices, warnings);
    }

    private boolean check(Map<Path, String> texts, ConversionRequest request) {
        List<Path> yaml = texts.keySet().stream()
                .filter(file -> file.toString().endsWith(".yml"))
                .toList();
        List<Problem> problems = new SpecCheck(reader).check(yaml, request.projectDirectory());
        if (!problems.isEmpty()) {
            throw AmlException.ofProblems(problems);
        }
        return true;
    }

    private static AmlException exists(List<Path> files, ConversionRequest request) {
        List<String> names = files.stream().map(request::shown).toList();
        return AmlException.of(ErrorCode.FILE_EXISTS, "There already with other content: " + String.join(", ", names))
                .build();
    }

    /** Problems of the check and of the conversion, each once. */
    private record Problems(List<Problem> all) {

        Problems and(List<Problem> more) {
            List<Problem> together = new ArrayList<>(all);
            more.stream()
                    .filter(problem ->
                            all.stream().noneMatch(known -> known.location().equals(problem.location())))
                    .forEach(together::add);
            return new Problems(together.stream().distinct().toList());
        }
    }
}
