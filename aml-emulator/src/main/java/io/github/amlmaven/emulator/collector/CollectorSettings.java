package io.github.amlmaven.emulator.collector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A deployment's {@code dataCollector}.
 *
 * @param captureHeaders of requests and answers that payload logging keeps, lower case
 * @param collections those that are enabled, by lower-case name, for so azureml-ai-monitoring reads them
 */
record CollectorSettings(RollingRate rolling, List<String> captureHeaders, Map<String, Collection> collections) {

    /** What payload logging collects; all other collections are filled by scoring scripts. */
    static final String REQUEST = "request";

    static final String RESPONSE = "response";

    private static final Set<String> PAYLOAD = Set.of(REQUEST, RESPONSE);

    /**
     * @param samplingRate share that is kept, 0 to 1
     * @param dataId the data asset that says where; empty for the workspace's default store
     */
    record Collection(String name, double samplingRate, String dataId) {}

    static CollectorSettings of(JsonNode deployment) {
        JsonNode settings = deployment.path("properties").path("dataCollector");
        List<String> headers = new ArrayList<>();
        for (JsonNode header : settings.path("requestLogging").path("captureHeaders")) {
            headers.add(header.asText().toLowerCase(Locale.ROOT));
        }
        Map<String, Collection> enabled = new LinkedHashMap<>();
        settings.path("collections").properties().forEach(entry -> {
            JsonNode collection = entry.getValue();
            if (collection.path("dataCollectionMode").asText().equalsIgnoreCase("Enabled")) {
                enabled.put(
                        entry.getKey().toLowerCase(Locale.ROOT),
                        new Collection(
                                entry.getKey(),
                                collection.path("samplingRate").asDouble(1),
                                collection.path("dataId").asText("")));
            }
        });
        return new CollectorSettings(
                RollingRate.named(settings.path("rollingRate").asText()), headers, enabled);
    }

    Optional<Collection> collection(String name) {
        return Optional.ofNullable(collections.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Whether scoring scripts may collect something. */
    boolean custom() {
        return !PAYLOAD.containsAll(collections.keySet());
    }

    /** Whether requests or answers are kept. */
    boolean payload() {
        return collections.keySet().stream().anyMatch(PAYLOAD::contains);
    }

    /** The file that {@code AZUREML_MDC_CONFIG_PATH} names, as azureml-ai-monitoring reads it (config/config.py). */
    ObjectNode config() {
        ObjectNode config = JsonNodeFactory.instance.objectNode().put("runMode", "cloud");
        ObjectNode all = config.putObject("collections");
        collections
                .values()
                .forEach(collection -> all.putObject(collection.name())
                        .put("enabled", true)
                        .put("sampleRatePercentage", 100 * collection.samplingRate()));
        captureHeaders.forEach(config.withArray("/captureHeaders")::add);
        return config;
    }
}
