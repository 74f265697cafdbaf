package io.github.amlmaven.core.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StampIndexTest {

    @TempDir
    Path folder;

    private final AtomicInteger readings = new AtomicInteger();
    private Path weights;
    private StampIndex index;

    @BeforeEach
    void aFileThatIsNotNew() throws IOException {
        weights = Files.write(folder.resolve("weights.bin"), new byte[] {1, 2, 3, 4});
        index = new StampIndex(folder.resolve("index"), false, Progress.NONE);
        awaitTick();
    }

    @Test
    void aFileOfTheSameSizeAndTimeButOtherContentIsSeen() throws IOException {
        FileTime time = Files.getLastModifiedTime(weights);
        String before = digest(index);

        Files.write(weights, new byte[] {4, 3, 2, 1});
        Files.setLastModifiedTime(weights, time);
        awaitTick();

        assertThat(digest(index)).isNotEqualTo(before);
    }

    @Test
    void anUnchangedFileIsNotReadAgainUnlessToldTo() throws IOException {
        String first = digest(index);
        assertThat(digest(index)).isEqualTo(first);
        assertThat(readings).hasValue(1);

        assertThat(digest(new StampIndex(folder.resolve("index"), true, Progress.NONE)))
                .isEqualTo(first);
        assertThat(readings).hasValue(2);
    }

    @Test
    void whatIsComputedIsPartOfTheKey() throws IOException {
        digest(index);

        index.values("something else", List.of(weights), this::read);

        assertThat(readings).hasValue(2);
    }

    @Test
    void aTouchedFileIsReadAgain() throws IOException {
        String before = digest(index);

        Files.setLastModifiedTime(weights, FileTime.from(Instant.now().minusSeconds(60)));
        awaitTick();

        assertThat(digest(index)).isEqualTo(before);
        assertThat(readings).hasValue(2);
    }

    @Test
    void aFileChangedThisMomentIsNotTrustedNextTime() throws IOException {
        Files.write(weights, new byte[] {9});

        digest(index);
        digest(index);

        assertThat(readings).hasValue(2);
    }

    @Test
    void aFileThatChangesWhileItIsReadIsAnError() {
        assertThatThrownBy(() -> index.values("digest", List.of(weights), () -> {
                    Files.write(weights, new byte[] {1, 2});
                    return read();
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("change while they are read");
    }

    @Test
    void anUnreadableEntryIsMadeAgain() throws IOException {
        String before = digest(index);
        try (Stream<Path> entries = Files.list(folder.resolve("index"))) {
            for (Path entry : entries.toList()) {
                Files.writeString(entry, "{");
            }
        }

        assertThat(digest(index)).isEqualTo(before);
        assertThat(readings).hasValue(2);
    }

    @Test
    void whatIsDiscoveredIsKnownUntilAFileThatItDependsOnChangesOrGoes() throws IOException {
        assertThat(discovered()).containsOnlyKeys("digest").isEqualTo(discovered());
        assertThat(readings).hasValue(1);

        FileTime time = Files.getLastModifiedTime(weights);
        Files.write(weights, new byte[] {4, 3, 2, 1});
        Files.setLastModifiedTime(weights, time);
        awaitTick();
        discovered();
        discovered();
        assertThat(readings).hasValue(2);

        Files.delete(weights);
        assertThatThrownBy(this::discovered).isInstanceOf(AmlException.class);
        assertThat(readings).hasValue(3);
    }

    @Test
    void aDiscoveryThatNamesNoFilesIsMadeEveryTime() throws IOException {
        for (int time = 0; time < 2; time++) {
            index.discovered("facts", () -> new StampIndex.Found(read(), List.of()));
        }

        assertThat(readings).hasValue(2);
    }

    private Map<String, String> discovered() throws IOException {
        return index.discovered("facts", () -> {
            readings.incrementAndGet();
            return new StampIndex.Found(Map.of("digest", Sha256.of(weights)), List.of(weights));
        });
    }

    private String digest(StampIndex from) throws IOException {
        return from.values("digest", List.of(weights), this::read).get("digest");
    }

    private Map<String, String> read() {
        readings.incrementAndGet();
        return Map.of("digest", Sha256.of(weights));
    }

    /** Until the file's stamp is older than the clock's tick. */
    private void awaitTick() throws IOException {
        Instant limit = Instant.now().plusSeconds(10);
        while (!FileStamp.of(weights).isSettledAt(Instant.now())) {
            assertThat(Instant.now()).isBefore(limit);
            Thread.onSpinWait();
        }
    }
}
