package io.github.amlmaven.emulator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SchemaResourceTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Class<?>> KINDS = List.of(
            Namespace.class,
            Pod.class,
            Service.class,
            ConfigMap.class,
            Secret.class,
            Event.class,
            Deployment.class,
            ReplicaSet.class,
            HorizontalPodAutoscaler.class,
            Gateway.class,
            GatewayClass.class,
            HTTPRoute.class);

    private final Map<String, ObjectNode> types = new TreeMap<>();

    /** {@code -Daml.schema.write=FILE} writes it anew after a change of the client's version. */
    @Test
    void theSchemaOfServedKindsIsTheOneOfThePublishedModel() throws IOException {
        KINDS.forEach(this::add);
        ObjectNode derived = JSON.createObjectNode();
        types.forEach(derived::set);
        String target = System.getProperty("aml.schema.write");
        if (target != null) {
            JSON.configure(SerializationFeature.INDENT_OUTPUT, true);
            Files.writeString(Path.of(target), JSON.writeValueAsString(derived) + "\n");
        }
        try (InputStream resource = KubernetesProvider.class.getResourceAsStream("schema.json")) {
            assertThat((JsonNode) derived).isEqualTo(JSON.readTree(resource));
        }
    }

    private void add(Class<?> type) {
        if (types.containsKey(type.getSimpleName())) {
            return;
        }
        ObjectNode fields = JSON.createObjectNode();
        types.put(type.getSimpleName(), fields);
        Map<String, String> sorted = new TreeMap<>();
        for (Field field : type.getDeclaredFields()) {
            JsonProperty property = field.getAnnotation(JsonProperty.class);
            if (property != null) {
                sorted.put(property.value(), name(field.getGenericType(), field.getName()));
            }
        }
        sorted.forEach(fields::put);
    }

    private String name(Type type, String field) {
        if (type instanceof ParameterizedType generic) {
            boolean map = Map.class.isAssignableFrom((Class<?>) generic.getRawType());
            Type[] arguments = generic.getActualTypeArguments();
            return (map ? "map[string]" : "[]") + name(arguments[arguments.length - 1], field);
        }
        if (!(type instanceof Class<?> plain)) {
            return "any";
        }
        if (plain == String.class) {
            boolean time = field.endsWith("Timestamp") || field.endsWith("Time") || field.endsWith("At");
            return time ? "Time" : "string";
        }
        if (plain == Integer.class) {
            return "int32";
        }
        if (plain == Long.class) {
            return "int64";
        }
        if (plain == Boolean.class) {
            return "bool";
        }
        if (plain == Quantity.class || plain == IntOrString.class) {
            return plain.getSimpleName();
        }
        if (!plain.getName().startsWith("io.fabric8.") || plain.isEnum()) {
            return "any";
        }
        add(plain);
        return plain.getSimpleName();
    }
}
