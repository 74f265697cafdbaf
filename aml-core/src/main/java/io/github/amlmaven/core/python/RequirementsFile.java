package io.github.amlmaven.core.python;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * A temporary file for {@code pip --requirement}. Index addresses may carry a password, and every user of a machine can
 * read the arguments of a process: so pip's options travel in this file, which only its owner can read and which is gone
 * when it is closed.
 *
 * @param path where it lies
 */
public record RequirementsFile(Path path) implements AutoCloseable {

    /**
     * Writes the file.
     *
     * @param folder an existing folder
     * @param arguments requirements and pip options in the order of a command line: {@code --index-url}, its value, {@code
     *     scikit-learn==1.7.2}; only options that pip knows in a requirements file
     * @param text further lines, taken as they are
     */
    public static RequirementsFile in(Path folder, List<String> arguments, String text) throws IOException {
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        Path file = posix
                ? Files.createTempFile(
                        folder,
                        "requirements",
                        ".txt",
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                : Files.createTempFile(folder, "requirements", ".txt");
        RequirementsFile made = new RequirementsFile(file);
        try {
            Files.writeString(
                    file,
                    String.join("\n", lines(arguments)) + "\n" + text + "\n",
                    StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            made.close();
            throw e;
        }
        return made;
    }

    /** pip wants an option and its value on one line, and each requirement on its own. */
    private static List<String> lines(List<String> arguments) {
        List<String> lines = new ArrayList<>();
        boolean valueExpected = false;
        for (String argument : arguments) {
            if (valueExpected && !argument.startsWith("-")) {
                int last = lines.size() - 1;
                lines.set(last, lines.get(last) + " " + argument);
                valueExpected = false;
            } else {
                lines.add(argument);
                valueExpected = takesValue(argument);
            }
        }
        return lines;
    }

    private static boolean takesValue(String argument) {
        return List.of("-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--trusted-host")
                .contains(argument);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
