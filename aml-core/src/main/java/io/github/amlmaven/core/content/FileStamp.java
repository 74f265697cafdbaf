package io.github.amlmaven.core.content;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/**
 * What tells, without reading it, that a file is what it was: size, time of change, and where the system has them inode
 * and time of the inode's change, which no program can set back.
 *
 * @param text comparable; equal for an unchanged file
 * @param changed the later of both times
 */
record FileStamp(String text, Instant changed) {

    private static final boolean UNIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

    /** A change within the same tick of the file system's clock leaves no trace in the stamp. */
    private static final Duration TICK = Duration.ofMillis(100);

    static FileStamp of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        Instant modified = attributes.lastModifiedTime().toInstant();
        String text = file.toRealPath() + "\n" + attributes.size() + "\n" + modified;
        if (!UNIX) {
            return new FileStamp(text, modified);
        }
        Instant inodeChanged = ((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant();
        return new FileStamp(
                text + "\n" + attributes.fileKey() + "\n" + inodeChanged,
                inodeChanged.isAfter(modified) ? inodeChanged : modified);
    }

    /** Whether a change after the given moment would give another stamp. */
    boolean isSettledAt(Instant moment) {
        return changed.isBefore(moment.minus(TICK));
    }
}
