package io.github.amlmaven.core.image;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The Python programs that this package brings along. */
enum Resource {
    SCORING_SERVER("scoring_server.py"),
    SCORING_TELEMETRY("scoring_telemetry.py"),
    SCORING_COLLECTOR("scoring_collector.py"),
    FUNCTIONS_HANDLER("functions_handler.py"),
    PIP("pip_for_platform.py"),
    COMPILE("compile_packages.py"),
    CHECK("check_scoring_script.py");

    /** What the server in the image consists of. */
    static final List<Resource> SERVER =
            List.of(SCORING_SERVER, SCORING_TELEMETRY, SCORING_COLLECTOR, FUNCTIONS_HANDLER);

    private final String fileName;

    Resource(String fileName) {
        this.fileName = fileName;
    }

    String fileName() {
        return fileName;
    }

    byte[] bytes() {
        try (InputStream in = Resource.class.getResourceAsStream(fileName)) {
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
    Path writeTo(Path folder) {
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
