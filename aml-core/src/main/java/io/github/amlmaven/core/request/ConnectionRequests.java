package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.RestBody;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Connections to services outside. Source: azure-ai-ml 1.34.0 ({@code entities/_workspace/connections}). */
final class ConnectionRequests {

    private static final Map<String, String> CATEGORIES = Map.ofEntries(
            Map.entry("custom", "CustomKeys"),
            Map.entry("azure_data_lake_gen2", "AdlsGen2"),
            Map.entry("azure_content_safety", "CognitiveService"),
            Map.entry("azure_speech_services", "CognitiveService"),
            Map.entry("azure_ai_search", "CognitiveSearch"),
            Map.entry("azure_ai_services", "AIServices"),
            Map.entry("azure_open_ai", "AzureOpenAi"),
            Map.entry("open_ai", "OpenAI"),
            Map.entry("s3", "S3"));
    /** What stands where a key would, by the type that has it. */
    private static final Set<String> KEYED = Set.of(
            "azure_open_ai",
            "azure_ai_services",
            "azure_ai_search",
            "azure_content_safety",
            "azure_speech_services",
            "api_key",
            "open_ai",
            "serp",
            "serverless");

    private static final Set<String> STORES = Set.of("azure_blob", "azure_data_lake_gen2", "azure_one_lake");

    private final CheckedSpec spec;
    private final String type;

    ConnectionRequests(CheckedSpec spec) {
        this.spec = spec;
        this.type = String.valueOf(spec.text("type")).toLowerCase(Locale.ROOT);
    }

    ObjectNode body() {
        ObjectNode properties = RestBody.object();
        credentials(properties);
        properties.put("category", CATEGORIES.getOrDefault(type, RestBody.pascal(type)));
        RestBody.put(properties, "target", target());
        properties.set("metadata", metadata());
        properties.put("isSharedToAll", true);
        return RestBody.properties(properties);
    }

    private @Nullable String target() {
        for (String key : new String[] {"target", "url", "endpoint", "azure_endpoint", "api_base"}) {
            if (spec.text(key) != null && !type.equals("azure_one_lake")) {
                return spec.text(key);
            }
        }
        if (type.equals("azure_one_lake")) {
            String artifact = spec.content().path("artifact").path("name").asText();
            boolean guid = artifact.matches(".{7}-.{4}-.{4}-.{4}.{12}.*");
            return "https://" + spec.text("endpoint") + "/" + spec.text("one_lake_workspace_name") + "/" + artifact
                    + (guid ? "" : ".Lakehouse");
        }
        return null;
    }

    private ObjectNode metadata() {
        ObjectNode metadata = RestBody.texts(spec.content().get("tags"));
        metadata.setAll(RestBody.texts(spec.content().get("metadata")));
        Fields fields = Fields.into(spec.content(), metadata);
        switch (type) {
            case "azure_blob" -> fields.as("ContainerName", "container_name").as("AccountName", "account_name");
            case "azure_open_ai" ->
                fields.or("ApiVersion", "api_version", RestBody.JSON.nullNode())
                        .or("ApiType", "api_type", RestBody.JSON.textNode("Azure"))
                        .or("ResourceId", "open_ai_resource_id", RestBody.JSON.nullNode());
            case "azure_ai_services" -> fields.as("ResourceId", "ai_services_resource_id");
            case "azure_content_safety" -> fields.put("Kind", "Content Safety");
            case "azure_speech_services" -> fields.put("Kind", "speech");
            default -> {
                // the metadata that the file has
            }
        }
        return metadata;
    }

    private void credentials(ObjectNode properties) {
        JsonNode given = spec.content().path("credentials");
        String kind = given.path("type").asText("");
        String key = spec.text("api_key");
        if (KEYED.contains(type)) {
            if (key == null && given.has("key")) {
                key = given.path("key").asText();
            }
            properties.put("authType", key == null ? "AAD" : "ApiKey");
            if (key != null) {
                properties.putObject("credentials").put("key", key);
            }
            return;
        }
        switch (kind) {
            case "pat" -> put(properties, "PAT", Fields.of(given).same("pat"));
            case "sas" -> put(properties, "SAS", Fields.of(given).as("sas", "sas_token"));
            case "account_key" -> put(properties, "AccountKey", Fields.of(given).as("key", "account_key"));
            case "username_password" ->
                put(properties, "UsernamePassword", Fields.of(given).same("username", "password"));
            case "managed_identity" ->
                put(properties, "ManagedIdentity", Fields.of(given).same("client_id", "resource_id"));
            case "service_principal" ->
                put(properties, "ServicePrincipal", Fields.of(given).same("client_id", "client_secret", "tenant_id"));
            case "access_key" ->
                put(properties, "AccessKey", Fields.of(given).same("access_key_id", "secret_access_key"));
            case "api_key" -> put(properties, "ApiKey", Fields.of(given).same("key"));
            default -> properties.put("authType", STORES.contains(type) || kind.equals("aad") ? "AAD" : "None");
        }
    }

    private static void put(ObjectNode properties, String type, Fields credentials) {
        properties.put("authType", type);
        properties.set("credentials", credentials.done());
    }
}
