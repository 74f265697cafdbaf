package io.github.amlmaven.emulator.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Committed blobs by account, container and name, for providers that read and write them without HTTP. */
public interface BlobStore {

    void createContainer(String account, String container);

    /** Blobs whose name starts with {@code prefix}, in name order. */
    List<BlobItem> list(String account, String container, String prefix);

    /** @throws java.nio.file.NoSuchFileException when there is no such blob */
    InputStream open(String account, String container, String name) throws IOException;

    /** Stores a copy of a file. */
    void put(String account, String container, String name, Path content) throws IOException;

    /** Stores bytes. */
    void put(String account, String container, String name, byte[] content) throws IOException;

    /**
     * A service SAS for a container.
     *
     * @param permissions as in {@code sp}: {@code r}, {@code rl}, {@code rcwdl}
     * @return the token without a leading question mark
     */
    String containerSas(String account, String container, String permissions, Duration validity);

    /** The account's first key, base64. */
    String accountKey(String account);

    /** A committed blob; {@code contentMd5} is base64 or empty, {@code etag} another one after each change. */
    record BlobItem(String name, long length, String contentMd5, Map<String, String> metadata, String etag) {}
}
