package io.github.amlmaven.emulator.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.collector.DataCollector;
import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.container.ContainerSpec;
import io.github.amlmaven.emulator.job.environment.EnvironmentCache;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.emulator.service.Outbound;
import io.github.amlmaven.emulator.storage.Blobs;
import io.github.amlmaven.emulator.store.MvDocumentStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scoring script in a container with a network of its own does not reach its data collector, and the log says so. */
class CollectionInContainersTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ResourceId WORKSPACE = new ResourceId(
            "/subscriptions/s/resourceGroups/g/providers" + "/Microsoft.MachineLearningServices/workspaces/w");
    private static final ResourceId ENVIRONMENT =
            WORKSPACE.child("environments", "packed").child("versions", "1");

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private HttpServer model;
    private MvDocumentStore store;

    @BeforeEach
    void aServer(@TempDir Path folder) throws IOException {
        store = MvDocumentStore.open(folder.resolve("store"));
        model = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        model.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        model.start();
    }

    @AfterEach
    void stop() {
        model.stop(0);
        executor.shutdownNow();
        store.close();
    }

    /** The log of a deployment whose scoring script collects, in containers with or without a network of their own. */
    private String log(boolean hostNetwork, String collection, Path folder) throws IOException {
        ResourceStore resources = new ResourceStore(store);
        resources.put(ENVIRONMENT, (ObjectNode) JSON.readTree("{\"properties\":{\"image\":\"localhost:1/packed:1\"}}"));
        ResourceId deployment = WORKSPACE.child("onlineEndpoints", "e").child("deployments", "blue");
        resources.put(deployment, (ObjectNode) JSON.readTree("{\"properties\":{\"environmentId\":\"" + ENVIRONMENT
                + "\",\"dataCollector\":{\"collections\":{\"" + collection
                + "\":{\"dataCollectionMode\":\"Enabled\"}}}}}"));
        EmulatorOptions options = EmulatorOptions.in(folder);
        URI address = URI.create("http://localhost:1");
        EmulatorContext context = new EmulatorContext(
                store,
                folder,
                Clock.systemUTC(),
                executor,
                new EmulatorContext.Endpoints(address, address),
                options,
                new Outbound(options.upstream()));
        Blobs blobs = new Blobs(store, folder.resolve("storage"), Clock.systemUTC());
        try (DataCollector collector = new DataCollector(context, resources, blobs);
                OnlineDeployments deployments = new OnlineDeployments(
                        context,
                        resources,
                        blobs,
                        new EnvironmentCache(folder.resolve("environments"), () -> false),
                        new OneServer(hostNetwork),
                        collector)) {
            deployments.start(deployment);
            return deployments.log(deployment, "InferenceServer", 100);
        }
    }

    @Test
    void theLogSaysThatWhatIsCollectedDoesNotArrive(@TempDir Path folder) throws IOException {
        assertThat(log(false, "model_inputs", folder))
                .contains("UserContainerStart: Succeeded")
                .containsPattern("Name: DataCollectorUnreachable, Type: Warning, .*AZUREML_MDC_HOST=127\\.0\\.0\\.1"
                        + ".*AML_EMULATOR_ISOLATION=");
    }

    @Test
    void aContainerInThisMachinesNetworkReachesIt(@TempDir Path folder) throws IOException {
        assertThat(log(true, "model_inputs", folder))
                .contains("UserContainerStart: Succeeded")
                .doesNotContain("DataCollectorUnreachable");
    }

    @Test
    void requestsAreKeptBeforeTheyReachTheContainer(@TempDir Path folder) throws IOException {
        assertThat(log(false, "request", folder))
                .contains("UserContainerStart: Succeeded")
                .doesNotContain("DataCollectorUnreachable");
    }

    /** Containers that are all the one server of this test. */
    private final class OneServer implements ContainerRuntime {

        private final boolean hostNetwork;

        OneServer(boolean hostNetwork) {
            this.hostNetwork = hostNetwork;
        }

        @Override
        public Container start(ContainerSpec spec) {
            return new Running(spec, model.getAddress().getPort());
        }

        @Override
        public String isolation() {
            return "podman";
        }

        @Override
        public boolean hostNetwork() {
            return hostNetwork;
        }

        @Override
        public void close() {
            // The server is the test's.
        }
    }

    private record Running(ContainerSpec spec, int hostPort) implements ContainerRuntime.Container {

        @Override
        public boolean alive() {
            return true;
        }

        @Override
        public Optional<Integer> exitCode() {
            return Optional.empty();
        }

        @Override
        public String log(int tail) {
            return "";
        }

        @Override
        public void stop() {
            // The server is the test's.
        }
    }
}
