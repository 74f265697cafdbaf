package io.github.amlmaven.emulator.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer with an error status, thrown by handlers; the server writes it. */
public final class HttpError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String contentType;
    private final String body;
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    public HttpError(int status, String contentType, String body) {
        super(status + " " + body, null, false, false);
        this.status = status;
        this.contentType = contentType;
        this.body = body;
    }

    /** ARM's envelope: {@code {"error":{"code","message"}}}. */
    public static HttpError arm(int status, String code, String message) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.putObject("error").put("code", code).put("message", message);
        return json(status, root);
    }

    public static HttpError json(int status, JsonNode body) {
        return new HttpError(status, "application/json", body.toString());
    }

    public HttpError header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    public int status() {
        return status;
    }

    public String contentType() {
        return contentType;
    }

    public String body() {
        return body;
    }

    public Map<String, String> headers() {
        return headers;
    }
}
