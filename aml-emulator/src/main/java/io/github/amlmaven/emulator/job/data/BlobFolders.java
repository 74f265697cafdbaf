package io.github.amlmaven.emulator.job.data;

import io.github.amlmaven.emulator.storage.BlobStore;
import io.github.amlmaven.emulator.storage.BlobStore.BlobItem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Copies between blobs and local files, keeping the tree. */
public final class BlobFolders {

    /** Metadata with which hierarchical clients mark a directory (azcopy, ADLS). */
    private static final String DIRECTORY_MARK = "hdi_isfolder";

    private final BlobStore blobs;

    public BlobFolders(BlobStore blobs) {
        this.blobs = blobs;
    }

    /**
     * Copies a blob or a folder of blobs into {@code target}.
     *
     * @return the local file when the location is a blob, else {@code target} as a folder
     * @throws DataFailure when there is nothing at the location
     */
    public Path download(BlobLocation from, Path target) throws IOException {
        Files.createDirectories(target);
        Optional<BlobItem> single = blob(from);
        if (single.isPresent()) {
            return copy(
                    from,
                    single.get().name(),
                    target,
                    from.path().substring(from.path().lastIndexOf('/') + 1));
        }
        List<BlobItem> inside = inside(from);
        if (inside.isEmpty()) {
            throw new DataFailure("There is nothing at '" + from.path() + "' in container '" + from.container()
                    + "' of storage account '" + from.account() + "'.");
        }
        int prefix = from.path().isEmpty() ? 0 : from.path().length() + 1;
        for (BlobItem item : inside) {
            copy(from, item.name(), target, item.name().substring(prefix));
        }
        return target;
    }

    /** Copies a file to a blob, or all files of a folder to blobs below it; links are followed. */
    public void upload(Path from, BlobLocation to) throws IOException {
        if (Files.isRegularFile(from)) {
            blobs.put(to.account(), to.container(), to.path(), from);
            return;
        }
        if (!Files.isDirectory(from)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(from, FileVisitOption.FOLLOW_LINKS)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            String name = from.relativize(file).toString().replace('\\', '/');
            blobs.put(to.account(), to.container(), to.resolve(name).path(), file);
        }
    }

    /** Names below a location, relative to it, in order. */
    public List<String> names(BlobLocation folder) {
        int prefix = folder.path().isEmpty() ? 0 : folder.path().length() + 1;
        return inside(folder).stream()
                .map(item -> item.name().substring(prefix))
                .toList();
    }

    public boolean exists(BlobLocation location) {
        return blob(location).isPresent() || !inside(location).isEmpty();
    }

    /** A digest over names and bytes of all blobs at a location: equal content, equal digest, wherever it lies. */
    public String digest(BlobLocation location) throws IOException {
        MessageDigest digest = sha256();
        Optional<BlobItem> single = blob(location);
        List<BlobItem> items = single.map(List::of).orElseGet(() -> inside(location));
        for (BlobItem item : items) {
            String name = single.isPresent()
                    ? ""
                    : item.name().substring(location.path().length());
            String line = name + "\n" + item.length() + "\n" + contentDigest(location, item) + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private String contentDigest(BlobLocation location, BlobItem item) throws IOException {
        if (!item.contentMd5().isEmpty()) {
            return item.contentMd5();
        }
        MessageDigest digest = sha256();
        try (InputStream in =
                new DigestInputStream(blobs.open(location.account(), location.container(), item.name()), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private Optional<BlobItem> blob(BlobLocation location) {
        return location.path().isEmpty()
                ? Optional.empty()
                : blobs.list(location.account(), location.container(), location.path()).stream()
                        .filter(item -> item.name().equals(location.path()))
                        .filter(item -> !item.metadata().containsKey(DIRECTORY_MARK))
                        .findFirst();
    }

    private List<BlobItem> inside(BlobLocation location) {
        String prefix = location.path().isEmpty() ? "" : location.path() + "/";
        return blobs.list(location.account(), location.container(), prefix).stream()
                .filter(item -> !item.metadata().containsKey(DIRECTORY_MARK))
                .filter(item -> !item.name().endsWith("/"))
                .toList();
    }

    private Path copy(BlobLocation from, String blob, Path folder, String name) throws IOException {
        Path target = folder.resolve(name).normalize();
        if (!target.startsWith(folder.normalize())) {
            throw new DataFailure("Blob '" + blob + "' would be written outside of the job's folder.");
        }
        Files.createDirectories(target.getParent());
        try (InputStream in = blobs.open(from.account(), from.container(), blob)) {
            Files.copy(in, target);
        }
        return target;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
