package io.github.amlmaven.emulator.authorization;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Built-in roles that a model's lifecycle needs (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles). */
public enum Role {
    OWNER("Owner", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"),
    CONTRIBUTOR("Contributor", "b24988ac-6180-42a0-ab88-20f7382dd24c"),
    READER("Reader", "acdd72a7-3385-48ef-bd42-f606fba81ae7"),
    ACR_PULL("AcrPull", "7f951dda-4ed3-4680-a7ca-43fe172d538d"),
    ACR_PUSH("AcrPush", "8311e382-0749-4cb8-b61a-304f252e45ec"),
    STORAGE_BLOB_DATA_OWNER("Storage Blob Data Owner", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"),
    STORAGE_BLOB_DATA_CONTRIBUTOR("Storage Blob Data Contributor", "ba92f5b4-2d11-453d-a403-e96b0029c9fe"),
    STORAGE_BLOB_DATA_READER("Storage Blob Data Reader", "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"),
    STORAGE_QUEUE_DATA_CONTRIBUTOR("Storage Queue Data Contributor", "974c5e8b-45b9-4653-ba55-5f855dd0e88b");

    private final String title;
    private final String guid;

    Role(String title, String guid) {
        this.title = title;
        this.guid = guid;
    }

    /** The role's name as Azure shows it. */
    public String title() {
        return title;
    }

    /** The definition's id in a subscription. */
    public String id(String subscription) {
        return "/subscriptions/" + subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + guid;
    }

    String guid() {
        return guid;
    }

    /** @param definition the id of a definition, or its last segment */
    static Optional<Role> of(String definition) {
        String last = definition.substring(definition.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).filter(role -> role.guid.equals(last)).findFirst();
    }
}
