package io.github.amlmaven.emulator.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One request and its answer, as a handler sees them. The path is taken from the raw request line: repeated slashes are
 * collapsed, and segments are decoded only after splitting, because registry and ARM clients send {@code %2F} and
 * {@code //}.
 */
public interface Exchange {

    String method();

    /** Host header without the port, lower case. */
    String host();

    /** The raw (still encoded) path, repeated slashes collapsed. */
    String rawPath();

    /** The value of a template variable, decoded; a {@code {name...}} variable keeps its inner slashes. */
    String variable(String name);

    /** The first value of a query parameter, decoded. */
    Optional<String> query(String name);

    /** All query parameters, decoded, in order. */
    Map<String, List<String>> queries();

    /** The raw query string, empty when there is none. */
    String rawQuery();

    /** The first value of a request header; names are compared without regard to case. */
    Optional<String> header(String name);

    Map<String, List<String>> headers();

    /** Scheme, host and port as the client addressed them; links in answers are built on it. */
    URI base();

    /** Whether the request came over TLS. */
    boolean secure();

    /** The request body as a stream; may be read once. */
    InputStream body() throws IOException;

    /** The request body as JSON; an empty body is an empty object. Malformed JSON is answered with 400. */
    JsonNode json() throws IOException;

    /** The request body as {@code application/x-www-form-urlencoded} fields, chunked bodies included. */
    Map<String, String> form() throws IOException;

    /** Adds a response header; must come before the answer. */
    void setHeader(String name, String value);

    /** Answers without a body. */
    void send(int status) throws IOException;

    void send(int status, JsonNode body) throws IOException;

    void send(int status, String contentType, byte[] body) throws IOException;

    /**
     * Answers with a body that the caller writes and closes.
     *
     * @param length in bytes, or -1 for a chunked answer
     */
    OutputStream stream(int status, String contentType, long length) throws IOException;

    /** Whether an answer has been started. */
    boolean answered();
}
