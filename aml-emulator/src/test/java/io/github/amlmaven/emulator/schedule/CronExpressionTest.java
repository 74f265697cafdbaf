package io.github.amlmaven.emulator.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZonedDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The documentation's table of valid values: 0 to 6 or names for days of the week, days and months ignored. */
class CronExpressionTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0 3 * * *       | 2026-03-01T03:00Z | true
            0 3 * * *       | 2026-03-01T03:01Z | false
            15/20 * * * *   | 2026-03-01T03:55Z | true
            15/20 * * * *   | 2026-03-01T03:05Z | false
            0 3 * * 0       | 2026-03-01T03:00Z | true
            0 3 * * sunday  | 2026-03-01T03:00Z | true
            0 3 * * Su      | 2026-03-01T03:00Z | true
            0 3 * * Mon-Fri | 2026-03-01T03:00Z | false
            0 3 * * Fri-Mon | 2026-03-03T03:00Z | true
            0 3 15 * *      | 2026-03-01T03:00Z | true
            0 3 * Jan *     | 2026-03-01T03:00Z | true
            """)
    void timesAreThoseOfTheExpression(String expression, ZonedDateTime time, boolean matches) {
        assertThat(CronExpression.parse(expression).matches(time)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0 3 * * 7
            0 3 * * sundae
            0 3 * * 1-7
            0 3 0 * *
            0 3 * 13 *
            60 3 * * *
            */0 * * * *
            0 3 * *
            sun 3 * * *
            0 3 * * ,1
            """)
    void whatIsNoExpressionIsRefused(String expression) {
        assertThatThrownBy(() -> CronExpression.parse(expression)).isInstanceOf(IllegalArgumentException.class);
    }
}
