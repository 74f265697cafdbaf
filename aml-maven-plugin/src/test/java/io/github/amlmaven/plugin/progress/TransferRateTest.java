package io.github.amlmaven.plugin.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TransferRateTest {

    private final TransferRate rate = new TransferRate();

    @Test
    void nothingIsToldBeforeThereIsSomethingToBaseItOn() {
        moved(0, 0);
        moved(30, 10);
        moved(32, 2_000);

        assertThat(rate.perSecond()).isEmpty();
        assertThat(rate.secondsLeft(10_000)).isEmpty();
    }

    @Test
    void onlyTheLastSecondsCount() {
        for (int second = 0; second <= 60; second++) {
            moved(second, second < 40 ? 1 : 1 + (second - 40) * 100L);
        }

        assertThat(rate.perSecond()).hasValue(100);
        assertThat(rate.secondsLeft(3_001)).hasValue(10);
    }

    @Test
    void reportsThatAreFarApartAreToldByTheLastTwo() {
        moved(0, 1_000);
        moved(60, 1_600);
        moved(120, 7_600);

        assertThat(rate.perSecond()).hasValue(100);
    }

    @Test
    void whatStandsOrBeginsAnewHasNoTimeLeft() {
        moved(0, 500);
        moved(5, 500);
        assertThat(rate.secondsLeft(1_000)).isEmpty();

        moved(6, 100);
        assertThat(rate.perSecond()).isEmpty();
    }

    private void moved(long second, long done) {
        rate.moved(done, Duration.ofSeconds(second).toNanos());
    }
}
