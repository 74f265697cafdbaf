package io.github.amlmaven.emulator.storage;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;

/** Takes the body of a request to disk and checks it against the length and the hashes that the client sent. */
final class Upload {

    private final ContentFiles files;

    Upload(ContentFiles files) {
        this.files = files;
    }

    /**
     * Stores the body.
     *
     * @param md5 whether the MD5 is wanted although the client sent none
     * @throws EOFException when the client stopped in the middle
     */
    ContentFiles.Stored receive(BlobRequest request, boolean md5) throws IOException {
        String wantedMd5 = request.header("Content-MD5");
        String wantedCrc = request.header("x-ms-content-crc64");
        if (!wantedMd5.isEmpty() && !wantedCrc.isEmpty()) {
            throw StorageErrors.of(
                    400, "BothCrc64AndMd5HeaderPresent", "Both x-ms-content-crc64 and Content-MD5 are present.");
        }
        long announced = announcedLength(request);
        ContentFiles.Checks checks = new ContentFiles.Checks(md5 || !wantedMd5.isEmpty(), !wantedCrc.isEmpty());
        ContentFiles.Stored stored = files.write(request.exchange().body(), checks);
        if (stored.segment().length() != announced) {
            // The JDK's server reports a connection that broke inside a body as the body's end.
            files.delete(List.of(stored.segment()));
            throw new EOFException("body ended after " + stored.segment().length() + " of " + announced + " bytes");
        }
        if (!wantedMd5.isEmpty() && !wantedMd5.equals(stored.md5())) {
            files.delete(List.of(stored.segment()));
            throw StorageErrors.of(
                    400,
                    "Md5Mismatch",
                    "The MD5 value specified in the request did not match with the MD5 value calculated by the server.");
        }
        if (!wantedCrc.isEmpty() && !wantedCrc.equals(stored.crc64())) {
            files.delete(List.of(stored.segment()));
            throw StorageErrors.of(
                    400,
                    "Crc64Mismatch",
                    "The CRC64 value specified in the request did not match with the CRC64 value calculated by the"
                            + " server.");
        }
        if (!wantedCrc.isEmpty()) {
            request.exchange().setHeader("x-ms-content-crc64", stored.crc64());
        } else if (!stored.md5().isEmpty()) {
            request.exchange().setHeader("Content-MD5", stored.md5());
        }
        return stored;
    }

    private static long announcedLength(BlobRequest request) {
        String length = request.header("Content-Length");
        if (length.isEmpty()) {
            throw StorageErrors.of(411, "MissingContentLengthHeader", "Content-Length HTTP header is missing.");
        }
        try {
            return Long.parseLong(length.strip());
        } catch (NumberFormatException e) {
            throw StorageErrors.invalidHeader("Content-Length");
        }
    }
}
