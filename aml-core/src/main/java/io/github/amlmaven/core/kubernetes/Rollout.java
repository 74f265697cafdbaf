package io.github.amlmaven.core.kubernetes;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.Waiting;
import io.github.amlmaven.core.scoring.ScoringKeys;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Waits until a Deployment has rolled out, by the rules of {@code kubectl rollout status}, and its Service has an address. */
final class Rollout {

    private final KubernetesClient client;
    private final KubernetesRequest request;
    private final PodDiagnosis pods;
    private final Progress progress;

    Rollout(KubernetesClient client, KubernetesRequest request, ScoringKeys keys, Progress progress) {
        this.client = client;
        this.request = request;
        this.pods = new PodDiagnosis(client, request.namespace(), request.name(), keys);
        this.progress = progress;
    }

    /** The Deployment once all its pods are of the newest generation and available. */
    Deployment await() {
        Waiting waiting = new Waiting(
                "the rollout of deployment/" + request.name(), request.limit(), request.interval(), progress);
        while (true) {
            Deployment deployment = client.apps()
                    .deployments()
                    .inNamespace(request.namespace())
                    .withName(request.name())
                    .require();
            Optional<String> missing = missing(deployment);
            if (missing.isEmpty()) {
                return deployment;
            }
            Optional<String> broken = deadlineExceeded(deployment).or(pods::broken);
            if (broken.isPresent()) {
                throw notReady(broken.get());
            }
            String state =
                    missing.get() + pods.waitingFor().map(r -> " (" + r + ")").orElse("");
            if (!waiting.pause(state)) {
                throw notReady(state + " after " + request.limit().toSeconds() + " s");
            }
        }
    }

    /** What a rollout still lacks; empty when it is done. */
    static Optional<String> missing(Deployment deployment) {
        DeploymentStatus status = deployment.getStatus();
        Long generation = deployment.getMetadata().getGeneration();
        if (status == null
                || status.getObservedGeneration() == null
                || (generation != null && status.getObservedGeneration() < generation)) {
            return Optional.of("the change was not seen yet");
        }
        int wanted = Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
        int updated = Objects.requireNonNullElse(status.getUpdatedReplicas(), 0);
        int all = Objects.requireNonNullElse(status.getReplicas(), 0);
        int available = Objects.requireNonNullElse(status.getAvailableReplicas(), 0);
        if (updated < wanted) {
            return Optional.of(updated + " of " + wanted + " pods updated");
        }
        if (all > updated) {
            return Optional.of((all - updated) + " old pods to end");
        }
        return available < updated ? Optional.of(available + " of " + updated + " pods available") : Optional.empty();
    }

    private static Optional<String> deadlineExceeded(Deployment deployment) {
        DeploymentStatus status = deployment.getStatus();
        List<DeploymentCondition> conditions =
                status == null || status.getConditions() == null ? List.of() : status.getConditions();
        return conditions.stream()
                .filter(c -> "Progressing".equals(c.getType()) && "ProgressDeadlineExceeded".equals(c.getReason()))
                .map(DeploymentCondition::getMessage)
                .findFirst();
    }

    private AmlException notReady(String reason) {
        return AmlException.of(
                        ErrorCode.DEPLOYMENT_NOT_READY,
                        "deployment/" + request.name() + " in namespace '" + request.namespace()
                                + "' does not get ready: " + reason + "\n  " + pods.describe())
                .remedy(
                        "Mend what the log shows (most often an exception in init() of the scoring script), then run"
                                + " 'mvn aml:package aml:deploy-aks' again. Pods of the generation before, if any, go on serving.")
                .build();
    }

    /** The address of the Service, waited for when a load balancer is to give it. */
    URI address() {
        String name = request.name();
        if (request.serviceType() != KubernetesRequest.ServiceType.LOAD_BALANCER) {
            return scoringUri(name + "." + request.namespace() + ".svc", request.servicePort());
        }
        Waiting waiting = new Waiting("an address of service/" + name, request.limit(), request.interval(), progress);
        while (true) {
            Service service = client.services()
                    .inNamespace(request.namespace())
                    .withName(name)
                    .require();
            Optional<URI> uri = ingress(service);
            if (uri.isPresent()) {
                return uri.get();
            }
            if (!waiting.pause("pending")) {
                throw AmlException.of(
                                ErrorCode.OPERATION_TIMEOUT,
                                "service/" + name + " has no address after "
                                        + request.limit().toSeconds() + " s")
                        .remedy("See 'kubectl describe service " + name
                                + "'; -Daml.deploy.serviceType=ClusterIP needs none.")
                        .build();
            }
        }
    }

    /** The first address that the load balancer has given; its own port, when it tells one, is the one that is open. */
    static Optional<URI> ingress(Service service) {
        if (service.getStatus() == null || service.getStatus().getLoadBalancer() == null) {
            return Optional.empty();
        }
        List<LoadBalancerIngress> all = service.getStatus().getLoadBalancer().getIngress();
        if (all == null || all.isEmpty()) {
            return Optional.empty();
        }
        LoadBalancerIngress first = all.get(0);
        String host = first.getIp() != null ? first.getIp() : first.getHostname();
        int port = first.getPorts() != null && !first.getPorts().isEmpty()
                ? first.getPorts().get(0).getPort()
                : service.getSpec().getPorts().get(0).getPort();
        return Optional.ofNullable(host).map(h -> scoringUri(h, port));
    }

    private static URI scoringUri(String host, int port) {
        return URI.create("http://" + host + (port == 80 ? "" : ":" + port) + "/score");
    }
}
