package io.github.amlmaven.plugin;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.report.ModelReport;
import io.github.amlmaven.core.report.ModelReporting;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * A page of the project's site about its model: what it is, its metrics, its lineage (data, code, environment, job, commit),
 * where it runs, who gets the traffic, and the picture of its pipeline. Made from the records that the goals have left and from
 * the project's files; asks no service. Part of {@code mvn site} when it stands among the POM's {@code <reporting>} plugins.
 */
@Mojo(name = "report", threadSafe = true)
public final class ReportMojo extends AbstractAmlReport {

    /**
     * The job or pipeline that makes the model; its data, code and environment are the model's lineage. Default: the one that made
     * the registered version, before anything is registered the one that {@code aml:run} ran last in this project, else
     * {@code src/main/aml/train.yml}, else {@code pipelineFile}. None is no error.
     */
    @Parameter(property = "aml.job.file")
    private @Nullable File jobFile;

    /** The pipeline that is taken where no job was named, none has run, and there is no {@code train.yml}. */
    @Parameter(property = "aml.pipeline.file", defaultValue = "${project.basedir}/src/main/aml/pipeline.yml")
    private File pipelineFile;

    /** The model's YAML file. Its {@code path} tells which output of the job is the model. None is no error. */
    @Parameter(property = "aml.model.file", defaultValue = "${project.basedir}/src/main/aml/model.yml")
    private File modelFile;

    @Override
    public String getOutputPath() {
        return "aml-model";
    }

    @Override
    public String getName(Locale locale) {
        return "Model";
    }

    @Override
    public String getDescription(Locale locale) {
        return "What the model is, how good it is, where it comes from and where it runs.";
    }

    @Override
    void write(Locale locale) {
        ModelReport report = new ModelReporting(specReader()).report(request());
        ReportPage.write(getSink(), "Model " + report.title(), report.title(), page -> {
            if (report.sections().isEmpty()) {
                page.paragraph("Nothing is known yet: run mvn aml:run, aml:register or a deploy goal first.");
            }
            report.sections()
                    .forEach(section ->
                            page.section(section.title(), () -> page.table(section.heads(), section.rows())));
            report.pictures()
                    .forEach(picture -> page.section(
                            "Pipeline",
                            () -> page.picture(
                                    inSite(picture), "The steps of the pipeline and what flows between them")));
        });
    }

    /** What the parameters ask for. */
    ModelReporting.Request request() {
        return new ModelReporting.Request(
                results(),
                projectDirectory(),
                Optional.ofNullable(jobFile).map(File::toPath),
                List.of(projectDirectory().resolve("src/main/aml/train.yml"), pipelineFile.toPath()),
                modelFile.toPath());
    }

    private String inSite(Path picture) {
        String place = "images/" + picture.getFileName();
        Path copy = getReportOutputDirectory().toPath().resolve(place);
        try {
            Files.createDirectories(copy.getParent());
            Files.copy(picture, copy, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot copy " + picture + " into the site: " + e.getMessage())
                    .cause(e)
                    .build();
        }
        return place;
    }
}
