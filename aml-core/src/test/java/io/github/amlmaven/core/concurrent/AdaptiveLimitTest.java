package io.github.amlmaven.core.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {

    private static final Duration QUICK = Duration.ofMillis(20);

    @Test
    void growsWithEveryAnswerUpToItsCap() {
        AdaptiveLimit limit = new AdaptiveLimit(8, 64);

        answers(limit, 10, QUICK);
        assertThat(limit.now()).isEqualTo(18);
        answers(limit, 1000, QUICK);
        assertThat(limit.now()).isEqualTo(64);
    }

    @Test
    void aLargeBodyLetsItGrowHoweverLongItTook() {
        AdaptiveLimit limit = new AdaptiveLimit(2, 4);

        limit.taken();
        assertThat(limit.now()).isEqualTo(3);
        limit.refused();
        assertThat(limit.now()).isEqualTo(1);
        limit.taken();
        assertThat(limit.now()).as("one more for each round").isEqualTo(2);
    }

    @Test
    void aRefusalHalvesItOnceForAllThatWereUnderWay() {
        AdaptiveLimit limit = new AdaptiveLimit(32, 64);

        limit.during(() -> limit.during(() -> {
            limit.refused();
            limit.refused();
            return limit;
        }));

        assertThat(limit.now()).isEqualTo(16);
        answers(limit, 16, QUICK);
        assertThat(limit.now()).as("from now on one more for each round").isEqualTo(16);
        answers(limit, 1, QUICK);
        assertThat(limit.now()).isEqualTo(17);
        limit.refused();
        assertThat(limit.now()).isEqualTo(8);
    }

    @Test
    void aServiceThatGoesOnRefusingLargeBodiesLowersItAgain() {
        AdaptiveLimit limit = new AdaptiveLimit(32, 64);

        limit.during(() -> limit.during(() -> {
            limit.refused();
            limit.taken();
            limit.refused();
            assertThat(limit.now()).isEqualTo(8);
            limit.refused();
            limit.refused();
            return limit;
        }));

        assertThat(limit.now()).isEqualTo(4);
    }

    @Test
    void slowAnswersLowerItButNotBelowEnough() {
        AdaptiveLimit limit = new AdaptiveLimit(40, 64);
        answers(limit, 1, QUICK);

        answers(limit, 200, Duration.ofSeconds(1));

        assertThat(limit.now()).isEqualTo(16);
    }

    private static void answers(AdaptiveLimit limit, int count, Duration after) {
        for (int answer = 0; answer < count; answer++) {
            limit.answered(after);
        }
    }
}
