package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import javax.xml.stream.XMLStreamException;

/** Operations on a Blob service: containers, properties, account information, user delegation key. */
final class ServiceOperations {

    private static final String DELEGATION_VERSION = "2026-10-06";

    private final Blobs blobs;

    ServiceOperations(Blobs blobs) {
        this.blobs = blobs;
    }

    void handle(BlobRequest request, BlobAuthorization.Caller caller) throws IOException {
        String operation = request.exchange().method() + " " + request.restype() + " " + request.comp();
        switch (operation) {
            case "GET  list" -> list(request);
            case "GET service properties" -> properties(request.exchange());
            case "GET account properties", "HEAD account properties" -> account(request.exchange());
            case "POST service userdelegationkey" -> delegationKey(request, caller);
            default -> throw unsupported(request);
        }
    }

    static HttpError unsupported(BlobRequest request) {
        return StorageErrors.of(
                400,
                "UnsupportedQueryParameter",
                "This emulator has no operation " + request.exchange().method() + " restype=" + request.restype()
                        + " comp=" + request.comp() + " here.");
    }

    private void list(BlobRequest request) throws IOException {
        Exchange exchange = request.exchange();
        String prefix = exchange.query("prefix").orElse("");
        Page page = Page.of(exchange);
        boolean metadata = exchange.query("include").orElse("").contains("metadata");
        List<Blobs.Container> all = blobs.containers(request.account(), prefix).stream()
                .filter(container -> container.name().compareTo(page.marker()) >= 0)
                .toList();
        Xml xml = new Xml().open("EnumerationResults", "ServiceEndpoint", request.endpoint() + "/");
        xml.leaf("Prefix", prefix).open("Containers");
        all.stream().limit(page.size()).forEach(container -> {
            xml.open("Container").leaf("Name", container.name()).open("Properties");
            xml.leaf("Last-Modified", Conditions.format(container.modified())).leaf("Etag", container.etag());
            xml.leaf("LeaseStatus", "unlocked").leaf("LeaseState", "available").close("Properties");
            if (metadata) {
                ContainerOperations.metadata(xml, container.metadata());
            }
            xml.close("Container");
        });
        String next =
                all.size() > page.size() ? Page.encode(all.get(page.size()).name()) : "";
        xml.close("Containers").leaf("NextMarker", next).close("EnumerationResults");
        exchange.send(200, "application/xml", xml.bytes());
    }

    private static void properties(Exchange exchange) throws IOException {
        Xml xml = new Xml().open("StorageServiceProperties");
        xml.open("Logging").leaf("Version", "1.0").leaf("Delete", "false").leaf("Read", "false");
        xml.leaf("Write", "false")
                .open("RetentionPolicy")
                .leaf("Enabled", "false")
                .close("RetentionPolicy");
        xml.close("Logging");
        for (String metrics : List.of("HourMetrics", "MinuteMetrics")) {
            xml.open(metrics).leaf("Version", "1.0").leaf("Enabled", "false").open("RetentionPolicy");
            xml.leaf("Enabled", "false").close("RetentionPolicy").close(metrics);
        }
        xml.open("Cors").close("Cors").open("DeleteRetentionPolicy").leaf("Enabled", "false");
        xml.close("DeleteRetentionPolicy").close("StorageServiceProperties");
        exchange.send(200, "application/xml", xml.bytes());
    }

    static void account(Exchange exchange) throws IOException {
        exchange.setHeader("x-ms-sku-name", "Standard_LRS");
        exchange.setHeader("x-ms-account-kind", "StorageV2");
        exchange.setHeader("x-ms-is-hns-enabled", "false");
        exchange.send(200);
    }

    private void delegationKey(BlobRequest request, BlobAuthorization.Caller caller) throws IOException {
        if (!(caller instanceof BlobAuthorization.Principal principal)) {
            throw StorageErrors.authenticationFailed("Only a token of Entra ID gets a user delegation key.");
        }
        List<Xml.Leaf> leaves;
        try {
            leaves = Xml.leaves(request.exchange().body());
        } catch (XMLStreamException e) {
            throw StorageErrors.of(400, "InvalidXmlDocument", "The specified XML is not syntactically valid.");
        }
        var fields = leaves.stream().collect(Collectors.toMap(Xml.Leaf::name, Xml.Leaf::text, (a, b) -> a));
        String expiry = fields.getOrDefault("Expiry", "");
        if (expiry.isEmpty()) {
            throw StorageErrors.of(400, "InvalidXmlNodeValue", "Expiry is mandatory.");
        }
        String start = fields.getOrDefault("Start", blobs.now().toString());
        String objectId = principal.objectId();
        String tenant = EmulatorOptions.TENANT;
        String value = DelegationKey.value(
                blobs.accountKey(request.account()), objectId, tenant, start, expiry, DELEGATION_VERSION);
        Xml xml =
                new Xml().open("UserDelegationKey").leaf("SignedOid", objectId).leaf("SignedTid", tenant);
        xml.leaf("SignedStart", start).leaf("SignedExpiry", expiry).leaf("SignedService", "b");
        xml.leaf("SignedVersion", DELEGATION_VERSION).leaf("Value", value).close("UserDelegationKey");
        request.exchange().send(200, "application/xml", xml.bytes());
    }
}
