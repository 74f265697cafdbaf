package io.github.amlmaven.core.image.python;

import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Optional;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * A downloaded wheel. Unpacking follows the binary distribution format
 * (https://packaging.python.org/specifications/binary-distribution-format/) except that scripts are left out: they
 * would carry the path of the machine that installs, and nothing in a scoring image calls them.
 */
record Wheel(Path file) {

    private static final int EXECUTABLE = 0111;

    /** The line of a lock file: version and hash. */
    String lockLine() {
        String[] parts = file.getFileName().toString().split("-", -1);
        return PythonRequirements.normalizedName(parts[0]) + "==" + parts[1] + " --hash=sha256:" + Sha256.of(file);
    }

    void unpackInto(Path site) throws IOException {
        try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                Optional<String> target = target(entry.getName());
                if (!entry.isDirectory() && target.isPresent()) {
                    unpack(zip, entry, resolve(site, target.get()));
                }
            }
        }
    }

    private static void unpack(ZipFile zip, ZipArchiveEntry entry, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
        if ((entry.getUnixMode() & EXECUTABLE) != 0) {
            // On a file system without the bit there is nothing to keep.
            boolean kept = target.toFile().setExecutable(true, false);
            assert kept || !Files.isExecutable(target);
        }
    }

    /** Where an entry goes below the site folder; empty for what an image does not need. */
    private static Optional<String> target(String name) {
        if (name.contains("__pycache__/") || name.endsWith(".pyc")) {
            return Optional.empty();
        }
        int data = name.indexOf(".data/");
        if (data < 0 || name.indexOf('/') < data) {
            return Optional.of(name);
        }
        String inside = name.substring(data + ".data/".length());
        int scheme = inside.indexOf('/');
        return switch (scheme < 0 ? "" : inside.substring(0, scheme)) {
            case "purelib", "platlib", "data" -> Optional.of(inside.substring(scheme + 1));
            default -> Optional.empty();
        };
    }

    private Path resolve(Path site, String name) {
        Path target = site.resolve(name).normalize();
        if (!target.startsWith(site) || target.equals(site)) {
            throw AmlException.of(
                            ErrorCode.PYTHON_DEPENDENCIES,
                            file.getFileName() + " has an entry that leads outside: " + name)
                    .remedy("Do not use this package.")
                    .build();
        }
        return target;
    }
}
