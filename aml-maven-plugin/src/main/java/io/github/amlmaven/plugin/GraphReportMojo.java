package io.github.amlmaven.plugin;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.graph.PipelineDrawing;
import io.github.amlmaven.core.job.JobStanding;
import io.github.amlmaven.plugin.config.SpecValues;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.maven.doxia.sink.Sink;
import org.apache.maven.doxia.sink.SinkEventAttributes;
import org.apache.maven.doxia.sink.impl.SinkEventAttributeSet;
import org.apache.maven.doxia.util.HtmlTools;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.reporting.AbstractMavenReport;
import org.apache.maven.reporting.MavenReportException;

/**
 * Makes the page "AML pipelines" of the Maven site: a picture of each pipeline below {@code specDirectory}, as
 * {@code aml:graph} draws it, with its steps in a table. After {@code aml:run} the steps have the colours of that run. Asks
 * no service. Named as a report in {@code <reporting>}, or called alone.
 */
@Mojo(name = "graph-report", threadSafe = true)
public final class GraphReportMojo extends AbstractMavenReport {

    /** The folder whose pipelines are drawn, sub-folders included; other files in it are passed over. */
    @Parameter(property = "aml.specDirectory", defaultValue = "${project.basedir}/src/main/aml")
    private File specDirectory;

    /** Where {@code aml:run} has left how its steps ended. */
    @Parameter(property = "aml.outputDirectory", defaultValue = "${project.build.directory}/aml")
    private File resultDirectory;

    /** Skips the page, like all goals of this plugin. */
    @Parameter(property = "aml.skip", defaultValue = "false")
    private boolean skipAll;

    @Parameter(defaultValue = "${session}", readonly = true, required = true)
    private MavenSession session;

    @Parameter(defaultValue = "${mojoExecution}", readonly = true, required = true)
    private MojoExecution execution;

    @Override
    public String getOutputPath() {
        return "aml-pipelines";
    }

    /** Mavens that know no path still ask for a name. */
    @Override
    @Deprecated
    public String getOutputName() {
        return getOutputPath();
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
        return !skipAll && !pipelines().isEmpty();
    }

    private List<Path> pipelines() {
        Path folder = specDirectory.toPath();
        return Files.isDirectory(folder) ? drawing().pipelines(folder, projectDirectory()) : List.of();
    }

    private PipelineDrawing drawing() {
        return new PipelineDrawing(SpecValues.reader(session, execution));
    }

    private Path projectDirectory() {
        return getProject().getBasedir().toPath();
    }

    @Override
    protected void executeReport(Locale locale) throws MavenReportException {
        Sink page = getSink();
        page.head();
        page.title();
        page.text(getName(locale));
        page.title_();
        page.head_();
        page.body();
        page.section1();
        page.sectionTitle1();
        page.text(getName(locale));
        page.sectionTitle1_();
        page.paragraph();
        page.text(getDescription(locale));
        page.paragraph_();
        try {
            Optional<JobStanding> standing = JobStanding.in(resultDirectory.toPath());
            for (Path file : pipelines()) {
                section(page, file, standing);
            }
        } catch (AmlException failure) {
            throw new MavenReportException(failure.describe(), failure);
        }
        page.section1_();
        page.body_();
    }

    private void section(Sink page, Path file, Optional<JobStanding> standing) {
        String name = specDirectory.toPath().relativize(file).toString().replace(File.separatorChar, '/');
        String picture = "images/aml/" + name.replaceFirst("\\.[^.]*$", "").replace('/', '-') + ".svg";
        PipelineDrawing.Drawing drawn = drawing()
                .write(
                        new PipelineDrawing.Request(file, projectDirectory(), standing),
                        getReportOutputDirectory().toPath().resolve(picture));
        page.section2();
        page.sectionTitle2();
        page.text(drawn.title());
        page.sectionTitle2_();
        page.paragraph();
        page.monospaced();
        page.text(name);
        page.monospaced_();
        page.text(drawn.coloured() ? ", with how its last run ended" : "");
        page.paragraph_();
        page.figure();
        SinkEventAttributeSet attributes = new SinkEventAttributeSet();
        attributes.addAttribute(
                SinkEventAttributes.ALT,
                // Doxia escapes text, but no attribute.
                HtmlTools.escapeHTML("The pipeline " + drawn.title() + "; its steps are listed below"));
        attributes.addAttribute(SinkEventAttributes.STYLE, "max-width:100%;height:auto");
        page.figureGraphics(picture, attributes);
        page.figure_();
        table(page, drawn);
        page.section2_();
    }

    private static void table(Sink page, PipelineDrawing.Drawing drawn) {
        page.table();
        page.tableRows(null, false);
        page.tableRow();
        for (String head : List.of("Step", "Runs", "Takes", "State")) {
            page.tableHeaderCell();
            page.text(head);
            page.tableHeaderCell_();
        }
        page.tableRow_();
        for (PipelineDrawing.Step step : drawn.steps()) {
            page.tableRow();
            for (String cell : List.of(step.name(), step.runs(), String.join("; ", step.takes()), step.state())) {
                page.tableCell();
                page.text(cell);
                page.tableCell_();
            }
            page.tableRow_();
        }
        page.tableRows_();
        page.table_();
    }
}
