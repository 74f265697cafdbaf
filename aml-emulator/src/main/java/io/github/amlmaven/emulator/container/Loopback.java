package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/** Addresses and ports of this machine alone. */
public final class Loopback {

    private Loopback() {}

    /** A port that was free a moment ago on all loopback addresses. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /**
     * Opens a relay on an address of its own, derived from the name so that it is the same after a restart; on
     * 127.0.0.1 with any port where the system has only that address (macOS) or the port may not be bound.
     *
     * @param name what the address stands for
     * @param port the port that is wanted; the relay tells which one it got
     */
    public static TcpRelay relay(String name, int port, Supplier<List<Integer>> targets) throws IOException {
        for (int attempt = 0; attempt < 8; attempt++) {
            try {
                return TcpRelay.open(address(name, attempt), port, targets);
            } catch (IOException e) {
                System.getLogger(Loopback.class.getName())
                        .log(System.Logger.Level.DEBUG, "no relay on " + address(name, attempt) + ":" + port, e);
            }
        }
        return TcpRelay.open(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0, targets);
    }

    /**
     * An address of this machine that stands for something by its name, the same after a restart: 127.a.b.c with a from 64
     * up, clear of the addresses that resolvers and people use.
     *
     * @param attempt from 0; another one for the same name where the address before is taken
     */
    public static InetAddress address(String name, int attempt) throws IOException {
        CRC32 hash = new CRC32();
        hash.update((name + "#" + attempt).getBytes(StandardCharsets.UTF_8));
        long value = hash.getValue();
        return InetAddress.getByAddress(
                new byte[] {127, (byte) (64 + (value >> 16) % 128), (byte) (value >> 8), (byte) (1 + value % 254)});
    }
}
