package io.github.amlmaven.core.image.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdInputStream;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileLayerTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511, 512, 65_535, 65_536, 1_048_576, 3_000_001})
    void everyReaderOfGzippedTarsFindsTheFileAgain(int size) throws IOException {
        LayerFile file = file("weights.bin", size, "/var/azureml-app/weights.bin");

        Map<String, TarArchiveEntry> entries = new HashMap<>();
        Map<String, byte[]> contents =
                unpack(bytes(new FileLayer("model", List.of(file), LayerCompression.STORED)), entries);

        assertThat(contents.get("var/azureml-app/weights.bin")).isEqualTo(Files.readAllBytes(file.file()));
        assertThat(entries.keySet())
                .containsExactlyInAnyOrder("var/", "var/azureml-app/", "var/azureml-app/weights.bin");
        TarArchiveEntry entry = entries.get("var/azureml-app/weights.bin");
        assertThat(entry.getMode() & 0777).isEqualTo(0644);
        assertThat(entry.getLongUserId()).isZero();
        assertThat(entry.getLastModifiedTime().toMillis()).isEqualTo(1000);
        assertThat(entries.get("var/").isDirectory()).isTrue();
        assertThat(entries.get("var/").getMode() & 0777).isEqualTo(0755);
    }

    @Test
    void theDescriptorSaysWhatTheStreamIs() throws Exception {
        FileLayer layer = new FileLayer(
                "model",
                List.of(file("a", 200_000, "/m/a"), file("b", 70_000, "/m/b"), file("c", 0, "/m/c")),
                LayerCompression.STORED);

        DescribedLayer described = layer.describe();

        byte[] bytes = bytes(layer);
        byte[] tar = new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
        assertThat(described.size()).isEqualTo(bytes.length);
        assertThat(described.digest()).isEqualTo(sha256(bytes));
        assertThat(described.diffId()).isEqualTo(sha256(tar));
        long blocks = tar.length / 65_535 + (tar.length % 65_535 == 0 ? 0 : 1);
        assertThat((long) bytes.length)
                .as("stored blocks cost five bytes each")
                .isBetween(tar.length + 5 * blocks, tar.length + 5 * (blocks + 2) + 18);
    }

    @Test
    void namesOfAnyLengthAndAlphabetAndFilesOfAnySizeAreKept() throws IOException {
        String name = "/models/" + "ä".repeat(120) + "/" + "x".repeat(180);
        Map<String, TarArchiveEntry> entries = new HashMap<>();
        unpack(bytes(new FileLayer("model", List.of(file("long", 10, name)), LayerCompression.STORED)), entries);
        assertThat(entries).containsKey(name.substring(1));

        long size = 9L << 30;
        try (TarArchiveInputStream in =
                new TarArchiveInputStream(new ByteArrayInputStream(TarHeader.of("big.bin", size, TarHeader.FILE)))) {
            assertThat(in.getNextEntry().getSize()).isEqualTo(size);
        }
    }

    @ParameterizedTest
    @EnumSource(LayerCompression.class)
    void everyCompressionGivesTheSameTarInPiecesToo(LayerCompression compression) throws Exception {
        List<LayerFile> files = List.of(file("a", 700_000, "/m/a"), file("b", 0, "/m/b"), file("c", 5, "/m/c"));
        byte[] tar = bytes(new FileLayer("model", files, LayerCompression.NONE));
        FileLayer layer = new FileLayer("model", files, compression);

        byte[] bytes = bytes(layer);
        DescribedLayer described = layer.describe();

        assertThat(described.diffId()).isEqualTo(sha256(tar));
        assertThat(described.digest()).isEqualTo(sha256(bytes));
        assertThat(described.size()).isEqualTo(bytes.length);
        try (InputStream in = layer.open()) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
        if (layer.size().isPresent()) {
            assertThat(layer.size()).hasValue(bytes.length);
        }
        InputStream plain = switch (compression) {
            case STORED -> new GZIPInputStream(new ByteArrayInputStream(bytes));
            case ZSTD -> new ZstdInputStream(new ByteArrayInputStream(bytes));
            case NONE -> new ByteArrayInputStream(bytes);
        };
        assertThat(plain.readAllBytes()).isEqualTo(tar);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "models/wine/weights.bin", "with space", "0/1/2/3/4/5/6/7/8/9"})
    void quickHeadersAreTheLibrarysOwn(String name) throws IOException {
        for (long size : List.of(0L, 1L, 4711L, 1L << 31, (1L << 33) - 1, 1L << 33)) {
            for (int mode : List.of(TarHeader.FILE, TarHeader.EXECUTABLE)) {
                assertThat(TarHeader.of(name, size, mode)).isEqualTo(TarHeader.general(name, size, mode));
            }
        }
        assertThat(TarHeader.of(name + "/", 0, TarHeader.FOLDER))
                .isEqualTo(TarHeader.general(name + "/", 0, TarHeader.FOLDER));
        String longest = "x".repeat(99);
        assertThat(TarHeader.of(longest, 7, TarHeader.FILE)).isEqualTo(TarHeader.general(longest, 7, TarHeader.FILE));
    }

    @Test
    void aFileThatShrinksWhileItIsReadIsAnError() throws IOException {
        LayerFile file = file("weights.bin", 100, "/m/weights.bin");
        Files.write(file.file(), new byte[50]);

        assertThatThrownBy(() -> bytes(new FileLayer("model", List.of(file), LayerCompression.STORED)))
                .isInstanceOfSatisfying(
                        AmlException.class,
                        changed -> assertThat(changed.code()).isEqualTo(ErrorCode.FILE_CHANGED))
                .hasMessageContaining("changes while it is read");
        Files.write(file.file(), new byte[200]);
        assertThatThrownBy(() -> new FileLayer("model", List.of(file), LayerCompression.STORED).describe())
                .isInstanceOfSatisfying(
                        AmlException.class,
                        changed -> assertThat(changed.code()).isEqualTo(ErrorCode.FILE_CHANGED))
                .hasMessageContaining("changes while it is read");
    }

    @Test
    void largeFilesHaveALayerEachAndTheRestSharesOne() {
        List<LayerFile> files = new java.util.ArrayList<>();
        for (int i = 0; i < 60; i++) {
            files.add(new LayerFile(folder.resolve("f" + i), "/m/f" + i, LayerSplit.LARGE + i, false));
        }
        files.add(new LayerFile(folder.resolve("small"), "/m/small", 10, false));

        List<FileLayer> layers = LayerSplit.of("model", files, LayerCompression.STORED);

        assertThat(layers).hasSize(LayerSplit.MOST);
        assertThat(layers.stream().mapToInt(layer -> layer.files().size()).sum())
                .isEqualTo(61);
        assertThat(layers.get(layers.size() - 1).files())
                .extracting(LayerFile::target)
                .contains("/m/small", "/m/f0");
        assertThat(LayerSplit.of("model", files.subList(60, 61), LayerCompression.STORED))
                .hasSize(1);
    }

    private LayerFile file(String name, int size, String target) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return new LayerFile(Files.write(folder.resolve(name), content), target, size, false);
    }

    private static byte[] bytes(FileLayer layer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        layer.writeTo(out);
        return out.toByteArray();
    }

    private static Map<String, byte[]> unpack(byte[] layer, Map<String, TarArchiveEntry> entries) throws IOException {
        Map<String, byte[]> contents = new HashMap<>();
        try (TarArchiveInputStream in =
                new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(layer)))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), entry);
                contents.put(entry.getName(), in.readAllBytes());
            }
        }
        return contents;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
