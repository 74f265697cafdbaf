package io.github.amlmaven.core.kubernetes;

import com.azure.core.http.HttpClient;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.scoring.ScoringAuth;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.scoring.ScoringKeys;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Deploys one version of a model beside others: a Deployment and a Service of its own, behind a route that all share. The first
 * version gets all requests; later ones none until {@code aml:traffic} or {@code aml:canary} gives them some. All versions take
 * the same keys, so that callers notice nothing.
 */
public final class VersionedDeployment {

    private final KubernetesClient client;
    private final HttpClient http;
    private final Progress progress;

    public VersionedDeployment(KubernetesClient client, HttpClient http, Progress progress) {
        this.client = client;
        this.http = http;
        this.progress = progress;
    }

    /**
     * Deploys.
     *
     * @param request its name is that of the model, without the version
     */
    public KubernetesResult deploy(KubernetesRequest request, RouteFrame frame, String version) {
        RouteTraffic traffic = new RouteTraffic(client, request.namespace(), request.name(), request.limit(), progress);
        try {
            traffic.checkGateway(frame);
            Set<String> others = traffic.find().isPresent() ? traffic.versions() : Set.of();
            KubernetesRequest own = request.asVersion(frame.service(version), shared(request, others));
            KubernetesResult result = new KubernetesDeployment(client, http, progress).deploy(own);
            boolean routed = traffic.ensure(frame, version);
            URI uri = traffic.address();
            ScoringKeyFile file = request.auth().keyFile();
            file.read().ifPresent(content -> file.write(new ScoringKeyFile.Content(content.keys(), Optional.of(uri))));
            return new KubernetesResult(
                    result.namespace(),
                    request.name(),
                    uri,
                    true,
                    result.image(),
                    result.generation(),
                    result.replicas(),
                    result.keysFile(),
                    result.changed() || routed);
        } catch (KubernetesClientException e) {
            throw KubernetesErrors.of("deploy version " + version + " of '" + request.name() + "'", e);
        }
    }

    private ScoringAuth shared(KubernetesRequest request, Set<String> versions) {
        ScoringAuth auth = request.auth();
        Optional<ScoringKeys> live =
                auth.given().isPresent()
                        ? auth.given()
                        : versions.stream()
                                .flatMap(version -> RouteTraffic.keys(
                                        client, request.namespace(), RouteFrame.serviceOf(request.name(), version))
                                        .stream())
                                .findFirst();
        return new ScoringAuth(auth.enabled(), live, auth.keyFile());
    }
}
