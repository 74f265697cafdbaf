package io.github.amlmaven.core.endpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.WaitOptions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.plan.Comparison;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.Progress;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Splits an endpoint's requests among its deployments, and notes on the endpoint how they were split before. */
public final class TrafficChange {

    private final AzureClients clients;
    private final Progress progress;
    private final Clock clock;

    public TrafficChange(AzureClients clients, Progress progress, Clock clock) {
        this.clients = clients;
        this.progress = progress;
        this.clock = clock;
    }

    /** Changes the traffic, or finds that it is so already; a split that cannot be is refused before anything is sent. */
    public TrafficResult change(TrafficRequest request) {
        EndpointResource endpoint = EndpointResource.online(clients, request.endpoint());
        ObjectNode document = endpoint.required();
        TrafficSplit before = TrafficSplit.of(document);
        TrafficSplit after = wanted(request.live(), request.mirror(), before);
        after.check(endpoint.deployments().keySet());
        if (request.dryRun()) {
            progress.planned(planned(endpoint, Optional.of(document), before, after));
        } else if (!after.equals(before)) {
            write(endpoint, document, after, clients.waitUpTo(request.limit()));
        }
        return new TrafficResult(request.endpoint(), before, after);
    }

    /** The traffic as a resource of its own: it moves while the endpoint stays. */
    static PlannedChange planned(
            EndpointResource endpoint, Optional<ObjectNode> document, TrafficSplit before, TrafficSplit after) {
        return Comparison.of(
                endpoint.id() + "/traffic",
                document.map(found -> shares(before)),
                shares(after),
                document.isEmpty() ? Action.CREATE : after.equals(before) ? Action.KEEP : Action.UPDATE);
    }

    private static ObjectNode shares(TrafficSplit split) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        split.write(body);
        return (ObjectNode) body.path("properties");
    }

    /** A mirror that was not asked for gives way to live traffic: a deployment has only one of the two. */
    static TrafficSplit wanted(
            Optional<Map<String, Integer>> live, Optional<Map<String, Integer>> mirror, TrafficSplit before) {
        Map<String, Integer> shares = new TrafficSplit(live.orElse(before.live()), Map.of()).live();
        Map<String, Integer> kept = new TreeMap<>(before.mirror());
        kept.keySet().removeAll(shares.keySet());
        return new TrafficSplit(shares, mirror.orElse(kept));
    }

    /** Writes a split that has been checked; the first one replaces nothing that anybody would go back to. */
    ObjectNode write(EndpointResource endpoint, ObjectNode document, TrafficSplit after, WaitOptions wait) {
        TrafficSplit before = TrafficSplit.of(document);
        ObjectNode body = EndpointResource.writable(document);
        after.write(body);
        if (!before.live().isEmpty()) {
            TrafficJournal.of(document).with(before, clock.instant()).write(body);
        }
        ObjectNode written = endpoint.put(body, wait);
        progress.info("Traffic of " + endpoint.name() + " is now " + after + " (it was " + before + ")");
        return written;
    }
}
