package io.github.amlmaven.core.cloud;

/** Which workspace: subscription id, resource group and workspace name. */
public record WorkspaceId(String subscriptionId, String resourceGroup, String workspace) {

    /** The ARM id of the resource group. */
    public String resourceGroupId() {
        return "/subscriptions/" + subscriptionId + "/resourceGroups/" + resourceGroup;
    }

    /** The ARM id of the workspace. */
    public String armId() {
        return resourceGroupId() + "/providers/Microsoft.MachineLearningServices/workspaces/" + workspace;
    }
}
