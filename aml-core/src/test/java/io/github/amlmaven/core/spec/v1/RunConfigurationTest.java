package io.github.amlmaven.core.spec.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run configuration says of nodes, processes, environment and data holds in the job. */
class RunConfigurationTest {

    private static final String TORCH = "import torch.distributed as dist\ndist.init_process_group('gloo')\n";

    @TempDir
    private Path directory;

    private V1Folder folder;

    @BeforeEach
    void aScript() throws IOException {
        folder = new V1Folder(directory).with("train.py", "print(1)\n");
    }

    private Converted job(String... lines) throws IOException {
        return folder.with(
                        ".azureml/gpu.runconfig",
                        "script: train.py\n" + String.join("\n", lines)
                                + "\nenvironment: {docker: {baseImage: 'python:3.11'}}\n")
                .job(".azureml/gpu.runconfig");
    }

    private static String comment(Converted job, String key) {
        return String.join("\n", job.comments().above("/" + key));
    }

    @ParameterizedTest(name = "{0} {1}, {2} nodes, {3}: {4}")
    @CsvSource(
            delimiter = '|',
            value = {
                "Python  | None            | 1 | mpi: {processCountPerNode: 1}                        | 0 | ",
                "Python  | None            | 2 | mpi: {processCountPerNode: 1}                        | 2 | ",
                "Python  | OpenMpi         | 2 | mpi: {processCountPerNode: 4}                        | 2 | {\"type\":\"mpi\",\"process_count_per_instance\":4}",
                "Python  | IntelMpi        | 3 | mpi: {processCountPerNode: 1}                        | 3 | {\"type\":\"mpi\",\"process_count_per_instance\":1}",
                "PyTorch | Nccl            | 2 | pytorch: {processCount: 8}                           | 2 | {\"type\":\"pytorch\",\"process_count_per_instance\":4}",
                "PyTorch | Gloo            | 1 | pytorch: {processCount: 3}                           | 0 | {\"type\":\"pytorch\",\"process_count_per_instance\":3}",
                "PyTorch | Nccl            | 2 | pytorch: {processCount: null}                        | 2 | {\"type\":\"pytorch\",\"process_count_per_instance\":1}",
                "PyTorch | OpenMpi         | 2 | mpi: {processCountPerNode: 4}                        | 2 | {\"type\":\"pytorch\",\"process_count_per_instance\":4}",
                "TensorFlow | ParameterServer | 2 | tensorflow: {workerCount: 2, parameterServerCount: 1} | 3 | {\"type\":\"tensorflow\",\"worker_count\":2,\"parameter_server_count\":1}",
                "TensorFlow | None         | 1 | tensorflow: {workerCount: 1, parameterServerCount: 1} | 0 | ",
            })
    void nodesAndProcessesAreThoseOfV1(
            String framework, String communicator, int nodes, String settings, int instances, String distribution)
            throws IOException {
        Converted job =
                job("framework: " + framework, "communicator: " + communicator, "nodeCount: " + nodes, settings);

        ObjectNode content = job.content();
        assertThat(job.problems()).isEmpty();
        assertThat(content.at("/resources/instance_count").asInt()).isEqualTo(instances);
        assertThat(content.path("distribution").toString()).isEqualTo(distribution == null ? "" : distribution);
    }

    @Test
    void aProcessCountThatV1IgnoredTakesEffectAndTheFileSaysSo() throws IOException {
        Converted job = job("framework: PyTorch", "communicator: Nccl", "nodeCount: 2", "pytorch: {processCount: 8}");

        assertThat(comment(job, "distribution"))
                .contains(
                        "processCount: 8 over 2 nodes",
                        "v1 ignored it",
                        "v2 starts 4 on each",
                        "Set 1 for what v1 did");
    }

    @Test
    void aProcessCountThatDoesNotFitTheNodesIsRefused() throws IOException {
        assertThat(job("framework: PyTorch", "nodeCount: 2", "pytorch: {processCount: 3}")
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString())
                        .contains(".azureml/gpu.runconfig:4:25", "3 is no multiple of the 2 nodes"));
    }

    @Test
    void processesThatHadNoEffectStayWithoutOne() throws IOException {
        Converted job = job("framework: Python", "communicator: None", "mpi: {processCountPerNode: 4}");

        assertThat(job.content().has("distribution")).isFalse();
        assertThat(comment(job, "command")).contains("mpi.processCountPerNode had no effect in v1");
    }

    @Test
    void torchUnderMpiGetsTheDistributionThatSetsItsRanks() throws IOException {
        folder.with("train.py", TORCH);
        Converted job =
                job("framework: Python", "communicator: OpenMpi", "nodeCount: 2", "mpi: {processCountPerNode: 2}");

        assertThat(job.content().at("/distribution/type").asText()).isEqualTo("pytorch");
        assertThat(comment(job, "distribution")).contains("RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR");
    }

    @Test
    void torchWithMpiInItsCodeGetsATranslation() throws IOException {
        folder.with("train.py", "from mpi4py import MPI\n" + TORCH);
        Converted job = job("framework: Python", "communicator: OpenMpi", "mpi: {processCountPerNode: 2}");

        assertThat(job.content().at("/distribution/type").asText()).isEqualTo("mpi");
        assertThat(job.content().path("command").asText())
                .startsWith("export RANK=$OMPI_COMM_WORLD_RANK WORLD_SIZE=$OMPI_COMM_WORLD_SIZE")
                .endsWith(" && python train.py");
    }

    @Test
    void torchThatReadsOpenMpiItselfStaysAsItIs() throws IOException {
        folder.with("train.py", "rank = os.environ['OMPI_COMM_WORLD_RANK']\n" + TORCH);

        assertThat(job("framework: Python", "communicator: OpenMpi")
                        .content()
                        .path("command")
                        .asText())
                .isEqualTo("python train.py");
    }

    @Test
    void argumentsAndDataAreInputs() throws IOException {
        Converted job = job(
                "target: gpu-cluster",
                "maxRunDurationSeconds: 600",
                "arguments: [--in, $AZUREML_DATAREFERENCE_raw, --set, 'DatasetConsumptionConfig:train']",
                "dataReferences: {raw: {dataStoreName: blob, pathOnDataStore: a/b.csv, mode: download}}",
                "data: {train: {dataLocation: {dataset: {name: iris, version: 2}}, mechanism: Mount}}");

        ObjectNode content = job.content();
        assertThat(content.path("command").asText())
                .isEqualTo("python train.py --in ${{inputs.raw}} --set ${{inputs.train}}");
        assertThat(content.at("/inputs/raw").toString())
                .isEqualTo(
                        "{\"type\":\"uri_file\",\"path\":\"azureml://datastores/blob/paths/a/b.csv\",\"mode\":\"download\"}");
        assertThat(content.at("/inputs/train/path").asText()).isEqualTo("azureml:iris:2");
        assertThat(content.path("compute").asText()).isEqualTo("azureml:gpu-cluster");
        assertThat(content.at("/limits/timeout").asInt()).isEqualTo(600);
        assertThat(content.path("code").asText()).isEqualTo(".");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: sklearn, version: 4}                                  | \"azureml:sklearn:4\"",
                "{name: sklearn}                                              | \"azureml:sklearn@latest\"",
                "{docker: {baseImage: a/b, baseImageRegistry: {address: r.io}}} | {\"image\":\"r.io/a/b\"}",
                "{name: my env, python: {condaDependenciesFile: conda.yml}}   | {\"name\":\"my-env\",\"image\":\"mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest\",\"conda_file\":\"./conda.yml\"}",
                "{docker: {baseImage: i}, python: {condaDependencies: {dependencies: [pip]}}} | {\"image\":\"i\",\"conda_file\":{\"dependencies\":[\"pip\"]}}",
                "{docker: {baseImage: i}, python: {userManagedDependencies: true, condaDependencies: {name: x}}} | {\"image\":\"i\"}",
                "{docker: {baseDockerfile: image/Dockerfile}}                 | {\"build\":{\"path\":\"./image\",\"dockerfile_path\":\"Dockerfile\"}}",
            })
    void eachFormOfAnEnvironmentHasItsForm(String environment, String expected) throws IOException {
        folder.with("conda.yml", "dependencies: [pip]\n").with("image/Dockerfile", "FROM x\n");
        folder.with("cpu.runconfig", "script: train.py\nenvironment: " + environment + "\n");

        Converted job = folder.job("cpu.runconfig");

        assertThat(job.problems()).isEmpty();
        assertThat(job.content().path("environment").toString()).isEqualTo(expected);
    }

    @Test
    void aRegistrysPasswordIsNotCopied() throws IOException {
        folder.with("cpu.runconfig", """
                script: train.py
                environment: {docker: {baseImage: a, baseImageRegistry: {address: r.io, username: u, password: s3cret}}}
                """);

        Converted job = folder.job("cpu.runconfig");

        assertThat(job.content().toString() + job.warnings()).doesNotContain("s3cret");
        assertThat(job.warnings()).hasSize(1);
    }
}
