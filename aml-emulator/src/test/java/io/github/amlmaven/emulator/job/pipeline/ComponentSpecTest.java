package io.github.amlmaven.emulator.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.job.run.JobValues;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComponentSpecTest {

    @Test
    void defaultsFillWhatIsNotGivenAndOptionalInputsMayBeAbsent() throws Exception {
        ObjectNode complete = spec().complete("s", Map.of("data", JobValues.data("uri_folder", "azureml:d:1")));

        assertThat(complete.path("lr").path("value").asText()).isEqualTo("0.1");
        assertThat(complete.has("seed")).isFalse();
    }

    @Test
    void unknownMissingAndWrongInputsAreAllReported() {
        assertThatThrownBy(() -> spec().complete(
                                "Deployment 'd'",
                                Map.of(
                                        "lr", JobValues.literal("fast"),
                                        "dota", JobValues.data("uri_folder", "azureml:d:1"),
                                        "seed", JobValues.data("uri_file", "azureml:d:1"))))
                .hasMessageContaining("unknown input 'dota'")
                .hasMessageContaining("missing input 'data' (uri_folder)")
                .hasMessageContaining("input 'lr' must be number, not 'fast'")
                .hasMessageContaining("input 'seed' must be a literal integer, not uri_file")
                .hasMessageContaining("[data, lr, seed]");
    }

    private static ComponentSpec spec() throws IOException {
        return new ComponentSpec("", new ObjectMapper().readTree("""
                {"type":"command","inputs":{"data":{"type":"uri_folder"},"lr":{"type":"number","default":"0.1"},
                 "seed":{"type":"integer","optional":true}}}"""));
    }
}
