package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.RestBody;
import io.github.amlmaven.core.spec.Triggers;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Computes of all types. Source: azure-ai-ml 1.34.0 ({@code entities/_compute}). */
final class ComputeRequests {

    private static final JsonNode TRUE = RestBody.JSON.booleanNode(true);
    private static final JsonNode FALSE = RestBody.JSON.booleanNode(false);
    private static final JsonNode DEFAULT_SIZE = RestBody.JSON.textNode("STANDARD_DS3_V2");

    private final CheckedSpec spec;
    private final WorkspaceId workspace;

    ComputeRequests(CheckedSpec spec, WorkspaceId workspace) {
        this.spec = spec;
        this.workspace = workspace;
    }

    ObjectNode body() {
        ObjectNode body = RestBody.object();
        String own = spec.text("location");
        boolean cluster = spec.kind().name().equals("amlcompute");
        body.put("location", own != null && cluster ? own : RequestRendering.LOCATION);
        Fields.into(spec.content(), body).textsIfGiven("tags", "tags");
        ObjectNode properties = body.putObject("properties");
        RestBody.set(properties, "description", spec.content().get("description"));
        switch (spec.kind().name()) {
            case "amlcompute" -> cluster(properties);
            case "computeinstance" -> instance(properties);
            case "virtualmachine" -> machine(properties);
            case "kubernetes-compute" -> kubernetes(properties);
            default -> RestBody.set(properties.put("computeType", "SynapseSpark"), "resourceId", get("resource_id"));
        }
        if (!spec.kind().name().equals("virtualmachine")) {
            RestBody.set(body, "identity", Identities.ofResource(get("identity")));
        }
        return body;
    }

    private @Nullable JsonNode get(String key) {
        return spec.content().get(key);
    }

    private void cluster(ObjectNode rest) {
        boolean ssh = get("ssh_settings") instanceof ObjectNode;
        rest.put("computeType", "AmlCompute");
        rest.put("disableLocalAuth", !ssh);
        JsonNode idle = get("idle_time_before_scale_down");
        ObjectNode scale = Fields.of(spec.content())
                .or("maxNodeCount", "max_instances", RestBody.JSON.numberNode(4))
                .or("minNodeCount", "min_instances", RestBody.JSON.numberNode(0))
                .put(
                        "nodeIdleTimeBeforeScaleDown",
                        idle == null ? "PT2M" : idle.asLong() == 0 ? null : RestBody.seconds(idle))
                .done();
        JsonNode access = get("ssh_public_access_enabled");
        rest.set(
                "properties",
                Fields.of(spec.content())
                        .or("vmSize", "size", DEFAULT_SIZE)
                        .put("osType", "Linux")
                        .text("vmPriority", "tier", RestBody::pascal)
                        .put("userAccountCredentials", Fields.optional(get("ssh_settings"), ComputeRequests::account))
                        .put("scaleSettings", scale)
                        .put("subnet", subnet(false))
                        .put(
                                "remoteLoginPortPublicAccess",
                                access == null ? "NotSpecified" : access.asBoolean() ? "Enabled" : "Disabled")
                        .or("enableNodePublicIp", "enable_node_public_ip", TRUE)
                        .done());
    }

    private static ObjectNode account(ObjectNode ssh) {
        return Fields.of(ssh)
                .as("adminUserName", "admin_username")
                .as("adminUserPassword", "admin_password")
                .as("adminUserSshPublicKey", "ssh_key_value")
                .done();
    }

    /** A subnet needs an id; a name is completed with the workspace's group. */
    private @Nullable ObjectNode subnet(boolean networkAlone) {
        if (!(get("network_settings") instanceof ObjectNode network)) {
            return null;
        }
        String subnet = CheckedSpec.text(network, "subnet");
        String net = CheckedSpec.text(network, "vnet_name");
        if (net != null && subnet == null) {
            throw AmlException.ofProblems(List.of(new Problem(
                    ErrorCode.SPEC_MISSING_KEY,
                    new Location(spec.file().getFileName(), 1, 1),
                    "'network_settings' names a 'vnet_name' and no 'subnet'")));
        }
        if (subnet == null || (networkAlone && net == null && subnet.isEmpty())) {
            return null;
        }
        boolean id = subnet.startsWith("/subscriptions");
        return RestBody.object()
                .put(
                        "id",
                        id
                                ? subnet
                                : workspace.resourceGroupId() + "/providers/Microsoft.Network/virtualNetworks/"
                                        + (net == null ? "None" : net) + "/subnets/" + subnet);
    }

    private void instance(ObjectNode rest) {
        rest.put("computeType", "ComputeInstance");
        JsonNode access = get("ssh_public_access_enabled");
        JsonNode ssh = get("ssh_settings");
        boolean open = access != null && access.asBoolean();
        rest.put("disableLocalAuth", !open);
        ObjectNode settings = null;
        if (access != null || ssh instanceof ObjectNode) {
            settings = Fields.of(ssh)
                    .put("sshPublicAccess", open ? "Enabled" : "Disabled")
                    .as("adminPublicKey", "ssh_key_value")
                    .done();
        }
        JsonNode idle = get("idle_time_before_shutdown_minutes");
        Fields fields = Fields.of(spec.content())
                .or("vmSize", "size", DEFAULT_SIZE)
                .put("subnet", subnet(true))
                .put("applicationSharingPolicy", "Shared")
                .put("computeInstanceAuthorizationType", "personal")
                .put("sshSettings", settings)
                .put(
                        "personalComputeInstanceSettings",
                        Fields.optional(get("create_on_behalf_of"), ComputeRequests::owner))
                .put(
                        "idleTimeBeforeShutdown",
                        idle != null && idle.asLong() != 0
                                ? "PT" + idle.asText() + "M"
                                : spec.text("idle_time_before_shutdown"))
                .or("enableNodePublicIp", "enable_node_public_ip", TRUE)
                .or("enableSSO", "enable_sso", TRUE)
                .or("enableRootAccess", "enable_root_access", TRUE)
                .or("releaseQuotaOnStop", "release_quota_on_stop", FALSE)
                .or("enableOSPatching", "enable_os_patching", FALSE)
                .put("schedules", Fields.optional(get("schedules"), ComputeRequests::schedules))
                .put("setupScripts", Fields.optional(get("setup_scripts"), ComputeRequests::scripts));
        if (get("custom_applications") instanceof ArrayNode applications) {
            ArrayNode services = RestBody.JSON.arrayNode();
            applications.forEach(application -> services.add(ComputeApplications.service(application)));
            fields.put("customServices", services);
        }
        rest.set("properties", fields.done());
    }

    private static ObjectNode owner(ObjectNode user) {
        ObjectNode rest = RestBody.object();
        rest.set(
                "assignedUser",
                Fields.of(user)
                        .as("objectId", "user_object_id")
                        .as("tenantId", "user_tenant_id")
                        .done());
        return rest;
    }

    private static ObjectNode schedules(ObjectNode schedules) {
        ObjectNode rest = RestBody.object();
        ArrayNode list = rest.putArray("computeStartStop");
        schedules.path("compute_start_stop").forEach(schedule -> {
            ObjectNode item = Fields.of(schedule)
                    .same("action")
                    .text("status", "state", state -> state.toLowerCase(Locale.ROOT))
                    .done();
            if (!item.has("status")) {
                item.put("status", "Enabled");
            }
            if (schedule.get("trigger") instanceof ObjectNode trigger) {
                boolean cron = trigger.has("expression");
                item.put("triggerType", cron ? "Cron" : "Recurrence");
                item.set(cron ? "cron" : "recurrence", Triggers.ofCompute(trigger));
            }
            list.add(item);
        });
        return rest;
    }

    private static ObjectNode scripts(ObjectNode scripts) {
        ObjectNode rest = RestBody.object();
        rest.set(
                "scripts",
                Fields.of(scripts)
                        .put("startupScript", Fields.optional(scripts.get("startup_script"), ComputeRequests::script))
                        .put("creationScript", Fields.optional(scripts.get("creation_script"), ComputeRequests::script))
                        .done());
        return rest;
    }

    private static ObjectNode script(ObjectNode script) {
        return Fields.of(script)
                .put("scriptSource", "workspaceStorage")
                .as("scriptData", "path")
                .as("scriptArguments", "command")
                .put(
                        "timeout",
                        script.has("timeout_minutes")
                                ? script.path("timeout_minutes").asText() + "m"
                                : "Nonem")
                .done();
    }

    private void machine(ObjectNode rest) {
        rest.put("computeType", "VirtualMachine");
        RestBody.set(rest, "resourceId", get("resource_id"));
        ObjectNode account = Fields.of(get("ssh_settings"))
                .as("username", "admin_username")
                .as("password", "admin_password")
                .done();
        rest.set(
                "properties",
                Fields.of(get("ssh_settings"))
                        .or("sshPort", "ssh_port", RestBody.JSON.numberNode(22))
                        .put("administratorAccount", account)
                        .done());
    }

    private void kubernetes(ObjectNode rest) {
        rest.put("computeType", "Kubernetes");
        RestBody.set(rest, "resourceId", get("resource_id"));
        rest.set(
                "properties",
                Fields.of(spec.content())
                        .or("namespace", "namespace", RestBody.JSON.textNode("default"))
                        .done());
    }
}
