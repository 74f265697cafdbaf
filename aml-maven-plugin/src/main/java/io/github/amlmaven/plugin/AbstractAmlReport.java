package io.github.amlmaven.plugin;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import io.github.amlmaven.plugin.config.SpecValues;
import java.io.File;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.maven.doxia.site.SiteModel;
import org.apache.maven.doxia.tools.SiteToolException;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.reporting.AbstractMavenReport;
import org.apache.maven.reporting.MavenReportException;

/** What the goals share that make a page of the Maven site: skipping, what goals have left, and errors in Maven's terms. */
public abstract class AbstractAmlReport extends AbstractMavenReport {

    /** Where the goals have left their results. */
    @Parameter(property = "aml.outputDirectory", defaultValue = "${project.build.directory}/aml")
    private File resultDirectory;

    /** Skips the page, like all goals of this plugin. */
    @Parameter(property = "aml.skip", defaultValue = "false")
    private boolean skipAll;

    @Parameter(defaultValue = "${session}", readonly = true, required = true)
    private MavenSession session;

    /** Writes the page; an {@link AmlException} ends the site's build with its message. */
    abstract void write(Locale locale);

    @Override
    protected final void executeReport(Locale locale) throws MavenReportException {
        try {
            write(locale);
        } catch (AmlException failure) {
            throw new MavenReportException(failure.describe(), failure);
        }
    }

    @Override
    public boolean canGenerateReport() {
        if (!skipAll && outputFormat == null && !hasSkin()) {
            outputFormat = PlainPage.FORMAT;
        }
        return !skipAll;
    }

    /**
     * Whether the page can be made to look like the site. What it says is worth having without that, too: offline, or where the
     * repository has no skin.
     */
    private boolean hasSkin() {
        try {
            SiteModel site = siteTool.getSiteModel(
                    siteDirectory, getLocale(), project, reactorProjects, repoSession, remoteProjectRepositories);
            siteTool.getSkinArtifactFromRepository(repoSession, remoteProjectRepositories, site.getSkin());
            return true;
        } catch (SiteToolException e) {
            getLog().info("The page is written without the site's skin, which is not there"
                    + (session.isOffline() ? " (offline, -o)" : "") + ": " + e.getMessage());
            getLog().debug(e);
            return false;
        }
    }

    /** Mavens that know no path still ask for a name. */
    @Override
    @Deprecated
    public final String getOutputName() {
        return getOutputPath();
    }

    @Override
    public abstract String getOutputPath();

    final Path results() {
        return resultDirectory.toPath();
    }

    final Path projectDirectory() {
        return getProject().getBasedir().toPath();
    }

    /** Reads AML's YAML files with the project's properties filled in. */
    final SpecReader specReader() {
        return SpecValues.reader(session, mojoExecution);
    }
}
