package io.github.amlmaven.core.storage;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The two hashes by which the official client (azure-ai-ml, {@code _utils/_asset_utils.py}) knows local content. They
 * stand here, beside the upload, because they decide blob paths and whether anything is sent at all; bit for bit the
 * same, so that a folder uploaded by one client is found again by the other.
 */
public final class AssetHash {

    /** Version that goes with {@link #content}: {@code hashVersion=202208}. */
    public static final int CONTENT_HASH_VERSION = 202208;

    private static final String OBJECT_SEED = "Initialize for october 2021 AML CLI version";

    private AssetHash() {}

    /**
     * The hash in the blob path {@code LocalUpload/{hash}/...} of models, data and build contexts: names and bytes in
     * depth-first order.
     *
     * @param path a folder or a file
     */
    public static String object(Path path) {
        AssetFiles.of(path);
        MessageDigest digest = sha256();
        digest.update(OBJECT_SEED.getBytes(StandardCharsets.US_ASCII));
        try {
            if (Files.isDirectory(path)) {
                addFolder(path, "", IgnoreRules.of(path), digest);
            } else {
                addBytes(path, Files.size(path), digest);
            }
        } catch (IOException e) {
            throw AssetFiles.unreadable(path, e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * The hash by which a code asset is looked up before it is uploaded: number of files, then names with sizes, then
     * bytes.
     *
     * @param path a folder or a file
     */
    public static String content(Path path) {
        return content(AssetFiles.of(path));
    }

    /** The content hash of files listed already. */
    public static String content(AssetFiles files) {
        MessageDigest digest = sha256();
        digest.update(Integer.toString(files.files().size()).getBytes(StandardCharsets.US_ASCII));
        for (AssetFiles.Entry file : files.files()) {
            digest.update(("#" + file.name() + "#" + file.size()).getBytes(StandardCharsets.UTF_8));
        }
        for (AssetFiles.Entry file : files.files()) {
            try {
                addBytes(file.path(), file.size(), digest);
            } catch (IOException e) {
                throw AssetFiles.unreadable(file.path(), e);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void addFolder(Path directory, String prefix, IgnoreRules rules, MessageDigest digest)
            throws IOException {
        for (Path child : AssetFiles.children(directory)) {
            String name = AssetFiles.name(child);
            if (rules.excludes(prefix + name)) {
                continue;
            }
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            if (Files.isDirectory(child)) {
                addFolder(child, prefix + name + "/", rules, digest);
            } else {
                addBytes(child, Files.size(child), digest);
            }
        }
    }

    private static void addBytes(Path file, long size, MessageDigest digest) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long total = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
                total += count;
            }
        }
        if (total != size) {
            throw AmlException.of(ErrorCode.FILE_CHANGED, file + " changed while it was hashed")
                    .build();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
