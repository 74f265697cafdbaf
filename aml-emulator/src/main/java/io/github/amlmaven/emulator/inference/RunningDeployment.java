package io.github.amlmaven.emulator.inference;

import io.github.amlmaven.emulator.container.SupervisedContainer;
import io.github.amlmaven.emulator.container.SupervisedContainer.State;
import io.github.amlmaven.emulator.job.process.FolderTree;
import io.github.amlmaven.emulator.job.process.Stop;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** One revision of a deployment with its server. */
final class RunningDeployment {

    private static final Duration POLL = Duration.ofMillis(20);
    private static final int ERROR_LINES = 15;

    private final String fingerprint;
    private final ServingFolder folder;
    private final SupervisedContainer server;
    private final AtomicInteger inFlight = new AtomicInteger();

    /** @param fingerprint of what the document asked to be served */
    RunningDeployment(String fingerprint, ServingFolder folder, SupervisedContainer server) {
        this.fingerprint = fingerprint;
        this.folder = folder;
        this.server = server;
    }

    boolean serves(String wanted) {
        return fingerprint.equals(wanted);
    }

    ServingFolder folder() {
        return folder;
    }

    /** Requests that the front end has given it and that are not answered yet. */
    AtomicInteger inFlight() {
        return inFlight;
    }

    /** Loopback port while it takes requests. */
    Optional<Integer> port() {
        return server.ready() ? server.hostPort() : Optional.empty();
    }

    String serverLog(int tail) {
        return server.log(tail);
    }

    /** Words for the state in the deployment's log. */
    String state() {
        return server.ready() ? "Succeeded" : server.restarts() > 0 ? "CrashLoopBackOff" : "InProgress";
    }

    /**
     * Starts the server and waits until it is ready.
     *
     * @throws ServingFailure when it ends, cannot be started, or is not ready in time
     */
    void start(Duration limit, Stop stop) throws ServingFailure, Stop.StoppedException {
        server.start();
        long deadline = System.nanoTime() + limit.toNanos();
        while (!server.ready()) {
            stop.check();
            refuseFailure(server.state());
            if (System.nanoTime() > deadline) {
                throw ServingFailure.notReady("User container has not become ready within " + limit.toSeconds()
                        + " seconds: the readiness probe was not answered well. Log: " + server.log(ERROR_LINES));
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private void refuseFailure(State state) throws ServingFailure {
        boolean ended = state.phase() == State.Phase.TERMINATED || server.restarts() > 0;
        if (ended) {
            throw ServingFailure.notReady("User container has crashed or terminated"
                    + state.exitCode().map(code -> " (exit code " + code + ")").orElse("")
                    + ". Log: " + server.log(ERROR_LINES));
        }
        if (state.phase() == State.Phase.WAITING && !state.reason().equals("ContainerCreating")) {
            throw state.reason().equals("RunContainerError")
                    ? ServingFailure.notReady(state.message())
                    : ServingFailure.badArgument("Unable to download user container image: " + state.message());
        }
    }

    /** Ends the server; files stay for their logs. */
    void stop() {
        server.stop();
    }

    /** Ends the server and deletes its files. */
    void remove() throws IOException {
        stop();
        FolderTree.delete(folder.root());
    }
}
