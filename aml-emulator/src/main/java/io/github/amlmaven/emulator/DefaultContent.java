package io.github.amlmaven.emulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.PlainResourceProvider;
import io.github.amlmaven.emulator.arm.ResourceGroupProvider;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;

/** What is there at first start: the resource group and workspace of the options, with all that a workspace needs. */
final class DefaultContent {

    static final String LOCATION = "westeurope";

    private final EmulatorContext context;
    private final ResourceStore resources;

    DefaultContent(EmulatorContext context, ResourceStore resources) {
        this.context = context;
        this.resources = resources;
    }

    /** Makes what is missing; what is there, or was changed, stays. */
    void create() {
        EmulatorOptions options = context.options();
        ResourceId group = new ResourceId(
                "/subscriptions/" + options.subscriptionId() + "/resourceGroups/" + options.resourceGroup());
        if (resources.get(group).isPresent()) {
            return;
        }
        resources.put(group, ResourceGroupProvider.document(group, LOCATION, MissingNode.getInstance()));
        plain(group, "Microsoft.KeyVault/vaults", "kv-" + options.workspace());
        plain(group, "Microsoft.Insights/components", "ai-" + options.workspace());
    }

    private void plain(ResourceId group, String type, String name) {
        ResourceId id = new ResourceId(group.value() + "/providers/" + type + "/" + name);
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("location", LOCATION);
        resources.put(id, PlainResourceProvider.document(id, type, body));
    }
}
