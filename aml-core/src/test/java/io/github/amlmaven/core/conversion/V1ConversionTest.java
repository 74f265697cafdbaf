package io.github.amlmaven.core.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class V1ConversionTest {

    @TempDir
    private Path folder;

    private V1Project project;

    @BeforeEach
    void makeAProjectOfThreeSteps() throws IOException {
        project = new V1Project(folder)
                .withScripts("prep.py", "score.py", "train.py")
                .withRunConfiguration("framework: Python", "communicator: None", "nodeCount: 1")
                .with("v1/conda.yml", "dependencies: [python=3.10, {pip: [azureml-defaults]}]\n")
                .with("v1/parallel.yml", """
                        parallel_run_config:
                          entry_script: score.py
                          source_directory: ../src/main/python
                          environment:
                            name: batch-env
                            python: {condaDependenciesFile: conda.yml}
                          mini_batch_size: 5
                          error_threshold: 10
                          output_action: append_row
                          node_count: 2
                          process_count_per_node: 3
                          run_max_try: 3
                          run_invocation_timeout: 60
                          compute_target_name: cpu-cluster
                        """)
                .with("v1/train.yml", """
                        pipeline:
                          name: Diabetes
                          parameters:
                            alpha: {type: float, default: 0.5}
                            raw data: {type: datapath, default: {datastore: workspaceblobstore, path_on_datastore: raw}}
                          default_compute: cpu-cluster
                          steps:
                            Train:
                              type: PythonScriptStep
                              name: train it
                              script_name: train.py
                              source_directory: ../src/main/python
                              runconfig: step.runconfig
                              allow_reuse: false
                              inputs: {in: {source: scored, bind_mode: download}}
                              parameters: {alpha: {source: alpha}}
                              arguments: ["--in", "input:in", "--alpha", "parameter:alpha"]
                            Prepare:
                              type: PythonScriptStep
                              script_name: prep.py
                              source_directory: ../src/main/python
                              runconfig: step.runconfig
                              inputs: {raw: {source: raw data}}
                              outputs: {out: {destination: prepared, bind_mode: mount}}
                              arguments: [input:raw, output:out]
                            Score:
                              type: ParallelRunStep
                              parallel_run_config: parallel.yml
                              inputs: {batch: {source: prepared}}
                              outputs: {rows: {destination: scored}}
                        """);
    }

    @Test
    void aPipelineItsEnvironmentsAndItsComponentsAreFilesOfTheirOwn() throws IOException {
        ConversionResult result = project.convert();

        assertThat(result.changed())
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrder(
                        "pipeline.yml", "component-train.yml", "environment-train.yml", "environment-batch-env.yml");
        assertThat(project.text("pipeline.yml"))
                .startsWith("# Made of v1/train.yml by aml:convert.\n$schema:")
                .contains("component: ./component-train.yml", "${{parent.jobs.score.outputs.rows}}")
                .contains("# 'raw data' in v1; names are identifiers here", "raw_data:")
                .contains("batch: ${{parent.jobs.prepare.outputs.out}}")
                .contains("mini_batch_size: '5'", "max_concurrency_per_instance: 3", "instance_count: 2")
                .contains("append_row_to: ${{outputs.rows}}", "max_retries: 2", "# run_max_try: 3");
        assertThat(project.text("component-train.yml"))
                .contains("is_deterministic: false", "alpha:\n    type: number", "file:./environment-train.yml");
        assertThat(project.text("environment-batch-env.yml")).contains("conda_file: ../../../v1/conda.yml");
    }

    @Test
    void eachChoiceIsToldWithBothItsPlaces() {
        ConversionResult result = project.convert();

        assertThat(result.choices())
                .filteredOn(choice -> choice.text().startsWith("run_max_try: 3"))
                .singleElement()
                .satisfies(choice -> {
                    assertThat(choice.source()).hasToString("v1/parallel.yml:12:16");
                    assertThat(choice.file()).isEqualTo(folder.resolve("src/main/aml/pipeline.yml"));
                    assertThat(choice.pointer()).isEqualTo("/jobs/score/retry_settings");
                });
        assertThat(result.choices())
                .filteredOn(choice -> choice.text().contains("is_deterministic"))
                .singleElement()
                .satisfies(choice -> assertThat(choice.source()).hasToString("v1/train.yml:14:20"));
        assertThat(project.progress.lines())
                .anySatisfy(line -> assertThat(line)
                        .contains(
                                "v1/parallel.yml:12:16  /jobs/score/retry_settings of src/main/aml/pipeline.yml: run_max_try: 3"
                                        + " in v1 counted the first try too"));
    }

    @Test
    void eachKeyThatNothingWasMadeOfIsNamedOnce() throws IOException {
        project.withRunConfiguration("framework: Python", "unheardOf: 2", "exposedPorts: '80'", "target: cpu");

        ConversionResult result = project.convert();

        assertThat(result.warnings())
                .extracting(Object::toString)
                .containsExactly(
                        "AML-2111  v1/step.runconfig:2:1  'unheardOf' is left out: v2 has nothing of this name; what it did has"
                                + " to be said in the v2 file by hand",
                        "AML-2111  v1/step.runconfig:3:1  'exposedPorts' is left out: use 'services' of the job, which"
                                + " opens ssh, jupyter_lab, tensor_board or vs_code");
    }

    @Test
    void theSameAgainChangesNothing() throws IOException {
        project.convert();

        assertThat(project.convert().changed()).isEmpty();
    }

    @Test
    void aFileThatIsThereIsReplacedOnlyWhenThatIsAskedFor() throws IOException {
        project.with("src/main/aml/pipeline.yml", "type: pipeline\njobs: {}\n");

        assertThatThrownBy(project::convert)
                .isInstanceOfSatisfying(
                        AmlException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.FILE_EXISTS))
                .hasMessageContaining("src/main/aml/pipeline.yml");
        assertThat(folder.resolve("src/main/aml/component-train.yml")).doesNotExist();

        project.convert(project.request(true, false));
        assertThat(project.text("pipeline.yml")).contains("parallel");
    }

    @Test
    void aDryRunWritesNothing() {
        ConversionResult result = project.convert(project.request(false, true));

        assertThat(result.changed()).hasSize(4);
        assertThat(folder.resolve("src/main/aml")).doesNotExist();
    }

    @Test
    void whatTheCheckRefusesIsNotLeftBehind() throws IOException {
        project.with("src/main/aml/pipeline.yml", "old\n");
        project.with("v1/step.runconfig", """
                framework: Python
                environment: {docker: {baseImage: "${no.such.property}"}}
                """);

        assertThatThrownBy(() -> project.convert(project.request(true, false))).isInstanceOf(AmlException.class);
        assertThat(project.text("pipeline.yml")).isEqualTo("old\n");
        try (var files = Files.list(folder.resolve("src/main/aml"))) {
            assertThat(files).hasSize(1);
        }
    }
}
