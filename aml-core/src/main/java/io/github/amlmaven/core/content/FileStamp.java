package io.github.amlmaven.core.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What tells, without reading it, that a file is what it was: size, time of change, and where the system has them inode
 * and time of the inode's change, which no program can set back.
 *
 * @param text comparable; equal for an unchanged file
 * @param changed the later of both times
 */
record FileStamp(String text, Instant changed) {

    /** A change within the same tick of the file system's clock leaves no trace in the stamp. */
    private static final Duration TICK = Duration.ofMillis(100);

    static FileStamp of(Path file) throws IOException {
        if (!UnixAttributes.areTold()) {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Instant modified = attributes.lastModifiedTime().toInstant();
            return new FileStamp(file.toRealPath() + "\n" + attributes.size() + "\n" + modified, modified);
        }
        // One call to the system a file: device and inode say where a link leads.
        Map<String, Object> attributes = Files.readAttributes(file, "unix:size,lastModifiedTime,ctime,dev,ino");
        Instant modified = instant(attributes.get("lastModifiedTime"));
        Instant inodeChanged = instant(attributes.get("ctime"));
        String text = file.toAbsolutePath() + "\n" + attributes.get("size") + "\n" + modified + "\n"
                + attributes.get("dev") + ":" + attributes.get("ino") + "\n" + inodeChanged;
        return new FileStamp(text, inodeChanged.isAfter(modified) ? inodeChanged : modified);
    }

    private static Instant instant(@Nullable Object time) {
        if (!(time instanceof FileTime known)) {
            throw new IllegalStateException("the file system tells no time of a file");
        }
        return known.toInstant();
    }

    /** Whether a change after the given moment would give another stamp. */
    boolean isSettledAt(Instant moment) {
        return changed.isBefore(moment.minus(TICK));
    }
}
