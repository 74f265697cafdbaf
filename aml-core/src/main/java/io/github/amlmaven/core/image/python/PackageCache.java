package io.github.amlmaven.core.image.python;

import io.github.amlmaven.core.content.Folders;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Unpacked packages by what they were resolved from, shared by all projects of a user. An entry appears in one rename,
 * so a build that dies half-way leaves nothing that another would take for complete.
 */
final class PackageCache {

    private static final String SITE = "site";
    private static final String LOCK = "requirements.lock";

    private final Path root;

    PackageCache(Path root) {
        this.root = root;
    }

    /** Fills the two parts of a new entry. */
    interface Filling {
        /** Writes packages below {@code site} and returns the lock's text; {@code scratch} is thrown away. */
        String fill(Path site, Path scratch) throws IOException;
    }

    Optional<ResolvedPackages> find(String key) {
        Path entry = root.resolve(key);
        try {
            return Files.isRegularFile(entry.resolve(LOCK))
                    ? Optional.of(new ResolvedPackages(key, entry.resolve(SITE), Files.readString(entry.resolve(LOCK))))
                    : Optional.empty();
        } catch (IOException e) {
            throw unusable(entry, e);
        }
    }

    ResolvedPackages put(String key, Filling filling) {
        Path scratch = root.resolve(".new-" + UUID.randomUUID());
        try {
            Path entry = scratch.resolve("entry");
            Files.createDirectories(entry.resolve(SITE));
            String lock = filling.fill(entry.resolve(SITE), scratch);
            settleTimes(entry.resolve(SITE));
            Files.writeString(entry.resolve(LOCK), lock);
            moveInPlace(entry, root.resolve(key));
            return new ResolvedPackages(key, root.resolve(key).resolve(SITE), lock);
        } catch (IOException e) {
            throw unusable(root, e);
        } finally {
            deleteTree(scratch);
        }
    }

    private static void moveInPlace(Path entry, Path target) throws IOException {
        try {
            Files.move(entry, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // Another build resolved the same at the same time: its entry is as good as ours. Which exception tells so
            // depends on the system.
            if (!Files.isRegularFile(target.resolve(LOCK))) {
                throw e;
            }
        }
    }

    /** Jib's layer cache looks at modification times: the same content shall not look new. */
    private static void settleTimes(Path site) throws IOException {
        FileTime epoch = FileTime.from(Instant.EPOCH.plusSeconds(1));
        try (Stream<Path> paths = Files.walk(site)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.setLastModifiedTime(path, epoch);
            }
        }
    }

    private static void deleteTree(Path folder) {
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "Temporary files cannot be removed from " + folder + ": " + e)
                    .cause(e)
                    .build();
        }
    }

    private static AmlException unusable(Path where, IOException cause) {
        return AmlException.of(ErrorCode.LOCAL_IO, "The package cache " + where + " cannot be used: " + cause)
                .cause(cause)
                .build();
    }
}
