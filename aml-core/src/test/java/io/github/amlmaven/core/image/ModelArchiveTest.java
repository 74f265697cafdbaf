package io.github.amlmaven.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.amlmaven.core.content.ContentFiles;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelArchiveTest {

    @TempDir
    Path folder;

    @Test
    void equalContentGivesEqualBytesWhateverTheFilesTimesAre() throws IOException {
        Project project = new Project(folder.resolve("project"), folder.resolve("cache"));
        project.write("src/main/aml/model.yml", "name: wine\n");

        byte[] first = write(project, "first.zip");
        Files.setLastModifiedTime(
                project.root.resolve("model/factor.json"),
                FileTime.from(Instant.now().minusSeconds(99_999)));
        byte[] second = write(project, "second.zip");

        assertThat(second).isEqualTo(first);
        try (ZipFile zip = new ZipFile(folder.resolve("first.zip").toFile())) {
            assertThat(zip.stream().map(entry -> entry.getName()))
                    .containsExactly("META-INF/aml/model.properties", "aml/model.yml", "model/model/factor.json");
            assertThat(zip.getEntry("model/model/factor.json").getSize()).isEqualTo(13);
            assertThat(new String(
                            zip.getInputStream(zip.getEntry("META-INF/aml/model.properties"))
                                    .readAllBytes(),
                            java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("maven.gav=g:a:1\nname=wine\n");
        }
    }

    @Test
    void theModelIsWhatARegistrationWouldSend() throws IOException {
        Project project = new Project(folder.resolve("project"), folder.resolve("cache"));
        project.write("model/.amlignore", "*.tmp\n");
        project.write("model/half.tmp", "x");
        project.write("model/__pycache__/kept.pyc", "x");

        write(project, "model.zip");

        Path model = project.root.resolve("model");
        try (ZipFile zip = new ZipFile(folder.resolve("model.zip").toFile())) {
            assertThat(zip.stream().map(entry -> entry.getName()).filter(name -> name.startsWith("model/")))
                    .containsExactlyInAnyOrderElementsOf(ContentFiles.of(model).files().stream()
                            .map(file -> "model/model/" + file.name())
                            .toList())
                    .contains("model/model/factor.json", "model/model/__pycache__/kept.pyc")
                    .doesNotContain("model/model/half.tmp");
        }
    }

    @Test
    void aModelBesideItsYamlIsInTheArchiveOnce() throws IOException {
        Project project = new Project(folder.resolve("project"), folder.resolve("cache"));
        project.write("src/main/aml/model.yml", "name: wine\n");
        project.write("src/main/aml/model/weights.bin", "x");
        Path file = folder.resolve("model.zip");

        archive(project, "src/main/aml/model").write(file, StampIndex.none());

        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.stream().map(entry -> entry.getName()))
                    .containsExactly("META-INF/aml/model.properties", "aml/model.yml", "model/model/weights.bin");
        }
    }

    @Test
    void isMadeAgainWhenAFileHasChangedOrItIsAnotherAndElseNot() throws IOException {
        assumeThat(FileSystems.getDefault().supportedFileAttributeViews()).contains("unix");
        Project project = new Project(folder.resolve("project"), folder.resolve("cache"));
        project.write("src/main/aml/model.yml", "name: wine\n");
        StampIndex index = new StampIndex(folder.resolve("index"), false, Progress.NONE);
        Path file = folder.resolve("model.zip");
        ModelArchive archive = archive(project, "model");
        archive.write(file, index);
        // A file changed a moment ago is read again: its stamp would not tell a change within the same tick.
        Instant limit = Instant.now().plusSeconds(10);
        Object made;
        do {
            made = inode(file);
            archive.write(file, index);
        } while (!inode(file).equals(made) && Instant.now().isBefore(limit));
        assertThat(inode(file)).as("not written again").isEqualTo(made);
        byte[] whole = Files.readAllBytes(file);

        Files.write(file, new byte[] {1});
        archive.write(file, index);
        assertThat(Files.readAllBytes(file)).isEqualTo(whole);

        project.write("model/factor.json", "{\"factor\": 9}");
        archive.write(file, index);
        assertThat(Files.readAllBytes(file)).isNotEqualTo(whole);
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    private byte[] write(Project project, String name) throws IOException {
        Path file = folder.resolve(name);
        archive(project, "model").write(file, StampIndex.none());
        return Files.readAllBytes(file);
    }

    private static ModelArchive archive(Project project, String model) {
        return new ModelArchive(new ModelArchive.Request(
                ModelFiles.of(project.root.resolve(model), Optional.of(project.root)),
                Optional.of(project.root.resolve("src/main/aml")),
                Map.of("name", "wine", "maven.gav", "g:a:1"),
                Optional.of(project.root),
                Instant.parse("2026-01-01T00:00:00Z")));
    }
}
