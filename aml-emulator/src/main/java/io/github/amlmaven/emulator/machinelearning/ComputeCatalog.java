package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a region offers to computes: sizes of virtual machines, and how much of each family is in use. */
final class ComputeCatalog implements Provider {

    private final CoreQuota quota;
    private final RequestCheck check;

    ComputeCatalog(CoreQuota quota, RequestCheck check) {
        this.quota = quota;
        this.check = check;
    }

    @Override
    public void declare(Routes routes) {
        String location = "/subscriptions/{s}/providers/" + WorkspaceScope.PROVIDER + "/locations/{location}";
        routes.add("GET", location + "/vmSizes", this::sizes);
        routes.add("GET", location + "/usages", this::usages);
        routes.add("GET", location + "/quotas", this::quotas);
        routes.add("POST", location + "/updateQuotas", this::updateQuotas);
    }

    private void sizes(Exchange exchange) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode value = answer.putArray("value");
        for (VmSize size : VmSize.ALL) {
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

    /** Cores that a location's computes and managed deployments have at most, family by family. */
    private void usages(Exchange exchange) throws IOException {
        String location = exchange.variable("location").toLowerCase(Locale.ROOT);
        ResourceId base = base(exchange);
        List<ObjectNode> all = quota.used(exchange.variable("s"), location).entrySet().stream()
                .map(family -> {
                    ObjectNode usage = JsonNodeFactory.instance.objectNode();
                    usage.put("id", base.value() + "/usages/" + family.getKey())
                            .put("type", WorkspaceScope.PROVIDER + "/workspaces/usages")
                            .put("amlWorkspaceLocation", location)
                            .put("unit", "Count")
                            .put("currentValue", family.getValue())
                            .put("limit", CoreQuota.LIMIT);
                    name(usage, family.getKey());
                    return usage;
                })
                .toList();
        WorkspaceScope.sendPage(exchange, all);
    }

    private static ResourceId base(Exchange exchange) {
        return new ResourceId("/subscriptions/" + exchange.variable("s") + "/providers/" + WorkspaceScope.PROVIDER
                + "/locations/" + exchange.variable("location").toLowerCase(Locale.ROOT));
    }

    private static void name(ObjectNode node, String family) {
        node.putObject("name").put("value", family).put("localizedValue", family);
    }

    /** What the subscription may use of each family, and what of it a workspace was given. */
    private void quotas(Exchange exchange) throws IOException {
        List<ObjectNode> all = new ArrayList<>();
        for (String family : VmSize.families()) {
            ObjectNode whole = JsonNodeFactory.instance.objectNode();
            whole.put("id", base(exchange).value() + "/quotas/" + family)
                    .put("type", WorkspaceScope.PROVIDER + "/vmFamily/quotas")
                    .put("limit", CoreQuota.LIMIT)
                    .put("unit", "Count");
            name(whole, family);
            all.add(whole);
        }
        for (ObjectNode given : quota.given(exchange.variable("s"))) {
            name(given, new ResourceId(given.path("id").asText()).name());
            all.add(given);
        }
        WorkspaceScope.sendPage(exchange, all);
    }

    private void updateQuotas(Exchange exchange) throws IOException {
        JsonNode body = check.body(exchange, "QuotaUpdateParameters");
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode value = answer.putArray("value");
        for (JsonNode one : body.path("value")) {
            value.add(quota.give(one));
        }
        exchange.send(200, answer);
    }
}
