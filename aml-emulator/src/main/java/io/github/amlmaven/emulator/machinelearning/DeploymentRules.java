package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import java.util.Locale;

/** What a deployment must be for its endpoint to take it. */
record DeploymentRules(ResourceStore resources) {

    /** Refuses with 400, naming the property. */
    void check(EndpointKind kind, ObjectNode endpoint, JsonNode body) {
        JsonNode properties = body.path("properties");
        if (kind == EndpointKind.ONLINE) {
            online(endpoint, properties);
        } else {
            batch(properties);
        }
        mustExist(properties.path("environmentId"), "environmentId");
        mustExist(properties.path("codeConfiguration").path("codeId"), "codeConfiguration.codeId");
    }

    private void online(ObjectNode endpoint, JsonNode properties) {
        boolean kubernetes =
                !endpoint.path("properties").path("compute").asText().isEmpty();
        boolean wanted = properties.path("endpointComputeType").asText().equalsIgnoreCase("Kubernetes");
        if (kubernetes != wanted) {
            throw WorkspaceScope.userError("The endpoint's compute type is " + (kubernetes ? "Kubernetes" : "Managed")
                    + ", the deployment's endpointComputeType is "
                    + properties.path("endpointComputeType").asText() + ".");
        }
        String size = properties.path("instanceType").asText();
        if (!kubernetes && size.isEmpty()) {
            throw WorkspaceScope.userError("The instanceType of a managed online deployment is required.");
        }
        if (!kubernetes && !VmSize.supported(size)) {
            throw VmSize.unsupported(size, "properties.instanceType");
        }
        mustExist(properties.path("model"), "model");
    }

    private void batch(JsonNode properties) {
        mustExist(properties.path("model").path("assetId"), "model.assetId");
        JsonNode component = properties.path("deploymentConfiguration").path("componentId");
        mustExist(component.path("assetId"), "deploymentConfiguration.componentId.assetId");
        mustExist(properties.path("compute"), "compute");
    }

    /** Ids of this subscription must name something; those of registries and other forms are taken as they are. */
    private void mustExist(JsonNode reference, String property) {
        String text = reference.asText();
        String id = text.startsWith("azureml:/subscriptions/") ? text.substring("azureml:".length()) : text;
        if (!id.toLowerCase(Locale.ROOT).startsWith("/subscriptions/") || id.contains("/labels/")) {
            return;
        }
        if (resources.get(new ResourceId(id)).isEmpty()) {
            throw WorkspaceScope.userError("The " + property + " names a resource that does not exist: " + id);
        }
    }
}
