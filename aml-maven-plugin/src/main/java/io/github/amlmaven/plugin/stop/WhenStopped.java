package io.github.amlmaven.plugin.stop;

import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.inject.Named;
import javax.inject.Singleton;

/**
 * Tasks for the case that the build is stopped, by Ctrl-C or by the CI system, turn by turn in one shutdown hook: hooks of their
 * own would run all at once, so that a record could say what was not put back yet, or a service could be gone before it is told.
 * A build that is killed outright has no time for any.
 */
@Named
@Singleton
public final class WhenStopped {

    /** When a task has its turn; those of one turn run side by side. */
    public enum Turn {
        /** Remote services are told, while an emulator in this build still answers. */
        SERVICES,
        /** What has become of it is written down. */
        RECORDS,
        /** What this build has started ends. */
        END
    }

    private final Map<Turn, Set<Runnable>> tasks = new EnumMap<>(Turn.class);
    private final Map<Turn, Object> turns = new EnumMap<>(Turn.class);
    private boolean hooked;
    private boolean ending;

    /** Takes a task back. */
    public interface Unneeded extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Notes a task; a build that is ending already does it at once.
     *
     * @return closed when there is nothing to be done any more
     */
    public synchronized Unneeded run(Turn turn, Runnable task) {
        hook();
        if (ending) {
            new Thread(task, "aml-when-stopped").start();
            return () -> {};
        }
        tasks.computeIfAbsent(turn, none -> Collections.newSetFromMap(new IdentityHashMap<>()))
                .add(task);
        return () -> takeBack(turn, task);
    }

    private void hook() {
        if (hooked) {
            return;
        }
        hooked = true;
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(this::stopped, "aml-when-stopped"));
        } catch (IllegalStateException alreadyEnding) {
            ending = true;
        }
    }

    private synchronized void takeBack(Turn turn, Runnable task) {
        Set<Runnable> waiting = tasks.get(turn);
        if (waiting != null) {
            waiting.remove(task);
        }
    }

    /** All turns, as the hook has them. */
    void stopped() {
        for (Turn turn : Turn.values()) {
            now(turn);
        }
    }

    /** Has the tasks of a turn done that are still to be done, and waits for them; also for those that somebody else has begun. */
    public void now(Turn turn) {
        // A lock each: the end of an emulator asks whether its services were told.
        synchronized (lock(turn)) {
            List<Thread> threads = take(turn).stream()
                    .map(task -> new Thread(task, "aml-when-stopped-" + turn.name()))
                    .toList();
            // A thread each, so that a task that fails says so and takes no other with it.
            threads.forEach(Thread::start);
            try {
                for (Thread thread : threads) {
                    thread.join();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized Object lock(Turn turn) {
        return turns.computeIfAbsent(turn, none -> new Object());
    }

    private synchronized List<Runnable> take(Turn turn) {
        Set<Runnable> taken = tasks.remove(turn);
        return taken == null ? List.of() : List.copyOf(taken);
    }
}
