package io.github.amlmaven.core.storage;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;

/**
 * A blob datastore of a workspace: a container of a storage account.
 *
 * @param name the datastore's name
 * @param account the storage account
 * @param container the blob container
 * @param endpoint the account's host suffix, with a port for a local cloud
 * @param credentials {@code AccountKey}, {@code Sas}, {@code ServicePrincipal}, {@code Certificate} or {@code None}
 */
public record Datastore(String name, String account, String container, String endpoint, String credentials) {

    static Datastore of(JsonNode resource) {
        JsonNode properties = resource.path("properties");
        String type = properties.path("datastoreType").asText();
        if (!type.equals("AzureBlob")) {
            throw AmlException.of(
                            ErrorCode.STORAGE_FAILED,
                            "Datastore '" + resource.path("name").asText() + "' is of type " + type
                                    + "; only AzureBlob can be read and written here")
                    .remedy("Use a blob datastore, such as workspaceblobstore.")
                    .build();
        }
        return new Datastore(
                resource.path("name").asText(),
                properties.path("accountName").asText(),
                properties.path("containerName").asText(),
                properties.path("endpoint").asText("core.windows.net"),
                properties.path("credentials").path("credentialsType").asText("None"));
    }
}
