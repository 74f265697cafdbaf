package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** By which fields elements of a list are told apart, by the element's type. Lists of other types are atomic. */
final class MergeKeys {

    private static final Map<String, List<String>> KEYS = Map.ofEntries(
            Map.entry("Container", List.of("name")),
            Map.entry("EphemeralContainer", List.of("name")),
            Map.entry("EnvVar", List.of("name")),
            Map.entry("ContainerPort", List.of("containerPort", "protocol")),
            Map.entry("ServicePort", List.of("port", "protocol")),
            Map.entry("Volume", List.of("name")),
            Map.entry("VolumeMount", List.of("mountPath")),
            Map.entry("VolumeDevice", List.of("devicePath")),
            Map.entry("LocalObjectReference", List.of("name")),
            Map.entry("HTTPHeaderMatch", List.of("name")),
            Map.entry("Listener", List.of("name")),
            Map.entry("HostAlias", List.of("ip")),
            Map.entry("OwnerReference", List.of("uid")),
            Map.entry("TopologySpreadConstraint", List.of("topologyKey", "whenUnsatisfiable")));

    private MergeKeys() {}

    static Optional<List<String>> of(String elementType) {
        if (elementType.endsWith("Condition")) {
            return Optional.of(List.of("type"));
        }
        return Optional.ofNullable(KEYS.get(elementType));
    }

    /** Structs and maps that are owned as a whole. */
    static boolean atomic(String parentType, String field, String type) {
        return type.equals("LabelSelector")
                || type.equals("SecretKeySelector")
                || type.equals("ConfigMapKeySelector")
                || type.equals("ObjectFieldSelector")
                || field.equals("nodeSelector")
                || (parentType.equals("ServiceSpec") && field.equals("selector"));
    }

    /** The values of an element's keys; a port without protocol is a TCP port. */
    static List<String> key(List<String> names, JsonNode element) {
        List<String> key = new ArrayList<>();
        for (String name : names) {
            key.add(element.path(name).asText(name.equals("protocol") ? "TCP" : ""));
        }
        return key;
    }

    static boolean same(List<String> names, JsonNode one, JsonNode other) {
        return key(names, one).equals(key(names, other));
    }
}
