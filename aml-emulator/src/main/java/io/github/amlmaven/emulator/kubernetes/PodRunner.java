package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.container.ContainerSpec;
import io.github.amlmaven.emulator.container.Probe;
import io.github.amlmaven.emulator.container.SupervisedContainer;
import io.github.amlmaven.emulator.container.SupervisedContainer.Restart;
import io.github.amlmaven.emulator.container.SupervisedContainer.State;
import io.github.amlmaven.emulator.http.HttpError;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One pod: init containers in turn, then its containers; its status is written as it changes. */
final class PodRunner {

    private static final Duration CONFIG_RETRY = Duration.ofSeconds(2);
    private static final int DEFAULT_PORT = 80;

    private final ObjectNode pod;
    private final ObjectStore store;
    private final ContainerRuntime runtime;
    private final Clock clock;
    private final Events events;
    private final Map<String, SupervisedContainer> containers = new LinkedHashMap<>();
    private final Map<String, SupervisedContainer> initContainers = new LinkedHashMap<>();
    private Instant retryAt = Instant.EPOCH;
    private String configError = "";
    private boolean stopped;
    private boolean scheduled;

    PodRunner(ObjectNode pod, ObjectStore store, ContainerRuntime runtime, Clock clock, Events events) {
        this.pod = pod;
        this.store = store;
        this.runtime = runtime;
        this.clock = clock;
        this.events = events;
    }

    /** Does what is next: an init container, the containers, or nothing. */
    synchronized void step() {
        if (stopped || !containers.isEmpty() || clock.instant().isBefore(retryAt)) {
            return;
        }
        if (!scheduled) {
            scheduled = true;
            event(
                    "Normal",
                    "Scheduled",
                    "Successfully assigned " + ObjectStore.namespace(pod) + "/" + ObjectStore.name(pod)
                            + " to emulator");
        }
        try {
            checkVolumes();
            for (JsonNode init : pod.path("spec").path("initContainers")) {
                if (!initDone(init)) {
                    return;
                }
            }
            Map<String, SupervisedContainer> ready = new LinkedHashMap<>();
            for (JsonNode container : pod.path("spec").path("containers")) {
                ready.put(container.path("name").asText(), supervised(container, restart()));
            }
            configError = "";
            containers.putAll(ready);
            containers.values().forEach(SupervisedContainer::start);
        } catch (PodEnvironment.MissingReference e) {
            configError = String.valueOf(e.getMessage());
            retryAt = clock.instant().plus(CONFIG_RETRY);
            event("Warning", "Failed", "Error: " + configError);
        }
        publish();
    }

    /** Files from the cluster are not put into containers here; a pod that counts on them must not seem to work. */
    private void checkVolumes() throws PodEnvironment.MissingReference {
        for (JsonNode container : pod.path("spec").path("containers")) {
            for (JsonNode mount : container.path("volumeMounts")) {
                String path = mount.path("mountPath").asText();
                if (!path.equals("/tmp") && !path.startsWith("/tmp/") && !path.equals("/dev/shm")) {
                    throw new PodEnvironment.MissingReference("the emulator cannot mount volume \""
                            + mount.path("name").asText() + "\" at " + path);
                }
            }
        }
    }

    private boolean initDone(JsonNode init) throws PodEnvironment.MissingReference {
        String name = init.path("name").asText();
        SupervisedContainer present = initContainers.get(name);
        if (present == null) {
            Restart restart = restart() == Restart.NEVER ? Restart.NEVER : Restart.ON_FAILURE;
            initContainers.put(name, supervised(init, restart).start());
            publish();
            return false;
        }
        return present.finished() && present.state().exitCode().orElse(1) == 0;
    }

    private Restart restart() {
        return switch (pod.path("spec").path("restartPolicy").asText()) {
            case "Never" -> Restart.NEVER;
            case "OnFailure" -> Restart.ON_FAILURE;
            default -> Restart.ALWAYS;
        };
    }

    private SupervisedContainer supervised(JsonNode container, Restart restart) throws PodEnvironment.MissingReference {
        Map<String, String> environment = new PodEnvironment(store, pod).of(container);
        List<String> command = new ArrayList<>();
        for (String field : new String[] {"command", "args"}) {
            container.path(field).forEach(word -> command.add(PodEnvironment.expanded(word.asText(), environment)));
        }
        JsonNode limits = container.path("resources").path("limits");
        ContainerSpec spec = new ContainerSpec(
                ObjectStore.name(pod) + "-" + container.path("name").asText(),
                container.path("image").asText(),
                command,
                environment,
                port(container),
                Validation.Quantities.value(limits.path("cpu").asText("")).doubleValue(),
                Validation.Quantities.value(limits.path("memory").asText("")).doubleValue() / (1L << 30));
        // A startup probe holds the others back; waiting for as long as it may take comes to the same.
        JsonNode startup = container.path("startupProbe");
        int hold = startup.path("failureThreshold").asInt()
                * startup.path("periodSeconds").asInt();
        SupervisedContainer.Plan plan = new SupervisedContainer.Plan(
                spec,
                restart,
                probe(container.path("livenessProbe"), hold),
                probe(container.path("readinessProbe"), 0));
        return new SupervisedContainer(plan, runtime, clock, new SupervisedContainer.Listener() {
            @Override
            public void changed() {
                publish();
            }

            @Override
            public void event(String type, String reason, String message) {
                PodRunner.this.event(type, reason, message);
            }
        });
    }

    private static int port(JsonNode container) {
        int declared = container.path("ports").path(0).path("containerPort").asInt();
        JsonNode probed = container.path("readinessProbe").path("httpGet").path("port");
        return declared > 0 ? declared : probed.asInt(DEFAULT_PORT);
    }

    private Optional<Probe> probe(JsonNode probe, int hold) {
        if (!probe.has("httpGet") && !probe.has("tcpSocket")) {
            if (probe.isObject()) {
                event("Warning", "ProbeWarning", "the emulator asks httpGet and tcpSocket probes only");
            }
            return Optional.empty();
        }
        JsonNode get = probe.path("httpGet");
        return Optional.of(new Probe(
                get.isObject() ? Optional.of(get.path("path").asText("/")) : Optional.empty(),
                probe.path("initialDelaySeconds").asInt() + hold,
                probe.path("periodSeconds").asInt(10),
                probe.path("timeoutSeconds").asInt(1),
                probe.path("successThreshold").asInt(1),
                probe.path("failureThreshold").asInt(3)));
    }

    private void event(String type, String reason, String message) {
        events.record(ApiResource.PODS, pod, "kubelet", type, reason, message);
    }

    private synchronized void publish() {
        try {
            store.update(ApiResource.PODS, ObjectStore.namespace(pod), ObjectStore.name(pod), present -> {
                if (ObjectStore.uid(present).equals(ObjectStore.uid(pod))) {
                    new PodStatus(clock, containers, initContainers, configError).write(present);
                }
                return present;
            });
        } catch (HttpError e) {
            System.getLogger(PodRunner.class.getName())
                    .log(System.Logger.Level.DEBUG, "the pod is gone: " + e.getMessage());
        }
    }

    synchronized boolean running() {
        return !stopped && containers.values().stream().anyMatch(container -> !container.finished());
    }

    synchronized List<Integer> hostPorts() {
        return containers.values().stream()
                .flatMap(container -> container.hostPort().stream())
                .toList();
    }

    synchronized Optional<Integer> hostPort(JsonNode targetPort) {
        for (JsonNode container : pod.path("spec").path("containers")) {
            SupervisedContainer running = containers.get(container.path("name").asText());
            for (JsonNode port : container.path("ports")) {
                boolean named =
                        targetPort.isTextual() && port.path("name").asText().equals(targetPort.asText());
                if (running != null && (named || port.path("containerPort").asInt() == targetPort.asInt(-1))) {
                    int number = port.path("containerPort").asInt();
                    boolean first = running.plan().spec().port() == number;
                    return running.hostPort().map(host -> first ? host : number);
                }
            }
        }
        // Ports need not be declared to be reached.
        return containers.size() == 1 ? containers.values().iterator().next().hostPort() : Optional.empty();
    }

    synchronized String log(String name, int tail) {
        String wanted = name.isEmpty()
                ? pod.path("spec").path("containers").path(0).path("name").asText()
                : name;
        SupervisedContainer container = containers.getOrDefault(wanted, initContainers.get(wanted));
        if (container == null) {
            throw StatusError.badRequest(
                    "container \"" + wanted + "\" in pod \"" + ObjectStore.name(pod) + "\" is waiting to start: "
                            + (configError.isEmpty() ? "PodInitializing" : "CreateContainerConfigError"));
        }
        String log = container.log(tail);
        State state = container.state();
        if (log.isEmpty() && state.phase() == State.Phase.WAITING) {
            throw StatusError.badRequest("container \"" + wanted + "\" in pod \"" + ObjectStore.name(pod)
                    + "\" is waiting to start: " + state.reason());
        }
        return log;
    }

    void unready() {
        copy().forEach(SupervisedContainer::unready);
    }

    void stop() {
        copy().parallelStream().forEach(SupervisedContainer::stop);
    }

    /** Not under the lock: containers that end write the pod's status. */
    private synchronized List<SupervisedContainer> copy() {
        stopped = true;
        List<SupervisedContainer> all = new ArrayList<>(initContainers.values());
        all.addAll(containers.values());
        return all;
    }
}
