package io.github.amlmaven.plugin;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.request.RenderedFiles;
import io.github.amlmaven.core.spec.SpecCheck;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Writes the requests that {@code az ml} would send for YAML files of any kind, as JSON with method, path and body, and
 * sends nothing. Needs no project, no workspace and none of the code and data that the files point to: placeholders stand
 * for them. Fails, after all files are written, when a file is refused.
 */
@Mojo(name = "render", requiresProject = false, threadSafe = true)
public final class RenderMojo extends AbstractAmlMojo {

    /** The YAML files, instead of all in the folder. */
    @Parameter(property = "aml.files")
    private @Nullable List<File> files;

    /**
     * The folder whose {@code *.yml} and {@code *.yaml} files are rendered, with its sub-folders; local paths are shown
     * relative to it. Without it {@code src/main/aml} of the project, or the project's or current folder when that is missing.
     */
    @Parameter(property = "aml.directory")
    private @Nullable File directory;

    /** Where the requests are written, one {@code <file>.json} for each YAML file. */
    @Parameter(property = "aml.renderDirectory", defaultValue = "${project.build.directory}/aml/requests")
    private File renderDirectory;

    @Override
    protected GoalOutcome run(Progress progress) {
        Path root = root();
        List<Path> chosen = files == null || files.isEmpty()
                ? SpecCheck.yamlFiles(root)
                : files.stream().map(File::toPath).toList();
        RenderedFiles rendered = RenderedFiles.write(chosen, root, inProject(renderDirectory), specReader());
        if (!rendered.problems().isEmpty()) {
            throw AmlException.ofProblems(rendered.problems());
        }
        return GoalOutcome.done(
                rendered.requests() + " requests written to " + renderDirectory + ", none sent",
                Map.of(
                        "requests",
                        rendered.requests(),
                        "others",
                        rendered.others(),
                        "folder",
                        renderDirectory.toString()));
    }

    /** What local paths are shown relative to. */
    Path root() {
        if (directory != null) {
            return directory.toPath();
        }
        Path usual = projectDirectory().resolve("src/main/aml");
        return (files == null || files.isEmpty()) && Files.isDirectory(usual) ? usual : projectDirectory();
    }
}
