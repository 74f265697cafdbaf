package io.github.amlmaven.emulator.function;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.amlmaven.emulator.container.Loopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A running Functions host: answers at its own port, and sends what its functions' triggers bring to the custom handler.
 */
public final class FunctionHost implements AutoCloseable {

    /** As it is told to handlers; the host that {@code ~4} stands for. */
    static final String VERSION = "4.1046.0.0";

    private static final long POLL_NANOS = Duration.ofMillis(100).toNanos();

    private final FunctionProgram program;
    private final Supplier<Optional<Integer>> handler;
    private final Supplier<HostKeys> keys;
    private final Consumer<String> log;
    private final HttpServer server;
    private final Invocations invocations;
    private final Place place;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final AtomicBoolean listening = new AtomicBoolean();

    /**
     * Where a host is.
     *
     * @param id of the site, as the host makes receipts and queues of its own by it
     * @param settings application settings
     */
    public record Place(
            String id, Map<String, String> settings, HostStorage storage, Clock clock, ExecutorService executor) {}

    /**
     * Listens at once and answers 503 as long as there is no handler.
     *
     * @param handler the port of the handler, while it serves
     * @param keys asked for each request, since they may be changed meanwhile
     * @param log takes one line
     */
    public FunctionHost(
            FunctionProgram program,
            Supplier<Optional<Integer>> handler,
            Supplier<HostKeys> keys,
            Consumer<String> log,
            Place place) {
        this.place = place;
        this.invocations = new Invocations(place.storage(), place.settings(), handler, log, place.clock());
        this.program = program;
        this.handler = handler;
        this.keys = keys;
        this.log = log;
        try {
            server = HttpServer.create(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Loopback.freePort()), 256);
            server.createContext("/", this::handle);
            server.setExecutor(place.executor());
            // The JDK's dispatcher thread is a daemon when the thread that starts it is.
            place.executor().submit(server::start).get();
        } catch (IOException e) {
            throw new UncheckedIOException("the Functions host cannot listen", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the Functions host was started", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("the Functions host cannot be started", e);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public FunctionProgram program() {
        return program;
    }

    /** The handler serves: triggers may fire now. */
    public void begin() {
        List<String> names = program.names();
        log.accept("Found the following functions: " + (names.isEmpty() ? "none" : ""));
        names.forEach(name -> log.accept("Host.Functions." + name));
        log.accept("Job host started");
        if (listening.compareAndSet(false, true)) {
            try {
                List<Listener> listeners = new Listeners(program, invocations, place.id()).all();
                if (!listeners.isEmpty()) {
                    Thread thread = new Thread(() -> listen(listeners), "functions-" + place.id());
                    thread.setDaemon(true);
                    thread.start();
                }
            } catch (FunctionProgram.Unusable e) {
                log.accept("The listener for a function was unable to start. " + e.getMessage());
            }
        }
    }

    private void listen(List<Listener> listeners) {
        while (open.get()) {
            boolean any = false;
            for (Listener listener : listeners) {
                try {
                    any |= invocations.ready() && open.get() && listener.poll();
                } catch (IOException | RuntimeException e) {
                    if (open.get()) {
                        log.accept("A listener has failed: " + e);
                    }
                }
            }
            if (!any) {
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/") || path.isEmpty()) {
                answer(exchange, 200, "text/html", "<h1>Your Functions 4.0 app is up and running</h1>");
            } else if (path.equals("/admin/host/status")) {
                status(exchange);
            } else {
                function(exchange, path);
            }
        }
    }

    private void status(HttpExchange exchange) throws IOException {
        if (!keys.get().open("admin", "", key(exchange))) {
            answer(exchange, 401, "", "");
            return;
        }
        String state = handler.get().isPresent() ? "Running" : "Starting";
        answer(
                exchange,
                200,
                "application/json",
                FunctionProgram.object()
                        .put("state", state)
                        .put("version", VERSION)
                        .toString());
    }

    private void function(HttpExchange exchange, String path) throws IOException {
        Optional<FunctionDefinition> found = program.functions().stream()
                .filter(function -> function.takes(exchange.getRequestMethod(), path, program.routePrefix()))
                .findFirst();
        if (found.isEmpty()) {
            answer(exchange, 404, "", "");
            return;
        }
        FunctionDefinition function = found.get();
        if (!keys.get().open(function.authLevel(), function.name(), key(exchange))) {
            answer(exchange, 401, "", "");
            return;
        }
        Optional<Integer> port = handler.get();
        if (port.isEmpty()) {
            answer(exchange, 503, "text/plain", "Function host is not running.");
            return;
        }
        byte[] body = exchange.getRequestBody().readAllBytes();
        Invocations.Run run = new Invocations.Run(
                log, function.name(), "This function was programmatically called via the host APIs.");
        try {
            HttpResponse<byte[]> response = new HandlerCall(port.get())
                    .forward(
                            exchange.getRequestMethod(),
                            target(exchange),
                            exchange.getRequestHeaders(),
                            body,
                            run.id());
            run.end("Succeeded");
            pass(exchange, response);
        } catch (IOException e) {
            run.end("Failed");
            log.accept("Exception while executing function: Functions." + function.name() + " " + e);
            answer(exchange, 500, "", "");
        }
    }

    private static URI target(HttpExchange exchange) {
        URI uri = exchange.getRequestURI();
        return URI.create(uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
    }

    private static String key(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("x-functions-key");
        if (header != null) {
            return header;
        }
        String query = exchange.getRequestURI().getRawQuery();
        for (String part : query == null ? new String[0] : query.split("&", -1)) {
            if (part.startsWith("code=")) {
                return java.net.URLDecoder.decode(part.substring("code=".length()), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private static void pass(HttpExchange exchange, HttpResponse<byte[]> response) throws IOException {
        for (Map.Entry<String, List<String>> header : response.headers().map().entrySet()) {
            if (!HandlerCall.isHop(header.getKey())) {
                exchange.getResponseHeaders().put(header.getKey(), header.getValue());
            }
        }
        send(exchange, response.statusCode(), response.body());
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        exchange.getRequestBody().readAllBytes();
        if (!type.isEmpty()) {
            exchange.getResponseHeaders().set("Content-Type", type);
        }
        send(exchange, status, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        boolean empty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, empty ? -1 : body.length);
        if (!empty) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        open.set(false);
        server.stop(0);
    }
}
