package io.github.amlmaven.emulator.appservice;

import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.container.ContainerSpec;
import io.github.amlmaven.emulator.container.Loopback;
import io.github.amlmaven.emulator.container.TcpRelay;
import io.github.amlmaven.emulator.function.FunctionProgram;
import io.github.amlmaven.emulator.function.HostKeys;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A site or slot at its address. A changed site starts a new container and goes on with the old one until the new one
 * serves or has failed, as the service does.
 */
final class RunningSite implements AutoCloseable {

    /** Not 80: that one is for privileged users, and the address must be the same after a restart. */
    private static final int FRONT_PORT = 8080;

    private static final long DRAIN_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long DRAIN_POLL_NANOS = Duration.ofMillis(50).toNanos();

    private final ResourceId id;
    private final ContainerRuntime runtime;
    private final Clock clock;
    private final ExecutorService executor;
    private final Supplier<HostKeys> keys;
    private final SiteLog log;
    private final TcpRelay relay;
    private @Nullable SiteInstance serving;
    private @Nullable SiteInstance next;

    /** @param keys of the Functions host, where the site has one */
    RunningSite(ResourceId id, ContainerRuntime runtime, Clock clock, ExecutorService executor, Supplier<HostKeys> keys)
            throws IOException {
        this.id = id;
        this.runtime = runtime;
        this.clock = clock;
        this.executor = executor;
        this.keys = keys;
        this.log = new SiteLog(clock);
        this.relay = Loopback.relay(id.key(), FRONT_PORT, this::targets);
    }

    /** Host and port under which the site is reached. */
    String host() {
        return relay.address().getHostAddress() + ":" + relay.port();
    }

    SiteLog log() {
        return log;
    }

    /** Starts a container beside the one that serves. */
    synchronized void start(SiteInstance.Launch launch, Duration startLimit) {
        SiteInstance overtaken = next;
        SiteInstance instance =
                new SiteInstance(id.name(), launch, startLimit, runtime, clock, log, executor, keys, this::settle);
        next = instance;
        if (overtaken != null) {
            executor.execute(overtaken::stop);
        }
        instance.start();
    }

    /** Whether a container with this image, command and environment is there already. */
    synchronized boolean runs(ContainerSpec wanted) {
        SiteInstance newest = next == null ? serving : next;
        return newest != null
                && !newest.failed()
                && newest.spec().image().equals(wanted.image())
                && newest.spec().command().equals(wanted.command())
                && newest.spec().port() == wanted.port()
                && newest.spec().environment().equals(wanted.environment());
    }

    synchronized void stop() {
        for (SiteInstance instance : instances()) {
            executor.execute(instance::stop);
        }
        serving = null;
        next = null;
    }

    /** The other site's containers serve here from now on, and this one's there; no request is lost. */
    void swap(RunningSite other) {
        RunningSite first = id.key().compareTo(other.id.key()) < 0 ? this : other;
        RunningSite second = first == this ? other : this;
        synchronized (first) {
            synchronized (second) {
                SiteInstance here = serving;
                SiteInstance hereNext = next;
                serving = other.serving;
                next = other.next;
                other.serving = here;
                other.next = hereNext;
                drain(here);
                other.drain(serving);
                instances().forEach(instance -> instance.belongsTo(keys, this::settle));
                other.instances().forEach(instance -> instance.belongsTo(other.keys, other::settle));
            }
        }
    }

    private List<SiteInstance> instances() {
        return Stream.of(serving, next).flatMap(Stream::ofNullable).toList();
    }

    private synchronized void settle() {
        SiteInstance candidate = next;
        if (candidate == null || !(candidate.ready() || candidate.failed())) {
            return;
        }
        SiteInstance old = serving;
        serving = candidate;
        next = null;
        if (old != null) {
            executor.execute(() -> end(old));
        }
    }

    /** Lets the container finish what it has begun, so that no caller notices that another one has taken over. */
    private void end(SiteInstance old) {
        long deadline = System.nanoTime() + DRAIN_NANOS;
        while (!drain(old) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(DRAIN_POLL_NANOS);
        }
        old.stop();
    }

    /** Hands connections that wait for a next request to what serves now; says whether no answer is under way any more. */
    private boolean drain(@Nullable SiteInstance former) {
        boolean drained = true;
        for (int port : former == null ? List.<Integer>of() : former.ports()) {
            drained &= relay.drain(port);
        }
        return drained;
    }

    private List<Integer> targets() {
        SiteInstance now = current();
        return now == null ? List.of() : now.ports();
    }

    /** What its Functions host runs; empty while there is none that serves. */
    Optional<FunctionProgram> program() {
        SiteInstance now = current();
        return now == null || !now.ready() ? Optional.empty() : now.program();
    }

    private synchronized @Nullable SiteInstance current() {
        return serving;
    }

    /** Something serves here. */
    synchronized boolean ready() {
        return serving != null && serving.ready();
    }

    /** The platform's log, then what the present container has said. */
    String logText() {
        StringBuilder text = new StringBuilder(log.text());
        List<SiteInstance> present;
        synchronized (this) {
            present = instances();
        }
        present.forEach(instance -> text.append(instance.output()));
        return text.toString();
    }

    @Override
    public void close() {
        relay.close();
        List<SiteInstance> present;
        synchronized (this) {
            present = instances();
            serving = null;
            next = null;
        }
        present.parallelStream().forEach(SiteInstance::stop);
    }
}
