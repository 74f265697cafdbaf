package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.RestBody;
import org.jspecify.annotations.Nullable;

/** Datastores. Source: azure-ai-ml 1.34.0 ({@code entities/_datastore}, {@code entities/_credentials.py}). */
final class DatastoreRequests {

    private static final String CORE = "core.windows.net";
    private static final String LOGIN = "https://login.microsoftonline.com";

    private DatastoreRequests() {}

    static ObjectNode body(CheckedSpec spec) {
        String type = String.valueOf(spec.text("type"));
        Fields fields = Fields.of(spec.content())
                .same("description")
                .texts("tags", "tags")
                .put("credentials", credentials(spec.content().get("credentials")));
        switch (type) {
            case "azure_blob" ->
                storage(fields.put("datastoreType", "AzureBlob").same("account_name", "container_name"));
            case "azure_file" ->
                storage(fields.put("datastoreType", "AzureFile").same("account_name", "file_share_name"));
            case "azure_data_lake_gen2" ->
                storage(fields.put("datastoreType", "AzureDataLakeGen2").same("account_name", "filesystem"));
            case "azure_data_lake_gen1" ->
                fields.put("datastoreType", "AzureDataLakeGen1").same("store_name");
            default ->
                fields.put("datastoreType", "OneLake")
                        .same("one_lake_workspace_name", "endpoint")
                        .put("artifact", artifact(spec.content().path("artifact")));
        }
        return RestBody.properties(fields.done());
    }

    private static void storage(Fields fields) {
        fields.or("endpoint", "endpoint", RestBody.JSON.textNode(CORE))
                .or("protocol", "protocol", RestBody.JSON.textNode("https"));
    }

    private static ObjectNode artifact(JsonNode artifact) {
        return Fields.of(artifact)
                .put("artifactType", "LakeHouse")
                .as("artifactName", "name")
                .done();
    }

    private static ObjectNode credentials(@Nullable JsonNode given) {
        ObjectNode rest = RestBody.object();
        JsonNode credentials = given == null ? rest : given;
        if (credentials.has("account_key")) {
            rest.put("credentialsType", "AccountKey");
            rest.set("secrets", secrets("AccountKey", "key", credentials.get("account_key")));
        } else if (credentials.has("sas_token")) {
            rest.put("credentialsType", "Sas");
            rest.set("secrets", secrets("Sas", "sasToken", credentials.get("sas_token")));
        } else if (credentials.has("client_secret")) {
            tenant(rest.put("credentialsType", "ServicePrincipal"), credentials);
            rest.set("secrets", secrets("ServicePrincipal", "clientSecret", credentials.get("client_secret")));
        } else if (credentials.has("thumbprint")) {
            tenant(rest.put("credentialsType", "Certificate"), credentials);
            RestBody.set(rest, "thumbprint", credentials.get("thumbprint"));
            rest.set("secrets", secrets("Certificate", "certificate", credentials.get("certificate")));
        } else {
            rest.put("credentialsType", "None");
        }
        return rest;
    }

    private static void tenant(ObjectNode rest, JsonNode credentials) {
        JsonNode authority =
                credentials.has("authority_uri") ? credentials.get("authority_uri") : credentials.path("authority_url");
        rest.put("authorityUrl", authority.isTextual() ? authority.textValue() : LOGIN);
        RestBody.set(rest, "resourceUrl", credentials.get("resource_url"));
        RestBody.set(rest, "tenantId", credentials.get("tenant_id"));
        RestBody.set(rest, "clientId", credentials.get("client_id"));
    }

    private static ObjectNode secrets(String type, String key, @Nullable JsonNode secret) {
        ObjectNode secrets = RestBody.object().put("secretsType", type);
        RestBody.set(secrets, key, secret);
        return secrets;
    }
}
