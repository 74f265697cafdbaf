package io.github.amlmaven.emulator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs of several nodes and processes, on a running emulator. */
class DistributedJobTest extends AbstractJobTest {

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

    /** What {@code .ci/run} installs: PyTorch without its GPU libraries, and Open MPI. */
    private static final String TORCH = "/usr/lib/python3/dist-packages/torch";

    private static final String MPI4PY = "/usr/lib/python3/dist-packages/mpi4py";

    DistributedJobTest(@TempDir Path home) throws Exception {
        super(fromTheMachine(home));
        bench.environment("torch", "dependencies:\n- pip:\n  - torch==2.6.0\n");
        bench.environment("mpi", "dependencies:\n- pip:\n  - mpi4py\n");
    }

    private static Path fromTheMachine(Path home) {
        System.setProperty("aml.sitePackages", "torch, mpi4py");
        return home;
    }

    @AfterAll
    static void asBefore() {
        System.clearProperty("aml.sitePackages");
    }

    /** On a CI machine what is missing is an error of its set-up. */
    private static void needs(String place) {
        assumeTrue(Files.exists(Path.of(place)) || System.getenv("CI") != null, () -> place + " is not installed");
    }

    private JsonNode run(String name, String command, String distribution, int nodes) {
        return run(name, "plain", command, distribution, nodes);
    }

    private JsonNode run(String name, String environment, String command, String distribution, int nodes) {
        bench.submit(
                name,
                command,
                "'environmentId':'" + bench.workspace() + "/environments/" + environment
                        + "/versions/1','distribution':" + distribution + ",'resources':{'instanceCount':" + nodes
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

    /** The sum of 1 to the number of processes, by torch's own collective. */
    private static final String TORCH_SUM = """
            cat > reduce.py <<'END'
            import os, pathlib, torch, torch.distributed as distributed
            distributed.init_process_group('gloo')
            total = torch.tensor([distributed.get_rank() + 1.0])
            distributed.all_reduce(total)
            print(distributed.get_rank(), 'of', distributed.get_world_size(), 'sum', total.item(), pathlib.Path.cwd())
            distributed.destroy_process_group()
            END
            """;

    @Test
    void torchAddsUpOverTwoNodesWithTwoProcessesEach() {
        needs(TORCH);
        JsonNode job = run(
                "allreduce",
                "torch",
                TORCH_SUM + "python reduce.py",
                "{'distributionType':'PyTorch','processCountPerInstance':2}",
                2);

        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("Completed");
        for (int rank = 0; rank < 4; rank++) {
            assertThat(bench.log("allreduce", "user_logs/std_log_process_" + rank + ".txt"))
                    .contains(rank + " of 4 sum 10.0 ")
                    .containsPattern(rank < 2 ? "allreduce/wd\\n" : "allreduce/nodes/1/wd\\n");
        }
        assertThat(bench.log("allreduce")).contains("AML_SITE_PACKAGES", "torch 1.");
    }

    /** The launcher of each node starts the processes; AML starts the launcher once a node. */
    @Test
    void torchrunOfEachNodeFindsTheOthers() {
        needs(TORCH);
        JsonNode job = run(
                "torchrun",
                "torch",
                TORCH_SUM
                        + "torchrun --nnodes $AZUREML_NODE_COUNT --nproc_per_node 2 --node_rank $NODE_RANK --redirects 1 --tee 1"
                        + " --master_addr $MASTER_ADDR --master_port $MASTER_PORT reduce.py",
                "{'distributionType':'PyTorch','processCountPerInstance':1}",
                2);

        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("Completed");
        assertThat(bench.log("torchrun", "user_logs/std_log_process_0.txt"))
                .contains("0 of 4 sum 10.0", "1 of 4 sum 10.0");
        assertThat(bench.log("torchrun", "user_logs/std_log_process_1.txt"))
                .contains("2 of 4 sum 10.0", "3 of 4 sum 10.0");
    }

    private static final String MPI_SUM = """
            cat > reduce.py <<'END'
            import os, pathlib
            from mpi4py import MPI
            world = MPI.COMM_WORLD
            pathlib.Path('rank-%d' % world.rank).touch()
            world.barrier()
            local = os.environ['OMPI_COMM_WORLD_LOCAL_RANK'], os.environ['OMPI_COMM_WORLD_LOCAL_SIZE']
            assert world.rank == int(os.environ['OMPI_COMM_WORLD_RANK'])
            print(world.rank, 'of', world.size, 'sum', world.allreduce(world.rank + 1), *local,
                  *sorted(p.name for p in pathlib.Path('.').glob('rank-*')))
            END
            """;

    @Test
    void mpirunAddsUpOverTwoNodesWithTwoProcessesEach() {
        needs(MPI4PY);
        JsonNode job = run(
                "mpisum",
                "mpi",
                MPI_SUM + "python reduce.py",
                "{'distributionType':'Mpi','processCountPerInstance':2}",
                2);

        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("Completed");
        assertThat(bench.log("mpisum", "user_logs/std_log_process_0.txt"))
                .isEqualTo("0 of 4 sum 10 0 2 rank-0 rank-1\n");
        assertThat(bench.log("mpisum", "user_logs/std_log_process_3.txt"))
                .isEqualTo("3 of 4 sum 10 1 2 rank-2 rank-3\n");
    }

    @Test
    void anMpiProcessThatFailsEndsTheOthersAndIsNamed() {
        JsonNode job = run(
                "mpibroken",
                "plain",
                "if [ $OMPI_COMM_WORLD_RANK = 1 ]; then echo no memory; exit 9; fi; sleep 600",
                "{'distributionType':'Mpi','processCountPerInstance':3}",
                1);

        assertThat(job.path("status").asText()).isEqualTo("Failed");
        assertThat(job.path("error").path("message").asText())
                .contains("status code 9", "user_logs/std_log_process_1.txt", "no memory");
    }

    /** Over the whole tree: mpirun, its processes, and what these have started. */
    @Test
    void cancelEndsAllProcessesOfAnMpiJob(@TempDir Path folder) {
        bench.submit(
                "mpistopped",
                "sleep 600 & echo $! > " + folder + "/$OMPI_COMM_WORLD_RANK; wait",
                "'distribution':{'distributionType':'Mpi','processCountPerInstance':2}");
        Workbench.await(
                "both processes",
                () -> List.of("0", "1").stream()
                        .allMatch(rank -> pid(folder.resolve(rank)).isPresent()));

        bench.azure().call(HttpMethod.POST, bench.workspace() + "/jobs/mpistopped/cancel", "");

        assertThat(bench.ended("mpistopped").path("status").asText()).isEqualTo("Canceled");
        for (String rank : List.of("0", "1")) {
            Workbench.await(
                    "its end",
                    () -> pid(folder.resolve(rank)).flatMap(ProcessHandle::of).isEmpty());
        }
    }

    private static Optional<Long> pid(Path file) {
        try {
            String text = Files.exists(file) ? Files.readString(file).strip() : "";
            return text.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
