package io.github.amlmaven.emulator.storage;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The checksums of bytes that pass, as far as they are asked for. */
final class ContentHash {

    private final ContentFiles.Checks checks;
    private final MessageDigest md5 = newMd5();
    private final Crc64 crc = new Crc64();

    ContentHash(ContentFiles.Checks checks) {
        this.checks = checks;
    }

    static MessageDigest newMd5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    /** Whether anything is asked for. */
    boolean wanted() {
        return checks.md5() || checks.crc64();
    }

    void update(byte[] bytes, int count) {
        if (checks.md5()) {
            md5.update(bytes, 0, count);
        }
        if (checks.crc64()) {
            crc.update(bytes, 0, count);
        }
    }

    /** Base64, or empty; to be called once, at the end. */
    String md5() {
        return checks.md5() ? Base64.getEncoder().encodeToString(md5.digest()) : "";
    }

    /** Base64, or empty. */
    String crc64() {
        return checks.crc64() ? crc.base64() : "";
    }
}
