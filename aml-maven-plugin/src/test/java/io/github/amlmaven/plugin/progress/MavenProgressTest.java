package io.github.amlmaven.plugin.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.PlannedChange.Field;
import io.github.amlmaven.core.progress.PlannedSecrets;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.logging.Log;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MavenProgressTest {

    private final AtomicLong nanos = new AtomicLong();
    private final LongSupplier clock = nanos::get;

    @Test
    void aWarningAboutAFileIsSaidByTheFirstGoalThatReadsIt() {
        Log log = mock(Log.class);
        Set<String> warned = new HashSet<>();

        for (String goal : new String[] {"validate", "run"}) {
            try (MavenProgress progress = MavenProgress.of(log, "plain", mock(MavenSession.class), warned)) {
                progress.warnOnce("train.yml:3:1  hardly meant");
                progress.warn("said by " + goal);
            }
        }

        verify(log, times(1)).warn("train.yml:3:1  hardly meant");
        verify(log, times(1)).warn("said by validate");
        verify(log, times(1)).warn("said by run");
        verify(log, never()).info("train.yml:3:1  hardly meant");
    }

    @Test
    void aGrowingCountIsNoOtherStateButAStateIs() {
        Log log = mock(Log.class);
        try (MavenProgress progress = MavenProgress.of(log, "plain", mock(MavenSession.class), new HashSet<>())) {
            for (int requests = 100; requests < 400; requests++) {
                progress.waiting(
                        "step 5 %", requests + " requests", Duration.ofSeconds(requests), Duration.ofMinutes(10));
            }
            progress.waiting("step 5 %", "Failed", Duration.ofSeconds(400), Duration.ofMinutes(10));
        }

        verify(log).info("step 5 %: 100 requests, 1:40 of at most 10:00");
        verify(log).info("step 5 %: Failed, 6:40 of at most 10:00");
        verifyNoMoreInteractions(log);
    }

    @Test
    void withoutAKeyADryRunLeavesTheFingerprintsOutAndAsksForOneOnce() {
        AtomicInteger asked = new AtomicInteger();
        PlannedChange change = new PlannedChange(
                "r",
                Action.UPDATE,
                Map.of("", "{}"),
                List.of(Field.secretChanged("/a")),
                PlannedSecrets.of(Map.of("/a", "old"), Map.of("/a", "new")));
        try (MavenProgress progress = new MavenProgress(
                mock(Log.class),
                Duration.ofSeconds(5),
                true,
                null,
                new HashSet<>(),
                () -> {
                    asked.incrementAndGet();
                    return Optional.empty();
                },
                clock)) {
            progress.planned(change);
            progress.planned(change);

            assertThat(progress.plan()).containsOnly(change.with(PlannedSecrets.NONE));
        }
        assertThat(asked).hasValue(1);
    }

    private MavenProgress progress(Log log, @Nullable LiveRegion live) {
        return new MavenProgress(
                log,
                Duration.ofSeconds(5),
                true,
                live,
                new HashSet<>(),
                () -> {
                    throw new AssertionError("nothing is planned here");
                },
                clock);
    }

    @Test
    void bytesAreOneLineDrawnInPlaceUntilAllAreThere() {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        LiveRegion live = new LiveRegion(new PrintStream(screen, true, StandardCharsets.UTF_8));
        Log log = mock(Log.class);
        try (MavenProgress progress = progress(log, live)) {
            progress.bytes("Uploading model", 1L << 30, 4L << 30);
            assertThat(screen.size()).as("silent for the first two seconds").isZero();
            at(4);
            progress.bytes("Uploading model", 3L << 30, 4L << 30);
            progress.bytes("Uploading model", 4L << 30, 4L << 30);
            // Nobody knows how long this one is: it ends with the goal.
            progress.bytes("image layers", 1, -1);
            at(6);
            progress.bytes("image layers", 1 << 20, -1);
        }

        assertThat(screen.toString(StandardCharsets.UTF_8))
                .isEqualTo("Uploading model: 3.0 GiB of 4.0 GiB, 512.0 MiB/s, 2 s left\n\u001B[1A\r\u001B[J"
                        + "image layers: 1.0 MiB, 512.0 KiB/s\n\u001B[1A\r\u001B[J");
        verifyNoInteractions(log);
    }

    @Test
    void theTimeLeftIsToldOnceThereIsSomethingToBaseItOn() {
        Log log = mock(Log.class);
        try (MavenProgress progress = progress(log, null)) {
            // A connection and a sign-in, then 100 MiB a second.
            progress.bytes("Uploading model", 0, 2600L << 20);
            at(2);
            progress.bytes("Uploading model", 1L << 20, 2600L << 20);
            for (int second = 3; second <= 12; second++) {
                at(second);
                progress.bytes("Uploading model", (second - 2) * (100L << 20), 2600L << 20);
            }
        }

        verify(log).info("Uploading model: 1.0 MiB of 2.5 GiB, 512.0 KiB/s");
        verify(log).info("Uploading model: 500.0 MiB of 2.5 GiB, 99.8 MiB/s, 21 s left");
        verify(log).info("Uploading model: 1000.0 MiB of 2.5 GiB, 99.9 MiB/s, 16 s left");
        verifyNoMoreInteractions(log);
    }

    private void at(long second) {
        nanos.set(Duration.ofSeconds(second).toNanos());
    }
}
