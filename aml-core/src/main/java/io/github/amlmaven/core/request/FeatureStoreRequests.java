package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.RestBody;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.Triggers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Feature stores, feature sets and entities. Source: azure-ai-ml 1.34.0 ({@code entities/_feature_store},
 * {@code entities/_feature_set}, {@code entities/_feature_store_entity}, {@code operations/_feature_store_operations.py}).
 */
final class FeatureStoreRequests {

    private static final Pattern CONTAINER =
            Pattern.compile("/subscriptions/([^/]+)/resource[gG]roups/([^/]+)/providers/"
                    + "Microsoft\\.Storage/storageAccounts/([^/]+)/blobServices/default/containers/([^/]+)");
    private static final Pattern RESOURCE =
            Pattern.compile("/subscriptions/([^/]+)/resource[gG]roups/([^/]+)/providers/.*/([^/]+)");
    /** A feature store's Spark when the file names none. */
    private static final String SPARK = "3.4.0";

    private FeatureStoreRequests() {}

    static ObjectNode entity(CheckedSpec spec) {
        ObjectNode properties = Fields.of(spec.content())
                .same("description", "stage")
                .texts("properties", "properties")
                .texts("tags", "tags")
                .done();
        if (!properties.has("stage")) {
            properties.put("stage", "Development");
        }
        ArrayNode columns = properties.putArray("indexColumns");
        spec.content().path("index_columns").forEach(column -> {
            ObjectNode item =
                    columns.addObject().put("columnName", column.path("name").asText());
            if (column.hasNonNull("type")) {
                item.put("dataType", RestBody.pascal(column.path("type").asText()));
            }
        });
        return RestBody.properties(properties);
    }

    static ObjectNode set(CheckedSpec spec, PlannedAssets assets, SpecLoader loader) {
        ObjectNode properties = Fields.of(spec.content())
                .same("description", "stage", "entities")
                .texts("tags", "tags")
                .done();
        if (!properties.has("stage")) {
            properties.put("stage", "Development");
        }
        String path = spec.content().at("/specification/path").asText();
        AssetReference reference = AssetReference.parse(path, spec.directory());
        properties.putObject("specification").put("path", assets.modelUri(reference, null));
        properties
                .putObject("properties")
                .put("featuresetProperties", FeatureSetFile.text(spec, reference, loader))
                .put("featuresetPropertiesVersion", "1");
        if (spec.content().get("materialization_settings") instanceof ObjectNode settings) {
            properties.set("materializationSettings", materialization(settings));
        }
        return RestBody.properties(properties);
    }

    private static ObjectNode materialization(ObjectNode settings) {
        boolean offline = settings.path("offline_enabled").asBoolean();
        boolean online = settings.path("online_enabled").asBoolean();
        ObjectNode rest = RestBody.object()
                .put("storeType", offline ? online ? "OnlineAndOffline" : "Offline" : online ? "Online" : "None");
        if (settings.get("schedule") instanceof ObjectNode schedule) {
            rest.set("schedule", Triggers.ofSchedule(schedule));
        }
        if (settings.get("resource") instanceof ObjectNode resource) {
            rest.set("resource", Fields.of(resource).same("instance_type").done());
        }
        RestBody.copyCamel(settings, rest, "spark_configuration");
        if (settings.get("notification") instanceof ObjectNode notification) {
            rest.set(
                    "notification",
                    Fields.of(notification).same("email_on", "emails").done());
        }
        return rest;
    }

    /** The parameters of the ARM deployment that makes the store: a workspace of its own kind. */
    static ObjectNode store(CheckedSpec spec, WorkspaceId workspace) {
        ObjectNode rest = new WorkspaceRequests(spec, workspace).parameters("featurestore");
        // A store takes the name of the workspace's, whatever is free; only the kind of the name is known beforehand.
        rest.put("offline_store_connection_name", "OfflineStoreConnectionName-" + RequestRendering.GENERATED);
        rest.put("systemDatastoresAuthMode", "identity");
        String spark =
                spec.content().at("/compute_runtime/spark_runtime_version").asText(SPARK);
        rest.put("spark_runtime_version", spark);
        String group = rest.path("resourceGroupName").asText();
        offlineStore(rest, spec, workspace, group);
        onlineStore(rest, spec);
        materialization(rest, spec, workspace, group);
        return rest;
    }

    private static void offlineStore(ObjectNode rest, CheckedSpec spec, WorkspaceId workspace, String group) {
        JsonNode offline = spec.content().path("offline_store");
        if (!offline.isObject()) {
            rest.put("offlineStoreStorageAccountOption", "new");
            place(rest, "offline_store", workspace.subscriptionId(), group);
            rest.put("offline_store_storage_account_name", "generated-storage");
            rest.put("offline_store_container_name", "generated-container");
            return;
        }
        type(spec, offline, "offline_store", "azure_data_lake_gen2");
        Matcher id = match(
                CONTAINER, spec, "offline_store.target", offline.path("target").asText());
        rest.put("offlineStoreStorageAccountOption", "existing");
        place(rest, "offline_store", id.group(1), id.group(2));
        rest.put("offline_store_storage_account_name", id.group(3));
        rest.put("offline_store_container_name", id.group(4));
    }

    private static void onlineStore(ObjectNode rest, CheckedSpec spec) {
        JsonNode online = spec.content().path("online_store");
        if (!online.isObject()) {
            return;
        }
        type(spec, online, "online_store", "redis");
        String target = online.path("target").asText();
        Matcher id = match(RESOURCE, spec, "online_store.target", target);
        rest.put("online_store_connection_name", "OnlineStoreConnectionName-" + RequestRendering.GENERATED);
        rest.put("online_store_resource_id", target);
        place(rest, "online_store", id.group(1), id.group(2));
    }

    private static void materialization(ObjectNode rest, CheckedSpec spec, WorkspaceId workspace, String group) {
        JsonNode identity = spec.content().path("materialization_identity");
        if (!identity.isObject()) {
            rest.put("materializationIdentityOption", "new");
            place(rest, "materialization_identity", workspace.subscriptionId(), group);
            rest.put("materialization_identity_name", "materialization-uai-" + RequestRendering.GENERATED);
            return;
        }
        Matcher id = match(
                RESOURCE,
                spec,
                "materialization_identity.resource_id",
                identity.path("resource_id").asText());
        rest.put("materializationIdentityOption", "existing");
        place(rest, "materialization_identity", id.group(1), id.group(2));
        rest.put("materialization_identity_name", id.group(3));
    }

    private static void place(ObjectNode rest, String of, String subscription, String group) {
        rest.put(of + "_subscription_id", subscription);
        rest.put(of + "_resource_group_name", group);
    }

    private static void type(CheckedSpec spec, JsonNode store, String key, String wanted) {
        if (!store.path("type").asText().equals(wanted)) {
            throw AmlException.of(
                            ErrorCode.SPEC_BAD_VALUE,
                            spec.file().getFileName() + ": '" + key + ".type' is '"
                                    + store.path("type").asText() + "' but must be '" + wanted + "'")
                    .build();
        }
    }

    private static Matcher match(Pattern pattern, CheckedSpec spec, String key, String id) {
        Matcher matcher = pattern.matcher(id);
        if (!matcher.matches()) {
            throw AmlException.of(
                            ErrorCode.SPEC_BAD_VALUE,
                            spec.file().getFileName() + ": '" + key + "' is '" + id
                                    + "', which is not the ARM id of what" + " belongs there")
                    .build();
        }
        return matcher;
    }
}
