package io.github.amlmaven.core.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Puts an endpoint's traffic back as it was, by the journal that lies on the endpoint. What was taken back leaves the journal,
 * so that a second rollback goes one change further back.
 */
public final class TrafficRollback {

    private final AzureClients clients;
    private final Progress progress;

    public TrafficRollback(AzureClients clients, Progress progress) {
        this.clients = clients;
        this.progress = progress;
    }

    /**
     * What to go back to.
     *
     * @param to the deployment that shall lead again, or the number of a journal entry; without it the traffic before the
     *     last change
     * @param limit how long to wait
     */
    public record Request(String endpoint, Optional<String> to, Duration limit, boolean dryRun) {}

    /** Restores the traffic, or finds that it is so already. */
    public TrafficResult rollBack(Request request) {
        EndpointResource endpoint = EndpointResource.online(clients, request.endpoint());
        ObjectNode document = endpoint.required();
        TrafficSplit now = TrafficSplit.of(document);
        TrafficJournal journal = TrafficJournal.of(document);
        TrafficJournal.Entry change = journal.find(request.to(), now).orElseThrow(() -> nothing(request, journal));
        change.before().check(endpoint.deployments().keySet());
        if (!request.dryRun()) {
            ObjectNode body = EndpointResource.writable(document);
            change.before().write(body);
            journal.upTo(change).write(body);
            endpoint.put(body, clients.waitUpTo(request.limit()));
            progress.info(
                    "Traffic of " + request.endpoint() + " is " + change.before() + " again (it was " + now + ")");
        }
        return new TrafficResult(request.endpoint(), now, change.before());
    }

    private static AmlException nothing(Request request, TrafficJournal journal) {
        String entries =
                journal.entries().stream().map(TrafficJournal.Entry::toString).collect(Collectors.joining("; "));
        return AmlException.of(
                        ErrorCode.CONFIGURATION_INVALID,
                        "The journal of endpoint " + request.endpoint() + " has nothing to go back to"
                                + request.to().map(to -> " for '" + to + "'").orElse(""))
                .remedy(
                        entries.isEmpty()
                                ? "Set the traffic with 'mvn aml:traffic'."
                                : "Name one with -Daml.rollback.to=<deployment or number>: " + entries + ".")
                .build();
    }
}
