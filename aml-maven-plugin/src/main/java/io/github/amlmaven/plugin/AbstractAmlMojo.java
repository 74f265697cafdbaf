package io.github.amlmaven.plugin;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.evaluation.Evaluation;
import io.github.amlmaven.core.evaluation.EvaluationReport;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.scoring.Loopback;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import io.github.amlmaven.plugin.config.GoalProperties;
import io.github.amlmaven.plugin.config.SpecValues;
import io.github.amlmaven.plugin.progress.MavenProgress;
import io.github.amlmaven.plugin.progress.SdkLogging;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.record.GoalRecord;
import io.github.amlmaven.plugin.record.InterruptedRecord;
import io.github.amlmaven.plugin.stop.WhenStopped;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.inject.Inject;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/** What all goals share: skipping, progress, the result file, and errors in Maven's terms. */
public abstract class AbstractAmlMojo extends AbstractMojo {

    /**
     * Skips all goals of this plugin. A single goal is skipped by {@code -Daml.<goal>.skip}, for example
     * {@code -Daml.register.skip}.
     */
    @Parameter(property = "aml.skip", defaultValue = "false")
    private boolean skip;

    /**
     * Says what would be done, checks everything that can be checked without changing anything, and changes nothing.
     * Goals that change nothing anyway ignore it.
     */
    @Parameter(property = "aml.dryRun", defaultValue = "false")
    private boolean dryRun;

    /**
     * Where each goal leaves its result as {@code <goal>.json} for the next goal and the next CI step; a dry run leaves
     * {@code <goal>.dry-run.json}.
     */
    @Parameter(property = "aml.outputDirectory", defaultValue = "${project.build.directory}/aml")
    private File outputDirectory;

    /**
     * How progress is shown: {@code auto} (more often on an interactive terminal), {@code plain} (a line every 30
     * seconds) or {@code none}.
     */
    @Parameter(property = "aml.progress", defaultValue = "auto")
    private String progress;

    @Parameter(defaultValue = "${session}", readonly = true, required = true)
    private MavenSession session;

    @Parameter(defaultValue = "${project}", readonly = true, required = true)
    private MavenProject project;

    @Parameter(defaultValue = "${mojoExecution}", readonly = true, required = true)
    private MojoExecution execution;

    @Inject
    private WhenStopped whenStopped;

    private @Nullable GoalRecord record;

    /** Does the work and says what it did. */
    protected abstract GoalOutcome run(Progress progress);

    @Override
    public final void execute() throws MojoExecutionException, MojoFailureException {
        String goal = execution.getGoal();
        if (skip || isSkipped(goal)) {
            getLog().info("Skipped: " + (skip ? "aml.skip" : "aml." + goal + ".skip") + " is set");
            return;
        }
        if (gated() && isKeptOut()) {
            return;
        }
        SdkLogging.quieten(getLog().isDebugEnabled());
        GoalRecord record = new GoalRecord(outputDirectory(), goal, dryRun, Clock.systemUTC());
        this.record = record;
        Optional<WhenStopped.Unneeded> watch = endsByInterrupt()
                ? Optional.empty()
                : Optional.of(whenStopped(
                        WhenStopped.Turn.RECORDS,
                        new InterruptedRecord(record, "aml:" + goal, error -> getLog().warn(error.describe()))));
        try (MavenProgress shown = MavenProgress.of(getLog(), progress, session, warned())) {
            GoalOutcome outcome = run(shown);
            if (dryRun && !shown.plan().isEmpty()) {
                outcome = outcome.planned(GoalRecord.PLANNED, shown.plan());
            }
            record.succeeded(outcome);
            if (outcome.status() != GoalOutcome.Status.DRY_RUN) {
                publish(goal, outcome.outputs());
            }
            getLog().info(outcome.sentence());
        } catch (RuntimeException e) {
            AmlException error = e instanceof AmlException known ? known : unexpected(e);
            recordFailure(record, error);
            throw translate(error);
        } finally {
            watch.ifPresent(WhenStopped.Unneeded::close);
        }
    }

    /** Something to be done when the build is stopped. */
    final WhenStopped.Unneeded whenStopped(WhenStopped.Turn turn, Runnable task) {
        return whenStopped.run(turn, task);
    }

    /** What goals of this plugin have warned of in this build of the project. */
    private Set<String> warned() {
        return shared("aml.warned", ConcurrentHashMap::newKeySet);
    }

    /** Something that all goals of this plugin have in common in this build of the project, made when it is first asked for. */
    @SuppressWarnings("unchecked")
    private Set<String> shared(String name, Supplier<Set<String>> made) {
        Map<Object, Object> context = getPluginContext();
        return context == null ? made.get() : (Set<String>) context.computeIfAbsent(name, key -> made.get());
    }

    /** Whether Ctrl-C is how the goal ends when all is well. */
    boolean endsByInterrupt() {
        return false;
    }

    /** Whether the goal brings a model further, so that it skips when {@code aml:evaluate} has decided against the model. */
    protected boolean gated() {
        return false;
    }

    private boolean isKeptOut() throws MojoExecutionException, MojoFailureException {
        Optional<Evaluation> decision;
        try {
            decision = new EvaluationReport(outputDirectory()).standing();
        } catch (AmlException unreadable) {
            throw translate(unreadable);
        }
        if (decision.isEmpty() || decision.get().outcome() == Evaluation.Outcome.PROMOTE) {
            return false;
        }
        if (decision.get().outcome() == Evaluation.Outcome.ERROR) {
            throw translate(AmlException.of(
                            ErrorCode.EVALUATION_UNDECIDED,
                            "aml:" + goal() + " waits for a decision: "
                                    + decision.get().reason())
                    .remedy("Mend it and run 'mvn aml:evaluate' again.")
                    .build());
        }
        getLog().info("Skipped: aml:evaluate keeps the model that is there: "
                + decision.get().reason());
        // Maven's own goals fail without an artifact, and there is none.
        if (project.getPackaging().equals("aml-model")) {
            project.getProperties().setProperty("maven.install.skip", "true");
            project.getProperties().setProperty("maven.deploy.skip", "true");
        }
        return true;
    }

    /** Something remote was started: from now on the result file says so, whatever becomes of this build. */
    protected final void submitted(Map<String, Object> names) {
        Objects.requireNonNull(record, "only while the goal runs").submitted(names);
    }

    /** The message names the kind of error only: what an unknown one says may hold a secret. */
    private AmlException unexpected(RuntimeException e) {
        return AmlException.of(
                        ErrorCode.INTERNAL,
                        "aml:" + goal() + " met an unexpected error: "
                                + e.getClass().getName())
                .cause(e)
                .build();
    }

    /** The error itself is what the user must see, also when its record cannot be written. */
    private void recordFailure(GoalRecord record, AmlException error) {
        try {
            record.failed(error);
        } catch (AmlException unwritable) {
            error.addSuppressed(unwritable);
            getLog().warn(unwritable.describe());
        }
    }

    private boolean isSkipped(String goal) {
        String property = "aml." + goal + ".skip";
        String value = session.getUserProperties()
                .getProperty(property, project.getProperties().getProperty(property));
        return value != null && (value.isEmpty() || Boolean.parseBoolean(value));
    }

    /**
     * Named outputs become properties of the project, so that filtered files and later goals can use them; but for those that
     * a parameter goes by, which nobody has set then.
     */
    private void publish(String goal, Map<String, Object> outputs) {
        outputs.forEach((name, value) -> {
            String property = "aml." + goal + "." + name;
            if ((value instanceof String || value instanceof Number || value instanceof Boolean)
                    && !parameters().contains(property)) {
                project.getProperties().setProperty(property, value.toString());
            }
        });
    }

    /** The properties that parameters of any goal go by. */
    private Set<String> parameters() {
        return shared(
                "aml.parameters",
                () -> GoalProperties.of(execution.getMojoDescriptor().getPluginDescriptor()));
    }

    /** Maven appends what the cause says to what we say, so it only gets the cause when the user wants to see all. */
    private Exception asMaven(AmlException e) {
        boolean all = session.getRequest().isShowErrors() || getLog().isDebugEnabled();
        Throwable cause = all ? e.getCause() : null;
        return e.code().fault() == ErrorCode.Fault.USER
                ? new MojoFailureException(e.describe(), cause)
                : new MojoExecutionException(e.describe(), cause);
    }

    private MojoExecutionException translate(AmlException e) throws MojoFailureException {
        Exception translated = asMaven(e);
        if (translated instanceof MojoFailureException failure) {
            throw failure;
        }
        return (MojoExecutionException) translated;
    }

    /**
     * Notes what is about to be changed: when the goal fails on the way, {@code <goal>.json} names it as
     * {@code attempted}, so that it can be cleaned up.
     */
    protected final void attempts(Map<String, Object> names) {
        if (record != null) {
            record.attempts(names);
        }
    }

    /**
     * The same for a goal that is about to change it now: {@code <goal>.json} says so at once, for a build that is killed on the
     * way.
     */
    protected final void begun(Map<String, Object> names) {
        if (record != null) {
            record.begun(names);
        }
    }

    /** Says how to ask what was measured, for {@code <goal>.json} of a goal that fails because of it or is stopped. */
    protected final void reports(Supplier<Map<String, Object>> figures) {
        if (record != null) {
            record.reports(figures);
        }
    }

    protected final boolean dryRun() {
        return dryRun;
    }

    /**
     * Refuses to go on when Maven runs offline.
     *
     * @param what what the goal is about to do, as the rest of a sentence: {@code talks to Azure}
     */
    protected final void requireOnline(String what) {
        if (session.isOffline()) {
            throw AmlException.of(ErrorCode.OFFLINE, "aml:" + goal() + " " + what + " and Maven runs offline (-o)")
                    .build();
        }
    }

    /** The same for one address; those of this machine can be reached offline too. */
    protected final void requireOnline(URI address, String what) {
        if (!Loopback.is(address)) {
            requireOnline(what);
        }
    }

    /** Whether Maven runs offline, so that only what is on this machine may be used. */
    protected final boolean offline() {
        return session.isOffline();
    }

    protected final MavenSession session() {
        return session;
    }

    protected final MavenProject project() {
        return project;
    }

    /** Whether the goal runs in a project, not from the command line in a folder without a POM. */
    protected final boolean hasProject() {
        return project.getFile() != null;
    }

    /** The project's folder, or the current one when there is no project. */
    protected final Path projectDirectory() {
        return hasProject() ? project.getBasedir().toPath() : Path.of(session.getExecutionRootDirectory());
    }

    /** A parameter's file or folder; Maven leaves expressions of a project as they are where there is none. */
    protected final Path inProject(File parameter) {
        String text = parameter.getPath();
        for (String expression : List.of("${project.basedir}", "${project.build.directory}")) {
            int start = text.indexOf(expression);
            if (start >= 0) {
                Path folder = expression.contains("build") ? projectDirectory().resolve("target") : projectDirectory();
                String below = text.substring(start + expression.length());
                return folder.resolve(below.startsWith(File.separator) ? below.substring(1) : below);
            }
        }
        return parameter.toPath();
    }

    /** This plugin, as Maven is asked for it. */
    protected final String coordinates() {
        return execution.getGroupId() + ":" + execution.getArtifactId() + ":" + execution.getVersion();
    }

    /** This plugin's own version. */
    protected final String pluginVersion() {
        return execution.getVersion();
    }

    /** This plugin as a POM names it, group and artifact divided by a colon. */
    protected final String pluginCoordinates() {
        return execution.getGroupId() + ":" + execution.getArtifactId();
    }

    /** A number of things in words: {@code 1 file}, {@code 2 files}. */
    protected static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /** The goal as it is typed: {@code deploy-aci}. */
    protected final String goal() {
        return execution.getGoal().toLowerCase(Locale.ROOT);
    }

    protected final Path outputDirectory() {
        return inProject(outputDirectory);
    }

    /** Reads AML's YAML files with the project's properties filled in. */
    protected final SpecReader specReader() {
        return SpecValues.reader(session, execution);
    }
}
