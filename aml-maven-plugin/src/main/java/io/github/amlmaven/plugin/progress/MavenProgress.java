package io.github.amlmaven.plugin.progress;

import io.github.amlmaven.core.plan.PlanKey;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedSecrets;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.StepState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * Progress as log lines. Nothing is said of what takes less than two seconds; after that a line now and then: every five
 * seconds for a person, every thirty in batch mode, and at once when a state changes. On a terminal bytes on their way are one
 * line that is drawn in place.
 */
public final class MavenProgress implements Progress, AutoCloseable {

    private static final Duration SILENCE = Duration.ofSeconds(2);

    /** How often a line that is drawn in place changes. */
    private static final Duration REDRAW = Duration.ofMillis(200);

    private final Log log;
    private final Duration interval;
    private final boolean shown;
    private final @Nullable LiveRegion live;
    private final Set<String> warned;
    private final Supplier<Optional<PlanKey>> planKey;
    private final LongSupplier nanoTime;
    private final List<PlannedChange> plan = new CopyOnWriteArrayList<>();
    private final Map<String, Task> tasks = new ConcurrentHashMap<>();
    private final Map<String, StepTree> pipelines = new ConcurrentHashMap<>();
    private final Map<String, String> transfers = new LinkedHashMap<>();
    private List<String> tree = List.of();

    MavenProgress(
            Log log,
            Duration interval,
            boolean shown,
            @Nullable LiveRegion live,
            Set<String> warned,
            Supplier<Optional<PlanKey>> planKey,
            LongSupplier nanoTime) {
        this.log = log;
        this.interval = interval;
        this.shown = shown;
        this.live = live;
        this.warned = warned;
        this.planKey = once(planKey);
        this.nanoTime = nanoTime;
    }

    /**
     * Progress of one goal.
     *
     * @param warned what goals of this build have warned of, to which this one adds
     */
    public static MavenProgress of(Log log, String mode, MavenSession session, Set<String> warned) {
        boolean interactive = "auto".equals(mode)
                && session.getRequest() != null
                && session.getRequest().isInteractiveMode()
                && System.getenv("CI") == null;
        // Lines of other threads would be drawn over.
        boolean alone = interactive && session.getRequest().getDegreeOfConcurrency() <= 1;
        LiveRegion live = alone && log.isInfoEnabled() && !log.isDebugEnabled() && LiveRegion.possible()
                ? LiveRegion.ofTerminal()
                : null;
        return new MavenProgress(
                log,
                Duration.ofSeconds(interactive ? 5 : 30),
                !"none".equals(mode),
                live,
                warned,
                UsersPlanKey::ifThere,
                System::nanoTime);
    }

    /** All changes of one plan are sealed with one key, whatever becomes of its file meanwhile. */
    private static Supplier<Optional<PlanKey>> once(Supplier<Optional<PlanKey>> source) {
        return new Supplier<>() {
            private boolean asked;
            private Optional<PlanKey> known = Optional.empty();

            @Override
            public synchronized Optional<PlanKey> get() {
                if (!asked) {
                    known = source.get();
                    asked = true;
                }
                return known;
            }
        };
    }

    private void write(Runnable line) {
        if (live == null) {
            line.run();
        } else {
            live.above(line);
        }
    }

    @Override
    public void info(String sentence) {
        write(() -> log.info(sentence));
    }

    @Override
    public void warn(String sentence) {
        write(() -> log.warn(sentence));
    }

    @Override
    public void warnOnce(String sentence) {
        if (warned.add(sentence)) {
            warn(sentence);
        }
    }

    @Override
    public void debug(String sentence) {
        log.debug(sentence);
    }

    @Override
    public void remoteLog(String line) {
        write(() -> log.info("  | " + line));
    }

    @Override
    public void bytes(String task, long done, long total) {
        long now = nanoTime.getAsLong();
        Task seen = tasks.computeIfAbsent("bytes " + task, key -> new Task(now));
        seen.rate.moved(done, now);
        if (live != null && total >= 0 && done >= total) {
            show(live, task, null);
            return;
        }
        if (shown && seen.isDue("", live == null ? interval : REDRAW, now)) {
            double seconds = Math.max(0.001, seen.elapsed(now).toMillis() / 1000.0);
            double rate = seen.rate.perSecond().orElse(done / seconds);
            OptionalLong left = seen.rate.secondsLeft(total);
            String rest = left.isPresent() ? String.format(Locale.ROOT, ", %d s left", left.getAsLong()) : "";
            String line = String.format(
                    Locale.ROOT,
                    "%s: %s%s, %s/s%s",
                    task,
                    size((double) done),
                    total < 0 ? "" : " of " + size((double) total),
                    size(rate),
                    rest);
            if (live == null) {
                log.info(line);
            } else {
                show(live, task, line);
            }
        }
    }

    /** A transfer's line below the others; null takes it away. */
    private synchronized void show(LiveRegion region, String task, @Nullable String line) {
        String before = line == null ? transfers.remove(task) : transfers.put(task, line);
        if (!Objects.equals(before, line)) {
            draw(region);
        }
    }

    private synchronized void show(LiveRegion region, List<String> steps) {
        tree = steps;
        draw(region);
    }

    private void draw(LiveRegion region) {
        List<String> lines = new ArrayList<>(tree);
        lines.addAll(transfers.values());
        region.show(lines);
    }

    @Override
    public void waiting(String what, String state, Duration elapsed, Duration limit) {
        long now = nanoTime.getAsLong();
        Task seen = tasks.computeIfAbsent("wait " + what, key -> new Task(now));
        if (shown && elapsed.compareTo(SILENCE) >= 0 && seen.isDue(state, interval, now)) {
            write(() -> log.info(
                    what + ": " + state + ", " + StepTree.clock(elapsed) + " of at most " + StepTree.clock(limit)));
        }
    }

    @Override
    public void steps(String pipeline, List<StepState> steps) {
        if (live != null) {
            show(live, StepTree.tree(pipeline, steps));
        }
        // Without a terminal a change is worth its line at once; with one it stays in the scrolled text.
        if (shown) {
            pipelines
                    .computeIfAbsent(pipeline, key -> new StepTree())
                    .changes(steps)
                    .forEach(line -> write(() -> log.info(line)));
        }
    }

    @Override
    public void planned(PlannedChange change) {
        // Without a key nothing may be kept of secrets; aml:plan and aml:apply see to it that there is one.
        plan.add(
                change.secrets().any()
                        ? planKey.get().map(key -> key.seal(change)).orElseGet(() -> change.with(PlannedSecrets.NONE))
                        : change);
        write(() -> {
            log.info(change.headline());
            change.fields().forEach(field -> log.info("  " + field.line()));
        });
    }

    /** What was planned so far. */
    public List<PlannedChange> plan() {
        return List.copyOf(plan);
    }

    @Override
    public void close() {
        tasks.clear();
        if (live != null) {
            endTransfers(live);
        }
    }

    /** The tree stays where it is; a transfer that broke off, or whose length nobody knew, has nothing more to say. */
    private synchronized void endTransfers(LiveRegion region) {
        if (!transfers.isEmpty()) {
            transfers.clear();
            draw(region);
        }
    }

    private static String size(double bytes) {
        if (bytes < 1024) {
            return Math.round(bytes) + " B";
        }
        int unit = (int) (Math.log(bytes) / Math.log(1024));
        return String.format(Locale.ROOT, "%.1f %ciB", bytes / Math.pow(1024, unit), "KMGTPE".charAt(unit - 1));
    }

    /** When something was last said of one task. */
    private static final class Task {
        private static final Pattern DIGITS = Pattern.compile("\\d+");

        private final TransferRate rate = new TransferRate();
        private final long startedAt;
        private long lastAt;
        private String lastState = "";
        private boolean told;

        Task(long now) {
            startedAt = now;
            lastAt = now;
        }

        synchronized boolean isDue(String state, Duration interval, long now) {
            boolean quietStart = now - startedAt < SILENCE.toNanos() && state.isEmpty();
            // A count that grows is no other state: a canary counts hundreds of requests a minute.
            String kind = DIGITS.matcher(state).replaceAll("#");
            if (!quietStart && (!told || !kind.equals(lastState) || now - lastAt >= interval.toNanos())) {
                told = true;
                lastAt = now;
                lastState = kind;
                return true;
            }
            return false;
        }

        Duration elapsed(long now) {
            return Duration.ofNanos(now - startedAt);
        }
    }
}
