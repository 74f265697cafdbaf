package io.github.amlmaven.plugin.config;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Reads a time limit: {@code 90s}, {@code 30m}, {@code 2h} or ISO 8601 ({@code PT1H30M}). */
public final class TimeLimit {

    private TimeLimit() {}

    /**
     * The limit as a duration.
     *
     * @param property the parameter's user property, for the error message
     */
    public static Duration of(String property, String text) {
        String iso = text.trim().toUpperCase(Locale.ROOT);
        try {
            Duration limit = Duration.parse(iso.startsWith("P") ? iso : "PT" + iso);
            if (!limit.isNegative() && !limit.isZero()) {
                return limit;
            }
        } catch (DateTimeParseException e) {
            throw refusal(property, text, e);
        }
        throw refusal(property, text, null);
    }

    private static AmlException refusal(
            String property, String text, @org.jspecify.annotations.Nullable Throwable cause) {
        return AmlException.of(ErrorCode.CONFIGURATION_INVALID, property + " is '" + text + "', which is no time limit")
                .cause(cause)
                .remedy("Write it like 90s, 30m, 2h or PT1H30M.")
                .build();
    }
}
