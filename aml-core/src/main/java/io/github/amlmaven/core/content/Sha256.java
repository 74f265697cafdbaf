package io.github.amlmaven.core.content;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 on its way; texts count as UTF-8, results are in lower-case hexadecimal. */
public final class Sha256 {

    /** Large buffers keep the JDK's intrinsic in its fast path. */
    private static final int BUFFER = 1 << 17;

    private final MessageDigest digest;

    public Sha256() {
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The hash of a text. */
    public static String of(String text) {
        return new Sha256().add(text).hex();
    }

    /** The hash of bytes. */
    public static String of(byte[] bytes) {
        return new Sha256().add(bytes).hex();
    }

    /**
     * The hash of a file's bytes.
     *
     * @throws AmlException LOCAL_IO
     */
    public static String of(Path file) {
        Sha256 sha256 = new Sha256();
        try (InputStream in = Files.newInputStream(file)) {
            sha256.add(in);
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, file + " cannot be read: " + e)
                    .cause(e)
                    .build();
        }
        return sha256.hex();
    }

    public Sha256 add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    public Sha256 add(byte[] bytes) {
        digest.update(bytes);
        return this;
    }

    public Sha256 add(byte[] bytes, int offset, int count) {
        digest.update(bytes, offset, count);
        return this;
    }

    /** Adds a number as eight bytes, big-endian. */
    public Sha256 add(long number) {
        return add(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    /** Adds all that is left of a stream; returns how many bytes that was. */
    public long add(InputStream in) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long total = 0;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            digest.update(buffer, 0, count);
            total += count;
        }
        return total;
    }

    /** Ends it. */
    public byte[] bytes() {
        return digest.digest();
    }

    /** Ends it. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }
}
