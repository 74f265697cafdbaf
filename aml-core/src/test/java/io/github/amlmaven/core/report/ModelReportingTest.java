package io.github.amlmaven.core.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the model of a project comes from: of a command, of a pipeline's step, of what ran last. */
class ModelReportingTest {

    private static final String TRAIN = """
            type: command
            command: python train.py ${{inputs.rate}}
            code: ./code
            environment: azureml:training:3
            inputs:
              rate: 0.5
            """;

    private static final String PIPELINE = """
            type: pipeline
            inputs:
              raw: {type: uri_folder, path: azureml:wine:2}
              rate: 0.1
            outputs:
              model: {type: uri_folder}
              figures: {type: uri_folder}
            settings: {default_compute: azureml:cpu-cluster}
            jobs:
              prepare:
                type: pipeline
                component: ./prep.yml
                inputs: {raw: "${{parent.inputs.raw}}"}
              train:
                type: command
                component: ./train-component.yml
                inputs:
                  data: ${{parent.jobs.prepare.outputs.train}}
                  rate: ${{parent.inputs.rate}}
                outputs:
                  fitted: ${{parent.outputs.model}}
              evaluate:
                type: command
                command: echo ${{inputs.model}}
                environment: azureml:figures:1
                inputs:
                  model: ${{parent.jobs.train.outputs.fitted}}
                outputs:
                  figures: ${{parent.outputs.figures}}
            """;

    @TempDir
    private Path project;

    private Path records;

    @BeforeEach
    void files() throws IOException {
        records = project.resolve("target/aml");
        write("src/main/aml/code/train.py", "print('trained')");
        try (var from = ModelReportingTest.class.getResourceAsStream("/graph/prep.yml")) {
            Files.copy(from, project.resolve("src/main/aml/prep.yml"));
        }
        write("src/main/aml/train-component.yml", """
                type: command
                name: fit
                version: 1
                command: python train.py ${{inputs.data}} ${{inputs.rate}} ${{inputs.rounds}} ${{outputs.fitted}}
                code: ./code
                environment: azureml:training:3
                inputs:
                  data: {type: uri_folder}
                  rate: {type: number}
                  rounds: {type: integer, default: 12}
                outputs:
                  fitted: {type: uri_folder}
                """);
    }

    private void write(String file, String text) throws IOException {
        Path path = project.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private Map<String, String> lineage() {
        return lineage(Optional.empty());
    }

    private Map<String, String> lineage(Optional<Path> job) {
        ModelReport report = new ModelReporting(new SpecReader())
                .report(new ModelReporting.Request(
                        records,
                        project,
                        job,
                        List.of(
                                project.resolve("src/main/aml/train.yml"),
                                project.resolve("src/main/aml/pipeline.yml")),
                        project.resolve("src/main/aml/model.yml")));
        Map<String, String> facts = new LinkedHashMap<>();
        report.sections().stream()
                .filter(section -> section.title().equals("Lineage"))
                .forEach(section -> section.rows().forEach(row -> facts.put(row.get(0), row.get(1))));
        return facts;
    }

    private void registers(String path) throws IOException {
        write("src/main/aml/model.yml", "name: wine\ntype: custom_model\npath: " + path + "\n");
    }

    @Test
    void theModelOfACommandComesFromItsCodeEnvironmentAndInputs() throws IOException {
        write("src/main/aml/train.yml", TRAIN);

        assertThat(lineage())
                .containsEntry("environment", "environments/training/versions/3")
                .containsEntry("input rate", "0.5")
                .hasEntrySatisfying("code", code -> assertThat(code).startsWith("codes/sha256-"));
    }

    @Test
    void theModelOfAPipelineComesFromTheStepThatWritesIt() throws IOException {
        write("src/main/aml/pipeline.yml", PIPELINE);
        registers("../../../target/aml/outputs/model");

        Map<String, String> lineage = lineage();

        assertThat(lineage)
                .containsEntry("step", "train")
                .containsEntry("environment", "environments/training/versions/3")
                .containsEntry("input data", "train of step prepare/split")
                .containsEntry("input rate", "0.1")
                .containsEntry("input rounds", "12")
                .containsEntry("by way of step prepare/clean: input raw", "data/wine/versions/2")
                .doesNotContainKey("Step evaluate: environment");
        assertThat(lineage.get("code")).startsWith("codes/sha256-");
    }

    @Test
    void theOutputOfAJobInTheWorkspaceNamesTheStepToo() throws IOException {
        write("src/main/aml/pipeline.yml", PIPELINE);
        registers("azureml://jobs/p-1/outputs/figures/paths/model");

        assertThat(lineage())
                .containsEntry("step", "evaluate")
                .containsEntry("input model", "fitted of step train")
                .containsEntry("by way of step prepare/clean: input raw", "data/wine/versions/2");
    }

    @Test
    void whereNothingTellsWhichStepItWasAllOfThemAreThere() throws IOException {
        write("src/main/aml/pipeline.yml", PIPELINE);

        assertThat(lineage())
                .doesNotContainKey("step")
                .containsEntry("Step train: environment", "environments/training/versions/3")
                .containsEntry("Step evaluate: environment", "environments/figures/versions/1")
                .containsEntry("Step prepare/clean: input raw", "data/wine/versions/2");
    }

    @Test
    void whatRanLastCountsAndTheInputsThatItWasGiven() throws IOException {
        write("src/main/aml/train.yml", TRAIN);
        write("src/main/aml/pipeline.yml", PIPELINE);
        registers("../../../target/aml/outputs/model");
        write(
                "target/aml/run.json",
                "{\"goal\":\"run\",\"startedAt\":\"2030-01-01T00:00:00Z\",\"outputs\":{\"jobName\":\"p-1\","
                        + "\"jobFile\":\"src/main/aml/pipeline.yml\",\"inputs\":{\"rate\":\"0.9\"}}}");

        assertThat(lineage())
                .containsEntry("Job", "p-1")
                .containsEntry("step", "train")
                .containsEntry("input rate", "0.9");
        assertThat(lineage(Optional.of(project.resolve("src/main/aml/train.yml"))))
                .containsEntry("input rate", "0.5")
                .doesNotContainKey("step");
    }

    @Test
    void aLaterJobIsNotWhereTheRegisteredModelComesFrom() throws IOException {
        write("src/main/aml/train.yml", TRAIN);
        write("src/main/aml/pipeline.yml", PIPELINE);
        write(
                "target/aml/run.json",
                "{\"goal\":\"run\",\"outputs\":{\"jobName\":\"p-1\",\"jobFile\":\"src/main/aml/pipeline.yml\"}}");
        write(
                "target/aml/register.json",
                "{\"goal\":\"register\",\"outputs\":{\"jobName\":\"t-1\",\"job\":{\"jobName\":\"t-1\","
                        + "\"jobFile\":\"src/main/aml/train.yml\",\"inputs\":{\"rate\":\"0.7\"}}}}");

        assertThat(lineage())
                .containsEntry("Job", "t-1")
                .containsEntry("input rate", "0.7")
                .doesNotContainKey("step");

        write("target/aml/register.json", "{\"goal\":\"register\",\"outputs\":{\"jobName\":\"elsewhere\"}}");
        assertThat(lineage()).isEqualTo(Map.of("Job", "elsewhere"));
    }

    @Test
    void aJobThatIsNamedMustBeThere() {
        assertThatThrownBy(() -> lineage(Optional.of(project.resolve("src/main/aml/tarin.yml"))))
                .isInstanceOfSatisfying(
                        AmlException.class, e -> assertThat(e.describe()).contains("tarin.yml"));
    }

    @Test
    void aComponentOfAPipelinesUsualNameIsNoJob() throws IOException {
        write("src/main/aml/pipeline.yml", """
                $schema: https://azuremlschemas.azureedge.net/latest/pipelineComponent.schema.json
                type: pipeline
                name: chain
                jobs:
                  score:
                    type: command
                    component: azureml:scorer:1
                """);

        assertThat(lineage()).isEmpty();
    }

    @Test
    void aProjectWithoutAJobHasNoLineage() {
        assertThat(lineage()).isEmpty();
    }
}
