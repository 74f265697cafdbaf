package io.github.amlmaven.core.conversion;

import io.github.amlmaven.core.content.WholeFile;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Files that are written all or none: each of them whole; when one fails, what was there comes back. */
final class FileSet {

    private final Map<Path, String> texts;

    FileSet(Map<Path, String> texts) {
        this.texts = texts;
    }

    /** The files that are not there yet, or with other content. */
    List<Path> changed() {
        return texts.keySet().stream().filter(this::differs).toList();
    }

    /** The files that would be replaced by others. */
    List<Path> replaced() {
        return changed().stream().filter(Files::exists).toList();
    }

    private boolean differs(Path file) {
        byte[] there = content(file);
        return there == null || !Arrays.equals(there, bytes(file));
    }

    private byte[] bytes(Path file) {
        return texts.getOrDefault(file, "").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Writes the files.
     *
     * @param check runs when all are in place; when it throws, all is as it was before
     */
    void write(Supplier<Boolean> check) {
        Map<Path, byte @Nullable []> before = new LinkedHashMap<>();
        boolean kept = false;
        try {
            for (Path file : changed()) {
                before.put(file, content(file));
                WholeFile.write(file, texts.getOrDefault(file, ""));
            }
            kept = check.get();
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "the converted files cannot be written: " + e.getMessage())
                    .remedy("Nothing was changed.")
                    .cause(e)
                    .build();
        } finally {
            if (!kept) {
                restore(before);
            }
        }
    }

    private static void restore(Map<Path, byte @Nullable []> before) {
        try {
            for (Map.Entry<Path, byte @Nullable []> entry : before.entrySet()) {
                byte[] content = entry.getValue();
                if (content == null) {
                    Files.deleteIfExists(entry.getKey());
                } else {
                    WholeFile.write(entry.getKey(), out -> out.write(content));
                }
            }
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "what was there before cannot be restored: " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    private static byte @Nullable [] content(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.readAllBytes(file) : null;
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, file + " cannot be read: " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }
}
