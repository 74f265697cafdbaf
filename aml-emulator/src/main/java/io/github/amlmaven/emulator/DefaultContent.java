package io.github.amlmaven.emulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.PlainResourceProvider;
import io.github.amlmaven.emulator.arm.ResourceGroupProvider;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.kubernetes.KubernetesProvider;
import io.github.amlmaven.emulator.machinelearning.MachineLearningProvider;
import io.github.amlmaven.emulator.registry.RegistryProvider;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.emulator.storage.StorageAccountProvider;
import java.util.Locale;

/** What is there at first start: the resource group and workspace of the options, with all that a workspace needs. */
final class DefaultContent {

    static final String LOCATION = "westeurope";

    private final EmulatorContext context;
    private final ResourceStore resources;
    private final StorageAccountProvider accounts;
    private final RegistryProvider registries;
    private final MachineLearningProvider machineLearning;
    private final KubernetesProvider kubernetes;

    DefaultContent(
            EmulatorContext context,
            ResourceStore resources,
            StorageAccountProvider accounts,
            RegistryProvider registries,
            MachineLearningProvider machineLearning,
            KubernetesProvider kubernetes) {
        this.context = context;
        this.resources = resources;
        this.accounts = accounts;
        this.registries = registries;
        this.machineLearning = machineLearning;
        this.kubernetes = kubernetes;
    }

    /** Makes what is missing; what is there, or was changed, stays. */
    void create() {
        EmulatorOptions options = context.options();
        ResourceId group = new ResourceId(
                "/subscriptions/" + options.subscriptionId() + "/resourceGroups/" + options.resourceGroup());
        ResourceId workspace = child(group, "Microsoft.MachineLearningServices/workspaces", options.workspace());
        if (resources.get(workspace).isPresent()) {
            return;
        }
        if (resources.get(group).isEmpty()) {
            resources.put(group, ResourceGroupProvider.document(group, LOCATION, MissingNode.getInstance()));
        }
        ResourceId account = child(group, StorageAccountProvider.TYPE, accountName(options));
        accounts.ensure(account, LOCATION);
        ResourceId registry = child(group, RegistryProvider.TYPE, registryName(options));
        registries.ensure(registry, LOCATION, true);
        ResourceId cluster = child(group, KubernetesProvider.TYPE, "aks-" + options.workspace());
        kubernetes.ensure(cluster, LOCATION);
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("location", LOCATION);
        body.putObject("properties")
                .put("friendlyName", options.workspace())
                .put("storageAccount", account.value())
                .put("keyVault", plain(group, "Microsoft.KeyVault/vaults", "kv-" + options.workspace()))
                .put("applicationInsights", plain(group, "Microsoft.Insights/components", "ai-" + options.workspace()))
                .put("containerRegistry", registry.value());
        // Last: its presence says that all the rest is there.
        machineLearning.createWorkspace(workspace, body, cluster);
    }

    /** The workspace's storage account: lower-case letters and digits, 24 at most. */
    static String accountName(EmulatorOptions options) {
        return shortened("st" + bare(options), 24);
    }

    /** The workspace's container registry: letters and digits, 5 to 50. */
    static String registryName(EmulatorOptions options) {
        return shortened("acr" + bare(options), 50);
    }

    private static String bare(EmulatorOptions options) {
        String letters = options.workspace().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        return letters.length() < 2 ? letters + "ws" : letters;
    }

    private static String shortened(String name, int most) {
        return name.substring(0, Math.min(most, name.length()));
    }

    private static ResourceId child(ResourceId group, String type, String name) {
        return new ResourceId(group.value() + "/providers/" + type + "/" + name);
    }

    private String plain(ResourceId group, String type, String name) {
        ResourceId id = child(group, type, name);
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("location", LOCATION);
        resources.put(id, PlainResourceProvider.document(id, type, body));
        return id.value();
    }
}
