package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.HttpError;

/** Errors of the distribution API: {@code {"errors":[{"code","message","detail"}]}}. */
final class OciErrors {

    private OciErrors() {}

    static HttpError of(int status, String code, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putArray("errors")
                .addObject()
                .put("code", code)
                .put("message", message)
                .putNull("detail");
        return HttpError.json(status, body).header("Docker-Distribution-Api-Version", "registry/2.0");
    }

    static HttpError manifestUnknown(String repository, String reference) {
        return of(404, "MANIFEST_UNKNOWN", "manifest " + repository + " " + reference + " is not found");
    }

    static HttpError blobUnknown(String digest) {
        return of(404, "BLOB_UNKNOWN", "blob " + digest + " unknown to registry");
    }

    static HttpError nameUnknown(String repository) {
        return of(404, "NAME_UNKNOWN", "repository \"" + repository + "\" is not found");
    }
}
