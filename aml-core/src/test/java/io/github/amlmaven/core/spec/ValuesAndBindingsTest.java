package io.github.amlmaven.core.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesAndBindingsTest {

    private static final String SWEEP = """
            $schema: https://azuremlschemas.azureedge.net/latest/sweepJob.schema.json
            type: sweep
            trial:
              command: python -c 1 --lr ${{search_space.%s}}
              environment: azureml:e:1
            search_space:
              lr: {type: uniform, min_value: 0.1, max_value: 0.9}
            objective: {goal: minimize, primary_metric: loss}
            sampling_algorithm: random
            limits: {max_total_trials: 2}
            compute: azureml:cpu-cluster
            """;

    @TempDir
    Path project;

    @ParameterizedTest
    @CsvSource(textBlock = """
            ratio: lots,   "'lots' is no number, as the component's input 'ratio' wants it"
            ratio: 3,      "'3' is more than 1"
            ratio: -1,     "'-1' is less than 0"
            rounds: 1.5,   "'1.5' is no integer"
            fast: maybe,   "'maybe' is no boolean"
            mode: fsat,    "'fsat' is not one of fast, slow. Did you mean 'fast'?"
            """, quoteCharacter = '"')
    void aValueMustFitTheInputOfTheComponentBesideIt(String input, String why) throws IOException {
        assertThat(pipeline(input)).singleElement().asString().contains(why, "pipeline.yml:9:");
    }

    @ParameterizedTest
    @CsvSource({"ratio: 0.5", "rounds: 3", "fast: true", "mode: slow", "ratio: 1e-3"})
    void whatFitsHasNoProblem(String input) throws IOException {
        assertThat(pipeline(input)).isEmpty();
    }

    private List<String> pipeline(String input) throws IOException {
        Files.writeString(project.resolve("component.yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/commandComponent.schema.json
                name: train
                command: echo
                environment: azureml:e:1
                inputs:
                  ratio: {type: number, min: 0, max: 1, optional: true}
                  rounds: {type: integer, optional: true}
                  fast: {type: boolean, optional: true}
                  mode: {type: string, enum: [fast, slow], optional: true}
                """);
        return check("pipeline.yml", """
                $schema: https://azuremlschemas.azureedge.net/latest/pipelineJob.schema.json
                type: pipeline
                settings: {default_compute: azureml:cpu-cluster}
                jobs:
                  train:
                    type: command
                    component: component.yml
                    inputs:
                      %s
                """.formatted(input));
    }

    @ParameterizedTest
    @CsvSource({"input.rate, inputs", "parent.input.rate, inputs", "parents.inputs.rate, parent"})
    void aSlipOfThePenInABindingIsNamed(String expression, String meant) throws IOException {
        assertThat(check("train.yml", """
                        $schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json
                        type: command
                        command: echo ${{%s}}
                        environment: azureml:e:1
                        """.formatted(expression)))
                .singleElement()
                .asString()
                .contains("${{" + expression + "}}", "Did you mean '" + meant + "'?");
    }

    @Test
    void theSearchSpaceHasWhatTheTrialNames() throws IOException {
        assertThat(check("sweep.yml", SWEEP.formatted("lr"))).isEmpty();
        assertThat(check("sweep.yml", SWEEP.formatted("lrr")))
                .singleElement()
                .asString()
                .contains("the search space has no 'lrr'. Did you mean 'lr'?");
    }

    @Test
    void schemaAndTypeThatContradictEachOtherAreOneProblem() throws IOException {
        assertThat(check("job.yml", """
                        $schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json
                        type: pipeline
                        jobs: {}
                        """))
                .singleElement()
                .asString()
                .contains("'$schema' says command-job, 'type' says pipeline-job");
    }

    private List<String> check(String name, String yaml) throws IOException {
        Path file = Files.writeString(project.resolve(name), yaml);
        return new SpecCheck(new SpecReader())
                .check(List.of(file), project).stream().map(Object::toString).toList();
    }
}
