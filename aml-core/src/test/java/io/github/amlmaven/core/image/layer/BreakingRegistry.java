package io.github.amlmaven.core.image.layer;

import static io.github.amlmaven.core.testing.PlainAnswer.answer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A registry that asks for a token, keeps uploads in memory, and hangs up on them as it is told. */
final class BreakingRegistry implements AutoCloseable {

    final Map<String, byte[]> blobs = new ConcurrentHashMap<>();

    /** By tag and by digest. */
    final Map<String, byte[]> manifests = new ConcurrentHashMap<>();

    /** How often anything was asked, with or without a token. */
    final AtomicInteger asked = new AtomicInteger();

    final AtomicInteger tokens = new AtomicInteger();
    volatile boolean saysDigests = true;
    volatile String scope = "pull,push";
    final List<String> requests = new CopyOnWriteArrayList<>();
    final AtomicInteger breaks = new AtomicInteger();
    final AtomicInteger losesSessions = new AtomicInteger();
    volatile int breakAfter = Integer.MAX_VALUE;
    volatile String mountable = "";
    final CountDownLatch refusesMount = new CountDownLatch(1);
    final CountDownLatch mayRefuseMount = new CountDownLatch(1);
    volatile boolean holdsMount;

    final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private final HttpServer server;

    BreakingRegistry() throws IOException {
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "breaking-registry");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/token", this::token);
        server.createContext("/v2/", this::registry);
        server.createContext("/store/", this::store);
        server.start();
    }

    String host() {
        return "localhost:" + server.getAddress().getPort();
    }

    private void token(HttpExchange exchange) throws IOException {
        String basic = "Basic " + Base64.getEncoder().encodeToString("user:secret".getBytes(StandardCharsets.UTF_8));
        tokens.incrementAndGet();
        boolean known = basic.equals(exchange.getRequestHeaders().getFirst("Authorization"));
        String query = exchange.getRequestURI().getQuery();
        if (exchange.getRequestMethod().equals("POST")) {
            String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            known = form.contains("grant_type=refresh_token") && form.contains("refresh_token=secret");
            query = URLDecoder.decode(form.substring(0, form.indexOf("&client_id=")), StandardCharsets.UTF_8);
        }
        answer(
                exchange,
                known ? 200 : 401,
                "{\"token\":\""
                        + (query.endsWith(":models:" + scope) || query.contains(":models:" + scope + "&")
                                ? "good"
                                : "bad")
                        + "\"}");
    }

    private void registry(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = exchange.getRequestURI().getQuery();
        asked.incrementAndGet();
        if (!"Bearer good".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            if (holdsMount && query != null && query.startsWith("mount=")) {
                refusesMount.countDown();
                await(mayRefuseMount);
            }
            exchange.getResponseHeaders()
                    .add("WWW-Authenticate", "Bearer realm=\"http://" + host() + "/token\",service=\"here\"");
            answer(exchange, 401, "");
            return;
        }
        requests.add(exchange.getRequestMethod() + " "
                + exchange.getRequestHeaders().getOrDefault("Content-Range", List.of("")));
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (path.contains("/manifests/")) {
            manifest(exchange, name);
            return;
        }
        if (exchange.getRequestMethod().equals("GET") && blobs.containsKey(name)) {
            exchange.getResponseHeaders()
                    .add("Location", "http://127.0.0.1:" + server.getAddress().getPort() + "/store/" + name);
            answer(exchange, 307, "");
            return;
        }
        switch (exchange.getRequestMethod()) {
            case "HEAD" ->
                answer(exchange, blobs.containsKey(path.substring(path.lastIndexOf('/') + 1)) ? 200 : 404, "");
            case "POST" -> begin(exchange, query);
            case "PATCH" -> patch(exchange, path);
            case "GET" -> status(exchange, path);
            case "DELETE" -> {
                uploads.remove(path);
                answer(exchange, 204, "");
            }
            default -> commit(exchange, path, query);
        }
    }

    private void manifest(HttpExchange exchange, String reference) throws IOException {
        if (exchange.getRequestMethod().equals("PUT")) {
            manifests.put(reference, exchange.getRequestBody().readAllBytes());
            answer(exchange, 201, "");
            return;
        }
        byte[] manifest = manifests.get(reference);
        if (manifest == null) {
            answer(exchange, 404, exchange.getRequestMethod().equals("HEAD") ? "" : "MANIFEST_UNKNOWN");
            return;
        }
        if (saysDigests) {
            exchange.getResponseHeaders().add("Docker-Content-Digest", sha256(manifest));
        }
        boolean head = exchange.getRequestMethod().equals("HEAD");
        answer(exchange, 200, head ? "" : new String(manifest, StandardCharsets.UTF_8));
    }

    /** Where the registry keeps its blobs: another host, which wants no token and may not see one. */
    private void store(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        boolean token = exchange.getRequestHeaders().containsKey("Authorization");
        byte[] blob = blobs.get(path.substring(path.lastIndexOf('/') + 1));
        answer(exchange, token ? 400 : 200, new String(blob, StandardCharsets.UTF_8));
    }

    private void begin(HttpExchange exchange, String query) throws IOException {
        if (query != null && !mountable.isEmpty() && query.contains("from=" + mountable)) {
            answer(exchange, 201, "");
            return;
        }
        String path = "/v2/models/blobs/uploads/" + sessions.incrementAndGet();
        uploads.put(path, new ByteArrayOutputStream());
        exchange.getResponseHeaders().add("Location", path);
        answer(exchange, 202, "");
    }

    private void patch(HttpExchange exchange, String path) throws IOException {
        ByteArrayOutputStream upload = uploads.get(path);
        if (upload == null) {
            answer(exchange, 404, "");
            return;
        }
        boolean breaks = this.breaks.getAndDecrement() > 0;
        byte[] buffer = new byte[1000];
        int taken = 0;
        for (int count = exchange.getRequestBody().read(buffer);
                count >= 0;
                count = exchange.getRequestBody().read(buffer)) {
            upload.write(buffer, 0, count);
            taken += count;
            if (breaks && taken >= breakAfter) {
                if (losesSessions.getAndDecrement() > 0) {
                    uploads.remove(path);
                }
                throw new IOException("hangs up");
            }
        }
        exchange.getResponseHeaders().add("Location", path);
        exchange.getResponseHeaders().add("Range", "0-" + (upload.size() - 1));
        answer(exchange, 202, "");
    }

    private void status(HttpExchange exchange, String path) throws IOException {
        ByteArrayOutputStream upload = uploads.get(path);
        if (upload == null) {
            answer(exchange, 404, "");
            return;
        }
        exchange.getResponseHeaders().add("Range", "0-" + (upload.size() - 1));
        exchange.getResponseHeaders().add("Location", path);
        answer(exchange, 204, "");
    }

    private void commit(HttpExchange exchange, String path, String query) throws IOException {
        uploads.get(path).write(exchange.getRequestBody().readAllBytes());
        byte[] bytes = uploads.get(path).toByteArray();
        String digest = query.substring(query.indexOf("digest=") + "digest=".length());
        if (!digest.equals(sha256(bytes))) {
            answer(exchange, 400, "DIGEST_INVALID");
            return;
        }
        blobs.put(digest, bytes);
        answer(exchange, 201, "");
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody came");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sessions that were begun and neither ended nor withdrawn. */
    List<String> openSessions() {
        return new ArrayList<>(uploads.keySet());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
