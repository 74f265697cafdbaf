package io.github.amlmaven.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.SpecCheck;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectCheckTest {

    private static final String SPARK = """
            type: spark
            code: src
            entry: {file: %s}
            inputs:
              wine: {type: uri_folder, path: "azureml://datastores/blob/paths/wine", mode: %s}
            conf: {spark.driver.cores: 1, spark.driver.memory: 2g, spark.executor.cores: 2,
                   spark.executor.memory: 2g, spark.executor.instances: 2}
            resources: {instance_type: standard_e4s_v3, runtime_version: "3.4"}
            """;

    @TempDir
    Path project;

    @BeforeEach
    void code() throws IOException {
        Files.createDirectories(project.resolve("src"));
        Files.writeString(project.resolve("src/clean.py"), "print()\n");
    }

    @Test
    void whatOnlySendingRefusesIsToldAtOnce() throws IOException {
        write("spark.yml", SPARK.formatted("clean.py", "ro_mount"));

        assertThat(check())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("mode 'direct' only"))
                .satisfies(problem -> assertThat(problem.location().line()).isEqualTo(5));
    }

    @Test
    void whatCanBeSentHasNoProblem() throws IOException {
        write("spark.yml", SPARK.formatted("clean.py", "direct"));

        assertThat(check()).isEmpty();
    }

    @Test
    void theEntryOfASparkJobMustBeInItsCode() throws IOException {
        write("spark.yml", SPARK.formatted("claen.py", "direct"));

        assertThat(check())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("claen.py"));
    }

    @Test
    void aPartOfAnotherFileIsNotSentByItself() throws IOException {
        write("inner.yml", """
                $schema: https://azuremlschemas.azureedge.net/latest/pipelineJob.schema.json
                type: pipeline
                settings: {default_compute: azureml:cpu-cluster}
                inputs:
                  wine: {type: uri_folder}
                jobs:
                  clean:
                    type: command
                    command: echo ${{inputs.wine}}
                    environment: azureml:e:1
                    inputs: {wine: "${{parent.inputs.wine}}"}
                """);
        assertThat(check())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("'wine' has no 'path'"));

        write("outer.yml", """
                $schema: https://azuremlschemas.azureedge.net/latest/pipelineJob.schema.json
                type: pipeline
                settings: {default_compute: azureml:cpu-cluster}
                inputs:
                  wine: {type: uri_folder, path: "azureml://datastores/blob/paths/wine"}
                jobs:
                  inner:
                    type: pipeline
                    component: inner.yml
                    inputs: {wine: "${{parent.inputs.wine}}"}
                """);
        assertThat(check()).isEmpty();
    }

    @Test
    void aBindingOfAPreviewNamesTodaysForm() throws IOException {
        write("pipeline.yml", """
                $schema: https://azuremlschemas.azureedge.net/latest/pipelineJob.schema.json
                type: pipeline
                settings: {default_compute: azureml:cpu-cluster}
                inputs: {rate: 1}
                jobs:
                  clean:
                    type: command
                    command: echo ${{inputs.rate}}
                    environment: azureml:e:1
                    inputs: {rate: "${{inputs.rate}}"}
                """);

        assertThat(check())
                .singleElement()
                .satisfies(
                        problem -> assertThat(problem.message()).contains("Did you mean '${{parent.inputs.rate}}'?"));
    }

    @Test
    void theJobOfAScheduleMustExist() throws IOException {
        write("nightly.yml", """
                $schema: https://azuremlschemas.azureedge.net/latest/schedule.schema.json
                name: nightly
                trigger: {type: cron, expression: "0 1 * * *"}
                create_job: ./nopipe.yml
                """);

        assertThat(check()).singleElement().satisfies(problem -> {
            assertThat(problem.location().line()).isEqualTo(4);
            assertThat(problem.message()).contains("'./nopipe.yml' does not exist");
        });
    }

    @Test
    void eachFileIsParsedOnceThoughItIsCheckedRenderedAndReferredTo() throws IOException {
        write("component.yml", """
                $schema: https://azuremlschemas.azureedge.net/latest/commandComponent.schema.json
                name: clean
                description: ${component}
                command: echo
                environment: azureml:e:1
                """);
        write("pipeline.yml", """
                $schema: https://azuremlschemas.azureedge.net/latest/pipelineJob.schema.json
                type: pipeline
                description: ${pipeline}
                settings: {default_compute: azureml:cpu-cluster}
                jobs:
                  first: {component: component.yml}
                  second: {component: component.yml}
                """);
        List<String> filled = new ArrayList<>();
        SpecReader reader = new SpecReader(expression -> {
            filled.add(expression);
            return "text";
        });

        assertThat(new ProjectCheck(reader, new SpecCheck(reader)).check(SpecCheck.yamlFiles(project), project))
                .isEmpty();
        assertThat(filled).containsExactlyInAnyOrder("${component}", "${pipeline}");
    }

    @Test
    void whatIsWarnedOfIsNoProblem() throws IOException {
        write("train.yml", """
                $schema: https://azuremlschemas.azureedge.net/latest/commandJb.schema.json
                type: command
                command: echo
                environment: azureml:e:1
                compute: azureml:cpu-cluster
                """);
        SpecReader reader = new SpecReader();

        ProjectCheck.Findings findings =
                new ProjectCheck(reader, new SpecCheck(reader)).findings(SpecCheck.yamlFiles(project), project);

        assertThat(findings.problems()).isEmpty();
        assertThat(findings.warnings())
                .singleElement()
                .asString()
                .startsWith("AML-2101  train.yml:1:10  ")
                .contains("Did you mean 'commandJob.schema.json'?");
    }

    private void write(String name, String yaml) throws IOException {
        Files.writeString(project.resolve(name), yaml);
    }

    private List<Problem> check() {
        SpecReader reader = new SpecReader();
        return new ProjectCheck(reader, new SpecCheck(reader)).check(SpecCheck.yamlFiles(project), project);
    }
}
