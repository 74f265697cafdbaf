package io.github.amlmaven.emulator.collector;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/** After what time collected data go to the next folder ({@code rollingRate}). */
enum RollingRate {
    YEAR("uuuu"),
    MONTH("uuuu/MM"),
    DAY("uuuu/MM/dd"),
    HOUR("uuuu/MM/dd/HH"),
    MINUTE("uuuu/MM/dd/HH/mm");

    private final DateTimeFormatter folder;

    RollingRate(String folder) {
        this.folder = DateTimeFormatter.ofPattern(folder).withZone(ZoneOffset.UTC);
    }

    /** By AML's name for it; by the hour when it has none. */
    static RollingRate named(String name) {
        return Arrays.stream(values())
                .filter(rate -> rate.name().equalsIgnoreCase(name))
                .findFirst()
                .orElse(HOUR);
    }

    /** The folder below the collection's own. */
    String folder(Instant time) {
        return folder.format(time);
    }
}
