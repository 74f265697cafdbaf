package io.github.amlmaven.core.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessRanksTest {

    @TempDir
    private Path project;

    private RanksResult described(String distribution, String size, int nodes, int processes) {
        return new ProcessRanks(new SpecReader())
                .describe(new RanksRequest(
                        Optional.empty(),
                        project,
                        Optional.of(distribution),
                        Optional.of(size),
                        Optional.of(nodes),
                        Optional.of(processes)));
    }

    private RanksResult job(String distribution, String command, String code) throws IOException {
        Files.createDirectories(project.resolve("src"));
        Files.writeString(project.resolve("src/train.py"), code);
        Path file = project.resolve("train.yml");
        Files.writeString(file, """
                type: command
                code: src
                command: %s
                environment: azureml:e1:1
                compute: azureml:gpu
                distribution:
                  type: %s
                  process_count_per_instance: 4
                resources:
                  instance_count: 2
                  instance_type: Standard_NC24s_v3
                """.formatted(command, distribution));
        return new ProcessRanks(new SpecReader())
                .describe(new RanksRequest(
                        Optional.of(file),
                        project,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void everyTorchProcessKnowsItsRankItsNodeAndTheWorld() {
        RanksResult result = described("pytorch", "Standard_NC24s_v3", 2, 4);

        assertThat(result.processes()).hasSize(8);
        assertThat(result.warnings()).isEmpty();
        assertThat(result.processes().get(5).variables())
                .containsEntry("RANK", "5")
                .containsEntry("LOCAL_RANK", "1")
                .containsEntry("NODE_RANK", "1")
                .containsEntry("WORLD_SIZE", "8")
                .containsKeys("MASTER_ADDR", "MASTER_PORT");
    }

    @Test
    void mpiAndTensorFlowAreDescribedInTheirOwnTerms() {
        assertThat(described("mpi", "Standard_D4s_v3", 2, 1).processes().get(1).variables())
                .containsAllEntriesOf(Map.of(
                        "OMPI_COMM_WORLD_RANK", "1",
                        "OMPI_COMM_WORLD_SIZE", "2",
                        "OMPI_COMM_WORLD_LOCAL_RANK", "0"));
        assertThat(described("tensorflow", "Standard_D4s_v3", 2, 1)
                        .processes()
                        .get(1)
                        .variables()
                        .get("TF_CONFIG"))
                .contains("\"task\": {\"type\": \"worker\", \"index\": 1}", "<address of node 1>");
    }

    @Test
    void moreProcessesThanGpusAreNamedBeforeTheyCostAnything() {
        assertThat(described("pytorch", "STANDARD_NC12s_v3", 1, 4).warnings())
                .singleElement()
                .asString()
                .contains("4 processes", "2 GPU(s)", "process_count_per_instance to 2");
        assertThat(described("pytorch", "Standard_ND96asr_v4", 1, 4).warnings())
                .singleElement()
                .asString()
                .contains("4 of the 8 GPUs", "idle");
        assertThat(described("pytorch", "Standard_XX9", 1, 4).warnings())
                .singleElement()
                .asString()
                .contains("not known");
    }

    @Test
    void torchThatMeetsMpiIsToldUnlessItTranslates() throws IOException {
        String torch = "import torch.distributed as dist\ndist.init_process_group('gloo')\n";

        assertThat(job("mpi", "python train.py", torch).warnings())
                .singleElement()
                .asString()
                .contains("torch.distributed", "distribution is mpi", "OMPI_COMM_WORLD_RANK");
        assertThat(job(
                                "mpi",
                                "python train.py",
                                "import os\nos.environ['RANK']=os.environ['OMPI_COMM_WORLD_RANK']\n" + torch)
                        .warnings())
                .isEmpty();
        assertThat(job("pytorch", "python train.py", torch).warnings()).isEmpty();
        assertThat(job("pytorch", "python train.py", torch).processes()).hasSize(8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            import torch                                  | true
            import os, torch                              | true
            import numpy as np, torch as t                | true
            from torch import nn                          | true
            from transformers import Trainer, AutoModel   | true
            import torchvision_of_ours                    | false
            # import torch                                | false
            import torch; import horovod.torch as hvd     | false
            """)
    void torchIsFoundHoweverItIsImported(String statement, boolean told) throws IOException {
        List<String> inline = job("mpi", "python -c '" + statement + "'", "").warnings();
        assertThat(inline.isEmpty()).as("inline: %s", inline).isEqualTo(!told);

        Files.createDirectories(project.resolve("src/parts"));
        Files.writeString(project.resolve("src/parts/model.py"), statement + "\n");
        List<String> beside =
                job("mpi", "python train.py", "import parts.model\n").warnings();
        assertThat(beside.isEmpty()).as("beside: %s", beside).isEqualTo(!told);
    }

    @Test
    void aLauncherThatIsLaunchedForEachGpuIsTold() throws IOException {
        assertThat(job("pytorch", "torchrun --nproc-per-node 4 train.py", "").warnings())
                .singleElement()
                .asString()
                .contains("process_count_per_instance to 1");
    }

    @Test
    void anUnknownDistributionIsRefused() {
        assertThatThrownBy(() -> described("nccl", "Standard_D4s_v3", 1, 1))
                .isInstanceOf(AmlException.class)
                .hasMessageContaining("nccl");
    }
}
