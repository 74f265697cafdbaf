import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A registry that takes layers and drops them: what a client alone needs. Small blobs (configurations) and manifests are
 * kept, since a client reads them again. Prints its port. Refuses TLS at the first byte, as clients that fall back to
 * plain HTTP expect; the JDK's own HTTP server would wait for the rest.
 */
public final class Sink {

    private static final int KEPT = 1 << 20;
    private static final int TLS_HANDSHAKE = 0x16;

    private static final Set<String> DROPPED = ConcurrentHashMap.newKeySet();
    private static final Map<String, byte[]> BLOBS = new ConcurrentHashMap<>();
    private static final Map<String, byte[]> UPLOADS = new ConcurrentHashMap<>();

    public static void main(String[] arguments) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            System.out.println(server.getLocalPort());
            while (true) {
                Socket socket = server.accept();
                Thread thread = new Thread(() -> serve(socket));
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream(), KEPT);
            in.mark(1);
            if (in.read() == TLS_HANDSHAKE) {
                return;
            }
            in.reset();
            while (answer(in, socket.getOutputStream())) {
                continue;
            }
        } catch (IOException e) {
            System.err.println(e);
        }
    }

    private static boolean answer(InputStream in, OutputStream out) throws IOException {
        String request = line(in);
        if (request.isEmpty()) {
            return false;
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            headers.put(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 1).strip());
        }
        byte[] body = body(in, headers);
        String[] words = request.split(" ");
        String path = words[1].replaceFirst("\\?.*", "");
        String last = path.substring(path.lastIndexOf('/') + 1);
        switch (words[0]) {
            case "DELETE" -> send(out, 204, "", new byte[0], false);
            case "POST" -> send(out, 202, "Location: " + path + System.nanoTime(), new byte[0], false);
            case "PATCH" -> {
                if (body.length <= KEPT) {
                    UPLOADS.put(path, body);
                }
                send(out, 202, "Location: " + path, new byte[0], false);
            }
            case "PUT" -> put(out, words[1], path, last, body);
            default -> get(out, path, last, words[0].equals("HEAD"));
        }
        return true;
    }

    private static void put(OutputStream out, String target, String path, String last, byte[] body) throws IOException {
        if (path.contains("/manifests/")) {
            String digest = "sha256:" + sha256(body);
            BLOBS.put(digest, body);
            BLOBS.put(last, body);
            send(out, 201, "Docker-Content-Digest: " + digest, new byte[0], false);
            return;
        }
        String digest = target.replaceFirst(".*digest=", "").replace("%3A", ":");
        byte[] sent = UPLOADS.remove(path);
        byte[] small = body.length > 0 ? body : sent;
        if (small == null) {
            DROPPED.add(digest);
        } else {
            BLOBS.put(digest, small);
        }
        send(out, 201, "Docker-Content-Digest: " + digest, new byte[0], false);
    }

    private static void get(OutputStream out, String path, String last, boolean head) throws IOException {
        byte[] body = BLOBS.get(last);
        if (body == null) {
            send(out, last.isEmpty() || DROPPED.contains(last) ? 200 : 404, "", new byte[0], head);
        } else if (path.contains("/manifests/")) {
            String type = new String(body, StandardCharsets.UTF_8)
                    .replaceFirst("(?s)\\A.*?\"mediaType\":\"([^\"]+)\".*\\z", "$1");
            send(out, 200, "Content-Type: " + type + "\r\nDocker-Content-Digest: sha256:" + sha256(body), body, head);
        } else {
            send(out, 200, "", body, head);
        }
    }

    private static void send(OutputStream out, int status, String headers, byte[] body, boolean head)
            throws IOException {
        String text = "HTTP/1.1 " + status + " .\r\n" + (headers.isEmpty() ? "" : headers + "\r\n") + "Content-Length: "
                + body.length + "\r\n\r\n";
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        answer.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        if (!head) {
            answer.writeBytes(body);
        }
        out.write(answer.toByteArray());
        out.flush();
    }

    /** The whole body, or when it is large only so much that one can see it is. */
    private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        byte[] buffer = new byte[KEPT];
        if ("chunked".equalsIgnoreCase(headers.get("Transfer-Encoding"))) {
            long size;
            do {
                size = Long.parseLong(line(in), 16);
                take(in, size, buffer, kept);
                line(in);
            } while (size > 0);
        } else {
            take(in, Long.parseLong(headers.getOrDefault("Content-Length", "0")), buffer, kept);
        }
        return kept.toByteArray();
    }

    private static void take(InputStream in, long size, byte[] buffer, ByteArrayOutputStream kept) throws IOException {
        long left = size;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException("the client has gone");
            }
            if (kept.size() <= KEPT) {
                kept.write(buffer, 0, read);
            }
            left -= read;
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
