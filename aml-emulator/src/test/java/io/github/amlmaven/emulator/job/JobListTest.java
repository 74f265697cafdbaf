package io.github.amlmaven.emulator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each job is on one page of a list. */
class JobListTest extends AbstractJobTest {

    JobListTest(@TempDir Path home) throws Exception {
        super(home);
    }

    @Test
    void jobsThatComeBetweenTwoPagesTakeNoneAway() {
        String runs = "/mlflow/v2.0" + bench.workspace() + "/api/2.0/mlflow/runs/create";
        for (int i = 0; i < 103; i++) {
            assertThat(bench.call(HttpMethod.POST, runs, "{'experiment_id':'0'}")
                            .status())
                    .isEqualTo(200);
        }
        JsonNode first = bench.get("/jobs").body();
        assertThat(first.path("value")).hasSize(100);
        assertThat(bench.call(HttpMethod.POST, runs, "{'experiment_id':'0'}").status())
                .isEqualTo(200);
        String next = first.path("nextLink").asText();
        JsonNode second = bench.azure()
                .call(HttpMethod.GET, next.substring(next.indexOf("/subscriptions")), "")
                .body();

        List<String> names = new ArrayList<>(first.path("value").findValuesAsText("name"));
        names.addAll(second.path("value").findValuesAsText("name"));
        assertThat(second.path("value")).hasSize(3);
        assertThat(names).doesNotHaveDuplicates();
        assertThat(second.has("nextLink")).isFalse();
    }
}
