package io.github.amlmaven.emulator.job.engine;

import io.github.amlmaven.emulator.arm.ResourceId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** Lets one thread at a time take a job that consists of others forward; different jobs go on beside each other. */
final class Turns {

    private final Map<String, Object> locks = new ConcurrentHashMap<>();

    /**
     * Waits for the job's other turns, then takes one.
     *
     * @param turn says whether it was the last: then the job's lock is forgotten
     */
    boolean take(ResourceId job, BooleanSupplier turn) {
        boolean last;
        synchronized (locks.computeIfAbsent(job.key(), key -> new Object())) {
            last = turn.getAsBoolean();
        }
        if (last) {
            locks.remove(job.key());
        }
        return last;
    }
}
