package io.github.amlmaven.core.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ReceivedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request that changes something, in words that do not depend on hosts, on versions of interfaces and on what clients make up.
 *
 * @param body null for none, and for the content of blobs
 */
record Change(String method, String path, JsonNode body) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> READING =
            Set.of("listSecrets", "listKeys", "rundata", "getLogs", "token", "startPendingUpload", "score");

    /** A recorded request; empty for one that only reads. */
    static Optional<Change> of(JsonNode call) {
        return of(
                call.path("method").asText(),
                call.path("url").asText().replace("{arm}", "").replace("{ws}", KeptWorkspace.WS),
                call.path("body").isContainerNode() ? call.path("body") : NullNode.instance);
    }

    /** A request that was received; empty for one that only reads. */
    static Optional<Change> of(ReceivedRequest request) {
        boolean json = request.text().startsWith("{") && request.path().startsWith("/subscriptions/");
        return of(
                request.method(),
                request.path() + (request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery()),
                json ? request.json() : NullNode.instance);
    }

    private static Optional<Change> of(String method, String url, JsonNode body) {
        String path = url.replaceFirst("^https://[^/]+", "").replaceFirst("\\?.*$", "");
        String last = path.substring(path.lastIndexOf('/') + 1);
        if (method.equals("GET") || method.equals("HEAD") || READING.contains(last)) {
            return Optional.empty();
        }
        String kept = (path + (url.contains("comp=metadata") ? "?metadata" : "")).replaceFirst("^/sa1/", "/");
        return Optional.of(new Change(method, words(kept), json(words(body.toString()))));
    }

    /** A request that would be sent. */
    static Change planned(String method, String path, JsonNode body) {
        String other = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/group/providers/"
                + "Microsoft.MachineLearningServices/workspaces/workspace";
        return new Change(
                method,
                words(path.replace(other, KeptWorkspace.WS)),
                json(words(body.toString().replace(other, KeptWorkspace.WS))));
    }

    private static String words(String text) {
        return text.replace(LoopbackService.WORKSPACE.armId(), "{ws}")
                .replaceAll("^\\{ws}/codes/[\\w-]+/", "{ws}/codes/{code}/")
                .replaceAll("https://localhost:\\d+", "https://sa1.blob.core.windows.net")
                .replace("blob.core.windows.net/sa1/", "blob.core.windows.net/");
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it only brings content to where the workspace keeps it, which is left out when it is there. */
    boolean isUpload() {
        return !path.startsWith("{ws}") || path.contains("/codes/");
    }

    /** The same without some members of its body, each named by a JSON pointer. */
    Change without(Set<String> pointers) {
        JsonNode rest = body.deepCopy();
        for (String pointer : pointers) {
            int slash = pointer.lastIndexOf('/');
            if (rest.at(pointer.substring(0, slash)) instanceof ObjectNode parent) {
                parent.remove(pointer.substring(slash + 1));
            }
        }
        return new Change(method, path, rest);
    }

    String line() {
        return method + " " + path;
    }

    /** How one of ours differs; empty when it is the same. */
    static List<String> differences(List<Change> ours, List<Change> theirs) {
        List<String> differences = new ArrayList<>();
        List<Change> left = new ArrayList<>(theirs);
        int at = 0;
        for (Change change : ours) {
            int found = -1;
            for (int i = change.isUpload() ? 0 : at; i < left.size() && found < 0; i++) {
                found = left.get(i).line().equals(change.line()) ? i : -1;
            }
            if (found < 0) {
                differences.add("theirs has not, or not in this place: " + change.line() + " " + change.body());
                continue;
            }
            Change same = left.remove(found);
            at = found;
            if (!same.body().equals(change.body())) {
                differences.add(change.line() + " has\n  " + change.body() + "\nwhere theirs has\n  " + same.body());
            }
        }
        left.stream()
                .filter(change -> !change.isUpload())
                .forEach(change -> differences.add("ours has not: " + change.line() + " " + change.body()));
        return differences;
    }
}
