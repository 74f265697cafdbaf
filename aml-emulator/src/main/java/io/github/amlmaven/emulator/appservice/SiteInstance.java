package io.github.amlmaven.emulator.appservice;

import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.container.ContainerSpec;
import io.github.amlmaven.emulator.container.Probe;
import io.github.amlmaven.emulator.container.SupervisedContainer;
import io.github.amlmaven.emulator.container.SupervisedContainer.Restart;
import io.github.amlmaven.emulator.container.SupervisedContainer.State;
import io.github.amlmaven.emulator.function.FunctionHost;
import io.github.amlmaven.emulator.function.FunctionProgram;
import io.github.amlmaven.emulator.function.HostKeys;
import io.github.amlmaven.emulator.function.HostStorage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/**
 * One container of a site, from its start to its end. The platform sends it a warm-up request until it answers, whatever it
 * answers, and tells in its log what happened, in the words of App Service's docker log. In a function app the container is
 * that of the custom handler, and the Functions host is in front of it.
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
    private final Optional<FunctionHost> host;
    private volatile Supplier<HostKeys> keys;

    /** Something to run, with the Functions host or without. */
    record Launch(ContainerSpec spec, Optional<FunctionProgram> program, Optional<HostStorage> storage) {}

    /**
     * @param startLimit how long the container may take to answer ({@code WEBSITES_CONTAINER_START_TIME_LIMIT})
     * @param keys of the Functions host, where there is one
     * @param changed is called when the instance has become ready or has failed
     */
    SiteInstance(
            String site,
            Launch launch,
            Duration startLimit,
            ContainerRuntime runtime,
            Clock clock,
            SiteLog log,
            ExecutorService executor,
            Supplier<HostKeys> keys,
            Runnable changed) {
        this.site = site;
        this.log = log;
        this.startLimit = startLimit;
        this.changed = changed;
        this.keys = keys;
        Probe warmUp = new Probe(Optional.of("/"), 0, PERIOD, 5, 1, Integer.MAX_VALUE);
        this.container = new SupervisedContainer(
                new SupervisedContainer.Plan(launch.spec(), Restart.ALWAYS, Optional.empty(), Optional.of(warmUp)),
                runtime,
                clock,
                this);
        this.host = launch.program()
                .map(program -> new FunctionHost(
                        program,
                        this::handlerPort,
                        () -> this.keys.get(),
                        log::info,
                        new FunctionHost.Place(
                                site.toLowerCase(Locale.ROOT),
                                launch.spec().environment(),
                                launch.storage().orElseThrow(),
                                clock,
                                executor)));
    }

    private Optional<Integer> handlerPort() {
        return ready() ? container.hostPort() : Optional.empty();
    }

    void start() {
        container.start();
    }

    void stop() {
        host.ifPresent(FunctionHost::close);
        container.stop();
    }

    /** After a swap another address leads here. */
    void belongsTo(Supplier<HostKeys> keysOfOwner, Runnable owner) {
        keys = keysOfOwner;
        changed = owner;
    }

    /** What the Functions host runs. */
    Optional<FunctionProgram> program() {
        return host.map(FunctionHost::program);
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
        return host.map(FunctionHost::port).or(container::hostPort).stream().toList();
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
            if (host.isPresent()) {
                int code = state.exitCode().orElse(-1);
                log.error(spec().command().get(0) + " exited with code " + code + " (0x"
                        + Integer.toHexString(code).toUpperCase(Locale.ROOT) + ")");
            }
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
        host.ifPresent(FunctionHost::begin);
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
