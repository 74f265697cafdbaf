package io.github.amlmaven.emulator.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.monitor.RequestMetrics.Answered;
import io.github.amlmaven.emulator.store.DocumentStore;
import io.github.amlmaven.emulator.store.MvDocumentStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestMetricsTest {

    private static final ResourceId WINE = new ResourceId(
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/onlineEndpoints/Wine");
    private static final Instant MINUTE = Instant.parse("2026-05-04T10:11:00Z");
    private static final Answered GOOD = new Answered("blue", 200, 200, 12.5);
    private static final Answered BAD = new Answered("green", 424, 500, 3);

    @TempDir
    Path home;

    /** One life of an emulator. */
    private interface Life {
        void live(RequestMetrics metrics, DocumentStore store);
    }

    private void live(Instant now, Life life) {
        try (MvDocumentStore store = MvDocumentStore.open(home.resolve("state.mv"));
                RequestMetrics metrics = new RequestMetrics(store, Clock.fixed(now, ZoneOffset.UTC), Runnable::run)) {
            life.live(metrics, store);
        }
    }

    @Test
    void theyAreTheSameAfterRestartsAndGoOn() {
        live(MINUTE.plusSeconds(3), (metrics, store) -> {
            metrics.add(WINE, GOOD);
            metrics.add(WINE, BAD);
        });
        live(MINUTE.plusSeconds(20), (metrics, store) -> metrics.add(WINE, GOOD));
        live(MINUTE.plusSeconds(40), (metrics, store) -> {
            assertThat(metrics.minute(WINE, MINUTE)).containsExactly(GOOD, BAD, GOOD);
            assertThat(metrics.minute(WINE, MINUTE.plusSeconds(60))).isEmpty();
        });
    }

    @Test
    void thoseOfTheDayBeforeAreForgottenOnTheDiskToo() {
        Instant later = MINUTE.plus(Duration.ofDays(1)).plusSeconds(61);
        live(MINUTE, (metrics, store) -> metrics.add(WINE, GOOD));
        live(later, (metrics, store) -> metrics.add(WINE, BAD));
        live(later, (metrics, store) -> {
            assertThat(metrics.minute(WINE, MINUTE)).isEmpty();
            assertThat(metrics.minute(WINE, MINUTE.plus(Duration.ofDays(1)).plusSeconds(60)))
                    .containsExactly(BAD);
            assertThat(store.list("requestMetrics", "")).hasSize(1);
        });
    }
}
