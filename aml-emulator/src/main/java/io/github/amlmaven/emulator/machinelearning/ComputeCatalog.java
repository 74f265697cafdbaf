package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.Provider;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a region offers to computes: sizes of virtual machines, and how much of each family is in use. */
final class ComputeCatalog implements Provider {

    /** A size as Azure's documentation of virtual machines describes it. */
    private record Size(String name, String family, int cores, int gpus, double memoryGb, int diskMb) {}

    /** What an emulated subscription may use of a family. Azure's default differs by subscription. */
    private static final int LIMIT = 100;

    private static final List<Size> SIZES = List.of(
            new Size("Standard_D2_v2", "standardDv2Family", 2, 0, 7, 102_400),
            new Size("Standard_DS2_v2", "standardDSv2Family", 2, 0, 7, 14_336),
            new Size("Standard_DS3_v2", "standardDSv2Family", 4, 0, 14, 28_672),
            new Size("Standard_DS4_v2", "standardDSv2Family", 8, 0, 28, 57_344),
            new Size("Standard_DS5_v2", "standardDSv2Family", 16, 0, 56, 114_688),
            new Size("Standard_DS11_v2", "standardDSv2Family", 2, 0, 14, 28_672),
            new Size("Standard_DS12_v2", "standardDSv2Family", 4, 0, 28, 57_344),
            new Size("Standard_D4s_v3", "standardDSv3Family", 4, 0, 16, 32_768),
            new Size("Standard_D8s_v3", "standardDSv3Family", 8, 0, 32, 65_536),
            new Size("Standard_E4s_v3", "standardESv3Family", 4, 0, 32, 65_536),
            new Size("Standard_E8s_v3", "standardESv3Family", 8, 0, 64, 131_072),
            new Size("Standard_F2s_v2", "standardFSv2Family", 2, 0, 4, 16_384),
            new Size("Standard_F4s_v2", "standardFSv2Family", 4, 0, 8, 32_768),
            new Size("Standard_F8s_v2", "standardFSv2Family", 8, 0, 16, 65_536),
            new Size("Standard_NC6s_v3", "standardNCSv3Family", 6, 1, 112, 344_064),
            new Size("Standard_NC12s_v3", "standardNCSv3Family", 12, 2, 224, 688_128),
            new Size("Standard_NC4as_T4_v3", "Standard NCASv3_T4 Family", 4, 1, 28, 184_320),
            new Size("Standard_NC24ads_A100_v4", "StandardNCADSA100v4Family", 24, 1, 220, 65_536));

    private final WorkspaceScope scope;

    ComputeCatalog(WorkspaceScope scope) {
        this.scope = scope;
    }

    @Override
    public void declare(Routes routes) {
        String location = "/subscriptions/{s}/providers/" + WorkspaceScope.PROVIDER + "/locations/{location}";
        routes.add("GET", location + "/vmSizes", this::sizes);
        routes.add("GET", location + "/usages", this::usages);
    }

    private void sizes(Exchange exchange) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode value = answer.putArray("value");
        for (Size size : SIZES) {
            ObjectNode one = value.addObject();
            one.put("name", size.name())
                    .put("family", size.family())
                    .put("vCPUs", size.cores())
                    .put("gpus", size.gpus())
                    .put("osVhdSizeMB", 1_047_552)
                    .put("maxResourceVolumeMB", size.diskMb())
                    .put("memoryGB", size.memoryGb())
                    .put("lowPriorityCapable", true)
                    .put("premiumIO", size.name().contains("s_") || size.name().startsWith("Standard_DS"));
            one.putArray("supportedComputeTypes").add("AmlCompute").add("ComputeInstance");
        }
        exchange.send(200, answer);
    }

    /** Cores that the clusters and instances of a location have at most, family by family. */
    private void usages(Exchange exchange) throws IOException {
        String location = exchange.variable("location").toLowerCase(Locale.ROOT);
        Map<String, Integer> used = new LinkedHashMap<>();
        SIZES.forEach(size -> used.putIfAbsent(size.family(), 0));
        for (DocumentStore.Entry entry : scope.context()
                .store()
                .list(
                        ResourceStore.COLLECTION,
                        "/subscriptions/" + exchange.variable("s").toLowerCase(Locale.ROOT))) {
            JsonNode compute = entry.document();
            if (compute.path("type").asText().equalsIgnoreCase(WorkspaceScope.PROVIDER + "/workspaces/computes")
                    && compute.path("location").asText().equalsIgnoreCase(location)) {
                count(compute.path("properties").path("properties"), used);
            }
        }
        ResourceId base = new ResourceId("/subscriptions/" + exchange.variable("s") + "/providers/"
                + WorkspaceScope.PROVIDER + "/locations/" + location);
        List<ObjectNode> all = used.entrySet().stream()
                .map(family -> usage(base, location, family.getKey(), family.getValue()))
                .toList();
        WorkspaceScope.sendPage(exchange, all);
    }

    private static void count(JsonNode properties, Map<String, Integer> used) {
        int nodes = properties.path("scaleSettings").path("maxNodeCount").asInt(1);
        SIZES.stream()
                .filter(size ->
                        size.name().equalsIgnoreCase(properties.path("vmSize").asText()))
                .findFirst()
                .ifPresent(size -> used.merge(size.family(), nodes * size.cores(), Integer::sum));
    }

    private static ObjectNode usage(ResourceId base, String location, String family, int used) {
        ObjectNode usage = JsonNodeFactory.instance.objectNode();
        usage.put("id", base.value() + "/usages/" + family)
                .put("type", WorkspaceScope.PROVIDER + "/workspaces/usages")
                .put("amlWorkspaceLocation", location)
                .put("unit", "Count")
                .put("currentValue", used)
                .put("limit", LIMIT)
                .putObject("name")
                .put("value", family)
                .put("localizedValue", family);
        return usage;
    }
}
