package io.github.amlmaven.emulator.http;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * The emulator's listening sockets, all on loopback and all in front of the same routes: a handler that must tell them
 * apart looks at the port of {@link Exchange#base()}.
 */
public final class Listeners implements AutoCloseable {

    private static final Logger LOG = System.getLogger(Listeners.class.getName());
    private static final int BACKLOG = 256;

    private final Dispatcher dispatcher;
    private final Supplier<SSLContext> tls;
    private final ExecutorService executor;
    private final List<HttpServer> servers = new ArrayList<>();
    private final Set<HttpServer> running = new HashSet<>();
    private CompletableFuture<SSLContext> context = new CompletableFuture<>();
    private boolean started;

    /**
     * Prepares, listens to nothing yet.
     *
     * @param guards asked before every request's handler; they refuse by throwing {@link HttpError}
     * @param faults what goes wrong on purpose
     * @param tls asked once, beside the start: connections that come before it is there wait for it
     * @param executor daemon threads; each request has one
     */
    public Listeners(
            RouteTable routes,
            RequestLog log,
            List<Handler> guards,
            FaultRules faults,
            Supplier<SSLContext> tls,
            ExecutorService executor) {
        this.dispatcher = new Dispatcher(routes, log, guards, faults);
        this.tls = tls;
        this.executor = executor;
    }

    /**
     * Opens a port and returns its number. Requests are answered from {@link #start} on, or at once when that has been
     * called.
     *
     * @param wanted the port to take when it is free; 0 or a taken port mean any free one
     * @throws UncheckedIOException when no port can be opened
     */
    public synchronized int open(boolean secure, int wanted) {
        try {
            HttpServer server = bind(secure, wanted);
            server.createContext("/", dispatcher);
            server.setExecutor(executor);
            servers.add(server);
            if (started) {
                run(server);
            }
            return server.getAddress().getPort();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on loopback", e);
        }
    }

    /** Starts answering on all open ports. */
    public synchronized void start() {
        started = true;
        context = CompletableFuture.supplyAsync(tls, executor);
        servers.forEach(this::run);
    }

    private HttpServer bind(boolean secure, int wanted) throws IOException {
        try {
            return create(secure, wanted);
        } catch (BindException e) {
            if (wanted == 0) {
                throw e;
            }
            return create(secure, 0);
        }
    }

    static HttpServer create(boolean secure, int port) throws IOException {
        // Read once by the JDK, before its first server; without it every call waits ~40 ms for a delayed ACK.
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        if (!secure) {
            return HttpServer.create(address, BACKLOG);
        }
        return HttpsServer.create(address, BACKLOG);
    }

    private void run(HttpServer server) {
        if (server instanceof HttpsServer secure) {
            CompletableFuture<SSLContext> made = context;
            executor.execute(() -> {
                try {
                    run(secure, made.join());
                } catch (CompletionException | IllegalStateException failure) {
                    notSecure(secure, failure);
                }
            });
        } else {
            startAsDaemon(server);
        }
    }

    private synchronized void run(HttpsServer server, SSLContext ready) {
        if (servers.contains(server)) {
            server.setHttpsConfigurator(new HttpsConfigurator(ready));
            startAsDaemon(server);
        }
    }

    private synchronized void notSecure(HttpsServer server, Throwable failure) {
        // Otherwise it was closed before TLS was there.
        if (servers.contains(server)) {
            LOG.log(Level.ERROR, "no TLS on port " + server.getAddress().getPort(), failure);
        }
    }

    /** From a daemon thread, as the JDK's dispatcher thread inherits that and would else keep the JVM alive. */
    private void startAsDaemon(HttpServer server) {
        try {
            executor.submit(server::start).get();
            running.add(server);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting to listen", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot start to listen", e);
        }
    }

    @Override
    public synchronized void close() {
        for (HttpServer server : servers) {
            if (!running.contains(server)) {
                // Its selector holds the port until it looks once more, which the JDK's server does when it runs.
                startAsDaemon(server);
            }
            server.stop(0);
        }
        servers.clear();
        running.clear();
    }
}
