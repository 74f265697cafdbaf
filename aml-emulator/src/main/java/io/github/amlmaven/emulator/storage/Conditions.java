package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.http.HttpError;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/**
 * Conditional headers:
 * https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations.
 */
final class Conditions {

    private static final DateTimeFormatter RFC_1123 =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    private Conditions() {}

    static String format(Instant time) {
        return RFC_1123.format(time.atZone(ZoneOffset.UTC));
    }

    /** Fails with 304 or 412 when a condition for reading is not met. */
    static void checkRead(BlobRequest request, String etag, Instant modified) {
        String match = request.header("If-Match");
        if (!match.isEmpty() && !matches(match, etag)) {
            throw StorageErrors.conditionNotMet();
        }
        Optional<Instant> unmodified = time(request, "If-Unmodified-Since");
        if (unmodified.isPresent() && modified.isAfter(unmodified.get())) {
            throw StorageErrors.conditionNotMet();
        }
        String noneMatch = request.header("If-None-Match");
        boolean same = !noneMatch.isEmpty() && matches(noneMatch, etag);
        Optional<Instant> since = time(request, "If-Modified-Since");
        boolean old = noneMatch.isEmpty() && since.isPresent() && !modified.isAfter(since.get());
        if (same || old) {
            throw new HttpError(304, "", "")
                    .header("x-ms-error-code", "ConditionNotMet")
                    .header("ETag", etag);
        }
    }

    /** Fails with 409 or 412 when a condition for changing is not met. */
    static void checkWrite(BlobRequest request, Optional<Blob> present) {
        String match = request.header("If-Match");
        if (!match.isEmpty()
                && (present.isEmpty() || !matches(match, present.get().etag()))) {
            throw StorageErrors.conditionNotMet();
        }
        if (present.isEmpty()) {
            return;
        }
        String noneMatch = request.header("If-None-Match");
        if (noneMatch.equals("*")) {
            throw alreadyExists();
        }
        if (!noneMatch.isEmpty() && matches(noneMatch, present.get().etag())) {
            throw StorageErrors.conditionNotMet();
        }
        Instant modified = present.get().modified();
        Optional<Instant> since = time(request, "If-Modified-Since");
        Optional<Instant> unmodified = time(request, "If-Unmodified-Since");
        if ((since.isPresent() && !modified.isAfter(since.get()))
                || (unmodified.isPresent() && modified.isAfter(unmodified.get()))) {
            throw StorageErrors.conditionNotMet();
        }
    }

    static HttpError alreadyExists() {
        return StorageErrors.of(409, "BlobAlreadyExists", "The specified blob already exists.");
    }

    private static boolean matches(String condition, String etag) {
        if (condition.equals("*")) {
            return true;
        }
        String bare = etag.replace("\"", "");
        for (String one : condition.split(",", -1)) {
            if (one.strip().replace("\"", "").equals(bare)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<Instant> time(BlobRequest request, String header) {
        String value = request.header(header);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException e) {
            throw StorageErrors.invalidHeader(header);
        }
    }
}
