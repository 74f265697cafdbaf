package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A container as one process of this machine and what hangs below it. */
final class LocalContainer implements ContainerRuntime.Container {

    private static final System.Logger LOG = System.getLogger(LocalContainer.class.getName());
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final Isolation isolation;
    private final Isolation.Start start;
    private final Process process;
    private final ProcessSession session;
    private final ContainerLog log;
    private final CountDownLatch cleaned = new CountDownLatch(1);

    private LocalContainer(Isolation isolation, Isolation.Start start, Process process, ContainerLog log) {
        this.isolation = isolation;
        this.start = start;
        this.process = process;
        this.session = new ProcessSession(process.pid(), start.id());
        this.log = log;
    }

    /** Takes over a started process: keeps its output and cleans up behind it, whatever ends it. */
    static LocalContainer watch(
            Isolation isolation, Isolation.Start start, Process process, Path logFile, Runnable onEnd) {
        LocalContainer container = new LocalContainer(isolation, start, process, new ContainerLog(logFile));
        container.daemon("container-log-" + start.spec().name(), container::pump);
        container.daemon("container-" + start.spec().name(), () -> container.cleanUp(onEnd));
        return container;
    }

    private void pump() {
        try {
            log.fill(process.getInputStream());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "output of " + start.spec().name() + " ended: " + e);
        }
    }

    private void cleanUp(Runnable onEnd) {
        try {
            process.waitFor();
            session.kill();
            LayerUnpacker.delete(start.scratch());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot remove " + start.scratch() + ": " + e);
        } finally {
            onEnd.run();
            cleaned.countDown();
        }
    }

    private void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public ContainerSpec spec() {
        return start.spec();
    }

    @Override
    public boolean alive() {
        return process.isAlive();
    }

    @Override
    public Optional<Integer> exitCode() {
        return process.isAlive() ? Optional.empty() : Optional.of(process.exitValue());
    }

    @Override
    public int hostPort() {
        return start.hostPort();
    }

    @Override
    public String log(int tail) {
        try {
            return log.read(tail);
        } catch (IOException e) {
            return "the log cannot be read: " + e + "\n";
        }
    }

    @Override
    public void stop() {
        if (process.isAlive()) {
            isolation.stop(start);
        }
        session.end(GRACE);
        try {
            if (!cleaned.await(5, TimeUnit.SECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "container " + start.spec().name() + " is not cleaned up yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
