package io.github.amlmaven.emulator.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.collector.DataCollector;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.identity.TokenAuthority;
import io.github.amlmaven.emulator.monitor.RequestMetrics;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * What stands before an endpoint's deployments in the cloud. Its answers are those of managed endpoints
 * (how-to-troubleshoot-online-endpoints, "HTTP status codes"); endpoints on Kubernetes have others where the page says so.
 */
public final class FrontEnd implements Provider {

    static final String DEPLOYMENT = "azureml-model-deployment";

    private final EmulatorContext context;
    private final ResourceStore resources;
    private final OnlineDeployments deployments;
    private final EndpointAccess access;
    private final TrafficRouter router = new TrafficRouter();
    private final Forwarding forwarding = new Forwarding();
    private final RequestMetrics metrics;
    private final DataCollector collector;
    private final Executor background;
    private final Map<String, ResourceId> workspaces = new ConcurrentHashMap<>();

    public FrontEnd(
            EmulatorContext context,
            ResourceStore resources,
            OnlineDeployments deployments,
            EndpointKeys keys,
            TokenAuthority tokens,
            RequestMetrics metrics,
            DataCollector collector) {
        this.context = context;
        this.resources = resources;
        this.deployments = deployments;
        this.access = new EndpointAccess(keys, tokens);
        this.metrics = metrics;
        this.collector = collector;
        this.background = context.executor();
    }

    /** The base of an endpoint's URIs; {@code /score} and {@code /swagger.json} are below it. */
    public static String address(EmulatorContext context, ResourceId endpoint) {
        return context.endpoints().http() + "/inference/" + endpoint.segment("workspaces") + "/" + endpoint.name();
    }

    @Override
    public void declare(Routes routes) {
        routes.add("GET|POST|PUT|DELETE|OPTIONS|HEAD", "/inference/{workspace}/{endpoint}/{path...}", this::serve);
        routes.add("GET", "/inference/{workspace}/{endpoint}", this::serve);
    }

    @Override
    public void close() {
        deployments.close();
        collector.close();
        metrics.close();
    }

    private void serve(Exchange exchange) throws IOException {
        ResourceId endpoint = endpoint(exchange);
        ObjectNode document = resources.get(endpoint).orElseThrow(FrontEnd::noEndpoint);
        String requestId = UUID.randomUUID().toString();
        exchange.setHeader("x-request-id", requestId);
        access.check(exchange, endpoint, document);
        JsonNode properties = document.path("properties");
        Optional<String> pinned = exchange.header(DEPLOYMENT);
        String name = pinned.or(() -> router.next(endpoint, properties.path("traffic")))
                .orElseThrow(() -> new HttpError(
                        404,
                        "text/plain",
                        "No valid deployments to route to. Please check that the endpoint has at least one deployment with"
                                + " positive weight values or use a deployment specific header to route."));
        Call call = Call.of(exchange, path(exchange));
        boolean kubernetes = !properties.path("compute").asText().isEmpty();
        if (pinned.isEmpty()) {
            router.mirror(endpoint, properties.path("mirrorTraffic"))
                    .ifPresent(shadow -> background.execute(() -> mirror(endpoint, shadow, call, kubernetes)));
        }
        exchange.setHeader(DEPLOYMENT, name);
        ResourceId id = endpoint.child("deployments", name);
        ObjectNode deployment = resources
                .get(id)
                .orElseThrow(() -> new HttpError(404, "text/plain", "The deployment '" + name + "' does not exist."));
        long start = System.nanoTime();
        try {
            Reply reply = answer(id, deployment, call, kubernetes, requestId);
            reply.write(exchange, kubernetes);
            count(endpoint, name, reply.shown(kubernetes), reply.answer().statusCode(), start);
        } catch (HttpError e) {
            count(endpoint, name, e.status(), 0, start);
            throw e;
        }
    }

    private void count(ResourceId endpoint, String deployment, int shown, int model, long start) {
        metrics.add(endpoint, new RequestMetrics.Answered(deployment, shown, model, (System.nanoTime() - start) / 1e6));
    }

    /** What the deployment answers; an error when it takes no request now, or gives no answer. */
    private Reply answer(ResourceId id, ObjectNode deployment, Call call, boolean kubernetes, String requestId)
            throws IOException {
        Limits limits = Limits.of(deployment);
        RunningDeployment running = deployments
                .serving(id)
                .filter(found -> found.port().isPresent())
                .orElseThrow(FrontEnd::unavailable);
        if (running.inFlight().incrementAndGet() > limits.most()) {
            running.inFlight().decrementAndGet();
            throw new HttpError(429, "text/plain", "too many requests").header("Retry-After", "1");
        }
        try {
            Reply reply = forwarding.send(running.port().orElseThrow(FrontEnd::unavailable), call, limits.timeout());
            collector.exchanged(id, deployment, call::payload, reply::payload, requestId);
            return reply;
        } catch (Forwarding.TimedOut e) {
            throw new HttpError(kubernetes ? 504 : 408, "text/plain", "upstream request timeout");
        } catch (Forwarding.Broken e) {
            throw kubernetes
                    ? new HttpError(502, "text/plain", "upstream connect error or disconnect/reset before headers")
                    : new HttpError(424, "text/plain", "upstream connect error or disconnect/reset before headers")
                            .header("ms-azureml-model-error-reason", "model_error")
                            .header("ms-azureml-model-error-statuscode", "502");
        } finally {
            running.inFlight().decrementAndGet();
        }
    }

    /**
     * A mirrored request's answer, and its failure, are nobody's; the deployment's metrics have them. What it has no room for
     * is dropped.
     */
    private void mirror(ResourceId endpoint, String name, Call call, boolean kubernetes) {
        ResourceId id = endpoint.child("deployments", name);
        Optional<ObjectNode> deployment = resources.get(id);
        if (deployment.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        try {
            Reply reply = answer(
                    id, deployment.get(), call, kubernetes, UUID.randomUUID().toString());
            count(endpoint, name, reply.shown(kubernetes), reply.answer().statusCode(), start);
        } catch (HttpError e) {
            count(endpoint, name, e.status(), 0, start);
        } catch (IOException e) {
            System.getLogger(FrontEnd.class.getName())
                    .log(System.Logger.Level.WARNING, "mirrored request to " + id + " failed", e);
        }
    }

    private static HttpError unavailable() {
        return new HttpError(503, "text/plain", "no healthy upstream").header("Retry-After", "1");
    }

    private static HttpError noEndpoint() {
        return new HttpError(404, "text/plain", "The endpoint does not exist.");
    }

    /** The rest of the path, as the client encoded it. */
    private static String path(Exchange exchange) {
        String raw = exchange.rawPath();
        int at = 0;
        for (int i = 0; i < 4 && at >= 0; i++) {
            at = raw.indexOf('/', at + (i == 0 ? 0 : 1));
        }
        String path = at < 0 ? "/" : raw.substring(at);
        return exchange.rawQuery().isEmpty() ? path : path + "?" + exchange.rawQuery();
    }

    private ResourceId endpoint(Exchange exchange) {
        String name = exchange.variable("workspace");
        ResourceId workspace = workspaces.computeIfAbsent(name, this::workspace);
        return workspace.child("onlineEndpoints", exchange.variable("endpoint"));
    }

    private ResourceId workspace(String name) {
        ResourceId subscription =
                new ResourceId("/subscriptions/" + context.options().subscriptionId());
        return resources.children(subscription, "resourceGroups").stream()
                .map(group -> new ResourceId(subscription.value() + "/resourceGroups/"
                        + group.path("name").asText()
                        + "/providers/Microsoft.MachineLearningServices/workspaces/" + name))
                .filter(id -> resources.get(id).isPresent())
                .findFirst()
                .orElseThrow(FrontEnd::noEndpoint);
    }
}
