package io.github.amlmaven.core.appservice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.net.URI;
import java.util.Optional;

/** Finds the storage account of a Function App and how its host gets in. */
public final class FunctionStorageLookup {

    private final AzureClients clients;
    private final Progress progress;

    public FunctionStorageLookup(AzureClients clients, Progress progress) {
        this.clients = clients;
        this.progress = progress;
    }

    /**
     * Reads the account's addresses, and its key or the identity's client id.
     *
     * @param account a name in {@code resourceGroup}, or an ARM id; empty means the workspace's own account
     * @param identity a user-assigned identity's ARM id; empty means a key
     * @throws AmlException {@link ErrorCode#CONFIGURATION_INVALID} when there is none, or none with queues
     */
    public FunctionStorage find(Optional<String> account, String resourceGroup, Optional<String> identity) {
        String id = account.map(name -> id(name, resourceGroup)).orElseGet(this::ofWorkspace);
        ObjectNode resource = clients.arm()
                .find(id, ApiVersions.STORAGE)
                .orElseThrow(() -> missing("There is no storage account " + id));
        String blob = resource.at("/properties/primaryEndpoints/blob").asText();
        String queue = resource.at("/properties/primaryEndpoints/queue").asText();
        if (blob.isEmpty() || queue.isEmpty()) {
            throw missing("Storage account " + id + " has no " + (blob.isEmpty() ? "blobs" : "queues"));
        }
        return new FunctionStorage(
                resource.path("name").asText(),
                URI.create(blob.replaceFirst("/$", "")),
                URI.create(queue.replaceFirst("/$", "")),
                identity.<FunctionStorage.Access>map(one -> byIdentity(one, id)).orElseGet(() -> byKey(id)));
    }

    private String id(String account, String resourceGroup) {
        return account.startsWith("/")
                ? account
                : "/subscriptions/" + clients.workspace().subscriptionId() + "/resourceGroups/" + resourceGroup
                        + "/providers/Microsoft.Storage/storageAccounts/" + account;
    }

    private String ofWorkspace() {
        String id = clients.arm()
                .get(clients.workspace().armId(), ApiVersions.MACHINE_LEARNING)
                .at("/properties/storageAccount")
                .asText();
        if (id.isEmpty()) {
            throw missing("The workspace has no storage account of its own");
        }
        return id;
    }

    private FunctionStorage.Access byIdentity(String identity, String account) {
        JsonNode properties =
                clients.arm().get(identity, ApiVersions.MANAGED_IDENTITY).path("properties");
        String principal = properties.path("principalId").asText();
        return new FunctionStorage.Access.Identity(
                identity,
                properties.path("clientId").asText(),
                () -> new FunctionStorageRoles(clients.arm(), progress)
                        .missing(principal, account).stream()
                                .map(role -> FunctionStorageRoles.command(role, principal, account))
                                .toList());
    }

    private FunctionStorage.Access byKey(String id) {
        String key = clients.arm()
                .post(id + "/listKeys", ApiVersions.STORAGE, null)
                .at("/keys/0/value")
                .asText();
        if (key.isEmpty()) {
            throw missing("Storage account " + id + " gives no key");
        }
        return new FunctionStorage.Access.Key(key);
    }

    private static AmlException missing(String what) {
        return AmlException.of(ErrorCode.CONFIGURATION_INVALID, what + "; a function app needs a storage account")
                .remedy(
                        "Name a general-purpose one (<storageAccount>, -Daml.function.storageAccount), and an identity that"
                                + " may use it where keys are switched off (<storageIdentity>, -Daml.function.storageIdentity).")
                .build();
    }
}
