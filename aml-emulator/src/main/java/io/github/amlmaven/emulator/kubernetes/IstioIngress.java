package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.github.amlmaven.emulator.container.Loopback;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The external ingress gateway of AKS' Istio add-on (https://learn.microsoft.com/azure/aks/istio-deploy-ingress): a Service with a
 * loopback address, where requests are answered as VirtualServices say.
 */
final class IstioIngress implements AutoCloseable {

    static final String NAMESPACE = "aks-istio-ingress";
    static final String NAME = "aks-istio-ingressgateway-external";

    /** Other emulators of this machine may have the first address. */
    private static final int ADDRESSES = 8;

    private final String cluster;
    private final ObjectStore store;
    private final IstioProxy proxy;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "istio-ingress");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean enabled;
    private @Nullable HttpServer server;

    IstioIngress(String cluster, ObjectStore store, Services services) {
        this.cluster = cluster;
        this.store = store;
        this.proxy = new IstioProxy(store, services);
    }

    /** What the add-on brings, and one Gateway on top of it, as a cluster with the Gateway API has one. */
    record Objects(ObjectStore store) {

        void create() {
            if (store.get(ApiResource.NAMESPACES, "", NAMESPACE).isEmpty()) {
                ObjectNode namespace = object(ApiResource.NAMESPACES, "", NAMESPACE);
                make(ApiResource.NAMESPACES, namespace);
            }
            if (store.get(ApiResource.SERVICES, NAMESPACE, NAME).isEmpty()) {
                ObjectNode service = object(ApiResource.SERVICES, NAMESPACE, NAME);
                ObjectNode spec = service.putObject("spec").put("type", "LoadBalancer");
                spec.putObject("selector").put("app", NAME).put("istio", NAME);
                spec.putArray("ports")
                        .addObject()
                        .put("name", "http2")
                        .put("port", 80)
                        .put("protocol", "TCP");
                make(ApiResource.SERVICES, service);
            }
            if (store.get(ApiResource.ISTIO_GATEWAYS, "kube-system", "gateway").isEmpty()) {
                ObjectNode gateway = object(ApiResource.ISTIO_GATEWAYS, "kube-system", "gateway");
                ObjectNode spec = gateway.putObject("spec");
                spec.putObject("selector").put("istio", NAME);
                ObjectNode server = spec.putArray("servers").addObject();
                server.putObject("port").put("number", 80).put("name", "http").put("protocol", "HTTP");
                server.putArray("hosts").add("*");
                make(ApiResource.ISTIO_GATEWAYS, gateway);
            }
        }

        private static ObjectNode object(ApiResource resource, String namespace, String name) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            object.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
            ObjectNode metadata = object.putObject("metadata").put("name", name);
            if (!namespace.isEmpty()) {
                metadata.put("namespace", namespace);
            }
            return object;
        }

        private void make(ApiResource resource, ObjectNode object) {
            Defaults.apply(resource, object);
            store.create(resource, store.born(object));
        }
    }

    static boolean owns(ObjectNode service) {
        return ObjectStore.namespace(service).equals(NAMESPACE)
                && ObjectStore.name(service).equals(NAME);
    }

    void enabled(boolean wanted) {
        enabled = wanted;
    }

    synchronized void reconcile() {
        if (!enabled) {
            stop();
            return;
        }
        HttpServer listening = server == null ? listen() : server;
        server = listening;
        if (listening != null
                && store.get(ApiResource.SERVICES, NAMESPACE, NAME).isPresent()) {
            InetSocketAddress address = listening.getAddress();
            store.update(ApiResource.SERVICES, NAMESPACE, NAME, service -> addressed(service, address));
        }
    }

    private @Nullable HttpServer listen() {
        for (int attempt = 0; attempt < ADDRESSES; attempt++) {
            try {
                InetAddress address = Loopback.address(cluster + "/istio-ingress", attempt);
                HttpServer open = HttpServer.create(new InetSocketAddress(address, Gateways.PORT), 0);
                open.setExecutor(threads);
                open.createContext("/", proxy);
                open.start();
                return open;
            } catch (IOException e) {
                System.getLogger(IstioIngress.class.getName())
                        .log(System.Logger.Level.DEBUG, "no ingress at address " + attempt, e);
            }
        }
        // Tried again when the cluster looks at its objects the next time.
        return null;
    }

    private static ObjectNode addressed(ObjectNode service, InetSocketAddress address) {
        String ip = address.getAddress().getHostAddress();
        ObjectNode spec = service.withObject("/spec").put("clusterIP", ip);
        spec.putArray("clusterIPs").add(ip);
        ObjectNode ingress = service.withObject("/status")
                .withObject("/loadBalancer")
                .putArray("ingress")
                .addObject()
                .put("ip", ip)
                .put("ipMode", "VIP");
        ingress.putArray("ports").addObject().put("port", address.getPort()).put("protocol", "TCP");
        return service;
    }

    private synchronized void stop() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    @Override
    public void close() {
        stop();
        threads.shutdown();
    }
}
