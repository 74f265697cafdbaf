package io.github.amlmaven.emulator.function;

import io.github.amlmaven.emulator.storage.BlobStore;
import io.github.amlmaven.emulator.storage.QueueStore;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The emulator's storage accounts, as a Functions host gets at them by its connections. */
public record HostStorage(QueueStore queues, BlobStore blobs, Identities identities) {

    /** What managed identities may do. */
    @FunctionalInterface
    public interface Identities {
        boolean mayWriteBlobs(String clientId, String account);
    }

    /** The connection of the host itself, which it does not start without. */
    public static final String OWN = "AzureWebJobsStorage";

    /**
     * The account behind a connection: a connection string with its key, or by identity
     * (<a href="https://learn.microsoft.com/azure/azure-functions/functions-reference#connections">connections</a>). A
     * user-assigned identity must have a role; a site's own one is let in.
     *
     * @throws FunctionProgram.Unusable when there is no such setting or account, its key is wrong or the identity has no role
     */
    public String account(String connection, Map<String, String> settings) throws FunctionProgram.Unusable {
        for (String name : List.of(connection, "AzureWebJobs" + connection)) {
            String value = settings.getOrDefault(name, "");
            if (!value.isEmpty()) {
                return byKey(name, value);
            }
            for (String suffix : List.of("accountName", "blobServiceUri", "queueServiceUri", "serviceUri")) {
                String part = settings.getOrDefault(name + "__" + suffix, "");
                if (!part.isEmpty()) {
                    return byIdentity(
                            name,
                            existing(name, suffix.equals("accountName") ? part : accountOf(URI.create(part))),
                            settings.getOrDefault(name + "__clientId", ""));
                }
            }
        }
        throw new FunctionProgram.Unusable("Storage account connection string '" + connection
                + "' does not exist. Make sure that it is a defined App" + " Setting.");
    }

    private String byKey(String name, String value) throws FunctionProgram.Unusable {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : value.split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        String account = existing(name, parts.getOrDefault("AccountName", ""));
        if (!queues.isKey(account, parts.getOrDefault("AccountKey", ""))) {
            throw new FunctionProgram.Unusable(
                    name + ": Server failed to authenticate the request. (403 AuthenticationFailed)");
        }
        return account;
    }

    private String byIdentity(String name, String account, String clientId) throws FunctionProgram.Unusable {
        if (!clientId.isEmpty() && !identities.mayWriteBlobs(clientId, account)) {
            throw new FunctionProgram.Unusable(
                    name + ": This request is not authorized to perform this operation using this"
                            + " permission. (403 AuthorizationPermissionMismatch)");
        }
        return account;
    }

    private String existing(String name, String account) throws FunctionProgram.Unusable {
        if (!queues.accountExists(account)) {
            throw new FunctionProgram.Unusable(name + ": there is no storage account '" + account + "'");
        }
        return account;
    }

    private static String accountOf(URI service) {
        String host = String.valueOf(service.getHost());
        return host.contains(".blob.") || host.contains(".queue.")
                ? host.substring(0, host.indexOf('.'))
                : service.getPath().replaceAll("^/|/.*$", "");
    }
}
