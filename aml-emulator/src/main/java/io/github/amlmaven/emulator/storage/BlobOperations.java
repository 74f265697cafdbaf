package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Operations on one blob: put, get, properties, metadata, delete. */
final class BlobOperations {

    /** Stored content headers with the request header that sets each. */
    static final Map<String, String> CONTENT_HEADERS = Map.of(
            "content-type", "x-ms-blob-content-type",
            "content-encoding", "x-ms-blob-content-encoding",
            "content-language", "x-ms-blob-content-language",
            "content-disposition", "x-ms-blob-content-disposition",
            "cache-control", "x-ms-blob-cache-control",
            "content-md5", "x-ms-blob-content-md5");

    private static final int LARGEST_RANGE_MD5 = 4 << 20;

    private final Blobs blobs;
    private final Upload upload;

    BlobOperations(Blobs blobs) {
        this.blobs = blobs;
        this.upload = new Upload(blobs.files());
    }

    void handle(BlobRequest request, BlobAuthorization.Caller caller) throws IOException {
        switch (request.exchange().method() + " " + request.comp()) {
            case "PUT " -> put(request, caller);
            case "GET ", "HEAD " -> get(request);
            case "DELETE " -> delete(request);
            case "PUT metadata" -> setMetadata(request);
            case "GET metadata", "HEAD metadata" -> metadata(request);
            case "PUT properties" -> setProperties(request);
            default -> throw ServiceOperations.unsupported(request);
        }
    }

    private void put(BlobRequest request, BlobAuthorization.Caller caller) throws IOException {
        String type = request.header("x-ms-blob-type");
        if (!type.equals("BlockBlob")) {
            throw type.isEmpty()
                    ? StorageErrors.of(400, "MissingRequiredHeader", "x-ms-blob-type is mandatory.")
                    : StorageErrors.of(400, "InvalidHeaderValue", "This emulator stores block blobs only, not " + type);
        }
        checkReplace(request, caller, blobs.blob(request.key()));
        ContentFiles.Stored stored = upload.receive(request, true);
        Map<String, String> properties = contentHeaders(request);
        properties.putIfAbsent("content-type", requestType(request));
        properties.putIfAbsent("content-md5", stored.md5());
        Blob blob;
        try {
            blob = blobs.change(request.key(), present -> {
                checkReplace(request, caller, present);
                return fresh(List.of(stored.segment()), properties, request.metadata(), present);
            });
        } catch (HttpError e) {
            blobs.files().delete(List.of(stored.segment()));
            throw e;
        }
        created(request, blob);
    }

    /** @throws HttpError when a condition or a SAS without {@code w} forbids to replace what is there */
    static void checkReplace(BlobRequest request, BlobAuthorization.Caller caller, Optional<Blob> present) {
        Conditions.checkWrite(request, present);
        if (present.isPresent() && caller instanceof BlobAuthorization.SasHolder sas && !sas.mayReplace()) {
            throw StorageErrors.permissionMismatch();
        }
    }

    Blob fresh(
            List<Segment> segments,
            Map<String, String> properties,
            Map<String, String> metadata,
            Optional<Blob> before) {
        Instant now = blobs.now();
        return new Blob(
                segments,
                properties,
                metadata,
                blobs.newEtag(),
                now,
                before.map(Blob::created).orElse(now),
                Map.of());
    }

    static Map<String, String> contentHeaders(BlobRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        CONTENT_HEADERS.forEach((stored, header) -> {
            String value = request.header(header);
            if (!value.isEmpty()) {
                headers.put(stored, value);
            }
        });
        return headers;
    }

    private static String requestType(BlobRequest request) {
        String type = request.header("Content-Type");
        return type.isEmpty() ? "application/octet-stream" : type;
    }

    static void created(BlobRequest request, Blob blob) throws IOException {
        stamp(request, blob);
        request.exchange().setHeader("x-ms-request-server-encrypted", "true");
        request.exchange().send(201);
    }

    static void stamp(BlobRequest request, Blob blob) {
        request.exchange().setHeader("ETag", blob.etag());
        request.exchange().setHeader("Last-Modified", Conditions.format(blob.modified()));
    }

    private Blob present(BlobRequest request) {
        return blobs.blob(request.key()).orElseThrow(StorageErrors::blobNotFound);
    }

    /** A blob may be written anew between the look at it and its opening; then the new one is answered. */
    private void get(BlobRequest request) throws IOException {
        Blob blob = present(request);
        while (true) {
            Optional<ByteRange> part = part(request, blob);
            long first = part.map(ByteRange::first).orElse(0L);
            long length = part.map(ByteRange::length).orElse(blob.length());
            try (InputStream in = blobs.files().open(blob.segments(), first, length)) {
                answer(request, blob, part, length, in);
                return;
            } catch (NoSuchFileException gone) {
                Blob now = present(request);
                if (now.etag().equals(blob.etag())) {
                    throw gone;
                }
                blob = now;
            }
        }
    }

    private static Optional<ByteRange> part(BlobRequest request, Blob blob) {
        Conditions.checkRead(request, blob.etag(), blob.modified());
        Exchange exchange = request.exchange();
        String range = exchange.header("x-ms-range").orElse(request.header("Range"));
        HttpError unsatisfiable = StorageErrors.of(
                416, "InvalidRange", "The range specified is invalid for the current size of the resource.");
        return exchange.method().equals("HEAD")
                ? Optional.empty()
                : ByteRange.parse(range, blob.length(), unsatisfiable);
    }

    private void answer(BlobRequest request, Blob blob, Optional<ByteRange> part, long length, InputStream in)
            throws IOException {
        Exchange exchange = request.exchange();
        describe(request, blob);
        if (part.isPresent()) {
            exchange.setHeader("Content-Range", part.get().contentRange(blob.length()));
            exchange.setHeader("x-ms-blob-content-md5", blob.property("content-md5"));
            if (request.header("x-ms-range-get-content-md5").equals("true")) {
                exchange.setHeader("Content-MD5", rangeMd5(blob, part.get().first(), length));
            }
        } else if (!blob.property("content-md5").isEmpty()) {
            exchange.setHeader("Content-MD5", blob.property("content-md5"));
        }
        String type = exchange.query("rsct").orElse(blob.property("content-type"));
        int status = part.isPresent() ? 206 : 200;
        try (OutputStream out = exchange.stream(status, type, length)) {
            if (!exchange.method().equals("HEAD")) {
                ContentFiles.copy(in, out);
            }
        }
    }

    private String rangeMd5(Blob blob, long first, long length) throws IOException {
        if (length > LARGEST_RANGE_MD5) {
            throw StorageErrors.of(400, "OutOfRangeInput", "An MD5 is given for ranges up to 4 MiB only.");
        }
        MessageDigest md5 = ContentHash.newMd5();
        try (InputStream in = blobs.files().open(blob.segments(), first, length)) {
            md5.update(in.readAllBytes());
        }
        return Base64.getEncoder().encodeToString(md5.digest());
    }

    private static void describe(BlobRequest request, Blob blob) {
        Exchange exchange = request.exchange();
        stamp(request, blob);
        exchange.setHeader("Accept-Ranges", "bytes");
        exchange.setHeader("x-ms-blob-type", "BlockBlob");
        exchange.setHeader("x-ms-creation-time", Conditions.format(blob.created()));
        exchange.setHeader("x-ms-lease-status", "unlocked");
        exchange.setHeader("x-ms-lease-state", "available");
        exchange.setHeader("x-ms-server-encrypted", "true");
        exchange.setHeader("x-ms-access-tier", "Hot");
        exchange.setHeader("x-ms-access-tier-inferred", "true");
        blob.copy().forEach(exchange::setHeader);
        blob.metadata().forEach((name, value) -> exchange.setHeader("x-ms-meta-" + name, value));
        // A SAS may override what the blob says of itself.
        header(exchange, "Cache-Control", "rscc", blob.property("cache-control"));
        header(exchange, "Content-Disposition", "rscd", blob.property("content-disposition"));
        header(exchange, "Content-Encoding", "rsce", blob.property("content-encoding"));
        header(exchange, "Content-Language", "rscl", blob.property("content-language"));
    }

    private static void header(Exchange exchange, String name, String override, String stored) {
        String value = exchange.query(override).orElse(stored);
        if (!value.isEmpty()) {
            exchange.setHeader(name, value);
        }
    }

    private void delete(BlobRequest request) throws IOException {
        boolean existed = blobs.delete(request.key(), present -> Conditions.checkWrite(request, present));
        if (!existed) {
            throw StorageErrors.blobNotFound();
        }
        request.exchange().setHeader("x-ms-delete-type-permanent", "true");
        request.exchange().send(202);
    }

    private void metadata(BlobRequest request) throws IOException {
        Blob blob = present(request);
        Conditions.checkRead(request, blob.etag(), blob.modified());
        stamp(request, blob);
        blob.metadata().forEach((name, value) -> request.exchange().setHeader("x-ms-meta-" + name, value));
        request.exchange().send(200);
    }

    private void setMetadata(BlobRequest request) throws IOException {
        changed(
                request,
                (blob, now) -> new Blob(
                        blob.segments(),
                        blob.properties(),
                        request.metadata(),
                        blobs.newEtag(),
                        now,
                        blob.created(),
                        blob.copy()));
    }

    private void setProperties(BlobRequest request) throws IOException {
        changed(
                request,
                (blob, now) -> new Blob(
                        blob.segments(),
                        contentHeaders(request),
                        blob.metadata(),
                        blobs.newEtag(),
                        now,
                        blob.created(),
                        blob.copy()));
    }

    private interface Revision {
        Blob of(Blob blob, Instant now);
    }

    private void changed(BlobRequest request, Revision revision) throws IOException {
        Blob blob = blobs.change(request.key(), present -> {
            Blob before = present.orElseThrow(StorageErrors::blobNotFound);
            Conditions.checkWrite(request, present);
            return revision.of(before, blobs.now());
        });
        stamp(request, blob);
        request.exchange().setHeader("x-ms-request-server-encrypted", "true");
        request.exchange().send(200);
    }
}
