package io.github.amlmaven.emulator.container;

import io.airlift.compress.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Applies one layer to a root file system: tar entries, whiteouts, opaque directories. A layer is untrusted input: no
 * entry may touch anything outside the root, whatever its name or link target says.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md">image-spec, layer</a>
 */
final class LayerUnpacker {

    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    /** setuid and setgid are dropped: the files lie on this machine's disk, where they would be a way to root. */
    private static final int PERMISSIONS = 01777;

    private static final int OWNER_ACCESS = 0700;

    private final Path root;
    private final RootPath paths;
    private final boolean owners;
    private final Set<Path> ofThisLayer = new HashSet<>();
    private final Map<Path, TarArchiveEntry> directories = new LinkedHashMap<>();

    /** @param owners whether to set user and group, which only root may */
    LayerUnpacker(Path root, boolean owners) {
        this.root = root;
        this.paths = new RootPath(root);
        this.owners = owners;
    }

    /** Unpacks a layer blob; the compression is read from its first bytes, as media types are often wrong. */
    void unpack(Path blob) throws IOException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(blob), 1 << 16);
                InputStream plain = decompressed(file);
                TarArchiveInputStream tar = new TarArchiveInputStream(plain, "UTF-8")) {
            TarArchiveEntry entry = tar.getNextEntry();
            while (entry != null) {
                apply(entry, tar);
                entry = tar.getNextEntry();
            }
        }
        for (Map.Entry<Path, TarArchiveEntry> directory : directories.entrySet()) {
            if (Files.isDirectory(directory.getKey(), LinkOption.NOFOLLOW_LINKS)) {
                attributes(directory.getKey(), directory.getValue());
            }
        }
    }

    private static InputStream decompressed(InputStream file) throws IOException {
        file.mark(4);
        byte[] magic = file.readNBytes(4);
        file.reset();
        if (startsWith(magic, 0x1f, 0x8b)) {
            return GzipCompressorInputStream.builder()
                    .setInputStream(file)
                    .setDecompressConcatenated(true)
                    .get();
        }
        if (startsWith(magic, 0x28, 0xb5, 0x2f, 0xfd)) {
            return new ZstdInputStream(file);
        }
        return file;
    }

    private static boolean startsWith(byte[] bytes, int... magic) {
        if (bytes.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((bytes[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    private void apply(TarArchiveEntry entry, InputStream content) throws IOException {
        String name = inside(entry.getName());
        if (name.isEmpty()) {
            return;
        }
        Path parent = paths.follow(name.substring(0, Math.max(0, name.lastIndexOf('/'))));
        String last = name.substring(name.lastIndexOf('/') + 1);
        if (last.equals(OPAQUE)) {
            clear(parent);
        } else if (last.startsWith(WHITEOUT)) {
            whiteout(parent, last.substring(WHITEOUT.length()));
        } else if (!entry.isCharacterDevice() && !entry.isBlockDevice() && !entry.isFIFO()) {
            makeParents(parent);
            create(entry, parent.resolve(last), content);
        }
    }

    /** An absolute name is taken from the root, as container engines do; one that climbs is refused. */
    private static String inside(String name) throws IOException {
        StringBuilder clean = new StringBuilder();
        for (String segment : name.split("/", -1)) {
            if (segment.equals("..")) {
                throw new ImageUnavailableException("a layer has the entry '" + name + "', which leads outside");
            }
            if (!segment.isEmpty() && !segment.equals(".")) {
                clean.append(clean.isEmpty() ? "" : "/").append(segment);
            }
        }
        return clean.toString();
    }

    private void whiteout(Path parent, String name) throws IOException {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new ImageUnavailableException("a layer has a whiteout for '" + name + "'");
        }
        Path path = parent.resolve(name);
        if (!ofThisLayer.contains(path)) {
            delete(path);
        }
    }

    /** Hides what lower layers have; an opaque marker may come after entries of its own layer. */
    private void clear(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> children = Files.list(directory)) {
            for (Path child : children.toList()) {
                if (!ofThisLayer.contains(child)) {
                    delete(child);
                } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                    clear(child);
                }
            }
        }
    }

    private void makeParents(Path parent) throws IOException {
        if (Files.exists(parent, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
            delete(parent);
        }
        Files.createDirectories(parent);
    }

    private void create(TarArchiveEntry entry, Path path, InputStream content) throws IOException {
        if (!path.startsWith(root) || path.equals(root)) {
            throw new ImageUnavailableException("a layer has the entry '" + entry.getName() + "', which leads outside");
        }
        boolean directory = entry.isDirectory();
        if (!(directory && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))) {
            delete(path);
        }
        remember(path);
        if (directory) {
            Files.createDirectories(path);
            directories.put(path, entry);
        } else if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, path.getFileSystem().getPath(entry.getLinkName()));
            own(path, entry);
        } else if (entry.isLink()) {
            Files.createLink(path, linkTarget(entry));
        } else {
            Files.copy(content, path, StandardCopyOption.REPLACE_EXISTING);
            attributes(path, entry);
        }
    }

    private Path linkTarget(TarArchiveEntry entry) throws IOException {
        Path target = paths.parentsFollowed(inside(entry.getLinkName()));
        if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(target)) {
            throw new ImageUnavailableException("a layer has the hard link '" + entry.getName() + "' to '"
                    + entry.getLinkName() + "', which is not in the image");
        }
        return target;
    }

    private void remember(Path path) {
        for (Path p = path; p != null && !p.equals(root) && ofThisLayer.add(p); ) {
            p = p.getParent();
        }
    }

    private void attributes(Path path, TarArchiveEntry entry) throws IOException {
        own(path, entry);
        int mode = entry.getMode() & PERMISSIONS;
        if (!owners && entry.isDirectory()) {
            mode |= OWNER_ACCESS;
        }
        Files.setAttribute(path, "unix:mode", mode, LinkOption.NOFOLLOW_LINKS);
        // Python trusts a .pyc only when the source's time is the one it was compiled from.
        Files.setLastModifiedTime(
                path, FileTime.from(entry.getLastModifiedTime().toInstant()));
    }

    private void own(Path path, TarArchiveEntry entry) throws IOException {
        if (owners) {
            Files.setAttribute(path, "unix:uid", (int) entry.getLongUserId(), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:gid", (int) entry.getLongGroupId(), LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Deletes a file or a tree, never through a link. */
    static void delete(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(path);
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path unreadable, IOException failure) throws IOException {
                // overlayfs leaves an empty folder behind that may be removed but not listed
                Files.deleteIfExists(unreadable);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null && !(failure instanceof NoSuchFileException)) {
                    throw failure;
                }
                try {
                    Files.deleteIfExists(directory);
                } catch (DirectoryNotEmptyException e) {
                    throw new IOException("still being written to: " + directory, e);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
