package io.github.amlmaven.emulator;

import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.authorization.Role;
import io.github.amlmaven.emulator.authorization.RoleAssignments;
import java.util.Set;

/** The roles of user-assigned identities. */
record IdentityRoles(ResourceStore resources, RoleAssignments assignments) {

    private static final String TYPE = "Microsoft.ManagedIdentity/userAssignedIdentities";

    /**
     * Whether an identity has one of some roles at a resource.
     *
     * @param identity its id or its client id
     */
    boolean has(String identity, ResourceId resource, Set<Role> anyOf) {
        return resources.ofType(TYPE).stream()
                .filter(one -> one.path("id").asText().equalsIgnoreCase(identity)
                        || one.at("/properties/clientId").asText().equalsIgnoreCase(identity))
                .anyMatch(
                        one -> assignments.has(one.at("/properties/principalId").asText(), resource, anyOf));
    }
}
