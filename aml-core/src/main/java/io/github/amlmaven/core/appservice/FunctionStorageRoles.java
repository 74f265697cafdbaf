package io.github.amlmaven.core.appservice;

import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.arm.ArmClient;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.progress.Progress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The roles that a Functions host needs on its storage account when it gets in by an identity
 * (<a href="https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity">host
 * storage with an identity</a>).
 */
record FunctionStorageRoles(ArmClient arm, Progress progress) {

    /** Ids of the built-in roles, by name. */
    private static final Map<String, String> NEEDED = new TreeMap<>(Map.of(
            "Storage Blob Data Owner", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
            "Storage Queue Data Contributor", "974c5e8b-45b9-4653-ba55-5f855dd0e88b"));

    /**
     * The names of those that the principal has neither on the account nor above it. None when that cannot be read: who deploys
     * need not be able to read roles, and this is only a hint.
     */
    List<String> missing(String principal, String account) {
        Set<String> assigned;
        try {
            assigned = arm.list(
                            account + "/providers/Microsoft.Authorization/roleAssignments",
                            ApiVersions.AUTHORIZATION,
                            Map.of("$filter", "assignedTo('" + principal + "')"))
                    .filter(one -> reaches(one.at("/properties/scope").asText(), account))
                    .map(one -> one.at("/properties/roleDefinitionId").asText().toLowerCase(Locale.ROOT))
                    .map(id -> id.substring(id.lastIndexOf('/') + 1))
                    .collect(Collectors.toSet());
        } catch (AmlException e) {
            progress.debug("The roles on " + account + " cannot be read: " + e.getMessage());
            return List.of();
        }
        return NEEDED.entrySet().stream()
                .filter(role -> !assigned.contains(role.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A role holds at its scope and below. */
    private static boolean reaches(String scope, String account) {
        String above = scope.toLowerCase(Locale.ROOT);
        String below = account.toLowerCase(Locale.ROOT);
        return below.equals(above) || below.startsWith(above.endsWith("/") ? above : above + "/");
    }

    /** What to type. */
    static String command(String role, String principal, String account) {
        return "az role assignment create --assignee-object-id " + principal
                + " --assignee-principal-type ServicePrincipal --role \"" + role + "\" --scope " + account;
    }
}
