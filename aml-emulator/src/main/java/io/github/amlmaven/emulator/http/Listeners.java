package io.github.amlmaven.emulator.http;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLContext;

/**
 * The emulator's listening sockets, all on loopback and all in front of the same routes: a handler that must tell them
 * apart looks at the port of {@link Exchange#base()}.
 */
public final class Listeners implements AutoCloseable {

    private static final int BACKLOG = 256;

    private final Dispatcher dispatcher;
    private final SSLContext tls;
    private final ExecutorService executor;
    private final List<HttpServer> servers = new ArrayList<>();
    private boolean started;

    /**
     * Prepares, listens to nothing yet.
     *
     * @param guards asked before every request's handler; they refuse by throwing {@link HttpError}
     * @param faults what goes wrong on purpose
     * @param executor daemon threads; each request has one
     */
    public Listeners(
            RouteTable routes,
            RequestLog log,
            List<Handler> guards,
            FaultRules faults,
            SSLContext tls,
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
        servers.forEach(this::run);
        started = true;
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

    private HttpServer create(boolean secure, int port) throws IOException {
        // Read once by the JDK, before its first server; without it every call waits ~40 ms for a delayed ACK.
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        if (!secure) {
            return HttpServer.create(address, BACKLOG);
        }
        HttpsServer server = HttpsServer.create(address, BACKLOG);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    /** Starts from a daemon thread, as the JDK's dispatcher thread inherits that and would else keep the JVM alive. */
    private void run(HttpServer server) {
        try {
            executor.submit(server::start).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting to listen", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot start to listen", e);
        }
    }

    @Override
    public synchronized void close() {
        servers.forEach(server -> server.stop(0));
        servers.clear();
    }
}
