package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ArmError;
import io.github.amlmaven.emulator.arm.Envelope;
import io.github.amlmaven.emulator.arm.Operations;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.service.EmulatorContext;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/** What all parts of this provider share: the workspace of a request, the envelope of its resources, pages. */
record WorkspaceScope(EmulatorContext context, ResourceStore resources, Operations operations) {

    static final String PROVIDER = "Microsoft.MachineLearningServices";
    static final String GROUP = "/subscriptions/{s}/resourceGroups/{g}/providers/" + PROVIDER + "/workspaces";
    static final String WORKSPACE = GROUP + "/{w}";

    private static final int PAGE = 100;

    /** The id that a request's path names, whether it exists or not. */
    static ResourceId addressed(Exchange exchange) {
        return new ResourceId("/subscriptions/" + exchange.variable("s") + "/resourceGroups/" + exchange.variable("g")
                + "/providers/" + PROVIDER + "/workspaces/" + exchange.variable("w"));
    }

    /** The request's workspace as it was created. */
    ObjectNode workspace(Exchange exchange) {
        ResourceId id = addressed(exchange);
        return resources.get(id).orElseThrow(() -> ArmError.resourceNotFound(id));
    }

    ResourceId workspaceId(Exchange exchange) {
        return new ResourceId(workspace(exchange).path("id").asText());
    }

    /**
     * A new document with id, name, type and {@code systemData}; what is older than it keeps its creation time.
     *
     * @param type below the provider: {@code workspaces/models}
     */
    ObjectNode envelope(ResourceId id, String type, Optional<ObjectNode> old) {
        return Envelope.of(id, PROVIDER + "/" + type, old, context.clock().instant());
    }

    static HttpError notFound(ResourceId id) {
        return HttpError.arm(404, "ResourceNotFound", "The specified resource was not found: " + id.value());
    }

    static HttpError userError(String message) {
        return HttpError.arm(400, "UserError", message);
    }

    /**
     * Answers one page. {@code $top} and {@code count} limit the whole list; {@code $skip} is the continuation token of
     * {@code nextLink}.
     */
    static void sendPage(Exchange exchange, List<ObjectNode> all) throws IOException {
        int limit = number(exchange, "$top", number(exchange, "count", Integer.MAX_VALUE));
        List<ObjectNode> limited = all.subList(0, Math.min(limit, all.size()));
        int from = Math.min(number(exchange, "$skip", 0), limited.size());
        int to = Math.min(from + PAGE, limited.size());
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode value = answer.putArray("value");
        limited.subList(from, to).forEach(value::add);
        if (to < limited.size()) {
            answer.put("nextLink", nextLink(exchange, to));
        }
        exchange.send(200, answer);
    }

    private static String nextLink(Exchange exchange, int skip) {
        StringJoiner query = new StringJoiner("&");
        for (Map.Entry<String, List<String>> parameter : exchange.queries().entrySet()) {
            if (!parameter.getKey().equals("$skip")) {
                query.add(parameter.getKey() + "="
                        + URLEncoder.encode(parameter.getValue().get(0), StandardCharsets.UTF_8));
            }
        }
        query.add("$skip=" + skip);
        return exchange.base() + exchange.rawPath() + "?" + query;
    }

    private static int number(Exchange exchange, String name, int otherwise) {
        Optional<String> text = exchange.query(name);
        try {
            return text.isEmpty() ? otherwise : Math.max(0, Integer.parseInt(text.get()));
        } catch (NumberFormatException e) {
            throw userError("The value of " + name + " is not a number: " + text.get());
        }
    }

    /** Deletes a resource as a long-running operation; what is not there is deleted already. */
    void delete(Exchange exchange, ResourceId id) throws IOException {
        if (resources.get(id).isEmpty()) {
            exchange.send(204);
            return;
        }
        operations.start(exchange, Operations.Style.LOCATION, PROVIDER, id, () -> {
            resources.delete(id);
            return NullNode.getInstance();
        });
        exchange.send(202);
    }
}
