package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.asset.AssetKind;

/** What the service fills in when a deployment does not say it. Clients fail on answers without some of these. */
final class DeploymentDefaults {

    private DeploymentDefaults() {}

    static void complete(EndpointKind kind, ObjectNode deployment) {
        ObjectNode properties = (ObjectNode) deployment.path("properties");
        AssetKind.putIfAbsent(properties, "properties");
        AssetKind.putIfAbsent(properties, "environmentVariables");
        if (kind == EndpointKind.ONLINE) {
            online(deployment, properties);
        } else {
            batch(properties);
        }
    }

    private static void online(ObjectNode deployment, ObjectNode properties) {
        if (!deployment.path("sku").isObject()) {
            deployment.putObject("sku").put("name", "Default").put("capacity", 1);
        }
        if (!properties.path("scaleSettings").isObject()) {
            properties.putObject("scaleSettings").put("scaleType", "Default");
        }
        text(properties, "egressPublicNetworkAccess", "Enabled");
        properties.put(
                "appInsightsEnabled", properties.path("appInsightsEnabled").asBoolean());
        ObjectNode request = properties.withObjectProperty("requestSettings");
        number(request, "maxConcurrentRequestsPerInstance", 1);
        text(request, "requestTimeout", "PT5S");
        text(request, "maxQueueWait", "PT0.5S");
        for (String probe : new String[] {"livenessProbe", "readinessProbe"}) {
            ObjectNode settings = properties.withObjectProperty(probe);
            number(settings, "failureThreshold", 30);
            number(settings, "successThreshold", 1);
            text(settings, "initialDelay", "PT10S");
            text(settings, "period", "PT10S");
            text(settings, "timeout", "PT2S");
        }
    }

    private static void batch(ObjectNode properties) {
        if (properties.path("deploymentConfiguration").isObject()) {
            return;
        }
        number(properties, "miniBatchSize", 10);
        number(properties, "maxConcurrencyPerInstance", 1);
        number(properties, "errorThreshold", -1);
        text(properties, "loggingLevel", "Info");
        text(properties, "outputAction", "AppendRow");
        text(properties, "outputFileName", "predictions.csv");
        ObjectNode retry = properties.withObjectProperty("retrySettings");
        number(retry, "maxRetries", 3);
        text(retry, "timeout", "PT30S");
        number(properties.withObjectProperty("resources"), "instanceCount", 1);
    }

    private static void text(ObjectNode node, String name, String value) {
        if (!node.hasNonNull(name)) {
            node.put(name, value);
        }
    }

    private static void number(ObjectNode node, String name, int value) {
        if (!node.hasNonNull(name)) {
            node.put(name, value);
        }
    }
}
