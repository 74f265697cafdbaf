package io.github.amlmaven.plugin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.asset.OfflineAssets;
import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.report.ModelReport;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.plugin.config.SpecValues;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.maven.doxia.sink.Sink;
import org.apache.maven.doxia.sink.SinkEventAttributes;
import org.apache.maven.doxia.sink.impl.SinkEventAttributeSet;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.reporting.AbstractMavenReport;
import org.apache.maven.reporting.MavenReportException;

/**
 * A page of the project's site about its model: what it is, its metrics, its lineage (data, code, environment, job, commit),
 * where it runs, who gets the traffic, and the picture of its pipeline. Made from the records that the goals have left and from
 * the project's files; asks no service. Part of {@code mvn site} when it stands among the POM's {@code <reporting>} plugins.
 */
@Mojo(name = "report", threadSafe = true)
public final class ReportMojo extends AbstractMavenReport {

    /** Where the goals have left their results. */
    @Parameter(property = "aml.outputDirectory", defaultValue = "${project.build.directory}/aml")
    private File records;

    /** The job that trains the model; its data, code and environment are the model's lineage. None is no error. */
    @Parameter(property = "aml.job.file", defaultValue = "${project.basedir}/src/main/aml/train.yml")
    private File jobFile;

    @Parameter(defaultValue = "${session}", readonly = true, required = true)
    private MavenSession session;

    @Override
    @SuppressWarnings("deprecation") // The site plugin for Maven 3 still asks for the name.
    public String getOutputName() {
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
    protected void executeReport(Locale locale) throws MavenReportException {
        ModelReport report = report();
        Sink sink = getSink();
        sink.head();
        sink.title();
        sink.text("Model " + report.title());
        sink.title_();
        sink.head_();
        sink.body();
        sink.section1();
        sink.sectionTitle1();
        sink.text(report.title());
        sink.sectionTitle1_();
        if (report.sections().isEmpty()) {
            sink.paragraph();
            sink.text("Nothing is known yet: run mvn aml:run, aml:register or a deploy goal first.");
            sink.paragraph_();
        }
        report.sections().forEach(section -> write(sink, section));
        for (Path picture : report.pictures()) {
            write(sink, picture);
        }
        sink.section1_();
        sink.body_();
        sink.flush();
    }

    /** What the records and files tell. */
    ModelReport report() throws MavenReportException {
        try {
            return ModelReport.of(records.toPath(), job());
        } catch (AmlException e) {
            throw new MavenReportException(e.describe(), e);
        }
    }

    private Optional<ObjectNode> job() {
        if (!jobFile.isFile()) {
            return Optional.empty();
        }
        // Only names are read; which workspace they would be in does not matter.
        WorkspaceId anywhere = new WorkspaceId("subscription", "group", "workspace");
        return Optional.of(new SpecLoader(
                        SpecValues.reader(session, mojoExecution),
                        getProject().getBasedir().toPath())
                .job(jobFile.toPath())
                .toBody(new OfflineAssets(anywhere)));
    }

    private static void write(Sink sink, ModelReport.Section section) {
        sink.section2();
        sink.sectionTitle2();
        sink.text(section.title());
        sink.sectionTitle2_();
        sink.table();
        sink.tableRows(null, false);
        if (section.heads().stream().anyMatch(head -> !head.isEmpty())) {
            row(sink, section.heads(), true);
        }
        section.rows().forEach(row -> row(sink, row, false));
        sink.tableRows_();
        sink.table_();
        sink.section2_();
    }

    private static void row(Sink sink, List<String> cells, boolean head) {
        sink.tableRow();
        for (String cell : cells) {
            if (head) {
                sink.tableHeaderCell();
            } else {
                sink.tableCell();
            }
            boolean address = cell.startsWith("https://") || cell.startsWith("http://");
            if (address) {
                sink.link(cell);
            }
            sink.text(cell);
            if (address) {
                sink.link_();
            }
            if (head) {
                sink.tableHeaderCell_();
            } else {
                sink.tableCell_();
            }
        }
        sink.tableRow_();
    }

    private void write(Sink sink, Path picture) throws MavenReportException {
        Path images = getReportOutputDirectory().toPath().resolve("images");
        String name = picture.getFileName().toString();
        try {
            Files.createDirectories(images);
            Files.copy(picture, images.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new MavenReportException("cannot copy " + picture + " into the site: " + e.getMessage(), e);
        }
        sink.section2();
        sink.sectionTitle2();
        sink.text("Pipeline");
        sink.sectionTitle2_();
        SinkEventAttributes described = new SinkEventAttributeSet();
        described.addAttribute(SinkEventAttributes.ALT, "The steps of the pipeline and what flows between them");
        sink.figureGraphics("images/" + name, described);
        sink.section2_();
    }
}
