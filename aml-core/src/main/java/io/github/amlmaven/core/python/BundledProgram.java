package io.github.amlmaven.core.python;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A Python program that the jar brings along.
 *
 * @param owner the class that it lies beside
 * @param fileName without a folder
 */
public record BundledProgram(Class<?> owner, String fileName) {

    /** The program's text, in UTF-8. */
    public byte[] bytes() {
        try (InputStream in = owner.getResourceAsStream(fileName)) {
            if (in == null) {
                throw new IllegalStateException(fileName + " is missing from the jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, fileName + " cannot be read from the jar: " + e)
                    .cause(e)
                    .build();
        }
    }

    /** Writes the program into a folder, unless it is there with the same bytes, and returns the file. */
    public Path writeTo(Path folder) {
        Path file = folder.resolve(fileName);
        byte[] bytes = bytes();
        try {
            if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), bytes)) {
                Files.createDirectories(folder);
                Files.write(file, bytes);
            }
            return file;
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, file + " cannot be written")
                    .cause(e)
                    .build();
        }
    }
}
