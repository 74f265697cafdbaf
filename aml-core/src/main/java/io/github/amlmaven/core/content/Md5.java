package io.github.amlmaven.core.content;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The checksum by which Blob and its clients notice that bytes changed on the way
 * (https://learn.microsoft.com/rest/api/storageservices/put-blob, Content-MD5); it protects against nobody.
 */
public final class Md5 {

    private static final int BUFFER = 1 << 17;

    private final MessageDigest digest;

    // Content-MD5 is the service's own format.
    @SuppressWarnings("WeakMessageDigest")
    public Md5() {
        try {
            this.digest = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    /** The checksum of bytes, 16 bytes. */
    public static byte[] of(byte[] bytes) {
        return new Md5().add(bytes).bytes();
    }

    /** A checksum as the service writes it, in Base64. */
    public static String text(byte[] md5) {
        return Base64.getEncoder().encodeToString(md5);
    }

    public Md5 add(byte[] bytes) {
        digest.update(bytes);
        return this;
    }

    public Md5 add(byte[] bytes, int offset, int count) {
        digest.update(bytes, offset, count);
        return this;
    }

    /** Adds all that is left of a stream. */
    public Md5 add(InputStream in) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            digest.update(buffer, 0, count);
        }
        return this;
    }

    /** Ends it: 16 bytes. */
    public byte[] bytes() {
        return digest.digest();
    }
}
