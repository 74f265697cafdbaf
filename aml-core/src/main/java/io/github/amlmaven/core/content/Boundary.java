package io.github.amlmaven.core.content;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What no path and no link may lead out of, so that nothing slips into an upload or an image.
 *
 * @param folder empty when everything is allowed
 * @param remedy what the user can do about a path outside
 */
public record Boundary(Optional<Path> folder, String remedy) {

    /** A folder's own links must stay inside it. */
    public static Boundary around(Path folder) {
        return new Boundary(Optional.of(folder), "Copy the file into the folder, or name the link in its .amlignore.");
    }

    /** Everything is allowed. */
    public static Boundary none() {
        return new Boundary(Optional.empty(), "");
    }

    /**
     * Refuses a path outside; one that does not exist is judged by its name.
     *
     * @param what what the path is to the user: {@code model}, {@code scoring code}
     * @throws AmlException FILE_OUTSIDE_PROJECT
     */
    public void require(String what, Path path) {
        if (folder.isEmpty()) {
            return;
        }
        try {
            boolean there = Files.exists(path);
            Path real = there ? path.toRealPath() : path.toAbsolutePath().normalize();
            Path limit = there
                    ? folder.get().toRealPath()
                    : folder.get().toAbsolutePath().normalize();
            if (!real.startsWith(limit)) {
                throw AmlException.of(
                                ErrorCode.FILE_OUTSIDE_PROJECT,
                                "The " + what + " leads outside " + folder.get() + ": " + path + " is " + real)
                        .remedy(remedy)
                        .build();
            }
        } catch (IOException e) {
            throw ContentFiles.unreadable(path, e);
        }
    }
}
