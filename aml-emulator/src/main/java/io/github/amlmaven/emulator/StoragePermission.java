package io.github.amlmaven.emulator;

import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.authorization.Role;
import io.github.amlmaven.emulator.function.HostStorage;
import io.github.amlmaven.emulator.storage.StorageAccountProvider;
import java.util.Set;

/** Joins function apps to the roles of their identities: a Functions host keeps leases and receipts in blobs of its account. */
record StoragePermission(ResourceStore resources, IdentityRoles roles) implements HostStorage.Identities {

    private static final Set<Role> WRITE = Set.of(Role.STORAGE_BLOB_DATA_OWNER, Role.STORAGE_BLOB_DATA_CONTRIBUTOR);

    @Override
    public boolean mayWriteBlobs(String clientId, String account) {
        return resources
                .named(StorageAccountProvider.TYPE, account)
                .filter(id -> roles.has(clientId, id, WRITE))
                .isPresent();
    }
}
