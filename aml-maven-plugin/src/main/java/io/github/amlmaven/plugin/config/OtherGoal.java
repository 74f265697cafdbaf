package io.github.amlmaven.plugin.config;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.List;
import javax.inject.Inject;
import javax.inject.Named;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.lifecycle.LifecycleExecutor;
import org.apache.maven.plugin.BuildPluginManager;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.codehaus.plexus.util.xml.Xpp3Dom;

/** Runs another goal of this plugin, configured as Maven would configure it: from the POM, its execution and {@code -D}. */
@Named
public final class OtherGoal {

    private final LifecycleExecutor lifecycle;
    private final BuildPluginManager plugins;

    @Inject
    OtherGoal(LifecycleExecutor lifecycle, BuildPluginManager plugins) {
        this.lifecycle = lifecycle;
        this.plugins = plugins;
    }

    /**
     * Runs it.
     *
     * @param coordinates {@code groupId:artifactId:version} of this plugin
     * @param goal with {@code @execution} when it is that one's configuration
     * @param dryRun what the goal's own parameter is set to
     */
    public void run(MavenSession session, String coordinates, String goal, boolean dryRun)
            throws MojoExecutionException, MojoFailureException {
        try {
            List<MojoExecution> executions = lifecycle
                    .calculateExecutionPlan(session, coordinates + ":" + goal)
                    .getMojoExecutions();
            for (MojoExecution execution : executions) {
                Xpp3Dom configuration = execution.getConfiguration();
                Xpp3Dom asked = configuration.getChild("dryRun");
                if (asked == null) {
                    asked = new Xpp3Dom("dryRun");
                    configuration.addChild(asked);
                }
                asked.setValue(Boolean.toString(dryRun));
                plugins.executeMojo(session, execution);
            }
        } catch (MojoExecutionException | MojoFailureException e) {
            throw e;
        } catch (Exception e) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID, "Maven cannot run aml:" + goal + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }
}
