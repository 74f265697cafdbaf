package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.container.Loopback;
import io.github.amlmaven.emulator.container.TcpRelay;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gives each Service a loopback address that hands connections to the ready pods it selects, in turn. */
final class Services implements AutoCloseable {

    private final String cluster;
    private final ObjectStore store;
    private final Pods pods;
    private final Map<String, Open> open = new HashMap<>();

    Services(String cluster, ObjectStore store, Pods pods) {
        this.cluster = cluster;
        this.store = store;
        this.pods = pods;
    }

    private record Open(JsonNode ports, List<TcpRelay> relays) {
        void close() {
            relays.forEach(TcpRelay::close);
        }
    }

    synchronized void reconcile() {
        Set<String> present = new HashSet<>();
        for (ObjectNode service : store.list(ApiResource.SERVICES, "")) {
            String type = service.path("spec").path("type").asText();
            boolean headless = service.path("spec").path("clusterIP").asText().equals("None");
            if (!headless && !type.equals("ExternalName") && !IstioIngress.owns(service)) {
                present.add(ObjectStore.uid(service));
                serve(service);
            }
        }
        open.keySet().removeIf(uid -> {
            boolean gone = !present.contains(uid);
            Open closing = open.get(uid);
            if (gone && closing != null) {
                closing.close();
            }
            return gone;
        });
    }

    private void serve(ObjectNode service) {
        JsonNode ports = service.path("spec").path("ports");
        Open relays = open.get(ObjectStore.uid(service));
        if (relays == null || !relays.ports().equals(ports)) {
            if (relays != null) {
                relays.close();
            }
            relays = new Open(ports.deepCopy(), listen(service, ports));
            open.put(ObjectStore.uid(service), relays);
        }
        List<TcpRelay> listening = relays.relays();
        if (!listening.isEmpty()) {
            store.update(
                    ApiResource.SERVICES,
                    ObjectStore.namespace(service),
                    ObjectStore.name(service),
                    present -> addressed(present, listening));
        }
    }

    private List<TcpRelay> listen(ObjectNode service, JsonNode ports) {
        String namespace = ObjectStore.namespace(service);
        String name = ObjectStore.name(service);
        List<TcpRelay> relays = new ArrayList<>();
        for (JsonNode port : ports) {
            JsonNode target = port.path("targetPort").deepCopy();
            try {
                relays.add(Loopback.relay(
                        cluster + "/" + namespace + "/" + name,
                        port.path("port").asInt(),
                        () -> targets(namespace, name, target, MissingNode.getInstance())));
            } catch (IOException e) {
                System.getLogger(Services.class.getName())
                        .log(System.Logger.Level.WARNING, "service " + name + " has no address", e);
            }
        }
        return relays;
    }

    /** Where a Service's port leads to now: pods' ports on this machine. */
    List<Integer> targets(String namespace, String name, int port) {
        return targets(namespace, name, port, MissingNode.getInstance());
    }

    /** @param labels that pods must have besides what the Service selects; missing for none */
    List<Integer> targets(String namespace, String name, int port, JsonNode labels) {
        JsonNode ports = store.get(ApiResource.SERVICES, namespace, name)
                .map(service -> service.path("spec").path("ports"))
                .orElseGet(MissingNode::getInstance);
        for (JsonNode one : ports) {
            if (one.path("port").asInt() == port) {
                return targets(namespace, name, one.path("targetPort"), labels);
            }
        }
        return List.of();
    }

    private List<Integer> targets(String namespace, String name, JsonNode target, JsonNode labels) {
        JsonNode selector = store.get(ApiResource.SERVICES, namespace, name)
                .map(service -> service.path("spec").path("selector"))
                .orElseGet(MissingNode::getInstance);
        List<Integer> ports = new ArrayList<>();
        for (ObjectNode pod : store.list(ApiResource.PODS, namespace)) {
            if (Owned.podReady(pod)
                    && Selector.matchesMap(selector, pod.path("metadata").path("labels"))
                    && (labels.isMissingNode()
                            || Selector.matchesMap(labels, pod.path("metadata").path("labels")))) {
                pods.hostPort(pod, target).ifPresent(ports::add);
            }
        }
        return ports;
    }

    private static ObjectNode addressed(ObjectNode service, List<TcpRelay> relays) {
        String ip = relays.get(0).address().getHostAddress();
        ObjectNode spec = service.withObject("/spec");
        if (!spec.path("clusterIP").asText().equals(ip)) {
            spec.put("clusterIP", ip);
            spec.putArray("clusterIPs").add(ip);
        }
        ObjectNode balancer = service.withObject("/status").withObject("/loadBalancer");
        if (spec.path("type").asText().equals("LoadBalancer")) {
            // A port that may not be bound here is another one; a client reads it from where it reads the address.
            ObjectNode ingress =
                    balancer.putArray("ingress").addObject().put("ip", ip).put("ipMode", "VIP");
            var ports = ingress.putArray("ports");
            relays.forEach(relay -> ports.addObject().put("port", relay.port()).put("protocol", "TCP"));
        } else {
            balancer.removeAll();
        }
        return service;
    }

    /** Takes idle connections off a pod's port; true when none is left. */
    synchronized boolean drain(int hostPort) {
        boolean drained = true;
        for (Open relays : open.values()) {
            for (TcpRelay relay : relays.relays()) {
                drained &= relay.drain(hostPort);
            }
        }
        return drained;
    }

    @Override
    public synchronized void close() {
        open.values().forEach(Open::close);
        open.clear();
    }
}
