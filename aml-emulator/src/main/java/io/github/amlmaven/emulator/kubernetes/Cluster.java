package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.service.EmulatorContext;
import java.util.List;

/** One running cluster: its objects and the controllers that work on them. */
final class Cluster implements AutoCloseable {

    private static final List<String> NAMESPACES = List.of("default", "kube-system", "kube-public");

    private final String name;
    private final String token;
    private final ObjectStore store;
    private final Controllers controllers;
    private volatile boolean istio;

    /** @param token that every request must carry */
    Cluster(EmulatorContext context, String name, String token, ContainerRuntime runtime) {
        this.name = name;
        this.token = token;
        this.store = new ObjectStore(context.store(), name, context.clock());
        for (String namespace : NAMESPACES) {
            if (store.get(ApiResource.NAMESPACES, "", namespace).isEmpty()) {
                store.create(ApiResource.NAMESPACES, namespace(namespace));
            }
        }
        if (store.get(ApiResource.GATEWAY_CLASSES, "", Gateways.CLASS).isEmpty()) {
            store.create(ApiResource.GATEWAY_CLASSES, gatewayClass());
        }
        // A cluster comes with one gateway, as with an add-on that is switched on.
        if (store.get(ApiResource.GATEWAYS, "kube-system", "gateway").isEmpty()) {
            store.create(ApiResource.GATEWAYS, gateway());
        }
        this.controllers = new Controllers(name, store, runtime, context.clock());
    }

    private ObjectNode namespace(String namespace) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", "v1").put("kind", "Namespace");
        object.putObject("metadata").put("name", namespace);
        Defaults.apply(ApiResource.NAMESPACES, object);
        return store.born(object);
    }

    private ObjectNode gatewayClass() {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", ApiResource.GATEWAY_CLASSES.apiVersion()).put("kind", "GatewayClass");
        object.putObject("metadata").put("name", Gateways.CLASS);
        object.putObject("spec").put("controllerName", Gateways.CONTROLLER);
        Defaults.apply(ApiResource.GATEWAY_CLASSES, object);
        return store.born(object);
    }

    private ObjectNode gateway() {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", ApiResource.GATEWAYS.apiVersion()).put("kind", "Gateway");
        object.putObject("metadata").put("name", "gateway").put("namespace", "kube-system");
        ObjectNode spec = object.putObject("spec").put("gatewayClassName", Gateways.CLASS);
        ObjectNode listener = spec.putArray("listeners")
                .addObject()
                .put("name", "http")
                .put("port", Gateways.PORT)
                .put("protocol", "HTTP");
        listener.putObject("allowedRoutes").putObject("namespaces").put("from", "All");
        Defaults.apply(ApiResource.GATEWAYS, object);
        return store.born(object);
    }

    /** Whether Istio routes the cluster's requests. */
    boolean istio() {
        return istio;
    }

    /** Switches Istio on or off, as the add-on of AKS is; it comes with an ingress and one Gateway for it. */
    void istio(boolean wanted) {
        if (wanted && !istio) {
            new IstioIngress.Objects(store).create();
        }
        istio = wanted;
        controllers.istio(wanted);
    }

    String name() {
        return name;
    }

    String token() {
        return token;
    }

    ObjectStore store() {
        return store;
    }

    /** A container's log by pod; see {@link Pods#log}. */
    Pods pods() {
        return controllers.pods();
    }

    Cluster start() {
        controllers.start();
        return this;
    }

    @Override
    public void close() {
        controllers.close();
    }
}
