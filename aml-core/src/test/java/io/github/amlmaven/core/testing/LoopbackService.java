package io.github.amlmaven.core.testing;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.cloud.CloudEndpoints;
import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** An HTTPS service on loopback that plays given answers and keeps every request. */
public final class LoopbackService implements AutoCloseable {

    public static final WorkspaceId WORKSPACE = new WorkspaceId("11111111-1111-1111-1111-111111111111", "rg1", "ws1");

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "loopback-service");
        thread.setDaemon(true);
        return thread;
    });
    private final List<ReceivedRequest> requests = new CopyOnWriteArrayList<>();
    private final Map<String, Queue<Answer>> queues = new ConcurrentHashMap<>();
    private final Map<String, Function<ReceivedRequest, Answer>> handlers = new ConcurrentHashMap<>();
    private volatile Function<ReceivedRequest, Answer> otherwise = request -> Answer.error(404, "NotFound", "no route");

    public LoopbackService() {
        try {
            System.setProperty("sun.net.httpserver.nodelay", "true");
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.setHttpsConfigurator(
                new HttpsConfigurator(LoopbackCertificate.get().serverContext()));
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Plays answers one after the other for a method and path; the last one is repeated. */
    public LoopbackService play(String methodAndPath, Answer... answers) {
        queues.put(methodAndPath, new ArrayDeque<>(List.of(answers)));
        return this;
    }

    /** Computes the answer for a method and path. */
    public LoopbackService on(String methodAndPath, Function<ReceivedRequest, Answer> handler) {
        handlers.put(methodAndPath, handler);
        return this;
    }

    /** Takes back what was to be played for a method and path. */
    public void forgetAnswers(String methodAndPath) {
        queues.remove(methodAndPath);
    }

    /** Computes the answer for everything else. */
    public LoopbackService otherwise(Function<ReceivedRequest, Answer> handler) {
        otherwise = handler;
        return this;
    }

    public URI uri() {
        return URI.create("https://localhost:" + server.getAddress().getPort());
    }

    public String authority() {
        return uri().getAuthority();
    }

    public List<ReceivedRequest> requests() {
        return List.copyOf(requests);
    }

    public void forget() {
        requests.clear();
    }

    /** Methods and paths, with the workspace's id shortened to {@code {ws}} as in the recorded traces. */
    public List<String> sequence() {
        return requests.stream()
                .map(request -> request.toString().replace(WORKSPACE.armId(), "{ws}"))
                .toList();
    }

    public CloudEndpoints endpoints() {
        return new CloudEndpoints(
                CloudEndpoints.LOCAL,
                uri(),
                uri(),
                uri().toString(),
                "https://ml.azure.com",
                authority(),
                Optional.of(LoopbackCertificate.get().certificate()));
    }

    /** Clients that send a fixed token. */
    public AzureClients clients(Progress progress) {
        return new AzureClients(endpoints(), token(), WORKSPACE, progress);
    }

    public static TokenCredential token() {
        return request -> Mono.just(new AccessToken(
                "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0In0.c2ln",
                OffsetDateTime.now(ZoneOffset.UTC).plusHours(1)));
    }

    private void handle(HttpExchange exchange) throws IOException {
        ReceivedRequest request = new ReceivedRequest(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                exchange.getRequestURI().getRawQuery() == null
                        ? ""
                        : exchange.getRequestURI().getRawQuery(),
                exchange.getRequestHeaders(),
                exchange.getRequestBody().readAllBytes());
        requests.add(request);
        Answer answer = answer(request);
        if (answer.status() < 0) {
            // An exchange closed before its headers are sent ends the connection without an answer.
            exchange.close();
            return;
        }
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
        boolean empty = answer.body().length == 0 || request.method().equals("HEAD");
        exchange.sendResponseHeaders(answer.status(), empty ? -1 : answer.body().length);
        if (!empty) {
            exchange.getResponseBody().write(answer.body());
        }
        exchange.close();
    }

    private Answer answer(ReceivedRequest request) {
        Queue<Answer> queue = queues.get(request.toString());
        if (queue != null) {
            synchronized (queue) {
                return queue.size() > 1 ? queue.remove() : queue.element();
            }
        }
        return handlers.getOrDefault(request.toString(), otherwise).apply(request);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
