package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one container as its restart policy says: pulls, starts, probes, restarts with a growing pause, and tells what
 * happened. Container instances and pods differ only in the words for it.
 */
public final class SupervisedContainer {

    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration HURRY = Duration.ofMillis(200);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final Plan plan;
    private final ContainerRuntime runtime;
    private final Clock clock;
    private final Listener listener;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private volatile State state = State.waiting("ContainerCreating", "");
    private volatile Optional<State> previous = Optional.empty();
    private volatile ContainerRuntime.@Nullable Container container;
    private final AtomicInteger restarts = new AtomicInteger();
    private volatile boolean ready;
    private int pauses;

    /** When a container that has ended is started again. */
    public enum Restart {
        ALWAYS,
        ON_FAILURE,
        NEVER;

        boolean wanted(int exitCode) {
            return this == ALWAYS || (this == ON_FAILURE && exitCode != 0);
        }
    }

    /** What is to be kept running, and how it is asked whether it lives and is ready. */
    public record Plan(ContainerSpec spec, Restart restart, Optional<Probe> liveness, Optional<Probe> readiness) {}

    /** Where the container is. {@code reason} and {@code message} are Kubernetes' words. */
    public record State(
            Phase phase,
            String reason,
            String message,
            Optional<Instant> startedAt,
            Optional<Instant> finishedAt,
            Optional<Integer> exitCode) {

        /** The three states that Kubernetes and container instances know. */
        public enum Phase {
            WAITING,
            RUNNING,
            TERMINATED
        }

        static State waiting(String reason, String message) {
            return new State(Phase.WAITING, reason, message, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /** Is told of changes, on the supervisor's thread. */
    public interface Listener {

        void changed();

        /** @param type {@code Normal} or {@code Warning} */
        void event(String type, String reason, String message);
    }

    public SupervisedContainer(Plan plan, ContainerRuntime runtime, Clock clock, Listener listener) {
        this.plan = plan;
        this.runtime = runtime;
        this.clock = clock;
        this.listener = listener;
        this.thread = new Thread(this::supervise, "supervise-" + plan.spec().name());
        this.thread.setDaemon(true);
    }

    public SupervisedContainer start() {
        thread.start();
        return this;
    }

    public Plan plan() {
        return plan;
    }

    public State state() {
        return state;
    }

    /** How the run before this one ended. */
    public Optional<State> previous() {
        return previous;
    }

    public int restarts() {
        return restarts.get();
    }

    /** Running, and its readiness probe (if it has one) answers. */
    public boolean ready() {
        return ready;
    }

    /** Whether it will not run again. */
    public boolean finished() {
        return ended.getCount() == 0;
    }

    /** Loopback port of the running container. */
    public Optional<Integer> hostPort() {
        ContainerRuntime.Container present = container;
        return present == null || !present.alive() ? Optional.empty() : Optional.of(present.hostPort());
    }

    /** The present or last run's output; empty before the first. */
    public String log(int tail) {
        ContainerRuntime.Container present = container;
        return present == null ? "" : present.log(tail);
    }

    /** Takes it out of service without ending it yet. */
    public void unready() {
        ready = false;
        stopping.countDown();
    }

    /** Ends it for good. */
    public void stop() {
        unready();
        ContainerRuntime.Container present = container;
        if (present != null) {
            present.stop();
        }
        // No interrupt: the listener may be writing to the store, whose file an interrupt would close.
        stopped.countDown();
        try {
            if (!ended.await(10, TimeUnit.SECONDS)) {
                System.getLogger(SupervisedContainer.class.getName())
                        .log(System.Logger.Level.WARNING, plan.spec().name() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void supervise() {
        try {
            boolean again = true;
            while (again && stopping.getCount() > 0) {
                again = run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            finish();
            ended.countDown();
        }
    }

    /** After unready() the container goes on serving what it has begun until stop() ends it. */
    private void finish() {
        ContainerRuntime.Container present = container;
        try {
            while (present != null
                    && stopping.getCount() == 0
                    && present.alive()
                    && !stopped.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                present = container;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One run; says whether there is to be another. */
    private boolean run() throws InterruptedException {
        Optional<ContainerRuntime.Container> started = launch();
        if (started.isEmpty()) {
            return !pause();
        }
        watch(started.get());
        if (stopping.getCount() == 0) {
            return false;
        }
        ready = false;
        int code = started.get().exitCode().orElse(-1);
        State last = new State(
                State.Phase.TERMINATED,
                code == 0 ? "Completed" : "Error",
                "",
                state.startedAt(),
                Optional.of(clock.instant()),
                Optional.of(code));
        change(last);
        if (!plan.restart().wanted(code)) {
            return false;
        }
        if (restarts.get() > 0) {
            previous = Optional.of(last);
            String message = "back-off " + nextPause().toSeconds() + "s restarting failed container="
                    + plan.spec().name();
            listener.event("Warning", "BackOff", "Back-off restarting failed container");
            change(State.waiting("CrashLoopBackOff", message));
            if (pause()) {
                return false;
            }
        }
        previous = Optional.of(last);
        restarts.incrementAndGet();
        return true;
    }

    private Optional<ContainerRuntime.Container> launch() throws InterruptedException {
        String image = plan.spec().image();
        listener.event("Normal", "Pulling", "Pulling image \"" + image + "\"");
        try {
            ContainerRuntime.Container next = runtime.start(plan.spec());
            if (stopping.getCount() == 0) {
                next.stop();
                return Optional.empty();
            }
            container = next;
            pauses = restarts.get() == 0 ? 0 : pauses;
            change(new State(
                    State.Phase.RUNNING, "", "", Optional.of(clock.instant()), Optional.empty(), Optional.empty()));
            listener.event("Normal", "Pulled", "Successfully pulled image \"" + image + "\"");
            listener.event(
                    "Normal", "Started", "Started container " + plan.spec().name() + " (" + runtime.isolation() + ")");
            return Optional.of(next);
        } catch (ImageUnavailableException e) {
            failed("ErrImagePull", "Failed to pull image \"" + image + "\": " + e.getMessage());
            listener.event("Normal", "BackOff", "Back-off pulling image \"" + image + "\"");
            change(State.waiting("ImagePullBackOff", "Back-off pulling image \"" + image + "\""));
        } catch (IOException e) {
            failed("RunContainerError", String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    private void failed(String reason, String message) {
        listener.event("Warning", "Failed", message);
        listener.event("Warning", "Failed", "Error: " + reason);
        change(State.waiting(reason, message));
    }

    /** Probes until the container ends or is to be stopped. */
    private void watch(ContainerRuntime.Container running) throws InterruptedException {
        List<ProbeRun> probes = new ArrayList<>();
        plan.liveness().ifPresent(probe -> probes.add(new ProbeRun("Liveness", probe, true)));
        plan.readiness().ifPresent(probe -> probes.add(new ProbeRun("Readiness", probe, false)));
        if (plan.readiness().isEmpty()) {
            setReady(true);
        }
        while (running.alive()) {
            if (stopping.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
            for (ProbeRun probe : probes) {
                probe.whenDue(running);
            }
        }
    }

    private void setReady(boolean value) {
        if (ready != value && stopping.getCount() > 0) {
            ready = value;
            listener.changed();
        }
    }

    private void change(State next) {
        state = next;
        listener.changed();
    }

    private Duration nextPause() {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(pauses, 5));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    /** Waits before the next try; true when stopped meanwhile. */
    private boolean pause() throws InterruptedException {
        Duration pause = nextPause();
        pauses++;
        return stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A probe's count of good and bad answers in one run of the container. */
    private final class ProbeRun {

        private final String name;
        private final Probe probe;
        private final boolean kills;
        private final long patience;
        private long due;
        private int good;
        private int bad;

        ProbeRun(String name, Probe probe, boolean kills) {
            this.name = name;
            this.probe = probe;
            this.kills = kills;
            this.due =
                    System.nanoTime() + Duration.ofSeconds(probe.initialDelay()).toNanos();
            // A kubelet asks at once and then after a whole period; who waits for a build is told sooner.
            this.patience =
                    due + Duration.ofSeconds(Math.max(1, probe.period())).toNanos();
        }

        void whenDue(ContainerRuntime.Container running) throws InterruptedException {
            if (System.nanoTime() < due) {
                return;
            }
            Optional<String> wrong = probe.ask(running.hostPort());
            boolean hurried = !kills && !ready && System.nanoTime() < patience;
            due = System.nanoTime() + (hurried ? HURRY : Duration.ofSeconds(Math.max(1, probe.period()))).toNanos();
            if (hurried && wrong.isPresent()) {
                return;
            }
            if (wrong.isEmpty()) {
                bad = 0;
                good++;
                if (!kills && good >= Math.max(1, probe.successes())) {
                    setReady(true);
                }
                return;
            }
            good = 0;
            bad++;
            listener.event("Warning", "Unhealthy", name + " probe failed: " + wrong.get());
            if (bad >= Math.max(1, probe.failures())) {
                failed(running);
            }
        }

        private void failed(ContainerRuntime.Container running) {
            if (!kills) {
                setReady(false);
                return;
            }
            listener.event(
                    "Normal",
                    "Killing",
                    "Container " + plan.spec().name() + " failed liveness probe, will be restarted");
            running.stop();
        }
    }
}
