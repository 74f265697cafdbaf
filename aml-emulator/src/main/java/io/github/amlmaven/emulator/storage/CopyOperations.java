package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.http.HttpError;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Copy Blob, Copy Blob From URL and Put Blob From URL inside this emulator; done when the answer is sent. */
final class CopyOperations {

    private static final String HOST_SUFFIX = ".blob.localhost";

    private final Blobs blobs;
    private final BlobAuthorization authorization;

    CopyOperations(Blobs blobs, BlobAuthorization authorization) {
        this.blobs = blobs;
        this.authorization = authorization;
    }

    private record Source(String account, String container, String name, Map<String, String> sas) {}

    void copy(BlobRequest request, BlobAuthorization.Caller caller) throws IOException {
        String url = request.header("x-ms-copy-source");
        Source source = parse(url);
        authorize(request, caller, source);
        Blob original = blobs.blob(Blobs.key(source.account(), source.container(), source.name()))
                .orElseThrow(() -> cannotVerify(404, "The specified blob does not exist."));
        BlobOperations.checkReplace(request, caller, blobs.blob(request.key()));
        List<Segment> segments = new ArrayList<>();
        for (Segment segment : original.segments()) {
            segments.add(blobs.files().duplicate(segment));
        }
        Map<String, String> metadata = request.metadata().isEmpty() ? original.metadata() : request.metadata();
        boolean putFromUrl = !request.header("x-ms-blob-type").isEmpty();
        Map<String, String> properties = new LinkedHashMap<>(original.properties());
        if (putFromUrl) {
            properties.putAll(BlobOperations.contentHeaders(request));
        }
        Instant now = blobs.now();
        Map<String, String> copy = Map.of(
                "x-ms-copy-id", UUID.randomUUID().toString(),
                "x-ms-copy-source", withoutQuery(url),
                "x-ms-copy-status", "success",
                "x-ms-copy-progress", original.length() + "/" + original.length(),
                "x-ms-copy-completion-time", Conditions.format(now));
        Blob blob;
        try {
            blob = blobs.change(request.key(), present -> {
                BlobOperations.checkReplace(request, caller, present);
                Instant created = present.map(Blob::created).orElse(now);
                return new Blob(
                        segments, properties, metadata, blobs.newEtag(), now, created, putFromUrl ? Map.of() : copy);
            });
        } catch (HttpError e) {
            blobs.files().delete(segments);
            throw e;
        }
        if (putFromUrl) {
            BlobOperations.created(request, blob);
            return;
        }
        BlobOperations.stamp(request, blob);
        request.exchange().setHeader("x-ms-copy-id", copy.getOrDefault("x-ms-copy-id", ""));
        request.exchange().setHeader("x-ms-copy-status", "success");
        request.exchange().send(202);
    }

    /** Holders of a token or of the account's key read their own account; everything else needs a SAS on the source. */
    private void authorize(BlobRequest request, BlobAuthorization.Caller caller, Source source) {
        if (source.sas().containsKey("sig")) {
            authorization.authorizeSource(
                    request.exchange(), source.account(), source.container(), source.name(), source.sas());
        } else if (caller instanceof BlobAuthorization.SasHolder
                || !source.account().equals(request.account())) {
            throw cannotVerify(401, "This request is not authorized to read the source.");
        }
    }

    private static HttpError cannotVerify(int status, String message) {
        return StorageErrors.of(status, "CannotVerifyCopySource", message);
    }

    private static String withoutQuery(String url) {
        int question = url.indexOf('?');
        return question < 0 ? url : url.substring(0, question);
    }

    private static Source parse(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw StorageErrors.invalidHeader("x-ms-copy-source");
        }
        String host = String.valueOf(uri.getHost());
        List<String> parts = new ArrayList<>(List.of(uri.getRawPath().split("/", host.endsWith(HOST_SUFFIX) ? 3 : 4)));
        if (host.endsWith(HOST_SUFFIX)) {
            parts.add(1, host.substring(0, host.length() - HOST_SUFFIX.length()));
        }
        if (parts.size() != 4 || !(host.endsWith("localhost") || host.startsWith("127."))) {
            throw cannotVerify(404, "The source is not in this emulator.");
        }
        Map<String, String> sas = new LinkedHashMap<>();
        String query = uri.getRawQuery();
        for (String field : query == null ? new String[0] : query.split("&", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                sas.put(field.substring(0, equals), decode(field.substring(equals + 1)));
            }
        }
        return new Source(
                parts.get(1), decode(parts.get(2)), decode(parts.get(3).replace("+", "%2B")), sas);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw StorageErrors.invalidHeader("x-ms-copy-source");
        }
    }
}
