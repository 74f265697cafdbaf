package io.github.amlmaven.core.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Redaction;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.scoring.ScoringKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the end of the logs of a deployment's pods. */
public final class PodLogs {

    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final KubernetesClient client;
    private final String namespace;

    public PodLogs(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /**
     * What was read.
     *
     * @param deployment the Deployment that the pods are of
     * @param pods their names
     */
    public record Log(String deployment, List<String> pods, List<String> lines) {

        public Log {
            pods = List.copyOf(pods);
            lines = List.copyOf(lines);
        }
    }

    /**
     * The last {@code tail} lines of each pod; with the pod's name in front where there are several.
     *
     * @param name what was deployed, without a version
     * @param version empty for what was deployed without one, else for the version that gets the most traffic
     * @throws AmlException {@link ErrorCode#CONFIGURATION_INVALID} when nothing of that name has pods
     */
    public Log read(String name, Optional<String> version, int tail) {
        try {
            String deployment = version.map(one -> RouteFrame.serviceOf(name, one))
                    .or(() -> pods(name).isEmpty() ? leading(name) : Optional.empty())
                    .orElse(name);
            List<String> pods = pods(deployment);
            if (pods.isEmpty()) {
                throw AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID,
                                "There are no pods of '" + deployment + "' in namespace '" + namespace + "'")
                        .remedy("Deploy it with 'mvn aml:deploy-aks', or say which: -Daml.deploy.name, -Daml.deployment"
                                + " for the version, -Daml.deploy.namespace.")
                        .build();
            }
            Optional<ScoringKeys> keys = keys(deployment);
            List<String> lines = new ArrayList<>();
            for (String pod : pods) {
                String before = pods.size() > 1 ? pod + " | " : "";
                String clean = Redaction.of(end(pod, tail).orElse(""));
                keys.map(secret -> secret.redact(clean))
                        .orElse(clean)
                        .lines()
                        .forEach(line -> lines.add(before + line));
            }
            return new Log(deployment, pods, lines);
        } catch (KubernetesClientException e) {
            throw KubernetesErrors.of("read the logs of '" + name + "'", e);
        }
    }

    /** Who may read logs need not be allowed to read Secrets; what looks like a secret is taken out in any case. */
    private Optional<ScoringKeys> keys(String deployment) {
        try {
            return RouteTraffic.keys(client, namespace, deployment);
        } catch (KubernetesClientException e) {
            if (e.getCode() == FORBIDDEN) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private List<String> pods(String deployment) {
        return client
                .pods()
                .inNamespace(namespace)
                .withLabels(ScoringObjects.selector(deployment))
                .list()
                .getItems()
                .stream()
                .map(Pod::getMetadata)
                .map(metadata -> metadata.getName())
                .sorted()
                .toList();
    }

    private Optional<String> leading(String name) {
        return RouteDialect.find(client)
                .flatMap(dialect -> new RouteTraffic(client, namespace, name, Duration.ZERO, Progress.NONE)
                        .find()
                        .map(route -> dialect.split(route, name).first()))
                .filter(version -> !version.isEmpty())
                .map(version -> RouteFrame.serviceOf(name, version));
    }

    /** The log of the running container, else that of the one before it: between two starts there is no current one. */
    Optional<String> end(String pod, int tail) {
        PodResource resource = client.pods().inNamespace(namespace).withName(pod);
        return text(() -> resource.tailingLines(tail).getLog())
                .or(() -> text(() -> resource.terminated().tailingLines(tail).getLog()));
    }

    /** A pod that waits for its image or whose container has never ended has no such log, which is said by a status. */
    private static Optional<String> text(Supplier<@Nullable String> log) {
        try {
            String text = log.get();
            return text == null || text.isBlank() ? Optional.empty() : Optional.of(text.stripTrailing());
        } catch (KubernetesClientException e) {
            if (e.getCode() == BAD_REQUEST || e.getCode() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
