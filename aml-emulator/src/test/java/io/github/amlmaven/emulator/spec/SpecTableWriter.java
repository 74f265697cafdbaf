package io.github.amlmaven.emulator.spec;

import static java.util.Map.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the tables of {@link SpecTable} from catalogs of operations and models: all that request bodies reach. */
final class SpecTableWriter {

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, SerializationFeature.INDENT_OUTPUT);
    private static final Pattern UNION = Pattern.compile("Union\\[str, ([A-Za-z0-9]+)]");
    private static final Pattern LIST = Pattern.compile("list\\[(.*)]");
    private static final Pattern MAP = Pattern.compile("dict\\[str, (.*)]");
    private static final Map<String, String> SIMPLE = Map.of(
            "str", "str",
            "int", "int",
            "float", "float",
            "bool", "bool",
            "bytes", "str",
            "Any", "any",
            "datetime.timedelta", "duration",
            "datetime.date", "time",
            "datetime.datetime", "time");

    /**
     * Properties that only preview versions have and that the official client can send: its models of the preview versions
     * against those of the stable one.
     */
    private static final Map<String, Map<String, String>> PREVIEW = Map.ofEntries(
            entry(
                    "ComputeInstanceProperties",
                    Map.of("enableOSPatching", "bool", "enableRootAccess", "bool", "releaseQuotaOnStop", "bool")),
            entry("RegistryProperties", Map.of("managedResourceGroupTags", "map<str>")),
            entry("JobBaseProperties", Map.of("parentJobName", "str", "secretsConfiguration", "any")),
            entry("CommandJob", Map.of("autologgerSettings", "any")),
            entry("SweepJob", Map.of("componentConfiguration", "any", "resources", "any")),
            entry("JobOutput", Map.of("assetVersion", "str", "autoDeleteSetting", "any", "pathOnCompute", "str")),
            entry("JobInput", Map.of("pathOnCompute", "str")),
            entry("ResourceConfiguration", Map.of("locations", "list<str>", "maxInstanceCount", "int")),
            entry("QueueSettings", Map.of("priority", "int")),
            entry("RandomSamplingAlgorithm", Map.of("logbase", "any")),
            entry("TrainingSettings", Map.of("trainingMode", "str")),
            entry("ForecastingSettings", Map.of("featuresUnknownAtForecastTime", "list<str>")),
            entry("NlpVerticalLimitSettings", Map.of("maxNodes", "int", "trialTimeout", "duration")),
            entry(
                    "TableVerticalLimitSettings",
                    Map.of("maxNodes", "int", "sweepConcurrentTrials", "int", "sweepTrials", "int")),
            entry("ImageModelSettingsObjectDetection", Map.of("logTrainingMetrics", "str", "logValidationLoss", "str")),
            entry("AssetBase", Map.of("autoDeleteSetting", "any")),
            entry("DataVersionBaseProperties", Map.of("intellectualProperty", "any", "stage", "str")));

    private static final String PREVIEWED = "Microsoft.MachineLearningServices";

    private final JsonNode catalog;
    private final Set<String> reached = new TreeSet<>();
    private final Deque<String> open = new ArrayDeque<>();

    SpecTableWriter(JsonNode catalog) {
        this.catalog = catalog;
    }

    /** The table as text. */
    String write() throws JsonProcessingException {
        for (JsonNode operation : catalog.path("operations")) {
            reach(operation.path("requestBody").asText());
        }
        ObjectNode root = JSON.createObjectNode();
        root.set("provider", catalog.path("provider"));
        root.set("apiVersion", catalog.path("apiVersion"));
        ObjectNode models = JSON.createObjectNode();
        while (!open.isEmpty()) {
            String name = open.remove();
            models.set(name, model(name));
        }
        ObjectNode enums = root.putObject("enums");
        ObjectNode sorted = root.putObject("models");
        for (String name : reached) {
            if (catalog.path("enums").has(name)) {
                enums.set(name, catalog.path("enums").path(name));
            } else {
                sorted.set(name, models.path(name));
            }
        }
        return JSON.writeValueAsString(root).replaceAll("\\[ (.*) ]", "[$1]") + "\n";
    }

    private void reach(String name) {
        boolean known =
                catalog.path("models").has(name) || catalog.path("enums").has(name);
        if (known && reached.add(name) && catalog.path("models").has(name)) {
            open.add(name);
            catalog.path("models").properties().forEach(entry -> {
                if (entry.getValue().path("base").asText().equals(name)
                        && entry.getValue().has("discriminatorValue")) {
                    reach(entry.getKey());
                }
            });
        }
    }

    private ObjectNode model(String name) {
        JsonNode given = catalog.path("models").path(name);
        ObjectNode model = JSON.createObjectNode();
        if (given.has("base")) {
            model.set("base", given.path("base"));
            reach(given.path("base").asText());
        }
        if (given.has("discriminatorValue")) {
            model.set("value", given.path("discriminatorValue"));
        }
        ObjectNode fields = model.putObject("fields");
        given.path("fields").properties().forEach(field -> fields.put(field.getKey(), field(field.getValue())));
        if (catalog.path("provider").asText().equals(PREVIEWED)) {
            new TreeMap<>(PREVIEW.getOrDefault(name, Map.of())).forEach(fields::put);
        }
        return model;
    }

    private String field(JsonNode field) {
        boolean readOnly = field.path("readOnly").asBoolean();
        return type(readOnly ? "Any" : field.path("type").asText())
                + (field.path("required").asBoolean() ? "!" : "")
                + (readOnly ? "-" : "")
                + (field.path("discriminator").asBoolean() ? "*" : "");
    }

    private String type(String given) {
        Matcher union = UNION.matcher(given);
        Matcher list = LIST.matcher(given);
        Matcher map = MAP.matcher(given);
        if (union.matches()) {
            return type(union.group(1));
        }
        if (list.matches()) {
            return "list<" + type(list.group(1)) + ">";
        }
        if (map.matches()) {
            return "map<" + type(map.group(1)) + ">";
        }
        String simple = SIMPLE.get(given);
        if (simple != null) {
            return simple;
        }
        reach(given);
        if (!reached.contains(given)) {
            throw new IllegalStateException("unknown type " + given);
        }
        return given;
    }
}
