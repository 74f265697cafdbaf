package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.github.amlmaven.emulator.container.Loopback;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Gives each Gateway a loopback address where requests are answered as its HTTPRoutes say. */
final class Gateways implements AutoCloseable {

    /** Other emulators of this machine may have the first address. */
    private static final int ADDRESSES = 8;

    /** The listener of the gateway that every cluster has; a port that any user may bind. */
    static final int PORT = 8080;

    /** The class of gateways that are served, and who serves them. */
    static final String CLASS = "emulator";

    static final String CONTROLLER = "emulator/gateway";

    private final String cluster;
    private final ObjectStore store;
    private final Services services;
    private final RouteStatus statuses;
    private final Map<String, Open> open = new HashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "kubernetes-gateway");
        thread.setDaemon(true);
        return thread;
    });

    Gateways(String cluster, ObjectStore store, Services services, Clock clock) {
        this.cluster = cluster;
        this.store = store;
        this.services = services;
        this.statuses = new RouteStatus(store, clock);
    }

    private record Open(JsonNode listeners, InetAddress address, List<HttpServer> servers) {
        void close() {
            servers.forEach(server -> server.stop(0));
        }
    }

    synchronized void reconcile() {
        for (ObjectNode type : store.list(ApiResource.GATEWAY_CLASSES, "")) {
            if (type.at("/spec/controllerName").asText().equals(CONTROLLER)) {
                store.update(ApiResource.GATEWAY_CLASSES, "", ObjectStore.name(type), Gateways::accepted);
            }
        }
        Set<String> present = new HashSet<>();
        for (ObjectNode gateway : store.list(ApiResource.GATEWAYS, "")) {
            if (isOurs(store, gateway)) {
                present.add(ObjectStore.uid(gateway));
                serve(gateway);
            }
        }
        open.entrySet().removeIf(entry -> {
            boolean gone = !present.contains(entry.getKey());
            if (gone) {
                entry.getValue().close();
            }
            return gone;
        });
        for (ObjectNode route : store.list(ApiResource.HTTP_ROUTES, "")) {
            store.update(
                    ApiResource.HTTP_ROUTES, ObjectStore.namespace(route), ObjectStore.name(route), statuses::write);
        }
    }

    /** Whether a gateway is of a class that the cluster has and that is this controller's; nobody looks at others. */
    static boolean isOurs(ObjectStore store, JsonNode gateway) {
        return store.get(
                        ApiResource.GATEWAY_CLASSES,
                        "",
                        gateway.at("/spec/gatewayClassName").asText())
                .filter(type -> type.at("/spec/controllerName").asText().equals(CONTROLLER))
                .isPresent();
    }

    private static ObjectNode accepted(ObjectNode type) {
        ObjectNode status = type.withObject("/status");
        status.putArray("conditions");
        condition(status, "Accepted", true, generation(type));
        return type;
    }

    private void serve(ObjectNode gateway) {
        JsonNode listeners = gateway.path("spec").path("listeners");
        Open now = open.get(ObjectStore.uid(gateway));
        if (now == null || !now.listeners().equals(listeners) || now.servers().isEmpty()) {
            if (now != null) {
                now.close();
            }
            now = listen(gateway, listeners);
            open.put(ObjectStore.uid(gateway), now);
        }
        Open listening = now;
        store.update(
                ApiResource.GATEWAYS,
                ObjectStore.namespace(gateway),
                ObjectStore.name(gateway),
                present -> programmed(present, listening));
    }

    private Open listen(ObjectNode gateway, JsonNode listeners) {
        String namespace = ObjectStore.namespace(gateway);
        String name = ObjectStore.name(gateway);
        for (int attempt = 0; attempt < ADDRESSES; attempt++) {
            List<HttpServer> servers = new ArrayList<>();
            try {
                InetAddress address = Loopback.address(cluster + "/gateway/" + namespace + "/" + name, attempt);
                for (JsonNode listener : listeners) {
                    servers.add(start(
                            address, listener.path("port").asInt(), new RouteProxy(store, services, namespace, name)));
                }
                return new Open(listeners.deepCopy(), address, servers);
            } catch (IOException e) {
                servers.forEach(server -> server.stop(0));
                System.getLogger(Gateways.class.getName())
                        .log(System.Logger.Level.DEBUG, "no gateway " + name + " at address " + attempt, e);
            }
        }
        // Tried again when the cluster looks at its objects the next time.
        return new Open(listeners.deepCopy(), InetAddress.getLoopbackAddress(), List.of());
    }

    private HttpServer start(InetAddress address, int port, RouteProxy proxy) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
        server.setExecutor(threads);
        server.createContext("/", proxy);
        server.start();
        return server;
    }

    private static ObjectNode programmed(ObjectNode gateway, Open listening) {
        ObjectNode status = gateway.withObject("/status");
        status.putArray("addresses")
                .addObject()
                .put("type", "IPAddress")
                .put("value", listening.address().getHostAddress());
        status.putArray("conditions");
        condition(status, "Accepted", true, generation(gateway));
        condition(status, "Programmed", !listening.servers().isEmpty(), generation(gateway));
        return gateway;
    }

    private static long generation(ObjectNode object) {
        return object.path("metadata").path("generation").asLong(1);
    }

    private static void condition(ObjectNode status, String type, boolean holds, long generation) {
        status.withArray("/conditions")
                .addObject()
                .put("type", type)
                .put("status", holds ? "True" : "False")
                .put("reason", holds ? type : "Invalid")
                .put("message", "")
                .put("observedGeneration", generation)
                .put("lastTransitionTime", "1970-01-01T00:00:00Z");
    }

    @Override
    public synchronized void close() {
        open.values().forEach(Open::close);
        open.clear();
        threads.shutdown();
    }
}
