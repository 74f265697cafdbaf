package io.github.amlmaven.emulator.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerUnpackerTest {

    @TempDir
    Path folder;

    private Path root;
    private Path outside;

    @BeforeEach
    void folders() throws IOException {
        root = Files.createDirectory(folder.resolve("root"));
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "kept");
    }

    @Test
    void filesModesLinksAndLongNamesComeOutAsTheyWere() throws IOException {
        String longName = "usr/lib/" + "n".repeat(120) + "/" + "f".repeat(120) + ".txt";
        apply(new Layer()
                .file("bin/tool", "#!/bin/sh\n", 0755)
                .file(longName, "long", 0644)
                .hardLink("bin/same", "bin/tool")
                .symbolicLink("bin/alias", "tool")
                .directory("closed/", 0500));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("bin/tool"))))
                .isEqualTo("rwxr-xr-x");
        assertThat(root.resolve(longName)).hasContent("long");
        assertThat(Files.isSameFile(root.resolve("bin/same"), root.resolve("bin/tool")))
                .isTrue();
        assertThat(Files.readSymbolicLink(root.resolve("bin/alias"))).isEqualTo(Path.of("tool"));
    }

    @Test
    void aWhiteoutHidesWhatALowerLayerHas() throws IOException {
        apply(new Layer().file("etc/a", "a", 0644).file("etc/b/c", "c", 0644).file("etc/d", "d", 0644));
        apply(new Layer().file("etc/.wh.a", "", 0644).file("etc/.wh.b", "", 0644));

        assertThat(root.resolve("etc/a")).doesNotExist();
        assertThat(root.resolve("etc/b")).doesNotExist();
        assertThat(root.resolve("etc/d")).exists();
    }

    @Test
    void anOpaqueDirectoryHidesLowerLayersButNotItsOwn() throws IOException {
        apply(new Layer().file("app/old", "old", 0644).file("app/sub/old", "old", 0644));
        apply(new Layer()
                .file("app/sub/new", "new", 0644)
                .file("app/.wh..wh..opq", "", 0644)
                .file("app/new", "new", 0644));

        assertThat(root.resolve("app/old")).doesNotExist();
        assertThat(root.resolve("app/sub/old")).doesNotExist();
        assertThat(root.resolve("app/sub/new")).exists();
        assertThat(root.resolve("app/new")).exists();
    }

    @Test
    void aDirectoryOverADirectoryKeepsWhatIsInside() throws IOException {
        apply(new Layer().file("app/a", "a", 0644));
        apply(new Layer().directory("app/", 0750).file("app/b", "b", 0644));

        assertThat(root.resolve("app/a")).exists();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("app"))))
                .isEqualTo("rwxr-x---");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside/evil", "a/../../outside/evil", "./../../outside/evil", ".."})
    void anEntryThatClimbsIsRefused(String name) {
        assertThatThrownBy(() -> apply(new Layer().file(name, "evil", 0644)))
                .isInstanceOf(ImageUnavailableException.class)
                .hasMessageContaining("leads outside");
        assertThat(outside).isDirectoryNotContaining("glob:**evil");
    }

    @Test
    void anAbsoluteEntryLandsBelowTheRoot() throws IOException {
        apply(new Layer().file(outside.resolve("evil").toString(), "evil", 0644));

        assertThat(outside.resolve("evil")).doesNotExist();
        assertThat(root.resolve(outside.toString().substring(1)).resolve("evil"))
                .exists();
    }

    @Test
    void anEntryBehindALinkToTheOutsideStaysInside() throws IOException {
        apply(new Layer()
                .symbolicLink("absolute", outside.toString())
                .file("absolute/evil", "evil", 0644)
                .symbolicLink("relative", "../outside")
                .file("relative/evil", "evil", 0644)
                .symbolicLink("chain1", "chain2")
                .symbolicLink("chain2", "../../" + outside)
                .file("chain1/evil", "evil", 0644));

        assertThat(outside.resolve("evil")).doesNotExist();
        assertThat(root.resolve("outside/evil")).exists();
    }

    @Test
    void aFileOverALinkReplacesTheLinkNotItsTarget() throws IOException {
        apply(new Layer()
                .symbolicLink("kept", outside.resolve("kept").toString())
                .file("kept", "overwritten", 0644));

        assertThat(outside.resolve("kept")).hasContent("kept");
        assertThat(root.resolve("kept")).hasContent("overwritten");
    }

    @Test
    void aHardLinkToTheOutsideIsRefused() {
        for (String target : new String[] {outside.resolve("kept").toString(), "../outside/kept"}) {
            assertThatThrownBy(() -> apply(new Layer().hardLink("stolen", target)))
                    .isInstanceOf(ImageUnavailableException.class);
        }
        assertThat(root.resolve("stolen")).doesNotExist();
    }

    @Test
    void aHardLinkThroughALinkToTheOutsideIsRefused() {
        assertThatThrownBy(() -> apply(
                        new Layer().symbolicLink("door", outside.toString()).hardLink("stolen", "door/kept")))
                .isInstanceOf(ImageUnavailableException.class)
                .hasMessageContaining("not in the image");
    }

    @Test
    void aWhiteoutThroughALinkDeletesNothingOutside() throws IOException {
        apply(new Layer().symbolicLink("door", outside.toString()));
        apply(new Layer().file("door/.wh.kept", "", 0644).file("door/.wh..wh..opq", "", 0644));
        assertThatThrownBy(() -> apply(new Layer().file("a/.wh...", "", 0644)))
                .isInstanceOf(ImageUnavailableException.class);

        assertThat(outside.resolve("kept")).hasContent("kept");
    }

    @Test
    void linksInACircleEndInAnError() {
        assertThatThrownBy(() -> apply(new Layer()
                        .symbolicLink("a", "b")
                        .symbolicLink("b", "a")
                        .file("a/file", "x", 0644)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("symbolic links");
    }

    @Test
    void devicesAreLeftOutAndSetuidIsDropped() throws IOException {
        apply(new Layer().device("dev/disk").file("bin/su", "su", 04755));

        assertThat(Files.exists(root.resolve("dev/disk"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
        assertThat((int) Files.getAttribute(root.resolve("bin/su"), "unix:mode") & 07777)
                .isEqualTo(0755);
    }

    /** Of {@code zstd -19}: the tar of one file. */
    private static final String ZSTANDARD =
            "KLUv/WQAJ/UBACKCBwzAPaQq/7mjSfWbnwK/i1yPt3+B04zMyKtMfoGcAQsgUC8wD/uFRxJRAT6DIZ3HCU/eWHDAQQ"
                    + "G2E4cD2A3seg==";

    @Test
    void aZstandardLayerIsUnpacked() throws IOException {
        Path blob = Files.write(
                folder.resolve("blob"), java.util.Base64.getDecoder().decode(ZSTANDARD));

        new LayerUnpacker(root, false).unpack(blob);

        assertThat(root.resolve("etc/a")).hasContent("a");
    }

    @Test
    void anUncompressedLayerIsUnpackedToo() throws IOException {
        Path blob = folder.resolve("plain");
        Files.write(blob, new Layer().file("etc/a", "a", 0644).tar());

        new LayerUnpacker(root, false).unpack(blob);

        assertThat(root.resolve("etc/a")).hasContent("a");
    }

    private void apply(Layer layer) throws IOException {
        Path blob = Files.createTempFile(folder, "layer", ".tar.gz");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(blob))) {
            gzip.write(layer.tar());
        }
        new LayerUnpacker(root, false).unpack(blob);
    }

    /** A layer written by hand, with entries that no honest builder makes. */
    private static final class Layer {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

        Layer() {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        }

        Layer file(String name, String content, int mode) throws IOException {
            byte[] data = content.getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry entry = new TarArchiveEntry(name, true);
            entry.setSize(data.length);
            entry.setMode(mode);
            return add(entry, data);
        }

        Layer directory(String name, int mode) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setMode(mode);
            return add(entry, new byte[0]);
        }

        Layer symbolicLink(String name, String target) throws IOException {
            return link(name, target, TarConstants.LF_SYMLINK);
        }

        Layer hardLink(String name, String target) throws IOException {
            return link(name, target, TarConstants.LF_LINK);
        }

        Layer device(String name) throws IOException {
            return add(new TarArchiveEntry(name, TarConstants.LF_BLK), new byte[0]);
        }

        private Layer link(String name, String target, byte type) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name, type);
            entry.setLinkName(target);
            return add(entry, new byte[0]);
        }

        private Layer add(TarArchiveEntry entry, byte[] content) throws IOException {
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        }

        byte[] tar() throws IOException {
            tar.close();
            return bytes.toByteArray();
        }
    }
}
