package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.evaluation.Against;
import io.github.amlmaven.core.evaluation.Baselines;
import io.github.amlmaven.core.evaluation.Evaluation;
import io.github.amlmaven.core.evaluation.EvaluationReport;
import io.github.amlmaven.core.evaluation.ModelEvaluation;
import io.github.amlmaven.core.evaluation.RegisteredBaselines;
import io.github.amlmaven.core.evaluation.Rule;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.plugin.config.EvaluationRule;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Decides by rules whether the model that was trained is to replace the one before it. {@code promote}: later goals go
 * on. {@code keep}: the model is not better; the build stays green, and {@code register}, {@code package} and the deploy
 * goals of this project skip until there are other metrics. A figure that is missing is an error, never a decision. The
 * decision is in {@code evaluation.json} and in a report in Surefire's format, where {@code keep} is a skipped test with
 * the reason.
 */
@Mojo(name = "evaluate", defaultPhase = LifecyclePhase.PREPARE_PACKAGE, threadSafe = true)
public final class EvaluateMojo extends AbstractWorkspaceMojo {

    /**
     * The rules, all of which must hold. Each {@code <rule>} has {@code <metric>}; {@code <direction>} ({@code maximize},
     * the default, or {@code minimize}); {@code <minimum>} and {@code <maximum>}, the limits that are good enough; {@code
     * <against>}, the registered version to be better than: {@code production} (its stage, or its tag {@code stage}),
     * {@code tag:<name>=<value>} or {@code version:<version>}, by its tag {@code metric.<name>}; {@code <tolerance>}, by how
     * much it may be worse than that; {@code <slices>}, parts of the data with a metric {@code <metric>.<slice>} that must
     * do as well; {@code <minimumSample>}, the number of examples, read from {@code <sampleMetric>} (default {@code
     * samples}), below which nothing is promoted.
     */
    @Parameter(required = true)
    private List<EvaluationRule> rules = List.of();

    /** The figures: what {@code aml:run} has left, or any JSON file of the form {@code {"name": value}}. */
    @Parameter(property = "aml.metrics.file", defaultValue = "${project.build.directory}/aml/metrics.json")
    private File metricsFile;

    /** The model's YAML file, for its name. */
    @Parameter(property = "aml.model.file", defaultValue = "${project.basedir}/src/main/aml/model.yml")
    private File modelFile;

    /** The model's name, instead of {@code name} of the file. */
    @Parameter(property = "aml.model.name")
    private @Nullable String modelName;

    /** Where the report for CI systems is written. */
    @Parameter(property = "aml.test.reportsDirectory", defaultValue = "${project.build.directory}/surefire-reports")
    private File reportsDirectory;

    @Override
    protected GoalOutcome run(Progress progress) {
        List<Rule> asked = request();
        Map<String, Double> metrics = EvaluationReport.metrics(inProject(metricsFile));
        Evaluation evaluation = evaluate(asked, metrics, progress);
        new EvaluationReport(outputDirectory())
                .write(
                        evaluation,
                        inProject(metricsFile),
                        inProject(reportsDirectory).resolve("TEST-aml-evaluation.xml"));
        evaluation.findings().forEach(finding -> progress.info(word(finding.outcome()) + "  " + finding.reason()));
        if (evaluation.outcome() == Evaluation.Outcome.ERROR) {
            throw AmlException.of(ErrorCode.EVALUATION_UNDECIDED, "Nothing was decided: " + evaluation.reason())
                    .build();
        }
        boolean promoted = evaluation.outcome() == Evaluation.Outcome.PROMOTE;
        return GoalOutcome.done(
                promoted ? "Promote: every rule holds" : "Keep the model that is there: " + evaluation.reason(),
                Map.of("outcome", word(evaluation.outcome()), "reason", promoted ? "" : evaluation.reason()));
    }

    /** What the parameters ask for. */
    List<Rule> request() {
        if (rules.isEmpty()) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "aml:evaluate has no rules")
                    .remedy("Add <rules><rule><metric>...</metric><minimum>...</minimum></rule></rules>.")
                    .build();
        }
        return rules.stream().map(EvaluationRule::rule).toList();
    }

    /** Without a rule that compares, no workspace is needed. */
    private Evaluation evaluate(List<Rule> asked, Map<String, Double> metrics, Progress progress) {
        if (asked.stream().allMatch(rule -> rule.against() instanceof Against.Nothing)) {
            return new ModelEvaluation(Baselines.NONE).evaluate(asked, metrics);
        }
        String model = model();
        try (AzureClients clients = connect(progress)) {
            return new ModelEvaluation(new RegisteredBaselines(clients, model)).evaluate(asked, metrics);
        }
    }

    private String model() {
        if (modelName != null) {
            return modelName;
        }
        String named = new SpecLoader(specReader(), projectDirectory())
                .model(inProject(modelFile))
                .name();
        if (named == null) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "aml:evaluate needs the model's name")
                    .remedy("Set name in " + modelFile.getName() + ", or -Daml.model.name.")
                    .build();
        }
        return named;
    }

    private static String word(Evaluation.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}
