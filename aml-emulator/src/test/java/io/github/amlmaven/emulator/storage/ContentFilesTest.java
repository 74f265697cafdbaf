package io.github.amlmaven.emulator.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.emulator.store.MvDocumentStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentFilesTest {

    private static final ContentFiles.Checks BOTH = new ContentFiles.Checks(true, true);

    private final Path folder;
    private final MvDocumentStore store;
    private final ContentFiles files;

    ContentFilesTest(@TempDir Path home) {
        folder = home.resolve("content");
        store = MvDocumentStore.open(home.resolve("state.mv"));
        files = files();
    }

    private ContentFiles files() {
        return new ContentFiles(folder, store.bytes("contents"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** Of no bytes, on both sides of what the store keeps, and on both sides of what a second thread hashes. */
    @ParameterizedTest
    @ValueSource(ints = {0, 20_000, 1 << 16, (1 << 16) + 1, 1 << 22, (1 << 22) + (1 << 16) + 1, 9_000_001})
    void aContentComesBackWithItsHashesWhateverItsLength(int length) throws Exception {
        byte[] content = random(length);
        Crc64 crc = new Crc64();
        crc.update(content, 0, length);

        ContentFiles.Stored stored = files.write(new Dribble(content), BOTH);

        assertThat(stored.segment().length()).isEqualTo(length);
        assertThat(stored.md5())
                .isEqualTo(
                        Base64.getEncoder().encodeToString(ContentHash.newMd5().digest(content)));
        assertThat(stored.crc64()).isEqualTo(crc.base64());
        assertThat(read(stored.segment(), 0, length)).isEqualTo(content);
    }

    @Test
    void smallContentsAreNoFiles() throws Exception {
        for (int i = 0; i < 10; i++) {
            files.write(new ByteArrayInputStream(random(1 << 16)), ContentFiles.Checks.MD5);
        }
        assertThat(folder).doesNotExist();
        files.write(new ByteArrayInputStream(random((1 << 16) + 1)), ContentFiles.Checks.MD5);
        assertThat(filesIn(folder)).hasSize(1);
    }

    @Test
    void aRangeOverSmallAndLargeSegmentsIsRead() throws Exception {
        byte[] small = random(1000);
        byte[] large = random(100_000);
        Segment first = files.write(new ByteArrayInputStream(small), BOTH).segment();
        Segment second = files.write(new ByteArrayInputStream(large), BOTH).segment();

        try (InputStream in = files.open(List.of(first, second), 900, 200)) {
            assertThat(in.readNBytes(100)).isEqualTo(Arrays.copyOfRange(small, 900, 1000));
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOf(large, 100));
        }
    }

    @Test
    void whatIsBeingReadIsDeletedWhenItsReaderHasClosedIt() throws Exception {
        byte[] content = random(1000);
        Segment segment = files.write(new ByteArrayInputStream(content), BOTH).segment();

        try (InputStream in = files.open(List.of(segment), 0, 1000)) {
            files.delete(List.of(segment));
            assertThat(in.readAllBytes()).isEqualTo(content);
        }

        assertThatThrownBy(() -> files.open(List.of(segment), 0, 1000)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aCopyOutlivesItsOriginal() throws Exception {
        byte[] content = random(1000);
        Segment segment = files.write(new ByteArrayInputStream(content), BOTH).segment();
        Segment copy = files.duplicate(segment);
        files.delete(List.of(segment));
        assertThat(read(copy, 0, 1000)).isEqualTo(content);
    }

    @Test
    void anUploadThatBreaksLeavesNoFile() {
        InputStream broken = new InputStream() {
            private final InputStream in = new ByteArrayInputStream(random(6_000_000));

            @Override
            public int read() throws IOException {
                int next = in.read();
                if (next < 0) {
                    throw new IOException("the connection is reset");
                }
                return next;
            }
        };

        assertThatThrownBy(() -> files.write(broken, BOTH)).hasMessage("the connection is reset");
        assertThat(filesIn(folder)).isEmpty();
    }

    @Test
    void whatAnEarlierProcessLeftIsSweptUnlessADocumentNamesIt() throws Exception {
        Segment named = files.write(new ByteArrayInputStream(random(10)), BOTH).segment();
        Segment left = files.write(new ByteArrayInputStream(random(10)), BOTH).segment();
        Instant before = Instant.now();
        while (System.currentTimeMillis() <= before.toEpochMilli()) {
            Thread.onSpinWait();
        }
        ContentFiles next = files();
        Segment underWay =
                next.write(new ByteArrayInputStream(random(10)), BOTH).segment();

        next.sweep(Set.of(named.file()), before);

        assertThat(store.bytes("contents").names()).containsExactly(named.file(), underWay.file());
        assertThat(left.file()).isNotEqualTo(named.file());
    }

    private byte[] read(Segment segment, long offset, long length) throws IOException {
        try (InputStream in = files.open(List.of(segment), offset, length)) {
            return in.readAllBytes();
        }
    }

    private static List<Path> filesIn(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    /** Gives 8 KiB at a time, as the JDK's server does. */
    private static final class Dribble extends ByteArrayInputStream {
        Dribble(byte[] bytes) {
            super(bytes);
        }

        @Override
        public synchronized int read(byte[] buffer, int offset, int length) {
            return super.read(buffer, offset, Math.min(length, 8192));
        }
    }
}
