package io.github.amlmaven.core.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CanaryFileTest {

    @TempDir
    private Path directory;

    @Test
    void everythingInTheFileIsInThePlan() throws IOException {
        CanaryPlan plan = read("""
                candidate: green
                bake: 2m
                steps:
                - mirror: 10
                - traffic: 5
                  bake: 30s
                - traffic: 100
                probe:
                  data: {"data": [[1, 2.5]]}
                  interval: 300ms
                minimum_samples: 7
                judges:
                - type: error_rate
                  maximum: 0.01
                - type: latency
                  quantile: 0.9
                  maximum: 250ms
                  times_live: 1.5
                - type: drift
                  measure: change
                  maximum: 0.05
                - type: query
                  name: load
                  url: http://prometheus:9090/api/v1/query?query=load
                  maximum: 3
                """);

        assertThat(plan.candidate()).contains("green");
        assertThat(plan.steps())
                .containsExactly(
                        new CanaryStep(10, true, Duration.ofMinutes(2)),
                        new CanaryStep(5, false, Duration.ofSeconds(30)),
                        new CanaryStep(100, false, Duration.ofMinutes(2)));
        assertThat(plan.payloads())
                .singleElement()
                .satisfies(payload -> assertThat(payload.json()).isEqualTo("{\"data\":[[1,2.5]]}"));
        assertThat(plan.interval()).isEqualTo(Duration.ofMillis(300));
        assertThat(plan.minimumSamples()).isEqualTo(7);
        assertThat(plan.judges())
                .containsExactly(
                        new Judge.ErrorRate(OptionalDouble.of(0.01), OptionalDouble.empty()),
                        new Judge.Latency(0.9, Optional.of(Duration.ofMillis(250)), OptionalDouble.of(1.5)),
                        new Judge.Drift(Judge.Drift.Measure.CHANGE, 0.05, 1e-6),
                        new Judge.Query(
                                "load",
                                "http://prometheus:9090/api/v1/query?query=load",
                                Optional.empty(),
                                Optional.empty(),
                                OptionalDouble.empty(),
                                OptionalDouble.of(3)));
    }

    @Test
    void allMistakesAreNamedWithTheirPlace() {
        AmlException error = catchThrowableOfType(AmlException.class, () -> read("""
                candidate: green
                bake: soon
                steps:
                - traffic: 50
                - traffic: 20
                - mirror: 10
                - mirror: 60
                judges:
                - type: error_rate
                """));

        assertThat(error.describe())
                .contains(
                        "canary.yml:2:1",
                        "'soon' is no time",
                        "step 2: 20 is not more than 50",
                        "step 3: nothing can be mirrored after live traffic",
                        "step 4: 60 is not a percentage from 1 to 50",
                        "error_rate needs 'maximum' or 'worse_by'",
                        "set probe.file or probe.data");
    }

    @Test
    void anUnknownKeyIsFoundByTheSchema() {
        AmlException error = catchThrowableOfType(AmlException.class, () -> read("""
                steps:
                - trafic: 50
                judges:
                - type: error_rate
                  maximum: 0.1
                """));

        assertThat(error.describe()).contains("Did you mean 'traffic'?");
    }

    @Test
    void aMisspeltKeyOfTheFileIsNamedWithItsPlaceInsteadOfAskingForASchema() {
        AmlException error = catchThrowableOfType(AmlException.class, () -> read("""
                candidate: green
                setps:
                - traffic: 50
                judges:
                - type: error_rate
                  maximum: 0.1
                """));

        assertThat(error.describe())
                .contains("canary.yml:2:1  unknown key 'setps'. Did you mean 'steps'?")
                .doesNotContain("$schema");
        // Nor when nothing that tells a canary is left: aml:canary knows what it reads.
        assertThat(catchThrowableOfType(AmlException.class, () -> read("setps: []\njugdes: []\n"))
                        .describe())
                .contains("canary.yml:1:1  unknown key 'setps'", "canary.yml:2:1  unknown key 'jugdes'")
                .doesNotContain("$schema");
    }

    private CanaryPlan read(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("canary.yml"), text);
        return CanaryFile.read(new SpecLoader(new SpecReader(), directory), file);
    }
}
