package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.container.ContainerRuntime;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** The kubelet: runs the pods that are in the store, and ends those that are to go without breaking their requests. */
final class Pods implements AutoCloseable {

    /** How long a pod that is to end may finish requests; far less than a cluster's 30 s, as builds wait for it. */
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private static final long DRAIN_POLL_NANOS = Duration.ofMillis(50).toNanos();

    private final ObjectStore store;
    private final ContainerRuntime runtime;
    private final Clock clock;
    private final Events events;
    private final Map<String, PodRunner> runners = new ConcurrentHashMap<>();
    private final Set<String> ending = ConcurrentHashMap.newKeySet();
    private volatile IntPredicate drain = port -> true;

    Pods(ObjectStore store, ContainerRuntime runtime, Clock clock, Events events) {
        this.store = store;
        this.runtime = runtime;
        this.clock = clock;
        this.events = events;
    }

    /** @param drain takes idle connections off a host port, and says whether none is left */
    void drainedBy(IntPredicate drain) {
        this.drain = drain;
    }

    void reconcile() {
        var pods = store.list(ApiResource.PODS, "");
        for (ObjectNode pod : pods) {
            if (pod.path("metadata").has("deletionTimestamp")) {
                end(pod);
            } else if (!Set.of("Succeeded", "Failed")
                    .contains(pod.path("status").path("phase").asText())) {
                runners.computeIfAbsent(ObjectStore.uid(pod), uid -> new PodRunner(pod, store, runtime, clock, events))
                        .step();
            }
        }
        Set<String> present = pods.stream().map(ObjectStore::uid).collect(Collectors.toSet());
        for (Map.Entry<String, PodRunner> runner : Map.copyOf(runners).entrySet()) {
            if (!present.contains(runner.getKey()) && !ending.contains(runner.getKey())) {
                runners.remove(runner.getKey());
                runner.getValue().stop();
            }
        }
    }

    private void end(ObjectNode pod) {
        String uid = ObjectStore.uid(pod);
        if (!ending.add(uid)) {
            return;
        }
        PodRunner runner = runners.get(uid);
        Thread thread = new Thread(() -> finish(pod, runner), "end-" + ObjectStore.name(pod));
        thread.setDaemon(true);
        thread.start();
    }

    private void finish(ObjectNode pod, @org.jspecify.annotations.Nullable PodRunner runner) {
        try {
            if (runner != null) {
                drain(runner);
                events.record(
                        ApiResource.PODS, pod, "kubelet", "Normal", "Killing", "Stopping pod " + ObjectStore.name(pod));
                runner.stop();
            }
        } finally {
            String uid = ObjectStore.uid(pod);
            runners.remove(uid);
            store.get(ApiResource.PODS, ObjectStore.namespace(pod), ObjectStore.name(pod))
                    .filter(present -> ObjectStore.uid(present).equals(uid))
                    .ifPresent(present ->
                            store.delete(ApiResource.PODS, ObjectStore.namespace(pod), ObjectStore.name(pod)));
            ending.remove(uid);
        }
    }

    private void drain(PodRunner runner) {
        long deadline = System.nanoTime() + DRAIN_LIMIT.toNanos();
        int quiet = 0;
        runner.unready();
        while (System.nanoTime() < deadline && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(DRAIN_POLL_NANOS);
            // Twice, as a connection may have been on its way when the pod was taken out.
            quiet = runner.hostPorts().stream().allMatch(drain::test) ? quiet + 1 : 0;
            if (quiet > 2) {
                return;
            }
        }
    }

    /** Where a pod's port is reached on this machine. */
    Optional<Integer> hostPort(JsonNode pod, JsonNode targetPort) {
        PodRunner runner = runners.get(ObjectStore.uid(pod));
        return runner == null ? Optional.empty() : runner.hostPort(targetPort);
    }

    boolean running(JsonNode pod) {
        PodRunner runner = runners.get(ObjectStore.uid(pod));
        return runner != null && runner.running();
    }

    /**
     * A container's output.
     *
     * @param container empty for the first
     * @throws io.github.amlmaven.emulator.http.HttpError 400 when it has not run yet
     */
    String log(JsonNode pod, String container, int tail) {
        PodRunner runner = runners.get(ObjectStore.uid(pod));
        return runner == null ? "" : runner.log(container, tail);
    }

    @Override
    public void close() {
        runners.values().parallelStream().forEach(PodRunner::stop);
        runners.clear();
        // Those that were ending anyway write to the store when they are done, which must still be open then.
        long deadline = System.nanoTime() + CLOSE_LIMIT.toNanos();
        while (!ending.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(DRAIN_POLL_NANOS);
        }
    }
}
