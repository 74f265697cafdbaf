package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A container's output in a file of bounded size: when it is full, the older half goes. */
final class ContainerLog {

    private static final int LIMIT = 8 << 20;

    private final Path file;

    ContainerLog(Path file) {
        this.file = file;
    }

    /** Copies until the stream ends, so it returns when the last process that writes to it is gone. */
    void fill(InputStream output) throws IOException {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "rw")) {
            log.seek(log.length());
            byte[] buffer = new byte[8192];
            int count = output.read(buffer);
            while (count >= 0) {
                append(log, buffer, count);
                count = output.read(buffer);
            }
        }
    }

    private synchronized void append(RandomAccessFile log, byte[] bytes, int count) throws IOException {
        if (log.length() + count > LIMIT) {
            byte[] newer = new byte[LIMIT / 2];
            log.seek(log.length() - newer.length);
            log.readFully(newer);
            log.setLength(0);
            log.seek(0);
            log.write(newer);
        }
        log.write(bytes, 0, count);
    }

    /** The last lines, or all when {@code tail} is 0; empty before the first output. */
    synchronized String read(int tail) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        String all = Files.readString(file, StandardCharsets.ISO_8859_1);
        String text = new String(all.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        if (tail <= 0) {
            return text;
        }
        List<String> lines = text.lines().toList();
        List<String> last = lines.subList(Math.max(0, lines.size() - tail), lines.size());
        return last.isEmpty() ? "" : String.join("\n", last) + "\n";
    }
}
