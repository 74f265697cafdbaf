package io.github.amlmaven.core.appservice;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The storage account of a Function App. The Functions host cannot do without one
 * (<a href="https://learn.microsoft.com/azure/azure-functions/storage-considerations">storage considerations</a>).
 *
 * @param account its name
 * @param blob the Blob service's address
 * @param queue the Queue service's address
 * @param access how the host gets in
 */
public record FunctionStorage(String account, URI blob, URI queue, Access access) {

    private static final String CONNECTION = "AzureWebJobsStorage";

    /** How the host gets in. */
    public sealed interface Access {

        /** By a key of the account, which lies among the application settings. */
        record Key(String value) implements Access {

            @Override
            public String toString() {
                return "Key[***]";
            }
        }

        /**
         * By a user-assigned identity that has <i>Storage Blob Data Owner</i> and <i>Storage Queue Data Contributor</i>; no
         * key is anywhere then.
         *
         * @param toGrant commands that give it the roles it is seen to lack, looked up when an app does not start; it may have
         *     them by a role of somebody's own
         */
        record Identity(String resourceId, String clientId, Supplier<List<String>> toGrant) implements Access {}
    }

    /** The connection {@code AzureWebJobsStorage} as application settings. */
    Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        if (access instanceof Access.Key key) {
            settings.put(
                    CONNECTION,
                    "DefaultEndpointsProtocol=https;AccountName=" + account + ";AccountKey=" + key.value()
                            + ";BlobEndpoint=" + blob + ";QueueEndpoint=" + queue);
        } else if (access instanceof Access.Identity identity) {
            // The name alone is enough where the services have their usual addresses, and only there.
            if (String.valueOf(blob.getHost()).equals(account + ".blob.core.windows.net")) {
                settings.put(CONNECTION + "__accountName", account);
            } else {
                settings.put(CONNECTION + "__blobServiceUri", blob.toString());
                settings.put(CONNECTION + "__queueServiceUri", queue.toString());
            }
            settings.put(CONNECTION + "__credential", "managedidentity");
            settings.put(CONNECTION + "__clientId", identity.clientId());
        }
        return settings;
    }
}
