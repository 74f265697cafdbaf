package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.kubernetes.ObjectRequests.Target;
import java.util.ArrayList;
import java.util.List;

/** Bodies into objects of a kind: what the API server's decoders refuse, warn of or drop. */
final class Decoding {

    private Decoding() {}

    /** Server-side apply decodes into typed objects, whose errors have words of their own. */
    static ObjectNode applied(Target target, JsonNode body) {
        ApiResource resource = target.resource();
        if (!(body instanceof ObjectNode object)) {
            throw StatusError.badRequest("error decoding YAML: the body is not an object");
        }
        kind(resource, object);
        Schema.Findings findings = Schema.check(resource.schemaType(), object);
        List<String> errors = new ArrayList<>();
        findings.mismatches().forEach(mismatch -> errors.add(mismatch.typed()));
        findings.unknown().forEach(path -> errors.add("." + path + ": field not declared in schema"));
        if (!errors.isEmpty()) {
            String all = errors.size() == 1 ? errors.get(0) : "errors:\n  " + String.join("\n  ", errors);
            throw StatusError.of(
                    500,
                    "",
                    "failed to create typed patch object (" + target.namespace() + "/" + target.name() + "; "
                            + resource.apiVersion() + ", Kind=" + resource.kind() + "): " + all);
        }
        return object;
    }

    static ObjectNode object(Exchange exchange, ApiResource resource, JsonNode body) {
        if (!(body instanceof ObjectNode object)) {
            throw StatusError.badRequest(
                    "the object provided is unrecognized (must be of type " + resource.kind() + ")");
        }
        kind(resource, object);
        check(exchange, resource, object);
        return object;
    }

    /** By the schema of a CustomResourceDefinition. */
    private static StatusError.Cause custom(Schema.Mismatch mismatch) {
        return StatusError.Cause.invalid(
                mismatch.path(),
                "\"" + mismatch.found() + "\"",
                mismatch.path() + " in body must be of type " + mismatch.wanted() + ": \"" + mismatch.found() + "\"");
    }

    private static void kind(ApiResource resource, ObjectNode object) {
        String version = object.path("apiVersion").asText(resource.apiVersion());
        String kind = object.path("kind").asText(resource.kind());
        if (!version.equals(resource.apiVersion()) || !kind.equals(resource.kind())) {
            throw StatusError.badRequest(kind + " in version \"" + version + "\" cannot be handled as a "
                    + resource.kind() + ": no kind \"" + kind + "\" is registered for version \"" + version + "\"");
        }
        object.put("apiVersion", version).put("kind", kind);
    }

    static void check(Exchange exchange, ApiResource resource, ObjectNode object) {
        String prefix = resource.kind() + " in version \"" + resource.version() + "\" cannot be handled as a "
                + resource.kind() + ": ";
        Schema.Findings findings = Schema.check(resource.schemaType(), object);
        if (!findings.mismatches().isEmpty() && resource.isCustom()) {
            throw StatusError.invalid(
                    resource,
                    ObjectStore.name(object),
                    findings.mismatches().stream().map(Decoding::custom).toList());
        }
        if (!findings.mismatches().isEmpty()) {
            throw StatusError.badRequest(prefix + findings.mismatches().get(0).json());
        }
        if (findings.unknown().isEmpty()) {
            return;
        }
        List<String> unknown = findings.unknown().stream()
                .map(path -> "unknown field \"" + path + "\"")
                .toList();
        switch (exchange.query("fieldValidation").orElse("Warn")) {
            case "Strict" ->
                throw StatusError.badRequest(prefix + "strict decoding error: " + String.join(", ", unknown));
            case "Warn" ->
                exchange.setHeader("Warning", "299 - \"" + unknown.get(0).replace("\"", "\\\"") + "\"");
            default -> {
                // Ignore: dropped without a word
            }
        }
        findings.unknown().forEach(path -> Documents.remove(object, path));
    }
}
