package io.github.amlmaven.core.testing;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The few operations of the Blob service that a test needs, in memory: put, metadata, head, range, list. */
public final class BlobAccount {

    /** A blob. */
    private record Blob(String content, Map<String, String> metadata) {}

    private final String prefix;
    private final Map<String, Blob> blobs = new ConcurrentSkipListMap<>();

    /** An account and container at a path: {@code /sa1/data}. */
    public BlobAccount(String path) {
        this.prefix = path + "/";
    }

    public void put(String name, String content) {
        blobs.put(name, new Blob(content, Map.of()));
    }

    public Map<String, String> contents() {
        Map<String, String> contents = new TreeMap<>();
        blobs.forEach((name, blob) -> contents.put(name, blob.content()));
        return contents;
    }

    public Map<String, String> metadata(String name) {
        Blob blob = blobs.get(name);
        return blob == null ? Map.of() : blob.metadata();
    }

    public boolean owns(ReceivedRequest request) {
        return (request.path() + "/").startsWith(prefix);
    }

    public Answer answer(ReceivedRequest request) {
        Map<String, String> query = request.query();
        if (query.containsKey("restype")) {
            return list(query.getOrDefault("prefix", ""));
        }
        String name = URLDecoder.decode(request.path().substring(prefix.length()), StandardCharsets.UTF_8);
        Blob blob = blobs.get(name);
        if (request.method().equals("PUT")) {
            return write(request, query, name, blob);
        }
        if (blob == null) {
            return Answer.empty(404).with("x-ms-error-code", "BlobNotFound");
        }
        return read(request, blob);
    }

    private Answer write(
            ReceivedRequest request,
            Map<String, String> query,
            String name,
            @org.jspecify.annotations.Nullable Blob blob) {
        if ("metadata".equals(query.get("comp"))) {
            Map<String, String> metadata = new TreeMap<>();
            request.headers().forEach((header, values) -> {
                String lower = header.toLowerCase(Locale.ROOT);
                if (lower.startsWith("x-ms-meta-")) {
                    metadata.put(lower.substring("x-ms-meta-".length()), values.get(0));
                }
            });
            blobs.put(name, new Blob(blob == null ? "" : blob.content(), metadata));
            return etag(Answer.empty(200));
        }
        if (blob != null && "*".equals(request.header("If-None-Match"))) {
            return Answer.empty(409).with("x-ms-error-code", "BlobAlreadyExists");
        }
        blobs.put(name, new Blob(request.text(), Map.of()));
        return etag(Answer.empty(201));
    }

    private static Answer read(ReceivedRequest request, Blob blob) {
        byte[] bytes = blob.content().getBytes(StandardCharsets.UTF_8);
        String range = request.header("x-ms-range") == null ? request.header("Range") : request.header("x-ms-range");
        Answer answer;
        if (range == null || request.method().equals("HEAD")) {
            answer = Answer.text(200, blob.content());
        } else {
            int from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-.*", "$1"));
            if (from >= bytes.length) {
                return Answer.empty(416).with("x-ms-error-code", "InvalidRange");
            }
            answer = Answer.text(206, new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8))
                    .with("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
        }
        for (Map.Entry<String, String> meta : blob.metadata().entrySet()) {
            answer = answer.with("x-ms-meta-" + meta.getKey(), meta.getValue());
        }
        if (request.method().equals("HEAD")) {
            answer = answer.with("Content-Length", Integer.toString(bytes.length));
        }
        return etag(answer).with("x-ms-blob-type", "BlockBlob");
    }

    private static Answer etag(Answer answer) {
        return answer.with("ETag", "\"0x1\"").with("Last-Modified", "Sun, 22 Nov 2026 12:00:00 GMT");
    }

    private Answer list(String wanted) {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>");
        blobs.forEach((name, blob) -> {
            if (name.startsWith(wanted)) {
                xml.append("<Blob><Name>")
                        .append(name)
                        .append("</Name><Properties><Content-Length>")
                        .append(blob.content().getBytes(StandardCharsets.UTF_8).length)
                        .append("</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>");
            }
        });
        xml.append("</Blobs><NextMarker/></EnumerationResults>");
        return new Answer(
                200, Map.of("Content-Type", "application/xml"), xml.toString().getBytes(StandardCharsets.UTF_8));
    }
}
