package io.github.amlmaven.plugin;

import io.github.amlmaven.core.graph.PipelineDrawing;
import io.github.amlmaven.core.job.JobStanding;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Makes the page "AML pipelines" of the Maven site: a picture of each pipeline below {@code specDirectory}, as
 * {@code aml:graph} draws it, with its steps in a table. After {@code aml:run} the steps have the colours of that run. Asks
 * no service. Named as a report in {@code <reporting>}, or called alone.
 */
@Mojo(name = "graph-report", threadSafe = true)
public final class GraphReportMojo extends AbstractAmlReport {

    /** The folder whose pipelines are drawn, sub-folders included; other files in it are passed over. */
    @Parameter(property = "aml.specDirectory", defaultValue = "${project.basedir}/src/main/aml")
    private File specDirectory;

    @Override
    public String getOutputPath() {
        return "aml-pipelines";
    }

    @Override
    public String getName(Locale locale) {
        return "AML pipelines";
    }

    @Override
    public String getDescription(Locale locale) {
        return "The Azure Machine Learning pipelines of this project, drawn.";
    }

    /** Whether there is a pipeline to draw. */
    @Override
    public boolean canGenerateReport() {
        return super.canGenerateReport() && !pipelines().isEmpty();
    }

    private List<Path> pipelines() {
        Path folder = specDirectory.toPath();
        return Files.isDirectory(folder) ? drawing().pipelines(folder, projectDirectory()) : List.of();
    }

    private PipelineDrawing drawing() {
        return new PipelineDrawing(specReader());
    }

    @Override
    void write(Locale locale) {
        Optional<JobStanding> standing = JobStanding.in(results());
        ReportPage.write(getSink(), getName(locale), getName(locale), page -> {
            page.paragraph(getDescription(locale));
            pipelines().forEach(file -> section(page, file, standing));
        });
    }

    private void section(ReportPage page, Path file, Optional<JobStanding> standing) {
        String name = specDirectory.toPath().relativize(file).toString().replace(File.separatorChar, '/');
        String picture = "images/aml/" + name.replaceFirst("\\.[^.]*$", "").replace('/', '-') + ".svg";
        PipelineDrawing.Drawing drawn = drawing()
                .write(
                        new PipelineDrawing.Request(file, projectDirectory(), standing),
                        getReportOutputDirectory().toPath().resolve(picture));
        page.section(drawn.title(), () -> {
            page.file(name, drawn.coloured() ? ", with how its last run ended" : "");
            page.picture(picture, "The pipeline " + drawn.title() + "; its steps are listed below");
            page.table(
                    List.of("Step", "Runs", "Takes", "State"),
                    drawn.steps().stream()
                            .map(step ->
                                    List.of(step.name(), step.runs(), String.join("; ", step.takes()), step.state()))
                            .toList());
        });
    }
}
