package io.github.amlmaven.core.image.layer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A layer's tar as a stream: folders first, then the files in the given order; owner, mode and time are fixed, so equal
 * files make equal bytes. Names over 100 bytes and files over 8 GiB get pax headers
 * (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html).
 */
final class LayerTar {

    /** Hashing falls to a hundredth of its speed when small buffers meet other work on the same thread. */
    private static final int BUFFER = 1 << 20;

    /** Part of an index's keys: changes whenever equal files shall give other bytes. */
    static final String VERSION = "1";

    private static final int RECORD = 512;
    private static final int FILE_MODE = 0100644;
    private static final int EXECUTABLE_MODE = 0100755;
    private static final int FOLDER_MODE = 040755;
    private static final FileTime TIME = FileTime.from(Instant.EPOCH.plusSeconds(1));

    private final List<LayerFile> files;

    LayerTar(List<LayerFile> files) {
        this.files = List.copyOf(files);
    }

    /** @throws IOException when a file cannot be read or no longer has the size that it had */
    void writeTo(OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (String folder : folders()) {
            out.write(header(folder + "/", 0, FOLDER_MODE));
        }
        for (LayerFile file : files) {
            int mode = file.executable() ? EXECUTABLE_MODE : FILE_MODE;
            out.write(header(name(file.target()), file.size(), mode));
            copy(file, out, buffer);
            out.write(new byte[(int) ((RECORD - file.size() % RECORD) % RECORD)]);
        }
        out.write(new byte[2 * RECORD]);
    }

    private Set<String> folders() {
        Set<String> folders = new TreeSet<>();
        for (LayerFile file : files) {
            String name = name(file.target());
            for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
                folders.add(name.substring(0, slash));
            }
        }
        return folders;
    }

    private static String name(String target) {
        return target.startsWith("/") ? target.substring(1) : target;
    }

    static byte[] header(String name, long size, int mode) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(
                name, size == 0 && name.endsWith("/") ? TarConstants.LF_DIR : TarConstants.LF_NORMAL);
        entry.setSize(size);
        entry.setMode(mode);
        entry.setIds(0, 0);
        entry.setNames("", "");
        entry.setLastModifiedTime(TIME);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(RECORD);
        // Only the header is the library's: it would cut the content into records of 512 bytes. Not closed, since an
        // archive that ends inside a file is an error to it.
        TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        tar.putArchiveEntry(entry);
        return bytes.toByteArray();
    }

    private static void copy(LayerFile file, OutputStream out, byte[] buffer) throws IOException {
        long copied = 0;
        try (InputStream in = Files.newInputStream(file.file())) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                copied += read;
                if (copied > file.size()) {
                    break;
                }
                out.write(buffer, 0, read);
            }
        }
        if (copied != file.size()) {
            throw new IOException(file.file() + " changes while it is read: it had " + file.size() + " bytes");
        }
    }
}
