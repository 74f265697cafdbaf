package io.github.amlmaven.emulator.machinelearning;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.DurableOperations;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.emulator.service.Outbound;
import io.github.amlmaven.emulator.store.MvDocumentStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a quota is given to one alone. */
class CoreQuotaTest {

    private static final String ENDPOINT =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices"
                    + "/workspaces/w/onlineEndpoints/e";
    private static final int AT_ONCE = 6;

    private final ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE);
    private MvDocumentStore store;
    private ResourceStore resources;
    private CoreQuota quota;

    @BeforeEach
    void anEmptySubscription(@TempDir Path folder) {
        store = MvDocumentStore.open(folder.resolve("store"));
        resources = new ResourceStore(store);
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
        quota = new CoreQuota(new WorkspaceScope(context, resources, new DurableOperations(context, resources)));
    }

    @AfterEach
    void stop() {
        executor.shutdownNow();
        store.close();
    }

    @Test
    void ofDeploymentsMadeAtTheSameTimeOnlyThoseAreTakenThatThereIsRoomFor() throws Exception {
        for (int round = 0; round < 20; round++) {
            CyclicBarrier together = new CyclicBarrier(AT_ONCE);
            List<Callable<Boolean>> claims = IntStream.range(0, AT_ONCE)
                    .<Callable<Boolean>>mapToObj(number -> () -> {
                        together.await();
                        return claim("d" + number, 40);
                    })
                    .toList();

            int taken = 0;
            for (Future<Boolean> one : executor.invokeAll(claims)) {
                taken += one.get() ? 1 : 0;
            }

            // 40 instances and 8 in reserve, of four cores: 192 of 350.
            assertThat(taken).as("round %d", round).isEqualTo(1);
            assertThat(quota.used("s", "westeurope").values()).contains(192).doesNotContain(384);
            IntStream.range(0, AT_ONCE).forEach(number -> resources.delete(id("d" + number)));
        }
    }

    @Test
    void whatIsRefusedIsNotStoredAndADeploymentGivesBackWhatItHas() {
        assertThat(claim("first", 40)).isTrue();
        assertThat(claim("second", 40)).isFalse();
        assertThat(resources.get(id("second"))).isEmpty();
        assertThat(claim("first", 70)).isTrue();

        quota.scale(id("first"), 10);

        assertThat(claim("second", 40)).isTrue();
    }

    private boolean claim(String name, int instances) {
        ObjectNode deployment = new ObjectMapper().createObjectNode();
        deployment
                .put("id", id(name).value())
                .put("type", "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments")
                .put("location", "westeurope");
        deployment.putObject("sku").put("capacity", instances);
        deployment.putObject("properties").put("endpointComputeType", "Managed").put("instanceType", "Standard_DS3_v2");
        try {
            quota.claim(id(name), deployment);
            return true;
        } catch (HttpError refused) {
            assertThat(refused.status()).isEqualTo(400);
            return false;
        }
    }

    private static ResourceId id(String name) {
        return new ResourceId(ENDPOINT + "/deployments/" + name);
    }
}
