package io.github.amlmaven.core.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.Waiting;
import io.github.amlmaven.core.scoring.ScoringCredential;
import io.github.amlmaven.core.scoring.ScoringKeys;
import io.github.amlmaven.core.traffic.TrafficTarget;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The traffic of a model that this plugin has deployed to a cluster in several versions; notes are annotations of the route.
 * Each write is refused by the cluster when somebody else has written since it was read.
 */
public final class RouteTraffic implements TrafficTarget {

    private static final int CONFLICT = 409;
    /** How long a gateway may take to say what it thinks of a route. */
    private static final Duration HEARING = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final KubernetesClient client;
    private final RouteDialect dialect;
    private final String namespace;
    private final String name;
    private final Duration limit;
    private final Progress progress;

    /** @param name of the route: what the versions were deployed as, without the version */
    public RouteTraffic(KubernetesClient client, String namespace, String name, Duration limit, Progress progress) {
        this.client = client;
        this.dialect = RouteDialect.of(client);
        this.namespace = namespace;
        this.name = name;
        this.limit = limit;
        this.progress = progress;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String id() {
        return dialect.kind().getKind() + " " + namespace + "/" + name;
    }

    Optional<ObjectNode> find() {
        GenericKubernetesResource found = client.genericKubernetesResources(dialect.kind())
                .inNamespace(namespace)
                .withName(name)
                .get();
        return Optional.ofNullable(found).map(this::document);
    }

    private ObjectNode document(GenericKubernetesResource resource) {
        return client.getKubernetesSerialization().convertValue(resource, ObjectNode.class);
    }

    private ObjectNode required() {
        return find().orElseThrow(() -> AmlException.of(
                        ErrorCode.CONFIGURATION_INVALID,
                        "There is no route " + dialect.kind().getPlural() + "/" + name + " in namespace '" + namespace
                                + "'")
                .remedy("Deploy a version first: mvn aml:deploy-aks -Daml.deploy.version=<version>.")
                .build());
    }

    @Override
    public Set<String> versions() {
        return dialect.versions(required());
    }

    @Override
    public State read() {
        return state(required());
    }

    private State state(ObjectNode route) {
        Map<String, String> notes = new TreeMap<>();
        route.at("/metadata/annotations").properties().forEach(annotation -> {
            if (annotation.getKey().startsWith(NOTES)) {
                notes.put(annotation.getKey(), annotation.getValue().asText());
            }
        });
        return new State(dialect.split(route, name), notes);
    }

    @Override
    public void checkServed() {
        served(required());
    }

    @Override
    public State update(UnaryOperator<State> change) {
        Waiting waiting = new Waiting("route " + name, limit, PAUSE, progress);
        while (true) {
            ObjectNode route = required();
            State now = state(route);
            State wanted = change.apply(now);
            if (wanted.equals(now)) {
                return now;
            }
            if (!wanted.split().equals(now.split())) {
                dialect.write(route, name, wanted.split());
            }
            ObjectNode annotations = route.withObject("/metadata").withObject("/annotations");
            now.notes().keySet().forEach(annotations::remove);
            wanted.notes().forEach(annotations::put);
            Optional<String> refusedBefore = dialect.verdict(client, route).flatMap(RouteVerdict::refusal);
            try {
                ObjectNode written = write(route);
                if (refusedBefore.isPresent()) {
                    // That is not this change's fault; who puts traffic back must get through.
                    progress.warn(id() + " is not served, as before: " + refusedBefore.get());
                    return state(written);
                }
                return state(served(written));
            } catch (KubernetesClientException e) {
                if (e.getCode() != CONFLICT || !waiting.pause("somebody else was faster")) {
                    throw KubernetesErrors.of("change the route " + name, e);
                }
            }
        }
    }

    private ObjectNode write(ObjectNode route) {
        GenericKubernetesResource resource =
                client.getKubernetesSerialization().convertValue(route, GenericKubernetesResource.class);
        return document(client.genericKubernetesResources(dialect.kind())
                .inNamespace(namespace)
                .resource(resource)
                .lockResourceVersion(route.at("/metadata/resourceVersion").asText())
                .update());
    }

    /**
     * Waits until a gateway has taken the route as it was written: one that refuses it, or that nobody serves, would look right
     * and leave callers where they were.
     */
    private ObjectNode served(ObjectNode written) {
        Waiting waiting = new Waiting("route " + name, limit.compareTo(HEARING) < 0 ? limit : HEARING, PAUSE, progress);
        ObjectNode route = written;
        while (true) {
            Optional<RouteVerdict> verdict = dialect.verdict(client, route);
            Optional<String> refusal = verdict.flatMap(RouteVerdict::refusal);
            if (verdict.isPresent() && refusal.isEmpty()) {
                return route;
            }
            if (verdict.filter(RouteVerdict::lasting).isPresent()) {
                throw unservable(id() + " is not served: " + refusal.orElseThrow());
            }
            // A Service that was made a moment ago may not have reached the gateway yet.
            if (!waiting.pause(refusal.orElse("no gateway has taken it yet"))) {
                throw AmlException.of(
                                ErrorCode.ROUTE_REFUSED,
                                id() + " is not served: "
                                        + refusal.orElseGet(() -> dialect.unheard(written) + " after "
                                                + waiting.limit().toSeconds() + " s"))
                        .build();
            }
            route = required();
        }
    }

    private AmlException unservable(String what) {
        String known = String.join(", ", dialect.known(client));
        return AmlException.of(ErrorCode.ROUTE_REFUSED, what)
                .remedy(
                        known.isEmpty()
                                ? "Make a Gateway that a controller of the cluster serves, and name it with"
                                        + " -Daml.deploy.gateway=<namespace>/<name>."
                                : "Name the right one with -Daml.deploy.gateway (there "
                                        + (known.contains(",") ? "are " : "is ") + known
                                        + "): the next 'mvn aml:deploy-aks' moves the route there.")
                .build();
    }

    /**
     * Checks, before anything is deployed, that the route can be served where it is to hang.
     *
     * @throws AmlException {@link ErrorCode#ROUTE_REFUSED} when the gateway is not there, or nobody serves it
     */
    void checkGateway(RouteFrame frame) {
        Optional<ObjectNode> found = frame.gateway().isPresent() ? Optional.empty() : find();
        List<String> gateways = found.map(dialect::gateways)
                .orElseGet(() ->
                        List.of(RouteDialect.qualified(full(frame).gateway().orElseThrow(), namespace)));
        dialect.obstacle(client, gateways).ifPresent(obstacle -> {
            if (obstacle.lasting()) {
                throw unservable(
                        "Nobody would serve " + id() + ": " + obstacle.refusal().orElseThrow());
            }
            progress.warn(obstacle.refusal().orElseThrow());
        });
    }

    private RouteFrame full(RouteFrame frame) {
        return frame.gateway().isPresent()
                ? frame
                : new RouteFrame(namespace, name, Optional.of(dialect.onlyGateway(client)), frame.host(), frame.port());
    }

    /** Hangs a route that was made for another gateway on the one that is wanted now. */
    private boolean moved(ObjectNode route, RouteFrame frame) {
        Optional<String> wanted = frame.gateway()
                .map(gateway -> RouteDialect.qualified(gateway, namespace))
                .filter(gateway -> !dialect.gateways(route).contains(gateway));
        wanted.ifPresent(gateway -> {
            String before = String.join(", ", dialect.gateways(route));
            dialect.hang(route, gateway);
            progress.info(
                    dialect.kind().getPlural() + "/" + name + " is moved from gateway " + before + " to " + gateway);
        });
        return wanted.isPresent();
    }

    /**
     * Makes a version callable by name; the route's first version gets all requests, later ones none until they are given some. A
     * route that hangs on another gateway than the wanted one is moved.
     *
     * @return whether anything was changed
     */
    boolean ensure(RouteFrame frame, String version) {
        Optional<ObjectNode> found = find();
        if (found.isPresent()) {
            boolean moved = moved(found.get(), frame);
            boolean isNew = !dialect.versions(found.get()).contains(version);
            if (isNew) {
                dialect.add(found.get(), frame, version);
            }
            served(moved || isNew ? write(found.get()) : found.get());
            if (isNew) {
                progress.info(dialect.kind().getPlural() + "/" + name + " knows version " + version);
            }
            return moved || isNew;
        }
        RouteFrame full = full(frame);
        ObjectNode route = dialect.create(full, version);
        route.put("apiVersion", dialect.kind().getGroup() + "/" + dialect.kind().getVersion())
                .put("kind", dialect.kind().getKind());
        ObjectNode metadata = route.putObject("metadata").put("name", name).put("namespace", namespace);
        ObjectNode labels = metadata.putObject("labels");
        ScoringObjects.labels(name).forEach(labels::put);
        served(document(client.genericKubernetesResources(dialect.kind())
                .inNamespace(namespace)
                .resource(client.getKubernetesSerialization().convertValue(route, GenericKubernetesResource.class))
                .create()));
        progress.info(dialect.kind().getPlural() + "/" + name + " created: all requests go to " + version);
        return true;
    }

    /** Where callers score; what stands before the route may still be getting its address. */
    URI address() {
        Waiting waiting = new Waiting("address of route " + name, limit, PAUSE, progress);
        Optional<URI> address = dialect.address(client, required());
        while (address.isEmpty() && waiting.pause("the gateway has none yet")) {
            address = dialect.address(client, required());
        }
        return address.orElseThrow(() -> AmlException.of(
                                ErrorCode.DEPLOYMENT_NOT_READY,
                                "The gateway of " + id() + " has no address after " + limit.toSeconds() + " s")
                        .remedy("See 'kubectl describe gateway', then run the goal again: what is deployed stays.")
                        .build())
                .resolve("score");
    }

    @Override
    public boolean mirrors() {
        return true;
    }

    @Override
    public String logGoal(String version) {
        return "mvn aml:logs -Daml.logs.target=aks -Daml.deploy.namespace=" + namespace + " -Daml.deploy.name=" + name
                + " -Daml.deployment=" + version;
    }

    @Override
    public Access access(String version) {
        URI uri = address();
        Optional<ScoringCredential> credential = keys(client, namespace, RouteFrame.serviceOf(name, version))
                .map(keys -> new ScoringCredential(keys.primary(), Optional.of(uri)));
        return new Access(uri, () -> credential, Optional.of(version));
    }

    /** The keys that a deployment's Secret holds. */
    static Optional<ScoringKeys> keys(KubernetesClient client, String namespace, String deployment) {
        Secret live = client.secrets()
                .inNamespace(namespace)
                .withName(ScoringObjects.secretName(deployment))
                .get();
        Map<String, String> data = live == null ? null : live.getData();
        return data == null
                        || !data.containsKey(ScoringKeys.PRIMARY_VARIABLE)
                        || !data.containsKey(ScoringKeys.SECONDARY_VARIABLE)
                ? Optional.empty()
                : Optional.of(new ScoringKeys(
                        decode(data.get(ScoringKeys.PRIMARY_VARIABLE)),
                        decode(data.get(ScoringKeys.SECONDARY_VARIABLE))));
    }

    private static String decode(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
