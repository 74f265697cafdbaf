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
import java.util.concurrent.locks.LockSupport;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.logging.Log;
import org.junit.jupiter.api.Test;

class MavenProgressTest {

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
        try (MavenProgress progress =
                new MavenProgress(mock(Log.class), Duration.ofSeconds(5), true, null, new HashSet<>(), () -> {
                    asked.incrementAndGet();
                    return Optional.empty();
                })) {
            progress.planned(change);
            progress.planned(change);

            assertThat(progress.plan()).containsOnly(change.with(PlannedSecrets.NONE));
        }
        assertThat(asked).hasValue(1);
    }

    private static MavenProgress progress(Log log, LiveRegion live) {
        return new MavenProgress(log, Duration.ofSeconds(5), true, live, new HashSet<>(), () -> {
            throw new AssertionError("nothing is planned here");
        });
    }

    @Test
    void bytesAreOneLineDrawnInPlaceUntilAllAreThere() {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        LiveRegion live = new LiveRegion(new PrintStream(screen, true, StandardCharsets.UTF_8));
        Log log = mock(Log.class);
        try (MavenProgress progress = progress(log, live)) {
            // Silent for the first two seconds.
            for (long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
                    screen.size() == 0 && System.nanoTime() < limit; ) {
                progress.bytes("Uploading model", 1L << 30, 4L << 30);
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
            progress.bytes("Uploading model", 4L << 30, 4L << 30);
            // Nobody knows how long this one is: it ends with the goal.
            progress.bytes("image layers", 1, -1);
            for (long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
                    !screen.toString(StandardCharsets.UTF_8).contains("image") && System.nanoTime() < limit; ) {
                progress.bytes("image layers", 1 << 20, -1);
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }

        assertThat(screen.toString(StandardCharsets.UTF_8))
                .matches(
                        "Uploading model: 1\\.0 GiB of 4\\.0 GiB, [0-9.]+ .?i?B/s, [0-9]+ s left\n\u001B\\[1A\r\u001B\\[J"
                                + "image layers: 1\\.0 MiB, [0-9.]+ .?i?B/s\n\u001B\\[1A\r\u001B\\[J");
        verifyNoInteractions(log);
    }
}
