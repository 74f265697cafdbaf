package io.github.amlmaven.emulator.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Deployments that get copies of the live traffic. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MirrorTest {

    private static final String SCORE = """
            import json, os, time

            def init():
                pass

            def run(data):
                request = json.loads(data)
                # Held until the file is there.
                while not os.path.exists(request.get(os.environ["VARIANT"], "/")):
                    time.sleep(0.02)
                if request.get("fail") == os.environ["VARIANT"]:
                    raise ValueError("no")
                return os.environ["VARIANT"]
            """;

    private Emulator emulator;
    private ModelTeam team;
    private String environment;
    private String code;

    @BeforeAll
    void start(@TempDir Path home) throws IOException {
        emulator = Emulator.start(EmulatorOptions.in(home));
        team = new ModelTeam(emulator);
        environment = team.environment("inference", "");
        code = team.code("scoring", Map.of("score.py", SCORE));
    }

    @AfterAll
    void stop() {
        emulator.close();
    }

    /** An endpoint whose second deployment gets half of the first one's requests; its key comes back. */
    private String mirrored(String endpoint) {
        team.endpoint(endpoint, "Key");
        for (String name : new String[] {"live", "shadow"}) {
            assertThat(team.deploy(
                            endpoint,
                            name,
                            code,
                            "score.py",
                            environment,
                            "'environmentVariables':{'VARIANT':'" + name
                                    + "'},'requestSettings':{'maxConcurrentRequestsPerInstance':"
                                    + (name.equals("live") ? 10 : 1) + ",'requestTimeout':'PT1M'},"))
                    .isEqualTo("Succeeded");
        }
        team.traffic(endpoint, "{'live':100}", "{'shadow':50}");
        return team.key(endpoint, "primaryKey");
    }

    /** What Azure Monitor has counted for a deployment. */
    private double requests(String endpoint, String deployment, String status) {
        JsonNode metrics = team.azure()
                .call(
                        HttpMethod.GET,
                        team.path("/onlineEndpoints/" + endpoint + "/providers/Microsoft.Insights/metrics"
                                + "?metricnames=RequestsPerMinute&aggregation=Total&$filter=deployment%20eq%20'"
                                + deployment + "'%20and%20statusCode%20eq%20'" + status + "'"),
                        "")
                .body();
        double sum = 0;
        for (JsonNode point : metrics.at("/value/0/timeseries/0/data")) {
            sum += point.path("total").asDouble();
        }
        return sum;
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Test
    void theMirrorsShareAndItsFailuresAreCountedForTheMirrorAlone() {
        String key = mirrored("mirrored");
        for (int i = 0; i < 4; i++) {
            assertThat(team.score("mirrored", key, "{\"fail\":\"shadow\"}").body())
                    .contains("live");
        }

        await(() -> requests("mirrored", "shadow", "424") == 2);
        assertThat(requests("mirrored", "live", "200")).isEqualTo(4);
        assertThat(requests("mirrored", "live", "424")).isZero();

        assertThat(team.refusedTraffic("mirrored", "{'live':90,'shadow':10}", "{'shadow':10}"))
                .contains("shadow can receive either live traffic or mirror traffic, not both");
        assertThat(team.refusedTraffic("mirrored", "{'live':100}", "{'shadow':51}"))
                .contains("at most 50 percent");
    }

    @Test
    void whatTheMirrorHasNoRoomForIsDroppedAndTheCallerDoesNotNotice(@TempDir Path folder) throws IOException {
        Path released = folder.resolve("released");
        String key = mirrored("crowded");
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            calls.add(CompletableFuture.supplyAsync(
                    () -> team.score("crowded", key, "{\"shadow\":\"" + released + "\"}")
                            .statusCode(),
                    command -> new Thread(command).start()));
        }

        assertThat(calls.stream().map(CompletableFuture::join)).containsOnly(200);
        // Six are mirrored, and two at a time are let in.
        await(() -> requests("crowded", "shadow", "429") == 4);
        assertThat(requests("crowded", "shadow", "200")).isZero();
        Files.createFile(released);
        await(() -> requests("crowded", "shadow", "200") == 2);
        assertThat(requests("crowded", "shadow", "429")).isEqualTo(4);
        assertThat(requests("crowded", "live", "200")).isEqualTo(12);
    }
}
