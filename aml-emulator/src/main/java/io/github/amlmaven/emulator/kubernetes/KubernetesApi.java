package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.kubernetes.ObjectRequests.Target;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** The Kubernetes API of one cluster: sign-in, paths, verbs. */
final class KubernetesApi {

    private static final long FOLLOW_NANOS = 200_000_000L;

    private final Cluster cluster;
    private final ObjectStore store;
    private final ObjectRequests requests;
    private final Discovery discovery;
    private final Clock clock;

    KubernetesApi(Cluster cluster, Clock clock) {
        this.cluster = cluster;
        this.clock = clock;
        this.store = cluster.store();
        this.requests = new ObjectRequests(store, clock);
        this.discovery = new Discovery(cluster.name(), cluster::istio);
    }

    /** @param path below the cluster's root, without a leading slash */
    void handle(Exchange exchange, String path) throws IOException {
        requireToken(exchange);
        List<String> segments = Arrays.stream(path.split("/", -1))
                .filter(part -> !part.isEmpty())
                .toList();
        Optional<JsonNode> document = exchange.method().equals("GET") ? discovery.answer(segments) : Optional.empty();
        if (document.isPresent()) {
            exchange.send(200, document.get());
        } else if (segments.equals(List.of("openapi", "v2"))) {
            exchange.send(200, OpenApiV2.MEDIA_TYPE, OpenApiV2.document(ApiResource.served(cluster.istio())));
        } else if (List.of("healthz", "livez", "readyz").contains(segments.get(0))) {
            exchange.send(200, "text/plain", "ok".getBytes(StandardCharsets.UTF_8));
        } else {
            serve(exchange, target(segments));
        }
    }

    private void requireToken(Exchange exchange) {
        byte[] wanted = ("Bearer " + cluster.token()).getBytes(StandardCharsets.UTF_8);
        byte[] given = exchange.header("Authorization").orElse("").getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(wanted, given)) {
            throw StatusError.of(401, "Unauthorized", "Unauthorized");
        }
    }

    private Target target(List<String> segments) {
        boolean core = segments.get(0).equals("api");
        int start = core ? 2 : 3;
        if ((!core && !segments.get(0).equals("apis")) || segments.size() <= start) {
            throw unknownPath();
        }
        String group = core ? "" : segments.get(1);
        String version = segments.get(start - 1);
        List<String> rest = segments.subList(start, segments.size());
        boolean namespaced = rest.get(0).equals("namespaces") && rest.size() > 2 && !isSubresource(rest);
        String namespace = namespaced ? rest.get(1) : "";
        List<String> object = namespaced ? rest.subList(2, rest.size()) : rest;
        ApiResource resource = ApiResource.find(group, version, object.get(0))
                .filter(found -> ApiResource.served(cluster.istio()).contains(found))
                .orElseThrow(KubernetesApi::unknownPath);
        String name = object.size() > 1 ? object.get(1) : "";
        String subresource = object.size() > 2 ? object.get(2) : "";
        boolean known = subresource.isEmpty() || resource.subresources().contains(subresource);
        if (object.size() > 3 || !known || (resource.namespaced() && !name.isEmpty() && namespace.isEmpty())) {
            throw unknownPath();
        }
        return new Target(resource, namespace, name, subresource);
    }

    private static boolean isSubresource(List<String> rest) {
        return rest.size() == 3 && List.of("status", "finalize").contains(rest.get(2));
    }

    private static HttpError unknownPath() {
        return StatusError.of(404, "NotFound", "the server could not find the requested resource");
    }

    private void serve(Exchange exchange, Target target) throws IOException {
        if (target.subresource().equals("log")) {
            log(exchange, target);
        } else if (target.subresource().equals("scale")) {
            requests.scale(exchange, target);
        } else if (target.name().isEmpty()) {
            collection(exchange, target);
        } else {
            object(exchange, target);
        }
    }

    private void collection(Exchange exchange, Target target) throws IOException {
        switch (exchange.method()) {
            case "GET" -> {
                if (watching(exchange)) {
                    new WatchStream(
                                    store,
                                    target.resource(),
                                    target.namespace(),
                                    filter(exchange),
                                    TableView.asked(exchange, clock))
                            .send(exchange);
                } else {
                    exchange.send(200, list(exchange, target));
                }
            }
            case "POST" -> requests.create(exchange, target);
            case "DELETE" -> requests.deleteCollection(exchange, target, matching(exchange, target));
            default -> throw notAllowed();
        }
    }

    private static HttpError notAllowed() {
        return StatusError.of(
                405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    private static boolean watching(Exchange exchange) {
        return List.of("true", "1").contains(exchange.query("watch").orElse(""));
    }

    private static Predicate<JsonNode> filter(Exchange exchange) {
        return Selector.labels(exchange.query("labelSelector").orElse(""))
                .and(Selector.fields(exchange.query("fieldSelector").orElse("")));
    }

    private List<ObjectNode> matching(Exchange exchange, Target target) {
        Predicate<JsonNode> filter = filter(exchange);
        return store.list(target.resource(), target.namespace()).stream()
                .filter(filter)
                .toList();
    }

    private ObjectNode list(Exchange exchange, Target target) {
        Optional<TableView> table = TableView.asked(exchange, clock);
        if (table.isPresent()) {
            return table.get().of(target.resource(), matching(exchange, target), Long.toString(store.version()), true);
        }
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("kind", target.resource().kind() + "List");
        list.put("apiVersion", target.resource().apiVersion());
        list.putObject("metadata").put("resourceVersion", Long.toString(store.version()));
        list.putArray("items").addAll(matching(exchange, target));
        return list;
    }

    private void object(Exchange exchange, Target target) throws IOException {
        switch (exchange.method()) {
            case "GET" -> {
                ObjectNode object = store.get(target.resource(), target.namespace(), target.name())
                        .orElseThrow(() -> StatusError.notFound(target.resource(), target.name()));
                exchange.send(
                        200,
                        TableView.asked(exchange, clock)
                                .map(table -> table.of(target.resource(), object, true))
                                .orElse(object));
            }
            case "PUT" -> requests.replace(exchange, target);
            case "PATCH" -> requests.patch(exchange, target);
            case "DELETE" -> requests.delete(exchange, target);
            default -> throw notAllowed();
        }
    }

    private void log(Exchange exchange, Target target) throws IOException {
        ObjectNode pod = store.get(target.resource(), target.namespace(), target.name())
                .orElseThrow(() -> StatusError.notFound(target.resource(), target.name()));
        String tail = exchange.query("tailLines").orElse("0");
        if (!tail.matches("[0-9]{1,7}")) {
            throw StatusError.badRequest("tailLines: Invalid value: \"" + tail + "\"");
        }
        String container = exchange.query("container").orElse("");
        int lines = Integer.parseInt(tail);
        String log = cluster.pods().log(pod, container, lines);
        if (!exchange.query("follow").orElse("false").equals("true")) {
            exchange.send(200, "text/plain", log.getBytes(StandardCharsets.UTF_8));
            return;
        }
        try (OutputStream out = exchange.stream(200, "text/plain", -1)) {
            out.write(log.getBytes(StandardCharsets.UTF_8));
            out.flush();
            follow(pod, container, out);
        }
    }

    private void follow(ObjectNode pod, String container, OutputStream out) throws IOException {
        int sent = cluster.pods().log(pod, container, 0).length();
        boolean running = true;
        while (running) {
            LockSupport.parkNanos(FOLLOW_NANOS);
            running = cluster.pods().running(pod) && !store.closed();
            String log = cluster.pods().log(pod, container, 0);
            if (log.length() > sent) {
                out.write(log.substring(sent).getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            sent = log.length();
        }
    }
}
