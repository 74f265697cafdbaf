package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.RestBody;
import java.util.Locale;

/** Registries. Source: azure-ai-ml 1.34.0 ({@code entities/_registry}). */
final class RegistryRequests {

    private final CheckedSpec spec;

    RegistryRequests(CheckedSpec spec) {
        this.spec = spec;
    }

    ObjectNode body() {
        ObjectNode body =
                Fields.of(spec.content()).same("location").texts("tags", "tags").done();
        body.putObject("identity").put("type", "SystemAssigned");
        ObjectNode properties = Fields.of(spec.content())
                .text("publicNetworkAccess", "public_network_access", RestBody::pascal)
                .texts("managedResourceGroupTags", "tags")
                .done();
        RestBody.set(
                properties,
                "intellectualPropertyPublisher",
                spec.content().path("intellectual_property").get("publisher"));
        ArrayNode regions = properties.putArray("regionDetails");
        spec.content().path("replication_locations").forEach(region -> regions.add(region(region)));
        body.set("properties", properties);
        return body;
    }

    private ObjectNode region(JsonNode region) {
        ObjectNode rest = Fields.of(region).same("location").done();
        JsonNode acr = spec.content().path("container_registry");
        ObjectNode details = rest.putArray("acrDetails").addObject();
        if (acr.isTextual()) {
            details.putObject("userCreatedAcrAccount")
                    .putObject("armResourceId")
                    .put("resourceId", acr.textValue());
        } else {
            String sku = acr.path("acr_account_sku").asText("premium").toLowerCase(Locale.ROOT);
            details.putObject("systemCreatedAcrAccount").put("acrAccountSku", RestBody.pascal(sku));
        }
        ArrayNode storages = rest.putArray("storageAccountDetails");
        JsonNode storage = region.path("storage_config");
        if (storage.isArray()) {
            storage.forEach(id -> storages.addObject()
                    .putObject("userCreatedStorageAccount")
                    .putObject("armResourceId")
                    .put("resourceId", id.asText()));
        } else {
            ObjectNode account = RestBody.object()
                    .put(
                            "storageAccountHnsEnabled",
                            storage.path("storage_account_hns").asBoolean(false))
                    .put(
                            "storageAccountType",
                            storage.path("storage_account_type")
                                    .asText("standard_lrs")
                                    .toLowerCase(Locale.ROOT));
            for (int i = 0; i < storage.path("replication_count").asInt(1); i++) {
                storages.addObject().set("systemCreatedStorageAccount", account.deepCopy());
            }
        }
        return rest;
    }
}
