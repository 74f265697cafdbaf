package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
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
    /** A connection is between two requests when the container spoke last and it has been quiet for this long. */
    private static final long QUIET_NANOS = Duration.ofMillis(150).toNanos();

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
     * Closes the connections to a target that are idle between two requests, so that clients with kept-alive connections
     * go elsewhere before the target ends.
     *
     * @return whether no connection to the target is left
     */
    public boolean drain(int target) {
        boolean drained = true;
        for (Connection connection : connections) {
            if (connection.target == target && !connection.closeIfIdle()) {
                drained = false;
            }
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
        List<Integer> ports = targets.get();
        int first = turn.getAndIncrement();
        for (int i = 0; i < ports.size(); i++) {
            int port = ports.get(Math.floorMod(first + i, ports.size()));
            Socket container = new Socket();
            try {
                client.setTcpNoDelay(true);
                container.setTcpNoDelay(true);
                container.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
                Connection connection = new Connection(client, container, port);
                connections.add(connection);
                connection.start();
                return;
            } catch (IOException e) {
                // This one does not take connections: the next in turn gets it, and without any the client sees a
                // reset.
                closeQuietly(container);
            }
        }
        closeQuietly(client);
    }

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

    /** Two sockets and the two copies between them. */
    private final class Connection {

        private final Socket client;
        private final Socket container;
        private final int target;
        private final AtomicLong last = new AtomicLong(System.nanoTime());
        private final AtomicInteger open = new AtomicInteger(2);
        private volatile boolean containerSpokeLast;

        Connection(Socket client, Socket container, int target) {
            this.client = client;
            this.container = container;
            this.target = target;
        }

        void start() {
            daemon("relay-up", () -> copy(client, container, false));
            daemon("relay-down", () -> copy(container, client, true));
        }

        private void copy(Socket from, Socket to, boolean down) {
            byte[] buffer = new byte[16384];
            try {
                InputStream input = from.getInputStream();
                OutputStream output = to.getOutputStream();
                int count = input.read(buffer);
                while (count >= 0) {
                    last.set(System.nanoTime());
                    containerSpokeLast = down;
                    output.write(buffer, 0, count);
                    count = input.read(buffer);
                }
                to.shutdownOutput();
                if (open.decrementAndGet() == 0) {
                    close();
                }
            } catch (IOException e) {
                // One side has gone; the other learns it by the close.
                close();
            }
        }

        boolean closeIfIdle() {
            if (containerSpokeLast && System.nanoTime() - last.get() > QUIET_NANOS) {
                close();
                return true;
            }
            return client.isClosed();
        }

        void close() {
            connections.remove(this);
            closeQuietly(client);
            closeQuietly(container);
        }
    }
}
