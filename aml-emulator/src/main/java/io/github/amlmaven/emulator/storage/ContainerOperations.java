package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.store.DocumentStore.Entry;
import java.io.IOException;
import java.util.Map;

/** Operations on a container: create, properties, metadata, delete, list blobs. */
final class ContainerOperations {

    private final Blobs blobs;

    ContainerOperations(Blobs blobs) {
        this.blobs = blobs;
    }

    void handle(BlobRequest request) throws IOException {
        if (request.restype().equals("account")) {
            ServiceOperations.account(request.exchange());
            return;
        }
        if (!request.restype().equals("container")) {
            // Without restype=container this is a blob in the root container, which this emulator has not.
            throw StorageErrors.blobNotFound();
        }
        switch (request.exchange().method() + " " + request.comp()) {
            case "PUT " -> create(request);
            case "GET ", "HEAD ", "GET metadata", "HEAD metadata" -> properties(request);
            case "PUT metadata" -> setMetadata(request);
            case "DELETE " -> delete(request);
            case "GET list" -> list(request);
            case "GET acl", "HEAD acl" -> accessPolicy(request);
            default -> throw ServiceOperations.unsupported(request);
        }
    }

    private void create(BlobRequest request) throws IOException {
        if (!blobs.createContainer(request.account(), request.container(), request.metadata())) {
            throw StorageErrors.of(409, "ContainerAlreadyExists", "The specified container already exists.");
        }
        stamp(request, present(request));
        request.exchange().send(201);
    }

    private void properties(BlobRequest request) throws IOException {
        Blobs.Container container = present(request);
        stamp(request, container);
        container.metadata().forEach((name, value) -> request.exchange().setHeader("x-ms-meta-" + name, value));
        request.exchange().setHeader("x-ms-lease-status", "unlocked");
        request.exchange().setHeader("x-ms-lease-state", "available");
        request.exchange().setHeader("x-ms-has-immutability-policy", "false");
        request.exchange().setHeader("x-ms-has-legal-hold", "false");
        request.exchange().send(200);
    }

    private void setMetadata(BlobRequest request) throws IOException {
        present(request);
        blobs.setContainerMetadata(request.account(), request.container(), request.metadata());
        stamp(request, present(request));
        request.exchange().send(200);
    }

    private void accessPolicy(BlobRequest request) throws IOException {
        stamp(request, present(request));
        Xml xml = new Xml().open("SignedIdentifiers").close("SignedIdentifiers");
        request.exchange().send(200, "application/xml", xml.bytes());
    }

    private void delete(BlobRequest request) throws IOException {
        present(request);
        if (!blobs.deleteContainer(request.account(), request.container())) {
            throw StorageErrors.containerNotFound();
        }
        request.exchange().send(202);
    }

    private Blobs.Container present(BlobRequest request) {
        return blobs.container(request.account(), request.container()).orElseThrow(StorageErrors::containerNotFound);
    }

    private static void stamp(BlobRequest request, Blobs.Container container) {
        request.exchange().setHeader("ETag", container.etag());
        request.exchange().setHeader("Last-Modified", Conditions.format(container.modified()));
    }

    private void list(BlobRequest request) throws IOException {
        present(request);
        Exchange exchange = request.exchange();
        String prefix = exchange.query("prefix").orElse("");
        String delimiter = exchange.query("delimiter").orElse("");
        Page page = Page.of(exchange);
        Xml xml = new Xml()
                .open(
                        "EnumerationResults ServiceEndpoint=\"" + Xml.escape(request.endpoint() + "/") + "\"",
                        "ContainerName",
                        request.container());
        xml.leaf("Prefix", prefix)
                .leaf("MaxResults", Integer.toString(page.size()))
                .optional("Delimiter", delimiter);
        xml.open("Blobs");
        String next = entries(request, xml, prefix, delimiter, page);
        xml.close("Blobs").leaf("NextMarker", next).close("EnumerationResults");
        exchange.send(200, "application/xml", xml.bytes());
    }

    /** Writes one page; returns the next page's marker, empty after the last. */
    private String entries(BlobRequest request, Xml xml, String prefix, String delimiter, Page page) {
        boolean metadata = request.exchange().query("include").orElse("").contains("metadata");
        int root = request.key().length();
        int written = 0;
        String folder = "";
        for (Entry entry : blobs.entries(request.account(), request.container(), prefix)) {
            String name = entry.key().substring(root);
            int cut = delimiter.isEmpty() ? -1 : name.indexOf(delimiter, prefix.length());
            String shown = cut < 0 ? name : name.substring(0, cut + delimiter.length());
            if (shown.compareTo(page.marker()) < 0 || (cut >= 0 && shown.equals(folder))) {
                continue;
            }
            if (written == page.size()) {
                return Page.encode(shown);
            }
            written++;
            if (cut >= 0) {
                folder = shown;
                xml.open("BlobPrefix").leaf("Name", shown).close("BlobPrefix");
            } else {
                blob(xml, name, Blob.fromJson(entry.document()), metadata);
            }
        }
        return "";
    }

    private static void blob(Xml xml, String name, Blob blob, boolean metadata) {
        xml.open("Blob").leaf("Name", name).open("Properties");
        xml.leaf("Creation-Time", Conditions.format(blob.created()));
        xml.leaf("Last-Modified", Conditions.format(blob.modified()));
        xml.leaf("Etag", blob.etag().replace("\"", ""));
        xml.leaf("Content-Length", Long.toString(blob.length()));
        xml.leaf("Content-Type", blob.property("content-type"));
        xml.leaf("Content-Encoding", blob.property("content-encoding"));
        xml.leaf("Content-Language", blob.property("content-language"));
        xml.leaf("Content-MD5", blob.property("content-md5"));
        xml.leaf("Cache-Control", blob.property("cache-control"));
        xml.leaf("Content-Disposition", blob.property("content-disposition"));
        xml.leaf("BlobType", "BlockBlob").leaf("AccessTier", "Hot").leaf("AccessTierInferred", "true");
        xml.leaf("LeaseStatus", "unlocked").leaf("LeaseState", "available").leaf("ServerEncrypted", "true");
        xml.close("Properties");
        if (metadata) {
            metadata(xml, blob.metadata());
        }
        xml.close("Blob");
    }

    static void metadata(Xml xml, Map<String, String> metadata) {
        xml.open("Metadata");
        metadata.forEach(xml::leaf);
        xml.close("Metadata");
    }
}
