package io.github.amlmaven.core.content;

import java.nio.file.FileSystems;

/** What files have on UNIX alone: device and inode, the time of the inode's change, a mode. */
public final class UnixAttributes {

    private static final boolean TOLD =
            FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

    private UnixAttributes() {}

    /** Whether this machine's files tell them ({@code unix:...}). */
    public static boolean areTold() {
        return TOLD;
    }
}
