package io.github.amlmaven.emulator.function;

import java.time.Duration;

/** Durations as {@code host.json} writes them: {@code [d.]hh:mm:ss}. */
final class TimeSpan {

    private TimeSpan() {}

    /** Zero for what is no duration. */
    static Duration of(String text) {
        if (!text.matches("([0-9]{1,4}\\.)?[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\\.[0-9]+)?")) {
            return Duration.ZERO;
        }
        int dot = text.indexOf('.') < text.indexOf(':') ? text.indexOf('.') : -1;
        String[] parts = text.substring(dot + 1).split("[:.]", -1);
        Duration time = Duration.ofHours(Long.parseLong(parts[0]))
                .plusMinutes(Long.parseLong(parts[1]))
                .plusSeconds(Long.parseLong(parts[2]));
        return dot < 0 ? time : time.plusDays(Long.parseLong(text.substring(0, dot)));
    }
}
