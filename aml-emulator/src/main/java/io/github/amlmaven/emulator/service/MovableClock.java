package io.github.amlmaven.emulator.service;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The emulator's clock: the system's, plus what it was moved by. All of the emulator shares one, so that tokens expire and
 * schedules fall due when it is moved. A restart puts it right again.
 */
public final class MovableClock extends Clock {

    private final Clock system = Clock.systemUTC();
    private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** Whoever waits for a time is told when the clock has jumped; the jump ends when all have answered. */
    public void whenMoved(Runnable listener) {
        listeners.add(listener);
    }

    /** Moves the clock, forwards or, with a negative duration, back. */
    public void advance(Duration by) {
        offset.updateAndGet(before -> before.plus(by));
        listeners.forEach(Runnable::run);
    }

    @Override
    public Instant instant() {
        return system.instant().plus(offset.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    /** Only UTC is ever told: zones are for those who read it. */
    @Override
    public Clock withZone(ZoneId zone) {
        return zone.equals(ZoneOffset.UTC) ? this : Clock.offset(system.withZone(zone), offset.get());
    }
}
