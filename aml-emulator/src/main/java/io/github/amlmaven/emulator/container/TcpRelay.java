package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Hands TCP connections from an address of the emulator to containers, in turn. What a container group's address or a
 * Kubernetes service is on a real network.
 */
public final class TcpRelay implements AutoCloseable {

    private static final int CONNECT_MILLIS = 2_000;
    private static final int BACKLOG = 256;
    private static final int BUFFER = 16384;
    /** An answer is complete when the container spoke last and has been quiet for this long. */
    private static final long QUIET_NANOS = Duration.ofSeconds(1).toNanos();

    private final ServerSocket server;
    private final Supplier<List<Integer>> targets;
    private final AtomicInteger turn = new AtomicInteger();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    private TcpRelay(ServerSocket server, Supplier<List<Integer>> targets) {
        this.server = server;
        this.targets = targets;
    }

    /**
     * Starts to listen.
     *
     * @param port 0 for any free port
     * @param targets loopback ports that take connections now; asked for each connection
     * @throws IOException when the address or port cannot be bound
     */
    public static TcpRelay open(InetAddress address, int port, Supplier<List<Integer>> targets) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(address, port), BACKLOG);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        TcpRelay relay = new TcpRelay(server, targets);
        daemon("relay-" + server.getLocalPort(), relay::accept);
        return relay;
    }

    public InetAddress address() {
        return server.getInetAddress();
    }

    public int port() {
        return server.getLocalPort();
    }

    /**
     * Prepares for the end of a target: connections to it that wait for a client's next request will hand that to another
     * target, so that clients which keep connections alive notice nothing.
     *
     * @return whether no connection waits for an answer of the target any more
     */
    public boolean drain(int target) {
        boolean drained = true;
        for (Connection connection : connections) {
            drained &= connection.drain(target);
        }
        return drained;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                daemon("relay-connect", () -> connect(client));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    System.getLogger(TcpRelay.class.getName())
                            .log(System.Logger.Level.WARNING, "relay on " + server + " failed: " + e);
                }
            }
        }
    }

    private void connect(Socket client) {
        Optional<Upstream> upstream = upstream(-1);
        if (upstream.isEmpty()) {
            // Without any target the client sees a reset.
            closeQuietly(client);
            return;
        }
        Connection connection = new Connection(client, upstream.get());
        connections.add(connection);
        connection.start();
    }

    /** A connection to the next target in turn that takes one. */
    private Optional<Upstream> upstream(int except) {
        List<Integer> ports = targets.get();
        int first = turn.getAndIncrement();
        for (int i = 0; i < ports.size(); i++) {
            int port = ports.get(Math.floorMod(first + i, ports.size()));
            if (port == except) {
                continue;
            }
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
                return Optional.of(new Upstream(socket, port));
            } catch (IOException e) {
                // This one does not take connections: the next in turn gets it.
                closeQuietly(socket);
            }
        }
        return Optional.empty();
    }

    private record Upstream(Socket socket, int port) {}

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            System.getLogger(TcpRelay.class.getName()).log(System.Logger.Level.WARNING, "cannot close " + server, e);
        }
        connections.forEach(Connection::close);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            System.getLogger(TcpRelay.class.getName()).log(System.Logger.Level.DEBUG, "cannot close " + socket, e);
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** A client and the container that it talks to now. */
    private final class Connection {

        private final Socket client;
        private final AtomicLong last = new AtomicLong(System.nanoTime());
        private final AtomicInteger open = new AtomicInteger(2);
        private volatile Upstream upstream;
        private volatile boolean awaitsAnswer;
        private volatile boolean draining;

        Connection(Socket client, Upstream upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        void start() {
            daemon("relay-up", this::up);
            daemon("relay-down", () -> down(upstream));
        }

        private void up() {
            byte[] buffer = new byte[BUFFER];
            try {
                client.setTcpNoDelay(true);
                InputStream input = client.getInputStream();
                int count = input.read(buffer);
                while (count >= 0) {
                    if (draining && !awaitsAnswer) {
                        moveOn();
                    }
                    awaitsAnswer = true;
                    last.set(System.nanoTime());
                    upstream.socket().getOutputStream().write(buffer, 0, count);
                    count = input.read(buffer);
                }
                upstream.socket().shutdownOutput();
                closeWhenBothEnded();
            } catch (IOException e) {
                // One side has gone; the other learns it by the close.
                close();
            }
        }

        /** The client begins a new request: another target gets it, when there is one. */
        private void moveOn() {
            Upstream old = upstream;
            upstream(old.port()).ifPresent(next -> {
                upstream = next;
                draining = false;
                closeQuietly(old.socket());
                daemon("relay-down", () -> down(next));
            });
        }

        private void down(Upstream from) {
            byte[] buffer = new byte[BUFFER];
            try {
                InputStream input = from.socket().getInputStream();
                int count = input.read(buffer);
                while (count >= 0) {
                    client.getOutputStream().write(buffer, 0, count);
                    last.set(System.nanoTime());
                    awaitsAnswer = false;
                    count = input.read(buffer);
                }
                if (!detached(from)) {
                    client.shutdownOutput();
                    closeWhenBothEnded();
                }
            } catch (IOException e) {
                if (!detached(from)) {
                    close();
                }
            }
        }

        /** Whether the client may stay although this target has gone. */
        private boolean detached(Upstream from) {
            return !from.equals(upstream) || (draining && !awaitsAnswer);
        }

        private void closeWhenBothEnded() {
            if (open.decrementAndGet() == 0) {
                close();
            }
        }

        boolean drain(int target) {
            if (upstream.port() != target || client.isClosed()) {
                return true;
            }
            draining = true;
            return !awaitsAnswer && System.nanoTime() - last.get() > QUIET_NANOS;
        }

        void close() {
            connections.remove(this);
            closeQuietly(client);
            closeQuietly(upstream.socket());
        }
    }
}
