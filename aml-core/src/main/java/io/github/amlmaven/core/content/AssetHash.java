package io.github.amlmaven.core.content;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The two hashes by which the official client (azure-ai-ml, {@code _utils/_asset_utils.py}) knows local content. They
 * decide blob paths and whether anything is sent at all; bit for bit the
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
        ContentFiles files = ContentFiles.of(path);
        Sha256 sha256 = new Sha256().add(OBJECT_SEED);
        try {
            if (files.isSingleFile()) {
                addBytes(path, Files.size(path), sha256);
            } else {
                new ObjectWalk(IgnoreRules.of(path), sha256).walk(path);
            }
        } catch (IOException e) {
            throw ContentFiles.unreadable(path, e);
        }
        return sha256.hex();
    }

    /**
     * The hash by which a code asset is looked up before it is uploaded: number of files, then names with sizes, then
     * bytes.
     *
     * @param path a folder or a file
     */
    public static String content(Path path) {
        return content(ContentFiles.of(path));
    }

    /** The content hash of files listed already. */
    public static String content(ContentFiles files) {
        Sha256 sha256 = new Sha256().add(Integer.toString(files.files().size()));
        for (ContentFiles.Entry file : files.files()) {
            sha256.add("#" + file.name() + "#" + file.size());
        }
        for (ContentFiles.Entry file : files.files()) {
            try {
                addBytes(file.path(), file.size(), sha256);
            } catch (IOException e) {
                throw ContentFiles.unreadable(file.path(), e);
            }
        }
        return sha256.hex();
    }

    private static void addBytes(Path file, long size, Sha256 sha256) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            if (sha256.add(in) != size) {
                throw AmlException.of(ErrorCode.FILE_CHANGED, file + " changed while it was hashed")
                        .build();
            }
        }
    }

    /** Folders count by name too, and what is below an ignored one never counts, as the client has it here. */
    private static final class ObjectWalk extends FolderWalk {
        private final IgnoreRules rules;
        private final Sha256 sha256;

        ObjectWalk(IgnoreRules rules, Sha256 sha256) {
            this.rules = rules;
            this.sha256 = sha256;
        }

        @Override
        boolean enters(Path folder, String name) {
            if (rules.excludes(name)) {
                return false;
            }
            sha256.add(name(folder));
            return true;
        }

        @Override
        void visits(Path file, String name) throws IOException {
            if (!rules.excludes(name)) {
                sha256.add(name(file));
                addBytes(file, Files.size(file), sha256);
            }
        }
    }
}
