package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Resolves paths inside a root file system the way the kernel would after {@code chroot}: symbolic links, absolute ones
 * too, never lead outside. Everything that reads or writes below an unpacked image goes through here, because the image
 * decides where its links point.
 */
final class RootPath {

    private static final int MAX_LINKS = 255;

    private final Path root;

    RootPath(Path root) {
        this.root = root;
    }

    /** The real location of a path, all links followed; missing components are taken as they are. */
    Path follow(String path) throws IOException {
        return resolve(path, true);
    }

    /** Like {@link #follow}, but the last component itself is not followed. */
    Path parentsFollowed(String path) throws IOException {
        return resolve(path, false);
    }

    private Path resolve(String path, boolean followLast) throws IOException {
        Deque<String> pending = new ArrayDeque<>(Arrays.asList(path.split("/", -1)));
        Path current = root;
        int links = 0;
        while (!pending.isEmpty()) {
            String name = pending.removeFirst();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                Path parent = current.getParent();
                current = current.equals(root) || parent == null ? root : parent;
                continue;
            }
            Path next = current.resolve(name);
            boolean last = pending.stream().allMatch(rest -> rest.isEmpty() || rest.equals("."));
            if (!Files.isSymbolicLink(next) || (last && !followLast)) {
                current = next;
                continue;
            }
            if (++links > MAX_LINKS) {
                throw new IOException("too many levels of symbolic links at " + path);
            }
            String target = Files.readSymbolicLink(next).toString();
            if (target.startsWith("/")) {
                current = root;
            }
            String[] parts = target.split("/", -1);
            for (int i = parts.length - 1; i >= 0; i--) {
                pending.addFirst(parts[i]);
            }
        }
        return current;
    }
}
