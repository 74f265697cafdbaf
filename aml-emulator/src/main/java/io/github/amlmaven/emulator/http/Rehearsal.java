package io.github.amlmaven.emulator.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request that a fresh JVM asks itself, on a port of its own and away from all state, so that the first one of a client does not
 * wait for the classes of server, routes and answers.
 */
public final class Rehearsal {

    private static final int LIMIT_MILLIS = 5_000;

    private static final byte[] REQUEST = "GET /rehearsal HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);

    private Rehearsal() {}

    /**
     * Asks and answers.
     *
     * @return the whole answer
     */
    public static String answer() throws IOException {
        RouteTable routes = new RouteTable();
        routes.add(
                "GET",
                "/rehearsal",
                exchange ->
                        exchange.send(200, JsonNodeFactory.instance.objectNode().put("status", "ok")));
        HttpServer server = Listeners.create(false, 0);
        server.createContext(
                "/", new Dispatcher(routes, new RequestLog(), List.of(new BrowserGuard()), new FaultRules()));
        server.start();
        InetSocketAddress address = server.getAddress();
        try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), address.getPort())) {
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.getOutputStream().write(REQUEST);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            server.stop(0);
        }
    }
}
