package io.github.amlmaven.emulator.appservice;

import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.container.ContainerSpec;
import io.github.amlmaven.emulator.container.Probe;
import io.github.amlmaven.emulator.container.SupervisedContainer;
import io.github.amlmaven.emulator.container.SupervisedContainer.Restart;
import io.github.amlmaven.emulator.container.SupervisedContainer.State;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One container of a site, from its start to its end. The platform sends it a warm-up request until it answers, whatever it
 * answers, and tells in its log what happened, in the words of App Service's docker log.
 */
final class SiteInstance implements SupervisedContainer.Listener {

    /** Seconds between two warm-up requests that are reported. */
    private static final int PERIOD = 2;

    private final String site;
    private final SiteLog log;
    private final SupervisedContainer container;
    private final Duration startLimit;
    private final long begun = System.nanoTime();
    private volatile Runnable changed;
    private volatile boolean answered;
    private volatile boolean failed;
    private Optional<State> told = Optional.empty();

    /**
     * @param startLimit how long the container may take to answer ({@code WEBSITES_CONTAINER_START_TIME_LIMIT})
     * @param changed is called when the instance has become ready or has failed
     */
    SiteInstance(
            String site,
            ContainerSpec spec,
            Duration startLimit,
            ContainerRuntime runtime,
            Clock clock,
            SiteLog log,
            Runnable changed) {
        this.site = site;
        this.log = log;
        this.startLimit = startLimit;
        this.changed = changed;
        Probe warmUp = new Probe(Optional.of("/"), 0, PERIOD, 5, 1, Integer.MAX_VALUE);
        this.container = new SupervisedContainer(
                new SupervisedContainer.Plan(spec, Restart.ALWAYS, Optional.empty(), Optional.of(warmUp)),
                runtime,
                clock,
                this);
    }

    void start() {
        container.start();
    }

    void stop() {
        container.stop();
    }

    /** After a swap another address leads here. */
    void belongsTo(Runnable owner) {
        changed = owner;
    }

    ContainerSpec spec() {
        return container.plan().spec();
    }

    boolean ready() {
        return container.ready() || answered;
    }

    /** Whether its last start came to nothing; it is tried again. */
    boolean failed() {
        return failed;
    }

    List<Integer> ports() {
        return container.hostPort().stream().toList();
    }

    String output() {
        return container.log(0);
    }

    @Override
    public synchronized void changed() {
        State state = container.state();
        if (container.ready() && !answered) {
            isReady();
        } else if (state.phase() == State.Phase.TERMINATED && !told.equals(Optional.of(state))) {
            told = Optional.of(state);
            log.container(container.log(0));
            log.error("Container " + spec().name() + " for site " + site + " has exited with code "
                    + state.exitCode().orElse(-1) + ", failing site start");
            log.info("Stopping site " + site + " because it failed during startup.");
            answered = false;
            failed = true;
        }
        changed.run();
    }

    private void isReady() {
        answered = true;
        failed = false;
        log.info("Container " + spec().name() + " for site " + site
                + " initialized successfully and is ready to serve requests.");
    }

    @Override
    public synchronized void event(String type, String reason, String message) {
        switch (reason) {
            case "Pulling" -> log.info("Pulling image: " + spec().image());
            case "Pulled" -> log.info("Pull Image successful");
            case "Started" -> {
                log.info("Starting container for site " + site + ": " + message);
                log.info("Initiating warmup request to container " + spec().name() + " for site " + site);
            }
            case "Failed" -> {
                if (message.startsWith("Failed to pull")) {
                    log.error("Image pull failed: Verify docker image configuration and credentials (if using private"
                            + " repository): " + message);
                } else if (!message.startsWith("Error: ")) {
                    log.error("Container " + spec().name() + " could not be started: " + message);
                }
                failed = true;
                changed.run();
            }
            case "Unhealthy" -> unhealthy(message);
            default -> log.info(message);
        }
    }

    /** Any answer to the warm-up request shows that the container serves. */
    private void unhealthy(String message) {
        if (answered || failed) {
            return;
        }
        if (message.contains("statuscode")) {
            isReady();
            changed.run();
        } else if (System.nanoTime() - begun > startLimit.toNanos()) {
            log.error("Container " + spec().name() + " for site " + site + " didn't respond to HTTP pings on port: "
                    + spec().port() + ", failing site start.");
            failed = true;
            changed.run();
        }
    }
}
