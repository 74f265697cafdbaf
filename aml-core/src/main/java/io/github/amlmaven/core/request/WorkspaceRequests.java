package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.RestBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Workspaces: an ARM deployment, of which the file decides the parameters. Source: azure-ai-ml 1.34.0
 * ({@code operations/_workspace_operations_base.py}, {@code _arm_deployments/arm_templates/workspace_param.json}).
 */
final class WorkspaceRequests {

    private static final Pattern RESOURCE =
            Pattern.compile("/subscriptions/([\\w-]+)/resource[gG]roups/([\\w.()-]+)/providers/[\\w./-]+/([\\w.-]+)");

    private final CheckedSpec spec;
    private final WorkspaceId workspace;
    private final ObjectNode rest;

    WorkspaceRequests(CheckedSpec spec, WorkspaceId workspace) {
        this.spec = spec;
        this.workspace = workspace;
        this.rest = defaults();
    }

    private static ObjectNode defaults() {
        try (InputStream in = WorkspaceRequests.class.getResourceAsStream("workspace-parameters.json")) {
            if (in == null) {
                throw new IllegalStateException("the parameters of a workspace are not in the jar");
            }
            return (ObjectNode) new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ObjectNode parameters() {
        return parameters(spec.text("kind") == null ? "default" : String.valueOf(spec.text("kind")));
    }

    /** The parameters of a workspace of some kind. */
    ObjectNode parameters(String kind) {
        String name = spec.required("name");
        rest.put("workspaceName", name);
        rest.put("friendlyName", or("display_name", name));
        rest.put("description", or("description", name));
        rest.put("location", or("location", RequestRendering.LOCATION));
        rest.put("kind", kind);
        rest.put("resourceGroupName", or("resource_group", workspace.resourceGroup()));
        dependent("key_vault", "keyVault", "generated-keyvault");
        storage();
        insights(kind);
        if (spec.text("container_registry") != null) {
            dependent("container_registry", "containerRegistry", "");
        }
        encryption();
        access();
        ObjectNode tags = RestBody.texts(spec.content().get("tags"));
        if (!tags.has("createdByToolkit")) {
            tags.put("createdByToolkit", "sdk-v2-*");
        }
        rest.set("tagValues", tags);
        ObjectNode identity = Identities.ofWorkspace(spec.content().get("identity"));
        rest.set("identity", identity == null ? RestBody.object().put("type", "SystemAssigned") : identity);
        take("primaryUserAssignedIdentity", "primary_user_assigned_identity");
        network();
        if (kind.equalsIgnoreCase("project")) {
            String hub = spec.text("hub_id") == null ? spec.text("workspace_hub") : spec.text("hub_id");
            RestBody.put(rest, "workspace_hub", hub);
        }
        JsonNode serverless = spec.content().get("serverless_compute");
        if (serverless instanceof ObjectNode) {
            rest.set(
                    "serverless_compute_settings",
                    Fields.of(serverless)
                            .as("serverlessComputeCustomSubnet", "custom_subnet")
                            .or("serverlessComputeNoPublicIP", "no_public_ip", RestBody.JSON.booleanNode(false))
                            .done());
        }
        return rest;
    }

    private String or(String key, String otherwise) {
        String value = spec.text(key);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    private void take(String parameter, String key) {
        RestBody.put(rest, parameter, spec.text(key));
    }

    private boolean isTrue(String key) {
        return spec.content().path(key).asBoolean(false);
    }

    /** A resource that exists, or a new one in the workspace's group. */
    private void dependent(String key, String parameter, String generated) {
        String id = spec.text(key);
        if (id == null) {
            rest.put(parameter + "Name", generated);
            rest.put(parameter + "ResourceGroupName", or("resource_group", workspace.resourceGroup()));
            return;
        }
        Matcher resource = resource(key, id);
        rest.put(parameter + "Name", resource.group(3));
        rest.put(parameter + "Option", "existing");
        rest.put(parameter + "ResourceGroupName", resource.group(2));
    }

    private Matcher resource(String key, String id) {
        Matcher resource = RESOURCE.matcher(id);
        if (!resource.matches()) {
            throw AmlException.of(
                            ErrorCode.SPEC_BAD_VALUE,
                            spec.file().getFileName() + ": '" + key + "' is '" + id + "' but must be an ARM id:"
                                    + " /subscriptions/.../resourceGroups/.../providers/...")
                    .build();
        }
        return resource;
    }

    private void storage() {
        dependent("storage_account", "storageAccount", "generated-storage");
        String id = spec.text("storage_account");
        rest.put(
                "storageAccountSubscriptionId",
                id == null
                        ? workspace.subscriptionId()
                        : resource("storage_account", id).group(1));
    }

    private void insights(String kind) {
        String plain = kind.toLowerCase(Locale.ROOT);
        if (spec.text("application_insights") != null) {
            dependent("application_insights", "applicationInsights", "");
        } else if (plain.equals("hub") || plain.equals("project")) {
            rest.put("applicationInsightsOption", "none");
            rest.put("applicationInsightsName", "ignoredButCantBeEmpty");
            rest.put("applicationInsightsResourceGroupName", "ignoredButCantBeEmpty");
        } else {
            rest.put("logAnalyticsName", "generated-logalytics");
            rest.put(
                    "logAnalyticsArmId",
                    workspace.resourceGroupId()
                            + "/providers/Microsoft.OperationalInsights/workspaces/generated-logalytics");
            dependent("application_insights", "applicationInsights", "generated-insights");
        }
    }

    private void encryption() {
        if (spec.content().get("customer_managed_key") instanceof ObjectNode key) {
            String uri = String.valueOf(CheckedSpec.text(key, "key_uri"));
            if (!uri.matches("https?://[A-Za-z0-9.-]+(:\\d+)?(/.*)?")) {
                throw AmlException.of(
                                ErrorCode.SPEC_BAD_VALUE,
                                spec.file().getFileName() + ": 'customer_managed_key.key_uri' is '" + uri
                                        + "' but must be a URL")
                        .build();
            }
            rest.put("encryption_status", "Enabled").put("resource_cmk_uri", uri);
            Fields.into(key, rest)
                    .as("cmk_keyvault", "key_vault")
                    .as("encryption_cosmosdb_resourceid", "cosmosdb_id")
                    .as("encryption_storage_resourceid", "storage_id")
                    .as("encryption_search_resourceid", "search_id");
        }
    }

    private void access() {
        if (isTrue("hbi_workspace")) {
            rest.put("confidential_data", "true");
        }
        String access = spec.text("public_network_access");
        if (access != null) {
            rest.put("publicNetworkAccess", RestBody.pascal(access));
            rest.put("associatedResourcePNA", RestBody.pascal(access));
        }
        take("systemDatastoresAuthMode", "system_datastores_auth_mode");
        JsonNode assignment = spec.content().get("allow_roleassignment_on_rg");
        if (assignment != null && !assignment.asBoolean(true)) {
            rest.put("allowRoleAssignmentOnRG", "false");
        }
        take("imageBuildCompute", "image_build_compute");
        if (isTrue("enable_data_isolation")) {
            rest.put("enable_data_isolation", "true");
        }
        if (isTrue("provision_network_now")) {
            rest.put("provisionNetworkNow", "true");
        }
    }

    private void network() {
        ObjectNode network = rest.putObject("managedNetwork");
        JsonNode given = spec.content().path("managed_network");
        String mode = given.path("isolation_mode").asText("disabled");
        network.put("isolationMode", RestBody.pascal(mode));
        ObjectNode rules = network.putObject("outboundRules");
        given.path("outbound_rules").forEach(rule -> rules.set(rule.path("name").asText(), OutboundRules.rule(rule)));
        if (given.isObject()) {
            network.put(
                    "firewallSku", RestBody.pascal(given.path("firewall_sku").asText("standard")));
        }
        if (mode.startsWith("allow")) {
            rest.put("associatedResourcePNA", "Disabled");
        }
    }
}
