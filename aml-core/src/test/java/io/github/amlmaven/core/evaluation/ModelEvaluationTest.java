package io.github.amlmaven.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.evaluation.Baselines.Baseline;
import io.github.amlmaven.core.evaluation.Evaluation.Finding;
import io.github.amlmaven.core.evaluation.Evaluation.Outcome;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelEvaluationTest {

    private static final String VERSIONS = LoopbackService.WORKSPACE.armId() + "/models/m1/versions";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "MAXIMIZE, 0.91, 0.90, 0, PROMOTE",
        "MAXIMIZE, 0.90, 0.90, 0, KEEP",
        "MAXIMIZE, 0.89, 0.90, 0.02, PROMOTE",
        "MAXIMIZE, 0.87, 0.90, 0.02, KEEP",
        "MAXIMIZE, 0.7, 0.8, 0.1, PROMOTE",
        "MINIMIZE, 3, 4, 0, PROMOTE",
        "MINIMIZE, 4, 4, 0, KEEP",
        "MINIMIZE, 4.5, 4, 1, PROMOTE",
        "MINIMIZE, 5, 4, 1, PROMOTE",
        "MINIMIZE, 0.3, 0.1, 0.2, PROMOTE",
        "MINIMIZE, 5.5, 4, 1, KEEP"
    })
    void onlyABetterModelIsPromoted(
            Rule.Direction direction, double value, double other, double tolerance, Outcome expected) {
        Rule rule = rule(direction, OptionalDouble.empty(), tolerance, new Against.Production(), List.of(), 0);

        Evaluation evaluation = new ModelEvaluation(against -> Optional.of(new Baseline("m1:3", Map.of("acc", other))))
                .evaluate(List.of(rule), Map.of("acc", value));

        assertThat(evaluation.outcome()).isEqualTo(expected);
    }

    @Test
    void theFirstModelIsPromotedWhenItsOwnLimitsHold() {
        Rule rule = rule(Rule.Direction.MAXIMIZE, OptionalDouble.of(0.5), 0, new Against.Production(), List.of(), 0);
        ModelEvaluation evaluation = new ModelEvaluation(against -> Optional.empty());

        assertThat(evaluation.evaluate(List.of(rule), Map.of("acc", 0.6)).outcome())
                .isEqualTo(Outcome.PROMOTE);
        assertThat(evaluation.evaluate(List.of(rule), Map.of("acc", 0.4)).reason())
                .isEqualTo("acc is 0.4, below the minimum 0.5");
    }

    @Test
    void whatIsMissingForEverySliceIsSaidOnce() {
        Rule rule = rule(
                Rule.Direction.MAXIMIZE, OptionalDouble.empty(), 0, new Against.Version("9"), List.of("a", "b"), 0);
        ModelEvaluation evaluation = new ModelEvaluation(against -> {
            throw AmlException.of(ErrorCode.EVALUATION_UNDECIDED, "Model m1 has no version 9")
                    .build();
        });

        Evaluation decided = evaluation.evaluate(List.of(rule), Map.of("acc", 0.9, "acc.a", 0.9, "acc.b", 0.9));

        assertThat(decided.findings()).hasSize(3);
        assertThat(decided.reason()).isEqualTo("Model m1 has no version 9");
    }

    @ParameterizedTest
    @CsvSource({"0.85, 0.85", "12000, 12000", "0.1234567, 0.123457", "0.00000015, 1.5E-7", "NaN, NaN", "1e20, 1E+20"})
    void figuresAreShownWithoutDigitsForShow(double value, String shown) {
        assertThat(Figure.shown(value)).isEqualTo(shown);
    }

    @Test
    void aMissingMetricIsAnErrorOnEitherSide() {
        Rule rule = rule(Rule.Direction.MAXIMIZE, OptionalDouble.empty(), 0, new Against.Production(), List.of(), 0);
        ModelEvaluation evaluation =
                new ModelEvaluation(against -> Optional.of(new Baseline("m1:3", Map.of("other", 1.0))));

        assertThat(evaluation.evaluate(List.of(rule), Map.of()).findings())
                .containsExactly(new Finding("acc", Outcome.ERROR, "the run has no metric acc"));
        assertThat(evaluation.evaluate(List.of(rule), Map.of("acc", 1.0)).findings())
                .containsExactly(new Finding("acc", Outcome.ERROR, "model m1:3 has no metric acc"));
        assertThat(evaluation.evaluate(List.of(rule), Map.of("acc", Double.NaN)).outcome())
                .isEqualTo(Outcome.ERROR);
    }

    @Test
    void oneBadSliceKeepsTheModelOutAndSoDoTooFewExamples() {
        Rule rule =
                rule(Rule.Direction.MAXIMIZE, OptionalDouble.of(0.5), 0, new Against.Nothing(), List.of("north"), 100);
        ModelEvaluation evaluation = new ModelEvaluation(Baselines.NONE);

        assertThat(evaluation
                        .evaluate(List.of(rule), Map.of("acc", 0.9, "acc.north", 0.2, "n", 500.0, "n.north", 200.0))
                        .reason())
                .isEqualTo("acc.north is 0.2, below the minimum 0.5");
        assertThat(evaluation
                        .evaluate(List.of(rule), Map.of("acc", 0.9, "acc.north", 0.8, "n", 500.0, "n.north", 20.0))
                        .reason())
                .isEqualTo("acc.north was measured on 20 examples, fewer than 100");
        assertThat(evaluation
                        .evaluate(List.of(rule), Map.of("acc", 0.9, "acc.north", 0.8, "n", 500.0))
                        .outcome())
                .isEqualTo(Outcome.ERROR);
    }

    @Test
    void theOtherModelIsTheNewestThatIsMeantAndNotArchived() {
        try (LoopbackService service = new LoopbackService();
                AzureClients clients = service.clients(Progress.NONE)) {
            service.play("GET " + VERSIONS, Answer.json(200, """
                    {"value":[{"id":"4","name":"4","properties":{"stage":"Production","isArchived":true,"tags":{}}},
                    {"id":"3","name":"3","properties":{"stage":"Staging","tags":{"channel":"live","metric.acc":"0.7"}}},
                    {"id":"2","name":"2","properties":{"tags":{"stage":"production","metric.acc":"0.8"}}},
                    {"id":"1","name":"1","properties":{"stage":"Production","tags":{"metric.acc":"0.9"}}}]}
                    """))
                    .play("GET " + VERSIONS + "/9", Answer.error(404, "NotFound", "no 9"));
            Baselines registered = new RegisteredBaselines(clients, "m1");

            assertThat(registered.find(new Against.Production())).contains(new Baseline("m1:2", Map.of("acc", 0.8)));
        }
    }

    @Test
    void aVersionThatIsNamedMustBeThere() {
        try (LoopbackService service = new LoopbackService();
                AzureClients clients = service.clients(Progress.NONE)) {
            service.play("GET " + VERSIONS + "/9", Answer.error(404, "NotFound", "no 9"));

            AmlException error = catchThrowableOfType(
                    AmlException.class, () -> new RegisteredBaselines(clients, "m1").find(new Against.Version("9")));

            assertThat(error.code()).isEqualTo(ErrorCode.EVALUATION_UNDECIDED);
        }
    }

    @Test
    void aDecisionStandsUntilTheMetricsChange() throws IOException {
        Path metrics =
                Files.writeString(directory.resolve("metrics.json"), "{\"job\":\"j\",\"metrics\":{\"acc\":0.4}}");
        Path xml = directory.resolve("TEST.xml");
        Rule rule = rule(Rule.Direction.MAXIMIZE, OptionalDouble.of(0.5), 0, new Against.Nothing(), List.of(), 0);
        Evaluation keep =
                new ModelEvaluation(Baselines.NONE).evaluate(List.of(rule), EvaluationReport.metrics(metrics));
        EvaluationReport report = new EvaluationReport(directory);
        assertThat(report.standing()).isEmpty();

        report.write(keep, metrics, xml);

        assertThat(report.standing()).contains(keep);
        assertThat(Files.readString(xml))
                .contains("skipped=\"1\"", "<skipped message=\"acc is 0.4, below the minimum 0.5\"");
        Files.writeString(metrics, "{\"acc\":0.9}");
        assertThat(report.standing()).isEmpty();
        assertThat(EvaluationReport.metrics(metrics)).containsEntry("acc", 0.9);
    }

    private static Rule rule(
            Rule.Direction direction,
            OptionalDouble minimum,
            double tolerance,
            Against against,
            List<String> slices,
            long sample) {
        return new Rule("acc", direction, minimum, OptionalDouble.empty(), tolerance, against, slices, "n", sample);
    }
}
