package io.github.amlmaven.core.spec.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each step type is what it is in v2, or is named with what to use instead. */
class StepConversionTest {

    @TempDir
    private Path directory;

    private V1Folder folder;

    @BeforeEach
    void codeAndARunConfiguration() throws IOException {
        folder = new V1Folder(directory)
                .with("src/train.py", "print(1)\n")
                .with("r.yml", "framework: Python\nenvironment: {docker: {baseImage: 'python:3.11'}}\n");
    }

    private JsonNode converted(String step) throws IOException {
        Converted converted = folder.step(step);
        assertThat(converted.problems()).isEmpty();
        return converted.content().at("/jobs/step");
    }

    @Test
    void aPythonScriptStepIsACommand() throws IOException {
        JsonNode step = converted("""
                type: PythonScriptStep
                name: train it
                script_name: train.py
                source_directory: src
                runconfig: r.yml
                parameters: {rate: {source: rate}, rounds: 7}
                inputs: {data: {source: raw, bind_mode: download}}
                outputs: {out-put: {destination: o, datastore: other, bind_mode: upload}}
                arguments: [--rate, "parameter:rate", --n, 3, "input:data", "output:out-put", "two words"]
                """);

        assertThat(step.path("type").asText()).isEqualTo("command");
        assertThat(step.path("display_name").asText()).isEqualTo("train it");
        assertThat(step.path("command").asText())
                .isEqualTo("python train.py --rate ${{inputs.rate}} --n 3 ${{inputs.data}} ${{outputs.out_put}}"
                        + " 'two words'");
        assertThat(step.path("code").asText()).isEqualTo("./src");
        assertThat(step.at("/inputs/rate").asText()).isEqualTo("${{parent.inputs.rate}}");
        assertThat(step.at("/inputs/rounds").asInt()).isEqualTo(7);
        assertThat(step.at("/inputs/data").toString())
                .isEqualTo("{\"type\":\"uri_file\",\"mode\":\"download\",\"path\":\"${{parent.inputs.raw}}\"}");
        assertThat(step.at("/outputs/out_put").toString())
                .isEqualTo("{\"type\":\"uri_folder\",\"mode\":\"upload\",\"path\":"
                        + "\"azureml://datastores/other/paths/azureml/${{name}}/out_put/\"}");
        assertThat(step.at("/environment/image").asText()).isEqualTo("python:3.11");
    }

    @Test
    void whatNoArgumentNamesReachesTheScriptAsBefore() throws IOException {
        folder.with("src/train.py", "os.environ['AML_PARAMETER_rate'], os.environ['AZUREML_DATAREFERENCE_data']\n");

        assertThat(converted("""
                        type: PythonScriptStep
                        script_name: train.py
                        source_directory: src
                        runconfig: r.yml
                        parameters: {rate: 1}
                        inputs: {data: {source: raw}}
                        """).path("command").asText())
                .isEqualTo(
                        "export AML_PARAMETER_rate=\"${{inputs.rate}}\" AZUREML_DATAREFERENCE_data=\"${{inputs.data}}\""
                                + " && python train.py");
    }

    @Test
    void anMpiStepAndACommandStepAreCommands() throws IOException {
        assertThat(converted("""
                        type: MpiStep
                        script_name: train.py
                        source_directory: src
                        runconfig: r.yml
                        node_count: 2
                        process_count_per_node: 4
                        """).toString())
                .contains("\"instance_count\":2")
                .contains("\"distribution\":{\"type\":\"mpi\",\"process_count_per_instance\":4}");
        assertThat(converted("""
                        type: CommandStep
                        command: ls -l
                        source_directory: src
                        runconfig: r.yml
                        """).path("command").asText()).isEqualTo("ls -l");
    }

    @Test
    void aParallelRunStepKeepsItsSizesAndTolerance() throws IOException {
        folder.with("conf/p.yml", """
                parallel_run_config:
                  entry_script: train.py
                  source_directory: ../src
                  environment: {name: batch, version: 3}
                  mini_batch_size: 10MB
                  error_threshold: -1
                  allowed_failed_count: 2
                  allowed_failed_percent: 5
                  output_action: append_row
                  append_row_file_name: rows.txt
                  node_count: 4
                  process_count_per_node: 2
                  run_max_try: 1
                  run_invocation_timeout: 90
                  logging_level: DEBUG
                """);
        Converted converted = folder.step("""
                type: ParallelRunStep
                parallel_run_config: conf/p.yml
                inputs: {images: {source: set}}
                side_inputs: {labels: {source: raw, bind_mode: mount}}
                outputs: {rows: {destination: r}}
                arguments: [--labels, "side_input:labels"]
                """);

        assertThat(converted.problems()).isEmpty();
        JsonNode step = converted.content().at("/jobs/step");
        assertThat(step.path("input_data").asText()).isEqualTo("${{inputs.images}}");
        assertThat(step.path("mini_batch_size").asText()).isEqualTo("10mb");
        assertThat(step.path("error_threshold").asInt()).isEqualTo(-1);
        assertThat(step.path("mini_batch_error_threshold").asInt()).isEqualTo(2);
        assertThat(step.path("max_concurrency_per_instance").asInt()).isEqualTo(2);
        assertThat(step.at("/resources/instance_count").asInt()).isEqualTo(4);
        assertThat(step.path("retry_settings").toString()).isEqualTo("{\"max_retries\":0,\"timeout\":90}");
        assertThat(step.path("logging_level").asText()).isEqualTo("DEBUG");
        assertThat(step.path("task").toString())
                .contains("\"code\":\"./src\"", "\"environment\":\"azureml:batch:3\"")
                .contains("--labels ${{inputs.labels}} --allowed_failed_percent 5")
                .contains("\"append_row_to\":\"${{outputs.rows}}\"");
        assertThat(converted.warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.toString())
                        .contains("conf/p.yml:10:25", "'append_row_file_name'", "parallel_run_step.txt"));
        assertThat(converted.content().at("/inputs/set/path").asText()).isEqualTo("azureml:mnist@latest");
    }

    @Test
    void aDataTransferStepCopiesAndOthersReadWhatItCopied() throws IOException {
        Converted converted = folder.step("""
                type: DataTransferStep
                compute: adf
                source_data_reference: {from: {source: raw}}
                destination_data_reference: {to: {source: archive}}
                """);

        assertThat(converted.problems()).isEmpty();
        assertThat(converted.content().at("/jobs/step").toString())
                .isEqualTo(
                        "{\"type\":\"data_transfer\",\"task\":\"copy_data\","
                                + "\"data_copy_mode\":\"merge_with_overwrite\",\"compute\":\"azureml:adf\","
                                + "\"inputs\":{\"from\":\"${{parent.inputs.raw}}\"},"
                                + "\"outputs\":{\"to\":{\"type\":\"uri_folder\",\"path\":\"azureml://datastores/cold/paths/archive\"}}}");
        assertThat(converted.content().path("inputs").has("archive")).isFalse();
    }

    @Test
    void aStepThatIsNotToBeReusedIsAComponentThatIsNotDeterministic() throws IOException {
        JsonNode step = converted("""
                type: PythonScriptStep
                script_name: train.py
                source_directory: src
                runconfig: r.yml
                allow_reuse: false
                parameters: {rate: {source: rate}}
                arguments: ["parameter:rate"]
                """);

        assertThat(step.path("command").isMissingNode()).isTrue();
        assertThat(step.at("/component/is_deterministic").asBoolean(true)).isFalse();
        assertThat(step.at("/component/inputs/rate/type").asText()).isEqualTo("number");
    }

    @Test
    void aPySparkStepIsASparkStep() throws IOException {
        folder.with(
                "r.yml", "framework: PySpark\nspark: {configuration: {spark.executor.cores: '4'}}\nenvironment: {}\n");

        JsonNode step = converted("""
                type: PythonScriptStep
                script_name: train.py
                source_directory: src
                runconfig: r.yml
                inputs: {data: {source: raw}}
                arguments: ["input:data"]
                """);

        assertThat(step.path("type").asText()).isEqualTo("spark");
        assertThat(step.at("/entry/file").asText()).isEqualTo("train.py");
        assertThat(step.at("/conf/spark.executor.cores").asText()).isEqualTo("4");
        assertThat(step.at("/inputs/data/mode").asText()).isEqualTo("direct");
    }

    @ParameterizedTest
    @CsvSource({
        "DatabricksStep, spark",
        "AdlaStep, retired",
        "AzureBatchStep, AmlCompute",
        "ModuleStep, azureml:<name>:<version>",
        "HyperDriveStep, sweep",
        "AutoMLStep, automl",
        "EstimatorStep, runconfig",
        "SynapseSparkStep, spark",
        "KustoStep, azure-kusto-data",
        "RScriptStep, Rscript"
    })
    void whatHasNoEquivalentIsNamedWithWhatToUseInstead(String type, String instead) throws IOException {
        Converted converted = folder.step("type: " + type + "\n");

        assertThat(converted.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.SPEC_UNSUPPORTED);
            assertThat(problem.toString()).contains("pipeline.yml:11:13", type, instead);
        });
    }

    @Test
    void bindingsCyclesAndFilesAreChecked() throws IOException {
        Converted converted = folder.step("""
                type: PythonScriptStep
                script_name: trian.py
                source_directory: src
                runconfig: gone.yml
                inputs: {own: {source: out}, bad: {source: rwa}}
                outputs: {o: {destination: out}}
                arguments: ["input:onw"]
                """);

        assertThat(converted.problems())
                .extracting(Object::toString)
                .anySatisfy(line -> assertThat(line)
                        .contains("'trian.py' does not exist in the code folder 'src'. Did you mean 'train.py'?"))
                .anySatisfy(line -> assertThat(line).contains("'gone.yml' does not exist"))
                .anySatisfy(line -> assertThat(line).contains("the source 'rwa'", "Did you mean 'raw'?"))
                .anySatisfy(line -> assertThat(line).contains("'input:onw'", "Did you mean 'own'?"))
                .anySatisfy(line -> assertThat(line).contains("AML-2110", "Step -> Step"));
    }
}
