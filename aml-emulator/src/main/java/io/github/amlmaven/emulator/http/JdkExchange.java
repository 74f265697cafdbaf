package io.github.amlmaven.emulator.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An {@link Exchange} over the JDK's HTTP server. */
final class JdkExchange implements Exchange {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ABSOLUTE = Pattern.compile("^https?://[^/?]*");
    private static final Pattern SLASHES = Pattern.compile("/{2,}");

    private static final int MOST_READ_IN_VAIN = 1 << 20;

    private final HttpExchange exchange;
    private final Consumer<JdkExchange> onAnswer;
    private final String rawPath;
    private final String rawQuery;
    private final Counted.Input input;
    private Counted.@Nullable Output output;
    private Map<String, String> variables = Map.of();
    private String operation = "";
    private @Nullable Map<String, List<String>> queries;
    private @Nullable String shownQuery;
    private int status;
    private @Nullable FaultRule fault;

    /** @param onAnswer called when the status is known and before the client can see it */
    JdkExchange(HttpExchange exchange, Consumer<JdkExchange> onAnswer) {
        this.exchange = exchange;
        this.onAnswer = onAnswer;
        // URI.getPath() would take the first segment of "//subscriptions/..." for an authority.
        String target = exchange.getRequestURI().toString();
        if (!target.startsWith("/")) {
            target = ABSOLUTE.matcher(target).replaceFirst("");
        }
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        this.rawPath = path.isEmpty()
                ? "/"
                : path.contains("//") ? SLASHES.matcher(path).replaceAll("/") : path;
        this.rawQuery = question < 0 ? "" : target.substring(question + 1);
        this.input = new Counted.Input(exchange.getRequestBody());
    }

    void matched(RouteTable.Match match) {
        variables = match.variables();
        operation = match.operation().text();
    }

    /** Method and path template of the route that answers, or empty. */
    String operation() {
        return operation;
    }

    /**
     * Lets a fault happen, as far as it happens before the work.
     *
     * @return whether that was all
     */
    boolean struck(FaultRule rule) throws IOException {
        fault = rule;
        if (!rule.effect().delay().isZero()) {
            try {
                Thread.sleep(rule.effect().delay().toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the emulator ends");
            }
        }
        if (rule.effect().cut() instanceof FaultRule.Cut.BeforeWork) {
            return true;
        }
        if (rule.effect().answer().isEmpty()) {
            return false;
        }
        FaultRule.Answer answer = rule.effect().answer().get();
        input.readAllBytes();
        answer.headers().forEach(this::setHeader);
        send(answer.status(), answer.contentType(), answer.body().getBytes(StandardCharsets.UTF_8));
        return true;
    }

    /** The fault rule that struck this request, or empty. */
    String fault() {
        return fault == null ? "" : fault.name();
    }

    int status() {
        return status;
    }

    long bytesIn() {
        return input.count();
    }

    long bytesOut() {
        return output == null ? 0 : output.count();
    }

    /**
     * Ends an answer whose handler has returned.
     *
     * @throws IOException also when the handler has written less than it announced
     */
    void end() throws IOException {
        if (output != null) {
            output.end();
        }
        exchange.close();
    }

    /** Closes the connection wherever the answer is, so that the client sees at once that no more comes. */
    void breakOff() {
        if (output != null) {
            // The JDK's server ends a body properly when it can; it drops the connection of one that cannot be closed.
            exchange.setStreams(null, new UnclosableOutput());
        }
        exchange.close();
    }

    @Override
    public String method() {
        return exchange.getRequestMethod().toUpperCase(Locale.ROOT);
    }

    @Override
    public String host() {
        String authority = authority();
        int colon = authority.lastIndexOf(':');
        boolean port = colon > authority.lastIndexOf(']');
        return (port ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
    }

    private String authority() {
        return header("Host")
                .orElseGet(() -> "127.0.0.1:" + exchange.getLocalAddress().getPort());
    }

    @Override
    public String rawPath() {
        return rawPath;
    }

    @Override
    public String variable(String name) {
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no variable " + name);
        }
        return value;
    }

    @Override
    public Optional<String> query(String name) {
        return Optional.ofNullable(queries().get(name)).map(values -> values.get(0));
    }

    @Override
    public Map<String, List<String>> queries() {
        if (queries == null) {
            queries = fields(rawQuery);
        }
        return queries;
    }

    /** The query as it may be shown to anybody. */
    String shownQuery() {
        if (shownQuery == null) {
            shownQuery = RequestLog.withoutSecrets(rawQuery);
        }
        return shownQuery;
    }

    @Override
    public String rawQuery() {
        return rawQuery;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    @Override
    public Map<String, List<String>> headers() {
        return exchange.getRequestHeaders();
    }

    @Override
    public URI base() {
        return URI.create((secure() ? "https://" : "http://") + authority());
    }

    @Override
    public boolean secure() {
        return exchange instanceof HttpsExchange;
    }

    @Override
    public InputStream body() {
        return input;
    }

    @Override
    public JsonNode json() throws IOException {
        byte[] bytes = input.readAllBytes();
        if (bytes.length == 0) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw HttpError.arm(
                    400,
                    "InvalidRequestContent",
                    "The request content was invalid and could not be deserialized: '" + e.getOriginalMessage()
                            + place(e) + "'.");
        }
    }

    private static String place(JsonProcessingException problem) {
        return problem.getLocation() == null
                ? ""
                : ", line " + problem.getLocation().getLineNr() + ", position "
                        + problem.getLocation().getColumnNr();
    }

    @Override
    public Map<String, String> form() throws IOException {
        Map<String, String> first = new LinkedHashMap<>();
        fields(new String(input.readAllBytes(), StandardCharsets.UTF_8))
                .forEach((name, values) -> first.put(name, values.get(0)));
        return first;
    }

    private static Map<String, List<String>> fields(String encoded) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        for (String part : encoded.split("&", -1)) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                String name = decode(equals < 0 ? part : part.substring(0, equals));
                String value = equals < 0 ? "" : decode(part.substring(equals + 1));
                fields.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
            }
        }
        return fields;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw HttpError.arm(400, "InvalidQueryParameterValue", "Not percent-encoded text: " + e.getMessage());
        }
    }

    @Override
    public void setHeader(String name, String value) {
        exchange.getResponseHeaders().set(name, value);
    }

    @Override
    public void send(int status) throws IOException {
        begin(status, -1);
        exchange.close();
    }

    @Override
    public void send(int status, JsonNode body) throws IOException {
        send(status, "application/json; charset=utf-8", JSON.writeValueAsBytes(body));
    }

    @Override
    public void send(int status, String contentType, byte[] body) throws IOException {
        try (OutputStream out = stream(status, contentType, body.length)) {
            out.write(body);
        }
    }

    @Override
    public OutputStream stream(int status, String contentType, long length) throws IOException {
        if (!contentType.isEmpty()) {
            setHeader("Content-Type", contentType);
        }
        if (method().equals("HEAD")) {
            // The server drops a length given to sendResponseHeaders for HEAD, but keeps this header.
            if (length >= 0) {
                setHeader("Content-Length", Long.toString(length));
            }
            begin(status, -1);
            return OutputStream.nullOutputStream();
        }
        // To the JDK's server 0 means chunked and -1 means none.
        begin(status, length == 0 ? -1 : Math.max(0, length));
        if (length == 0) {
            return OutputStream.nullOutputStream();
        }
        OutputStream body = exchange.getResponseBody();
        if (fault != null && fault.effect().cut() instanceof FaultRule.Cut.InBody cut) {
            body = new CutOutput(body, cut.bytes());
        }
        Counted.Output counted = new Counted.Output(body, length);
        output = counted;
        return counted;
    }

    /**
     * Reads what nobody wanted of the request. The JDK's server closes a connection on which something was left, without
     * telling: a client that takes the connection for its next request would lose that one. What is too long to be read
     * is announced to end the connection.
     */
    void readRest() throws IOException {
        if (input.readNBytes(MOST_READ_IN_VAIN).length == MOST_READ_IN_VAIN && input.read() >= 0) {
            setHeader("Connection", "close");
        }
    }

    private void begin(int status, long length) throws IOException {
        if (this.status != 0) {
            throw new IllegalStateException("answered already with " + this.status);
        }
        if (fault != null && fault.effect().cut() instanceof FaultRule.Cut.AfterWork) {
            throw new IOException("the answer is lost, as the fault rule " + fault.name() + " says");
        }
        if (length < 0) {
            // With an answer that has a body, this happens when the body ends.
            readRest();
        }
        this.status = status;
        onAnswer.accept(this);
        exchange.sendResponseHeaders(status, length);
    }

    @Override
    public boolean answered() {
        return status != 0;
    }

    private static final class UnclosableOutput extends OutputStream {

        @Override
        public void write(int value) throws IOException {
            throw new IOException("the answer is broken off");
        }

        @Override
        public void close() throws IOException {
            throw new IOException("the answer is broken off");
        }
    }
}
