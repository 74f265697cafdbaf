package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.RestBody;
import java.util.Locale;

/** A monitor of a deployment. Source: azure-ai-ml 1.34.0 ({@code entities/_monitoring}). */
final class MonitorRequests {

    private final CheckedSpec spec;
    private final ObjectNode monitor;
    private final PlannedAssets assets;

    MonitorRequests(CheckedSpec spec, ObjectNode monitor, PlannedAssets assets) {
        this.spec = spec;
        this.monitor = monitor;
        this.assets = assets;
    }

    ObjectNode definition() {
        ObjectNode rest = RestBody.object();
        ObjectNode compute = rest.putObject("computeConfiguration").put("computeType", "ServerlessSpark");
        compute.putObject("computeIdentity").put("computeIdentityType", "AmlToken");
        JsonNode given = monitor.path("compute");
        compute.put("instanceType", given.path("instance_type").asText("").toLowerCase(Locale.ROOT));
        compute.put("runtimeVersion", given.path("runtime_version").asText("3.4"));
        JsonNode target = monitor.path("monitoring_target");
        String deployment = target.path("endpoint_deployment_id").asText("");
        if (target.isObject()) {
            ObjectNode monitored = rest.putObject("monitoringTarget");
            monitored.put("taskType", target.path("ml_task").asText("classification"));
            if (!deployment.isEmpty()) {
                monitored.put("deploymentId", deployment(deployment));
            }
        }
        alerts(rest);
        MonitorSignals signals = new MonitorSignals(spec, windows(), deployment.replaceFirst("^azureml:", ""), assets);
        rest.set("signals", signals.all(monitor.get("monitoring_signals")));
        return rest;
    }

    private String deployment(String id) {
        String name = id.replaceFirst("^azureml:", "");
        String[] parts = name.split(":", -1);
        return name.startsWith("/") || parts.length != 2
                ? name
                : assets.workspace().armId() + "/onlineEndpoints/" + parts[0] + "/deployments/" + parts[1];
    }

    private void alerts(ObjectNode rest) {
        JsonNode alerts = monitor.path("alert_notification");
        ObjectNode setting = RestBody.object();
        if (alerts.isTextual()) {
            setting.put("alertNotificationType", "AzureMonitor");
        } else if (alerts.isObject()) {
            setting.put("alertNotificationType", "Email");
            ObjectNode email = setting.putObject("emailNotificationSetting");
            email.putArray("emailOn").add("JobFailed").add("JobCompleted");
            RestBody.set(email, "emails", alerts.get("emails"));
        } else {
            return;
        }
        rest.set("alertNotificationSetting", setting);
    }

    /** How much data a signal reads when it does not say: what lies between two runs. */
    private Windows windows() {
        JsonNode trigger = spec.content().path("trigger");
        if (trigger.has("expression")) {
            return new Windows("P7D", "P14D");
        }
        int interval = trigger.path("interval").asInt(1);
        int days = switch (trigger.path("frequency").asText("").toLowerCase(Locale.ROOT)) {
            case "day" -> interval;
            case "week" -> interval * 7;
            case "month" -> interval * 30;
            default -> 1;
        };
        return new Windows("P" + days + "D", "P" + days * 2 + "D");
    }

    /**
     * Durations in ISO 8601.
     *
     * @param production of what is watched
     * @param reference of what it is compared with
     */
    record Windows(String production, String reference) {}
}
