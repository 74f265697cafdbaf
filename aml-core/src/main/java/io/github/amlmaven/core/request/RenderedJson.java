package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Renderings as JSON, in the form that {@code conformance/python/golden.py} gives to those of the official client, and
 * what sets two of them apart.
 */
public final class RenderedJson {

    private static final int SHOWN = 20;

    private RenderedJson() {}

    /** {@code {kind, method, path, body, before}}, {@code {kind, refused}} or {@code {kind: "notASpec"}}. */
    public static ObjectNode of(Rendering rendering) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (rendering instanceof Rendering.Requests requests) {
            json.put("kind", requests.kind());
            request(json, requests.request());
            if (!requests.before().isEmpty()) {
                ArrayNode before = json.putArray("before");
                requests.before().forEach(request -> request(before.addObject(), request));
            }
        } else if (rendering instanceof Rendering.Refused refused) {
            json.put("kind", "refused");
            ArrayNode problems = json.putArray("refused");
            refused.problems().forEach(problem -> problems.add(problem.toString()));
        } else {
            json.put("kind", "notASpec");
        }
        return json;
    }

    private static void request(ObjectNode json, PlannedRequest request) {
        json.put("method", request.method());
        json.put("path", request.path());
        json.set("body", request.body());
    }

    /**
     * What sets our rendering apart from the official client's; empty when nothing does. A file that the official client
     * refuses must be refused, with whatever words.
     */
    public static String difference(JsonNode golden, JsonNode ours) {
        if (golden.has("refused")) {
            return ours.has("refused")
                    ? ""
                    : "the official client refuses it: "
                            + golden.path("refused").asText();
        }
        if (!golden.has("body")) {
            return ours.path("kind").asText().equals("notASpec") ? "" : "the file is no spec";
        }
        if (!ours.has("body")) {
            return "the official client accepts it; here: "
                    + (ours.has("refused") ? ours.path("refused").toString() : "no spec");
        }
        List<String> differences = new ArrayList<>();
        for (String key : new String[] {"method", "path", "body", "before"}) {
            compare("/" + key, golden.path(key), ours.path(key), differences);
        }
        return String.join("; ", differences.subList(0, Math.min(SHOWN, differences.size())));
    }

    private static void compare(String where, JsonNode golden, JsonNode ours, List<String> differences) {
        if (golden.isObject() && ours.isObject()) {
            Set<String> keys = new TreeSet<>();
            golden.fieldNames().forEachRemaining(keys::add);
            ours.fieldNames().forEachRemaining(keys::add);
            keys.forEach(key -> compare(where + "/" + key, golden.path(key), ours.path(key), differences));
        } else if (golden.isArray() && ours.isArray() && golden.size() == ours.size()) {
            for (int i = 0; i < golden.size(); i++) {
                compare(where + "/" + i, golden.get(i), ours.get(i), differences);
            }
        } else if (!same(golden, ours)) {
            differences.add(where + " is " + shown(ours) + " but must be " + shown(golden));
        }
    }

    /** Numbers of different classes are the same when JSON cannot tell them apart. */
    private static boolean same(JsonNode golden, JsonNode ours) {
        return golden.equals(ours)
                || (golden.isNumber() && ours.isNumber() && golden.asText().equals(ours.asText()));
    }

    private static String shown(JsonNode value) {
        String text = value.isMissingNode() ? "absent" : value.toString();
        return text.length() > 200 ? text.substring(0, 200) + "..." : text;
    }
}
