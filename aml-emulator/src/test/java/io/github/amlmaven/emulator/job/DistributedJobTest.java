package io.github.amlmaven.emulator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs of several nodes and processes, on a running emulator. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class DistributedJobTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Rank 0 adds what the others send it, over the address that all of them were given. */
    private static final String ALL_REDUCE = """
            cat > reduce.py <<'END'
            import os, pathlib, socket, time
            rank, size = int(os.environ['RANK']), int(os.environ['WORLD_SIZE'])
            pathlib.Path('rank-%d' % rank).touch()
            address = (os.environ['MASTER_ADDR'], int(os.environ['MASTER_PORT']))
            if rank == 0:
                total, server = 1, socket.create_server(address)
                for _ in range(size - 1):
                    peer, _ = server.accept()
                    total += int(peer.recv(100))
                    peer.close()
                print('the sum is', total)
            else:
                while True:
                    try:
                        peer = socket.create_connection(address)
                        break
                    except ConnectionRefusedError:
                        time.sleep(0.02)
                peer.sendall(str(rank + 1).encode())
                peer.recv(1)
            names = 'NODE_RANK LOCAL_RANK AZUREML_CR_NODE_RANK AZUREML_NODE_COUNT'.split()
            print(rank, *(os.environ[name] for name in names))
            pathlib.Path('outputs').mkdir(exist_ok=True)
            pathlib.Path('outputs/ranks-of-%s' % os.environ['NODE_RANK']).write_text(
                ' '.join(sorted(p.name for p in pathlib.Path('.').glob('rank-*'))))
            END
            python reduce.py
            """;

    private final Emulator emulator;
    private final Workbench bench;

    DistributedJobTest(@TempDir Path home) throws Exception {
        emulator = Emulator.start(EmulatorOptions.in(home));
        bench = new Workbench(emulator);
        bench.environment("plain", "");
    }

    @AfterAll
    void stop() {
        emulator.close();
    }

    private JsonNode run(String name, String command, String distribution, int nodes) {
        bench.submit(
                name,
                command,
                "'distribution':" + distribution + ",'resources':{'instanceCount':" + nodes
                        + "},'limits':{'jobLimitsType':'Command','timeout':'PT2M'}");
        return bench.ended(name);
    }

    @Test
    void processesOfTwoNodesAddUpOverTheAddressOfTheFirst() {
        JsonNode job = run("torch", ALL_REDUCE, "{'distributionType':'PyTorch','processCountPerInstance':2}", 2);

        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("Completed");
        assertThat(bench.log("torch", "user_logs/std_log_process_0.txt")).isEqualTo("the sum is 10\n0 0 0 0 2\n");
        assertThat(bench.log("torch", "user_logs/std_log_process_1.txt")).isEqualTo("1 0 1 0 2\n");
        assertThat(bench.log("torch", "user_logs/std_log_process_2.txt")).isEqualTo("2 1 0 1 2\n");
        assertThat(bench.log("torch", "user_logs/std_log_process_3.txt")).isEqualTo("3 1 1 1 2\n");
        assertThat(bench.run("torch", "/artifacts").path("value"))
                .extracting(artifact -> artifact.path("path").asText())
                .contains("outputs/ranks-of-0", "outputs/ranks-of-1");
    }

    @Test
    void mpiProcessesKnowTheirRankAndSize() {
        run(
                "mpi",
                "echo $OMPI_COMM_WORLD_RANK $OMPI_COMM_WORLD_SIZE $OMPI_COMM_WORLD_LOCAL_RANK"
                        + " $OMPI_COMM_WORLD_LOCAL_SIZE ${AZ_BATCH_MASTER_NODE%:*} ${RANK-none}",
                "{'distributionType':'Mpi','processCountPerInstance':2}",
                2);

        assertThat(bench.log("mpi", "user_logs/std_log_process_3.txt")).isEqualTo("3 4 1 2 127.0.0.1 none\n");
    }

    @Test
    void aTensorFlowClusterIsDescribedToEachOfItsTasks() throws Exception {
        run("flow", "echo $TF_CONFIG", "{'distributionType':'TensorFlow','workerCount':2,'parameterServerCount':1}", 2);

        JsonNode worker = JSON.readTree(bench.log("flow", "user_logs/std_log_process_1.txt"));
        JsonNode server = JSON.readTree(bench.log("flow", "user_logs/std_log_process_0_ps.txt"));
        assertThat(worker.path("task").toString()).isEqualTo("{\"type\":\"worker\",\"index\":1}");
        assertThat(server.path("task").toString()).isEqualTo("{\"type\":\"ps\",\"index\":0}");
        assertThat(worker.path("cluster")).isEqualTo(server.path("cluster"));
        assertThat(worker.path("cluster").path("worker")).hasSize(2);
        assertThat(worker.path("cluster").path("ps")).hasSize(1);
    }

    @Test
    void aProcessThatFailsEndsTheOthersAndIsNamed() {
        JsonNode job = run(
                "broken",
                "if [ $RANK = 1 ]; then echo no memory; exit 9; fi; sleep 600",
                "{'distributionType':'PyTorch','processCountPerInstance':3}",
                1);

        assertThat(job.path("status").asText()).isEqualTo("Failed");
        assertThat(job.path("error").path("message").asText())
                .contains("status code 9", "user_logs/std_log_process_1.txt", "no memory");
    }

    @Test
    void whatCannotBeDistributedHereIsRefused() {
        for (String distribution :
                List.of("{'distributionType':'Ray'}", "{'distributionType':'Mpi','processCountPerInstance':65}")) {
            assertThat(bench.submit("refused", "true", "'distribution':" + distribution)
                            .status())
                    .isEqualTo(400);
        }
    }
}
