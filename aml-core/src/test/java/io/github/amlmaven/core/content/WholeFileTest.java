package io.github.amlmaven.core.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is the old one or the new one. */
class WholeFileTest {

    @TempDir
    private Path directory;

    @Test
    void replacesTheContentAndLeavesNothingBeside() throws IOException {
        Path file = directory.resolve("made/on/the/way.json");
        WholeFile.write(file, "old");
        WholeFile.write(file, "new");
        assertThat(file).hasContent("new");
        assertThat(file.getParent()).isDirectoryContaining(file::equals);
        assertThat(file.getParent().toFile().list()).hasSize(1);
    }

    @Test
    void aFailedWriteLeavesNoDraft() throws IOException {
        Path occupied =
                Files.createDirectories(directory.resolve("folder/occupied")).getParent();
        assertThatIOException().isThrownBy(() -> WholeFile.write(occupied, "text"));
        assertThat(directory.toFile().list()).containsExactly("folder");
    }

    @Test
    void secretsAreTheOwnersAlone() throws IOException {
        Path file = directory.resolve("keys.json");
        WholeFile.write(file, "readable");
        WholeFile.writeForOwner(file, "secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }
}
