package io.github.amlmaven.plugin;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.request.ProjectCheck;
import io.github.amlmaven.core.spec.SpecCheck;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Checks all AML YAML files of the project without Azure and without Python, and shows all problems at once: unknown keys,
 * wrong types and values, names, missing files, references between files, bindings of pipelines, cycles, and what the official
 * client would refuse to send.
 */
@Mojo(name = "validate", defaultPhase = LifecyclePhase.VALIDATE, requiresProject = false, threadSafe = true)
public final class ValidateMojo extends AbstractAmlMojo {

    /**
     * The folder whose {@code *.yml} and {@code *.yaml} files are checked, with its sub-folders; of the first API also
     * {@code *.runconfig} and JSON files.
     */
    @Parameter(property = "aml.specDirectory", defaultValue = "${project.basedir}/src/main/aml")
    private File specDirectory;

    /** The files, instead of all in the folder. */
    @Parameter(property = "aml.files")
    private @Nullable List<File> files;

    @Override
    protected GoalOutcome run(Progress progress) {
        Path folder = inProject(specDirectory);
        boolean chosen = files != null && !files.isEmpty();
        if (!chosen && !Files.isDirectory(folder)) {
            return GoalOutcome.upToDate("No AML files: there is no " + folder, Map.of("files", 0));
        }
        SpecCheck check = new SpecCheck(specReader())
                .withBuildDirectory(Path.of(project().getBuild().getDirectory()));
        List<Path> all = files == null || files.isEmpty()
                ? check.files(folder)
                : files.stream().map(this::inProject).toList();
        ProjectCheck.Findings findings = new ProjectCheck(specReader(), check).findings(all, projectDirectory());
        findings.warnings().forEach(warning -> progress.warnOnce(warning.toString()));
        if (!findings.problems().isEmpty()) {
            throw AmlException.ofProblems(findings.problems());
        }
        int warnings = findings.warnings().size();
        String told = warnings == 0 ? "" : ", " + count(warnings, "warning");
        return GoalOutcome.done(
                count(all.size(), "AML file") + " checked, no problem found" + told,
                Map.of("files", all.size(), "warnings", warnings));
    }
}
