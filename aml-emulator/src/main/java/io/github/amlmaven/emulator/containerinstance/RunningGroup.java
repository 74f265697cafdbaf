package io.github.amlmaven.emulator.containerinstance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.container.ContainerSpec;
import io.github.amlmaven.emulator.container.Loopback;
import io.github.amlmaven.emulator.container.Probe;
import io.github.amlmaven.emulator.container.SupervisedContainer;
import io.github.amlmaven.emulator.container.SupervisedContainer.Restart;
import io.github.amlmaven.emulator.container.SupervisedContainer.State;
import io.github.amlmaven.emulator.container.TcpRelay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The containers of one group, and the address under which they are reached. */
final class RunningGroup {

    private static final int DEFAULT_PORT = 80;

    private final ResourceId id;
    private final JsonNode properties;
    private final String location;
    private final Map<String, SupervisedContainer> containers = new LinkedHashMap<>();
    private final Map<String, ContainerEvents> events = new LinkedHashMap<>();
    private final List<TcpRelay> relays = new ArrayList<>();

    RunningGroup(ResourceId id, ObjectNode full, ContainerRuntime runtime, Clock clock) {
        this.id = id;
        this.properties = full.path("properties");
        this.location = full.path("location").asText().replace(" ", "").toLowerCase(Locale.ROOT);
        Restart restart = switch (properties.path("restartPolicy").asText()) {
            case "Never" -> Restart.NEVER;
            case "OnFailure" -> Restart.ON_FAILURE;
            default -> Restart.ALWAYS;
        };
        for (JsonNode container : properties.path("containers")) {
            String name = container.path("name").asText();
            JsonNode values = container.path("properties");
            ContainerEvents history = new ContainerEvents(clock);
            events.put(name, history);
            containers.put(
                    name,
                    new SupervisedContainer(
                            new SupervisedContainer.Plan(
                                    spec(name, values),
                                    restart,
                                    probe(values.path("livenessProbe")),
                                    probe(values.path("readinessProbe"))),
                            runtime,
                            clock,
                            history));
        }
    }

    private ContainerSpec spec(String name, JsonNode values) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (JsonNode variable : values.path("environmentVariables")) {
            String value = variable.hasNonNull("secureValue")
                    ? variable.path("secureValue").asText()
                    : variable.path("value").asText();
            environment.put(variable.path("name").asText(), value);
        }
        List<String> command = new ArrayList<>();
        values.path("command").forEach(word -> command.add(word.asText()));
        JsonNode requests = values.path("resources").path("requests");
        JsonNode limits = values.path("resources").path("limits");
        return new ContainerSpec(
                id.name() + "-" + name,
                values.path("image").asText(),
                command,
                environment,
                values.path("ports").path(0).path("port").asInt(DEFAULT_PORT),
                limits.path("cpu").asDouble(requests.path("cpu").asDouble()),
                limits.path("memoryInGB").asDouble(requests.path("memoryInGB").asDouble()));
    }

    private static Optional<Probe> probe(JsonNode probe) {
        JsonNode get = probe.path("httpGet");
        if (!get.isObject()) {
            return Optional.empty();
        }
        return Optional.of(new Probe(
                Optional.of(get.path("path").asText("/")),
                probe.path("initialDelaySeconds").asInt(0),
                probe.path("periodSeconds").asInt(10),
                probe.path("timeoutSeconds").asInt(1),
                probe.path("successThreshold").asInt(1),
                probe.path("failureThreshold").asInt(3)));
    }

    void start() throws IOException {
        openAddress();
        containers.values().forEach(SupervisedContainer::start);
    }

    private void openAddress() throws IOException {
        for (JsonNode port : properties.path("ipAddress").path("ports")) {
            int number = port.path("port").asInt();
            relays.add(Loopback.relay(id.key(), number, () -> target(number)));
        }
    }

    private List<Integer> target(int port) {
        for (JsonNode container : properties.path("containers")) {
            for (JsonNode declared : container.path("properties").path("ports")) {
                SupervisedContainer supervised =
                        containers.get(container.path("name").asText());
                if (declared.path("port").asInt() == port && supervised != null) {
                    boolean first = supervised.plan().spec().port() == port;
                    return supervised.hostPort().map(host -> first ? host : port).stream()
                            .toList();
                }
            }
        }
        return List.of();
    }

    Optional<SupervisedContainer> container(String name) {
        return Optional.ofNullable(containers.get(name));
    }

    /** Every container is up, or has done its work. */
    boolean settled() {
        return containers.values().stream()
                .allMatch(container -> container.finished()
                        || container.state().phase() != State.Phase.WAITING
                        || !container.state().reason().equals("ContainerCreating"));
    }

    /** Why a container cannot be started, when that is so. */
    Optional<String> startFailure() {
        return containers.values().stream()
                .map(SupervisedContainer::state)
                .filter(state -> state.phase() == State.Phase.WAITING
                        && !state.reason().equals("ContainerCreating")
                        && !state.reason().equals("CrashLoopBackOff"))
                .map(state -> state.reason() + ": " + state.message())
                .findFirst();
    }

    boolean healthy() {
        return containers.values().stream()
                .allMatch(container -> container.state().phase() == State.Phase.RUNNING);
    }

    /** The stored document with address, states and events as they are now. */
    ObjectNode view(ObjectNode stored) {
        ObjectNode view = stored.deepCopy();
        ObjectNode values = (ObjectNode) view.path("properties");
        for (JsonNode container : values.path("containers")) {
            String name = container.path("name").asText();
            SupervisedContainer supervised = containers.get(name);
            ContainerEvents history = events.get(name);
            if (supervised != null && history != null) {
                ObjectNode instance = ((ObjectNode) container.path("properties")).putObject("instanceView");
                instance.put("restartCount", supervised.restarts());
                instance.set("currentState", ContainerEvents.state(supervised.state()));
                supervised.previous().ifPresent(last -> instance.set("previousState", ContainerEvents.state(last)));
                instance.set("events", history.view());
            }
        }
        ObjectNode instance = values.putObject("instanceView");
        instance.putArray("events");
        instance.put("state", groupState());
        if (values.path("ipAddress") instanceof ObjectNode address && !relays.isEmpty()) {
            showAddress(address);
        }
        return view;
    }

    private void showAddress(ObjectNode address) {
        InetAddress ip = relays.get(0).address();
        address.put("ip", ip.getHostAddress());
        String label = address.path("dnsNameLabel").asText("");
        if (!label.isEmpty()) {
            String name = label + "." + location + ".azurecontainer.localhost";
            address.put("fqdn", leadsTo(name, ip) ? name : ip.getHostAddress());
        }
        ArrayNode ports = (ArrayNode) address.path("ports");
        for (int i = 0; i < ports.size() && i < relays.size(); i++) {
            ((ObjectNode) ports.get(i)).put("port", relays.get(i).port());
        }
    }

    private static boolean leadsTo(String name, InetAddress ip) {
        try {
            return InetAddress.getByName(name).equals(ip);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private String groupState() {
        boolean ended = containers.values().stream().allMatch(SupervisedContainer::finished);
        if (!ended) {
            return containers.values().stream()
                            .anyMatch(container -> container.state().phase() == State.Phase.RUNNING)
                    ? "Running"
                    : "Pending";
        }
        boolean good = containers.values().stream()
                .allMatch(container -> container.state().exitCode().orElse(1) == 0);
        return good ? "Succeeded" : "Failed";
    }

    /** A group that does not run. */
    static ObjectNode stoppedView(ObjectNode stored) {
        ObjectNode view = stored.deepCopy();
        ObjectNode instance = view.withObject("/properties/instanceView");
        instance.putArray("events");
        boolean failed =
                view.path("properties").path("provisioningState").asText().equals("Failed");
        instance.put("state", failed ? "Failed" : "Stopped");
        return view;
    }

    void close() {
        relays.forEach(TcpRelay::close);
        containers.values().parallelStream().forEach(SupervisedContainer::stop);
    }
}
