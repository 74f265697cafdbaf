package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A container's environment from values, secrets, config maps and the pod itself. */
final class PodEnvironment {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\(([A-Za-z_][A-Za-z0-9_]*)\\)");

    private final ObjectStore store;
    private final JsonNode pod;

    PodEnvironment(ObjectStore store, JsonNode pod) {
        this.store = store;
        this.pod = pod;
    }

    /** Something that the container needs is missing; the message is the kubelet's. */
    static final class MissingReference extends Exception {

        private static final long serialVersionUID = 1L;

        MissingReference(String message) {
            super(message);
        }
    }

    Map<String, String> of(JsonNode container) throws MissingReference {
        Map<String, String> environment = new LinkedHashMap<>();
        for (JsonNode source : container.path("envFrom")) {
            String prefix = source.path("prefix").asText("");
            addAll(environment, prefix, source.path("configMapRef"), ApiResource.CONFIG_MAPS);
            addAll(environment, prefix, source.path("secretRef"), ApiResource.SECRETS);
        }
        for (JsonNode variable : container.path("env")) {
            Optional<String> value = variable.hasNonNull("valueFrom")
                    ? from(variable.path("valueFrom"))
                    : Optional.of(expanded(variable.path("value").asText(""), environment));
            value.ifPresent(text -> environment.put(variable.path("name").asText(), text));
        }
        return environment;
    }

    /** {@code $(NAME)} stands for a variable that is known; others are left as they are. */
    static String expanded(String text, Map<String, String> environment) {
        return REFERENCE
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(environment.getOrDefault(match.group(1), match.group())));
    }

    private void addAll(Map<String, String> environment, String prefix, JsonNode reference, ApiResource resource)
            throws MissingReference {
        if (!reference.isObject()) {
            return;
        }
        Optional<ObjectNode> object = object(resource, reference);
        if (object.isPresent()) {
            for (var entry : object.get().path("data").properties()) {
                environment.put(prefix + entry.getKey(), text(resource, entry.getValue()));
            }
        }
    }

    private Optional<ObjectNode> object(ApiResource resource, JsonNode reference) throws MissingReference {
        String name = reference.path("name").asText();
        Optional<ObjectNode> object = store.get(resource, ObjectStore.namespace(pod), name);
        if (object.isEmpty() && !reference.path("optional").asBoolean()) {
            throw new MissingReference(resource.singular() + " \"" + name + "\" not found");
        }
        return object;
    }

    private Optional<String> from(JsonNode source) throws MissingReference {
        if (source.has("secretKeyRef")) {
            return key(ApiResource.SECRETS, source.path("secretKeyRef"));
        }
        if (source.has("configMapKeyRef")) {
            return key(ApiResource.CONFIG_MAPS, source.path("configMapKeyRef"));
        }
        String field = source.path("fieldRef").path("fieldPath").asText();
        return Optional.of(
                switch (field) {
                    case "metadata.name" -> ObjectStore.name(pod);
                    case "metadata.namespace" -> ObjectStore.namespace(pod);
                    case "metadata.uid" -> ObjectStore.uid(pod);
                    case "spec.nodeName" -> "emulator";
                    case "status.podIP", "status.hostIP" -> "127.0.0.1";
                    default -> "";
                });
    }

    private Optional<String> key(ApiResource resource, JsonNode reference) throws MissingReference {
        Optional<ObjectNode> object = object(resource, reference);
        String key = reference.path("key").asText();
        if (object.isEmpty()) {
            return Optional.empty();
        }
        JsonNode value = object.get().path("data").path(key);
        if (value.isMissingNode()) {
            if (reference.path("optional").asBoolean()) {
                return Optional.empty();
            }
            throw new MissingReference("couldn't find key " + key + " in " + resource.kind() + " "
                    + ObjectStore.namespace(pod) + "/" + reference.path("name").asText());
        }
        return Optional.of(text(resource, value));
    }

    private static String text(ApiResource resource, JsonNode value) {
        return resource.equals(ApiResource.SECRETS)
                ? new String(Base64.getDecoder().decode(value.asText()), StandardCharsets.UTF_8)
                : value.asText();
    }
}
