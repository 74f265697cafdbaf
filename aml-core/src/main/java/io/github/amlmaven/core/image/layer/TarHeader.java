package io.github.amlmaven.core.image.layer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Headers of a tar. Names over 100 bytes or beyond ASCII and files over 8 GiB get pax headers
 * (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html). All others differ in three fields of the ustar
 * header only, and those are filled in here: thousands of small files otherwise cost more in headers than in bytes.
 */
final class TarHeader {

    static final int FILE = 0100644;
    static final int EXECUTABLE = 0100755;
    static final int FOLDER = 040755;

    private static final int RECORD = 512;
    private static final int NAME = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE_DIGITS = 11;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_DIGITS = 6;
    private static final long LARGEST_PLAIN = (1L << 33) - 1;
    private static final FileTime TIME = FileTime.from(Instant.EPOCH.plusSeconds(1));

    private static final byte[] FILE_TEMPLATE = template("", FILE);
    private static final byte[] EXECUTABLE_TEMPLATE = template("", EXECUTABLE);
    private static final byte[] FOLDER_TEMPLATE = template("/", FOLDER);

    private TarHeader() {}

    /**
     * One header, with the pax header before it where it takes one.
     *
     * @param name ends with a slash for a folder
     * @param mode one of the three above
     */
    static byte[] of(String name, long size, int mode) throws IOException {
        byte[] plain = name.getBytes(StandardCharsets.UTF_8);
        if (plain.length >= NAME || plain.length != name.length() || size > LARGEST_PLAIN) {
            return general(name, size, mode);
        }
        byte[] template = switch (mode) {
            case FILE -> FILE_TEMPLATE;
            case EXECUTABLE -> EXECUTABLE_TEMPLATE;
            default -> FOLDER_TEMPLATE;
        };
        byte[] header = Arrays.copyOf(template, RECORD);
        System.arraycopy(plain, 0, header, 0, plain.length);
        octal(size, header, SIZE_AT, SIZE_DIGITS);
        Arrays.fill(header, CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_DIGITS + 2, (byte) ' ');
        long sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        octal(sum, header, CHECKSUM_AT, CHECKSUM_DIGITS);
        header[CHECKSUM_AT + CHECKSUM_DIGITS] = 0;
        return header;
    }

    private static void octal(long value, byte[] header, int at, int digits) {
        long left = value;
        for (int i = at + digits - 1; i >= at; i--) {
            header[i] = (byte) ('0' + (left & 7));
            left >>= 3;
        }
    }

    private static byte[] template(String name, int mode) {
        try {
            return general(name, 0, mode);
        } catch (IOException e) {
            throw new IllegalStateException("a header is written to memory", e);
        }
    }

    /** Any header, by the library. */
    static byte[] general(String name, long size, int mode) throws IOException {
        TarArchiveEntry entry =
                new TarArchiveEntry(name, mode == FOLDER ? TarConstants.LF_DIR : TarConstants.LF_NORMAL);
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
}
