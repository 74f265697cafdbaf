package io.github.amlmaven.core.kubernetes;

import java.util.Optional;

/**
 * What a new route hangs on.
 *
 * @param namespace of the route and the Services
 * @param name of the route; that of a version's Service is {@code <name>-<version>}
 * @param gateway {@code [namespace/]name}; empty takes the only one of the cluster
 * @param host the host name of requests; empty takes every host below the path {@code /<name>}
 * @param port of the versions' Services
 */
public record RouteFrame(String namespace, String name, Optional<String> gateway, Optional<String> host, int port) {

    /** The path that the route answers: all of a host, or a part of every host. */
    String prefix() {
        return host.isPresent() ? "/" : "/" + name;
    }

    String service(String version) {
        return serviceOf(name, version);
    }

    static String serviceOf(String name, String version) {
        return name + "-" + version;
    }

    /** The version of a Service's name; empty when it is another model's. */
    static Optional<String> versionOf(String name, String service) {
        String own = service.contains(".") ? service.substring(0, service.indexOf('.')) : service;
        return own.startsWith(name + "-") ? Optional.of(own.substring(name.length() + 1)) : Optional.empty();
    }
}
