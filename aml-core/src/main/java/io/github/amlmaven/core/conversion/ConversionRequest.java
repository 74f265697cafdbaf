package io.github.amlmaven.core.conversion;

import io.github.amlmaven.core.spec.v1.ServiceNames;
import java.nio.file.Path;
import java.util.List;

/**
 * Files of the first API to convert.
 *
 * @param files the files; when empty, all of the first API that are in the folder
 * @param folder where files are looked for when none are named
 * @param projectDirectory what paths must not leave, and what messages are relative to
 * @param targetDirectory where the files of the second API are written
 * @param names what the command line of the first API said and no file says
 * @param plugin this plugin's group and artifact, divided by a colon, for a POM
 * @param overwrite whether files that are there with other content are replaced
 * @param dryRun whether nothing is written
 */
public record ConversionRequest(
        List<Path> files,
        Path folder,
        Path projectDirectory,
        Path targetDirectory,
        ServiceNames names,
        String plugin,
        boolean overwrite,
        boolean dryRun) {

    public ConversionRequest {
        files = List.copyOf(files);
        folder = folder.toAbsolutePath().normalize();
        projectDirectory = projectDirectory.toAbsolutePath().normalize();
        targetDirectory = targetDirectory.toAbsolutePath().normalize();
    }

    /** A file as messages and records name it: relative to the project where it is in it, with slashes. */
    public String shown(Path file) {
        return (file.startsWith(projectDirectory) ? projectDirectory.relativize(file) : file)
                .toString()
                .replace('\\', '/');
    }
}
