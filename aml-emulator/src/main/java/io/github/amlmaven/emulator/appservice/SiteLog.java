package io.github.amlmaven.emulator.appservice;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;

/** The docker log of a site: what the platform has done, and what containers that have ended had said. Bounded. */
final class SiteLog {

    private static final int LINES = 2000;

    private final Clock clock;
    private final Deque<String> lines = new ArrayDeque<>();

    SiteLog(Clock clock) {
        this.clock = clock;
    }

    void info(String message) {
        add("INFO  - " + message);
    }

    void error(String message) {
        add("ERROR - " + message);
    }

    /** The output of a container that has ended. */
    synchronized void container(String output) {
        output.lines().forEach(this::keep);
    }

    private synchronized void add(String line) {
        keep(clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + line);
    }

    private void keep(String line) {
        lines.addLast(line);
        if (lines.size() > LINES) {
            lines.removeFirst();
        }
    }

    synchronized String text() {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }
}
