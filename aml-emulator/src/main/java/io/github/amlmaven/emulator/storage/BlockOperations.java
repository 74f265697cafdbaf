package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLStreamException;

/** Put Block, Put Block List, Get Block List. A committed blob keeps its blocks' files: nothing is copied at the commit. */
final class BlockOperations {

    private static final int MOST_BLOCKS = 50_000;

    private final Blobs blobs;
    private final Upload upload;

    BlockOperations(Blobs blobs) {
        this.blobs = blobs;
        this.upload = new Upload(blobs.files());
    }

    void handle(BlobRequest request, BlobAuthorization.Caller caller) throws IOException {
        switch (request.exchange().method() + " " + request.comp()) {
            case "PUT block" -> putBlock(request);
            case "PUT blocklist" -> commit(request, caller);
            case "GET blocklist" -> list(request);
            default -> throw ServiceOperations.unsupported(request);
        }
    }

    private void putBlock(BlobRequest request) throws IOException {
        Exchange exchange = request.exchange();
        String id = exchange.query("blockid").orElse("");
        if (exchange.header("x-ms-copy-source").isPresent()) {
            throw StorageErrors.of(400, "UnsupportedHeader", "This emulator does not put blocks from a URL.");
        }
        checkId(id);
        ContentFiles.Stored stored = upload.receive(request, false);
        blobs.putBlock(request.key(), id, stored.segment());
        exchange.setHeader("x-ms-request-server-encrypted", "true");
        exchange.send(201);
    }

    private static void checkId(String id) {
        try {
            int length = Base64.getDecoder().decode(id).length;
            if (length < 1 || length > 64) {
                throw StorageErrors.invalidQuery("blockid");
            }
        } catch (IllegalArgumentException e) {
            throw StorageErrors.invalidQuery("blockid");
        }
    }

    private void commit(BlobRequest request, BlobAuthorization.Caller caller) throws IOException {
        List<Xml.Leaf> wanted;
        try {
            wanted = Xml.leaves(request.exchange().body());
        } catch (XMLStreamException e) {
            throw StorageErrors.of(400, "InvalidXmlDocument", "The specified XML is not syntactically valid.");
        }
        if (wanted.size() > MOST_BLOCKS) {
            throw StorageErrors.of(400, "BlockListTooLong", "The block list may not contain more than 50,000 blocks.");
        }
        Map<String, String> properties = BlobOperations.contentHeaders(request);
        properties.putIfAbsent("content-type", "application/octet-stream");
        Blob blob = blobs.change(request.key(), present -> {
            BlobOperations.checkReplace(request, caller, present);
            List<Segment> segments = resolve(request, wanted, present);
            Instant now = blobs.now();
            return new Blob(
                    segments,
                    properties,
                    request.metadata(),
                    blobs.newEtag(),
                    now,
                    present.map(Blob::created).orElse(now),
                    Map.of());
        });
        Set<String> used = new HashSet<>();
        blob.segments().forEach(segment -> used.add(segment.file()));
        blobs.discardBlocks(request.key(), used);
        BlobOperations.created(request, blob);
    }

    private List<Segment> resolve(BlobRequest request, List<Xml.Leaf> wanted, Optional<Blob> present)
            throws IOException {
        Map<String, Segment> uncommitted = byId(blobs.blocks(request.key()));
        Map<String, Segment> committed = byId(present.map(Blob::segments).orElse(List.of()));
        List<Segment> segments = new ArrayList<>();
        Set<String> files = new HashSet<>();
        for (Xml.Leaf leaf : wanted) {
            Optional<Segment> found = switch (leaf.name()) {
                case "Latest" -> Optional.ofNullable(uncommitted.getOrDefault(leaf.text(), committed.get(leaf.text())));
                case "Uncommitted" -> Optional.ofNullable(uncommitted.get(leaf.text()));
                case "Committed" -> Optional.ofNullable(committed.get(leaf.text()));
                // An empty list is <BlockList/>, an innermost element itself.
                case "BlockList" -> Optional.empty();
                default -> throw invalidList();
            };
            if (leaf.name().equals("BlockList")) {
                continue;
            }
            Segment segment = found.orElseThrow(BlockOperations::invalidList);
            // The same block named twice: each place has its own file, so that either may be replaced later.
            segments.add(files.add(segment.file()) ? segment : blobs.files().duplicate(segment));
        }
        return segments;
    }

    private static HttpError invalidList() {
        return StorageErrors.of(400, "InvalidBlockList", "The specified block list is invalid.");
    }

    private static Map<String, Segment> byId(List<Segment> segments) {
        Map<String, Segment> map = new HashMap<>();
        segments.stream().filter(s -> !s.blockId().isEmpty()).forEach(s -> map.put(s.blockId(), s));
        return map;
    }

    private void list(BlobRequest request) throws IOException {
        Exchange exchange = request.exchange();
        Optional<Blob> blob = blobs.blob(request.key());
        List<Segment> uncommitted = blobs.blocks(request.key());
        if (blob.isEmpty() && uncommitted.isEmpty()) {
            throw StorageErrors.blobNotFound();
        }
        String type = exchange.query("blocklisttype").orElse("committed");
        Xml xml = new Xml().open("BlockList");
        if (!type.equals("uncommitted")) {
            blocks(xml, "CommittedBlocks", blob.map(Blob::segments).orElse(List.of()));
        }
        if (!type.equals("committed")) {
            blocks(xml, "UncommittedBlocks", uncommitted);
        }
        xml.close("BlockList");
        blob.ifPresent(present -> {
            BlobOperations.stamp(request, present);
            exchange.setHeader("x-ms-blob-content-length", Long.toString(present.length()));
        });
        exchange.send(200, "application/xml", xml.bytes());
    }

    private static void blocks(Xml xml, String element, List<Segment> segments) {
        xml.open(element);
        for (Segment segment : segments) {
            if (!segment.blockId().isEmpty()) {
                xml.open("Block").leaf("Name", segment.blockId());
                xml.leaf("Size", Long.toString(segment.length())).close("Block");
            }
        }
        xml.close(element);
    }
}
