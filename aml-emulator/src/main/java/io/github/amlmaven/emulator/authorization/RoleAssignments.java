package io.github.amlmaven.emulator.authorization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which principal has which role where: a role holds at its scope and at all that is below. */
public record RoleAssignments(ResourceStore resources) {

    static final String TYPE = "Microsoft.Authorization/roleAssignments";

    /** Whether a principal has one of some roles at a resource. */
    public boolean has(String principal, ResourceId resource, Set<Role> anyOf) {
        return all().stream()
                .filter(one -> principal(one).equalsIgnoreCase(principal))
                .filter(one -> reaches(one.at("/properties/scope").asText(), resource.value()))
                .anyMatch(one -> Role.of(one.at("/properties/roleDefinitionId").asText())
                        .filter(anyOf::contains)
                        .isPresent());
    }

    List<ObjectNode> all() {
        return resources.ofType(TYPE);
    }

    static String principal(ObjectNode assignment) {
        return assignment.at("/properties/principalId").asText();
    }

    /** Whether what is assigned at a scope holds for a resource. */
    static boolean reaches(String scope, String resource) {
        String below = resource.toLowerCase(Locale.ROOT) + "/";
        return below.startsWith(scope.toLowerCase(Locale.ROOT) + "/");
    }
}
