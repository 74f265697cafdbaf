package io.github.amlmaven.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void aQuantileIsATimeThatWasSeen() {
        List<Duration> times = IntStream.rangeClosed(1, 100)
                .mapToObj(i -> Duration.ofMillis(101 - i))
                .toList();

        Latencies latencies = new Latencies(times);

        assertThat(latencies).hasToString("p50 50 ms, p95 95 ms, max 100 ms");
        assertThat(latencies.milliseconds())
                .containsEntry("min", 1L)
                .containsEntry("p50", 50L)
                .containsEntry("p95", 95L)
                .containsEntry("max", 100L);
    }

    @Test
    void oneAnswerIsAllOfThem() {
        assertThat(new Latencies(List.of(Duration.ofMillis(7)))).hasToString("p50 7 ms, p95 7 ms, max 7 ms");
    }
}
