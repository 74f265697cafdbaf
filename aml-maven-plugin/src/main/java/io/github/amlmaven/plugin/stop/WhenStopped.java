package io.github.amlmaven.plugin.stop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.inject.Named;
import javax.inject.Singleton;

/**
 * Tasks for the case that the build is stopped, by Ctrl-C or by the CI system, turn by turn in one shutdown hook: hooks of their
 * own would run all at once, so that a record could say what was not put back yet, or a service could be gone before it is told.
 * A build that is killed outright has no time for any, and one that is asked to end has little: a slow service holds up a record for
 * five seconds at most.
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

    /** CI systems kill some seconds after they have asked: a record that waits longer for a slow service is none. */
    private static final Duration RECORDS_WAIT = Duration.ofSeconds(5);

    private final Map<Turn, Set<Runnable>> tasks = new EnumMap<>(Turn.class);
    private final Map<Turn, List<Thread>> begun = new EnumMap<>(Turn.class);
    private final Set<Turn> over = EnumSet.noneOf(Turn.class);
    private boolean hooked;

    /** Takes a task back. */
    public interface Unneeded extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Notes a task; a build that is ending and has had that turn already does it at once.
     *
     * @return closed when there is nothing to be done any more
     */
    public synchronized Unneeded run(Turn turn, Runnable task) {
        hook();
        tasks.computeIfAbsent(turn, none -> Collections.newSetFromMap(new IdentityHashMap<>()))
                .add(task);
        if (over.contains(turn)) {
            begin(turn);
        }
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
            over.addAll(EnumSet.allOf(Turn.class));
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
        List<Thread> services = last(Turn.SERVICES);
        await(services, RECORDS_WAIT);
        await(last(Turn.RECORDS), Duration.ZERO);
        await(services, Duration.ZERO);
        await(last(Turn.END), Duration.ZERO);
    }

    /** Has the tasks of a turn done that are still to be done, and waits for them; also for those that somebody else has begun. */
    public void now(Turn turn) {
        await(begin(turn), Duration.ZERO);
    }

    private synchronized List<Thread> last(Turn turn) {
        over.add(turn);
        return begin(turn);
    }

    /** Starts what is still to be done, a thread each, so that a task that fails says so and takes no other with it. */
    private synchronized List<Thread> begin(Turn turn) {
        List<Thread> threads = begun.computeIfAbsent(turn, none -> new ArrayList<>());
        Set<Runnable> waiting = tasks.remove(turn);
        if (waiting != null) {
            for (Runnable task : waiting) {
                Thread thread = new Thread(task, "aml-when-stopped-" + turn.name());
                threads.add(thread);
                thread.start();
            }
        }
        return List.copyOf(threads);
    }

    /** @param limit for all of them; zero for none */
    private static void await(List<Thread> threads, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            for (Thread thread : threads) {
                // Zero would wait for ever.
                thread.join(limit.isZero() ? 0 : Math.max(1, (end - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
