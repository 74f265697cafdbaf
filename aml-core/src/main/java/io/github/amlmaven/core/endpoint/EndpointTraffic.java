package io.github.amlmaven.core.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.WaitOptions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.Waiting;
import io.github.amlmaven.core.traffic.TrafficSplit;
import io.github.amlmaven.core.traffic.TrafficTarget;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The traffic of an online endpoint, managed or on Kubernetes; notes are tags of the endpoint. */
public final class EndpointTraffic implements TrafficTarget {

    /** Azure Resource Manager, "tag limitations". */
    private static final int LONGEST_TAG = 256;

    private final AzureClients clients;
    private final EndpointResource endpoint;
    private final WaitOptions wait;
    private final Progress progress;

    /** @param limit how long to wait until the endpoint has taken a change */
    public EndpointTraffic(AzureClients clients, String endpoint, Duration limit, Progress progress) {
        this(clients, EndpointResource.online(clients, endpoint), clients.waitUpTo(limit), progress);
    }

    EndpointTraffic(AzureClients clients, EndpointResource endpoint, WaitOptions wait, Progress progress) {
        this.clients = clients;
        this.endpoint = endpoint;
        this.wait = wait;
        this.progress = progress;
    }

    @Override
    public String name() {
        return endpoint.name();
    }

    @Override
    public String id() {
        return endpoint.id();
    }

    @Override
    public Set<String> versions() {
        return endpoint.deployments().keySet();
    }

    @Override
    public State read() {
        return state(endpoint.required());
    }

    /** As an endpoint's document has it. */
    static State state(ObjectNode document) {
        Map<String, String> notes = new TreeMap<>();
        document.path("tags").properties().forEach(tag -> {
            if (tag.getKey().startsWith(NOTES)) {
                notes.put(tag.getKey(), tag.getValue().asText());
            }
        });
        return new State(split(document), notes);
    }

    static TrafficSplit split(ObjectNode document) {
        return new TrafficSplit(
                TrafficSplit.read(document.at("/properties/traffic")),
                TrafficSplit.read(document.at("/properties/mirrorTraffic")));
    }

    /** Into a body that is to be written. */
    static void write(State state, ObjectNode body) {
        ObjectNode live = body.withObject("/properties").putObject("traffic");
        state.split().live().forEach(live::put);
        ObjectNode mirror = body.withObject("/properties").putObject("mirrorTraffic");
        state.split().mirror().forEach(mirror::put);
        ObjectNode tags = body.withObject("/tags");
        List<String> old = new ArrayList<>();
        tags.fieldNames().forEachRemaining(name -> {
            if (name.startsWith(NOTES)) {
                old.add(name);
            }
        });
        tags.remove(old);
        state.notes().forEach((name, value) -> {
            if (value.length() > LONGEST_TAG) {
                throw AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID,
                                "Traffic of too many deployments to be kept in a tag: " + value)
                        .remedy("Take the traffic from deployments that are not needed any more.")
                        .build();
            }
            tags.put(name, value);
        });
    }

    /** An endpoint that is being changed takes no other change (409), so this waits for its turn. */
    @Override
    public State update(UnaryOperator<State> change) {
        Waiting waiting = new Waiting("endpoint " + name(), wait.limit(), wait.interval(), progress);
        while (true) {
            ObjectNode document = endpoint.required();
            State now = state(document);
            State wanted = change.apply(now);
            if (wanted.equals(now)) {
                return now;
            }
            ObjectNode body = EndpointResource.writable(document);
            write(wanted, body);
            try {
                return state(endpoint.put(body, wait));
            } catch (AmlException e) {
                if (e.code() != ErrorCode.ARM_CONFLICT || !waiting.pause("another change is under way")) {
                    throw e;
                }
            }
        }
    }

    /** The service has mirrored traffic for managed endpoints only. */
    @Override
    public boolean mirrors() {
        return endpoint.required().at("/properties/compute").asText().isEmpty();
    }

    @Override
    public String logGoal(String version) {
        return "mvn aml:logs -Daml.endpoint=" + name() + " -Daml.deployment=" + version;
    }

    @Override
    public Access access(String version) {
        ObjectNode document = endpoint.required();
        URI uri = URI.create(document.at("/properties/scoringUri").asText());
        EndpointCredential credential = new EndpointCredential(clients, endpoint, document, Clock.systemUTC());
        return new Access(uri, () -> Optional.of(credential.get()), Optional.of(version));
    }
}
