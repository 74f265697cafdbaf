package io.github.amlmaven.emulator.inference;

import io.github.amlmaven.emulator.collector.Sidecar;
import io.github.amlmaven.emulator.container.SupervisedContainer;
import io.github.amlmaven.emulator.container.SupervisedContainer.State;
import io.github.amlmaven.emulator.job.process.FolderTree;
import io.github.amlmaven.emulator.job.process.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** One revision of a deployment with its server. */
final class RunningDeployment {

    private static final Duration POLL = Duration.ofMillis(20);
    private static final String CRASHED = "User container has crashed or terminated";

    private final String fingerprint;
    private final ServingFolder folder;
    private final SupervisedContainer server;
    private final DeploymentEvents events;
    private final Optional<Sidecar> sidecar;
    private final AtomicInteger inFlight = new AtomicInteger();

    /**
     * @param fingerprint of what the document asked to be served
     * @param sidecar takes what the scoring script collects; ends with the server
     */
    RunningDeployment(
            String fingerprint,
            ServingFolder folder,
            SupervisedContainer server,
            DeploymentEvents events,
            Optional<Sidecar> sidecar) {
        this.fingerprint = fingerprint;
        this.folder = folder;
        this.server = server;
        this.events = events;
        this.sidecar = sidecar;
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
                throw crashed();
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private void refuseFailure(State state) throws ServingFailure {
        boolean ended = state.phase() == State.Phase.TERMINATED || server.restarts() > 0;
        if (ended) {
            throw crashed();
        }
        if (state.phase() == State.Phase.WAITING && !state.reason().equals("ContainerCreating")) {
            throw state.reason().equals("RunContainerError")
                    ? ServingFailure.notReady(CRASHED + ": " + state.message())
                    : ServingFailure.badArgument("Unable to download user container image");
        }
    }

    /** What the service says of servers that end and of servers that are never ready; a probe's failure is named when there was one. */
    private ServingFailure crashed() {
        return ServingFailure.notReady(
                CRASHED + events.probeFailure().map(failure -> ": " + failure).orElse(""));
    }

    /** Keeps the output of a container that is about to go, where {@code getLogs} finds it. */
    void keepLog() throws IOException {
        String log = server.log(0);
        if (!log.isEmpty() && !Files.exists(folder.serverLog())) {
            Files.createDirectories(folder.serverLog().getParent());
            Files.writeString(folder.serverLog(), log);
        }
    }

    /** Ends the server; files stay for their logs. */
    void stop() {
        server.stop();
        sidecar.ifPresent(Sidecar::close);
    }

    /** Ends the server and deletes its files. */
    void remove() throws IOException {
        stop();
        FolderTree.delete(folder.root());
    }
}
