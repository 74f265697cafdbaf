package io.github.amlmaven.core.kubernetes;

import com.azure.core.http.HttpClient;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ServerSideApplicable;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.plan.Comparison;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.scoring.ScoringKeys;
import io.github.amlmaven.core.scoring.ScoringReadiness;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Deploys a scoring image to a Kubernetes cluster by server-side apply and waits until it has rolled out. Deploying the
 * same again leaves every object's generation as it is.
 */
public final class KubernetesDeployment {

    /** How long an address outside of the cluster is tried; pods are ready by then, so it is the network's turn. */
    private static final Duration ADDRESS_PATIENCE = Duration.ofSeconds(60);

    private final KubernetesClient client;
    private final ScoringReadiness readiness;
    private final Progress progress;

    /** @param http reaches the deployed model */
    public KubernetesDeployment(KubernetesClient client, HttpClient http, Progress progress) {
        this.client = client;
        this.readiness = new ScoringReadiness(http, progress);
        this.progress = progress;
    }

    /** Checks the request and the cluster, and says which objects would be applied; changes nothing. */
    public List<String> plan(KubernetesRequest request) {
        request.check();
        try {
            List<String> names = new ArrayList<>();
            if (needsNamespace(request)) {
                names.add("namespace/" + request.namespace());
            }
            ScoringObjects objects = objects(request, request.auth().plannedKeys(liveKeys(request)));
            if (needsNamespace(request)) {
                progress.planned(change(objects.namespace(), request));
            }
            for (HasMetadata object : objects.all()) {
                names.add(describe(object));
                progress.planned(change(object, request));
            }
            return names;
        } catch (KubernetesClientException e) {
            throw KubernetesErrors.of("read from the cluster " + client.getMasterUrl(), e);
        }
    }

    /** What applying an object would change; objects that the cluster does not have yet have no state. */
    private PlannedChange change(HasMetadata object, KubernetesRequest request) {
        Optional<JsonNode> now =
                Optional.ofNullable(client.resource(object).get()).map(this::json);
        String id = request.namespace() + "/" + describe(object);
        JsonNode wanted = json(object);
        if (object.getMetadata().getName().equals(ScoringObjects.pullSecretName(request.name()))
                && request.pull() instanceof KubernetesRequest.ImagePull.Login login
                && login.access().shortLived()) {
            // Another token at each run, which nobody has asked for.
            ((ObjectNode) wanted).remove("data");
            now.ifPresent(document -> ((ObjectNode) document).remove("data"));
        }
        PlannedChange change = Comparison.of(id, now, wanted);
        return change.action() == Action.UPDATE && change.fields().isEmpty()
                ? new PlannedChange(id, Action.KEEP, change.seen(), List.of(), change.secrets())
                : change;
    }

    private JsonNode json(HasMetadata object) {
        return client.getKubernetesSerialization().convertValue(object, JsonNode.class);
    }

    /**
     * Brings the objects into the requested state.
     *
     * @throws AmlException {@link ErrorCode#CLUSTER_REFUSED} when the cluster does not take an object, {@link
     *     ErrorCode#DEPLOYMENT_NOT_READY} with the pods' events and logs when they do not get ready
     */
    public KubernetesResult deploy(KubernetesRequest request) {
        request.check();
        try {
            return apply(request);
        } catch (KubernetesClientException e) {
            throw KubernetesErrors.of("deploy '" + request.name() + "' to " + client.getMasterUrl(), e);
        }
    }

    private KubernetesResult apply(KubernetesRequest request) {
        ScoringKeyFile keyFile = request.auth().keyFile();
        ScoringKeys keys = keys(request);
        keyFile.write(new ScoringKeyFile.Content(keys, keyFile.read().flatMap(ScoringKeyFile.Content::scoringUri)));
        ScoringObjects objects = objects(request, keys);
        boolean changed = false;
        if (needsNamespace(request)) {
            applicable(objects.namespace(), request).serverSideApply();
            changed = true;
        }
        for (HasMetadata object : objects.all()) {
            changed |= applyOne(object, request);
        }
        changed |= removeUnwantedAutoscaler(request);

        Rollout rollout = new Rollout(client, request, keys, progress);
        Deployment deployment = rollout.await();
        URI scoringUri = rollout.address();
        boolean reachable = request.serviceType() == KubernetesRequest.ServiceType.LOAD_BALANCER;
        keyFile.write(new ScoringKeyFile.Content(keys, Optional.of(scoringUri)));
        if (reachable) {
            tryAddress(request, scoringUri);
        }
        return new KubernetesResult(
                request.namespace(),
                request.name(),
                scoringUri,
                reachable,
                request.image(),
                Objects.requireNonNullElse(deployment.getMetadata().getGeneration(), 0L),
                Objects.requireNonNullElse(deployment.getStatus().getAvailableReplicas(), 0),
                request.auth().enabled() ? Optional.of(keyFile.path()) : Optional.empty(),
                changed);
    }

    private ScoringObjects objects(KubernetesRequest request, ScoringKeys keys) {
        return new ScoringObjects(request, keys, client.getKubernetesSerialization());
    }

    private boolean needsNamespace(KubernetesRequest request) {
        return request.createNamespace()
                && client.namespaces().withName(request.namespace()).get() == null;
    }

    /** The cluster remembers the keys even where the build's folder was cleaned. */
    private ScoringKeys keys(KubernetesRequest request) {
        return request.auth().keys(liveKeys(request));
    }

    private Optional<ScoringKeys> liveKeys(KubernetesRequest request) {
        return RouteTraffic.keys(client, request.namespace(), request.name());
    }

    private boolean applyOne(HasMetadata object, KubernetesRequest request) {
        HasMetadata before = client.resource(object).get();
        HasMetadata after;
        try {
            after = applicable(object, request).serverSideApply();
        } catch (KubernetesClientException e) {
            throw KubernetesErrors.of("apply " + describe(object), e);
        }
        boolean changed = before == null || !sameState(before, after);
        if (changed) {
            progress.info(describe(object) + (before == null ? " created" : " changed"));
        }
        return changed;
    }

    /** Status is written all the time; a change of what is wanted shows in generation, annotations or data. */
    private static boolean sameState(HasMetadata before, HasMetadata after) {
        boolean sameData = !(before instanceof Secret was)
                || !(after instanceof Secret is)
                || Objects.equals(was.getData(), is.getData());
        return sameData
                && Objects.equals(
                        before.getMetadata().getGeneration(),
                        after.getMetadata().getGeneration())
                && Objects.equals(
                        before.getMetadata().getAnnotations(),
                        after.getMetadata().getAnnotations())
                && Objects.equals(
                        before.getMetadata().getLabels(), after.getMetadata().getLabels());
    }

    private ServerSideApplicable<? extends HasMetadata> applicable(HasMetadata object, KubernetesRequest request) {
        ServerSideApplicable<HasMetadata> apply = client.resource(object).fieldManager(ScoringObjects.MANAGER);
        return request.forceConflicts() ? apply.forceConflicts() : apply;
    }

    /** An autoscaler that an earlier deployment has made would fight with the number of pods given now. */
    private boolean removeUnwantedAutoscaler(KubernetesRequest request) {
        if (request.autoscale().isPresent()) {
            return false;
        }
        boolean ours = client
                .autoscaling()
                .v2()
                .horizontalPodAutoscalers()
                .inNamespace(request.namespace())
                .withLabels(ScoringObjects.labels(request.name()))
                .list()
                .getItems()
                .stream()
                .anyMatch(found -> request.name().equals(found.getMetadata().getName()));
        if (ours) {
            client.autoscaling()
                    .v2()
                    .horizontalPodAutoscalers()
                    .inNamespace(request.namespace())
                    .withName(request.name())
                    .delete();
            progress.info("horizontalpodautoscaler/" + request.name() + " deleted");
        }
        return ours;
    }

    private void tryAddress(KubernetesRequest request, URI scoringUri) {
        Duration patience = request.limit().compareTo(ADDRESS_PATIENCE) < 0 ? request.limit() : ADDRESS_PATIENCE;
        ScoringReadiness.Outcome outcome =
                readiness.await(scoringUri, patience, request.interval(), Optional::<String>empty);
        if (outcome instanceof ScoringReadiness.Outcome.Late late) {
            progress.warn("The pods are ready, but " + scoringUri + " does not answer from here: " + late.lastSeen());
        } else if (request.auth().closed() && readiness.answersWithoutKey(scoringUri)) {
            progress.warn("The server at " + scoringUri + " answers without a key: the image '" + request.image()
                    + "' does not check keys. Anyone can call the model.");
        }
    }

    static String describe(HasMetadata object) {
        return object.getKind().toLowerCase(java.util.Locale.ROOT) + "/"
                + object.getMetadata().getName();
    }
}
