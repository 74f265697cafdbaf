package io.github.amlmaven.emulator.appservice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.HttpError;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * A site's JSON: what a body must hold, what is kept of it, and what a reader is shown. Application settings are kept apart:
 * nobody sees them but who may ask for them by {@code config/appsettings/list}.
 */
final class SiteDocument {

    private static final String NAME = "[A-Za-z0-9]([A-Za-z0-9-]{0,58}[A-Za-z0-9])?";
    private static final String SLOT = "[A-Za-z0-9]([A-Za-z0-9-]{0,57}[A-Za-z0-9])?";
    private static final Set<String> OWN =
            Set.of("siteConfig", "state", "hostNames", "defaultHostName", "enabledHostNames", "hostNameSslStates");

    private SiteDocument() {}

    static void check(ResourceId id, boolean slot) {
        String name = id.name();
        if (!name.matches(slot ? SLOT : NAME)) {
            throw HttpError.arm(
                    400,
                    "BadRequest",
                    "The " + (slot ? "slot" : "site") + " name '" + name
                            + "' is invalid: letters, digits and hyphens, none at the ends.");
        }
    }

    /**
     * The document after a PUT or PATCH.
     *
     * @param present what was stored, an empty object when nothing was
     * @param host where the site is reached
     */
    static ObjectNode of(ResourceId id, ObjectNode present, JsonNode body, String host, Instant now) {
        boolean slot = !id.segment("slots").isEmpty();
        String site = id.segment("sites");
        ObjectNode document = present.deepCopy();
        document.put("id", id.value());
        document.put("name", slot ? site + "/" + id.name() : id.name());
        document.put("type", slot ? "Microsoft.Web/sites/slots" : "Microsoft.Web/sites");
        for (String key : new String[] {"location", "kind", "tags", "identity"}) {
            if (body.hasNonNull(key)) {
                document.set(key, body.path(key).deepCopy());
            }
        }
        defaulted(document, "kind", "app");
        ObjectNode properties = document.withObject("/properties");
        Iterator<Map.Entry<String, JsonNode>> given = body.path("properties").fields();
        while (given.hasNext()) {
            Map.Entry<String, JsonNode> field = given.next();
            if (!OWN.contains(field.getKey()) && !field.getValue().isNull()) {
                properties.set(field.getKey(), field.getValue().deepCopy());
            }
        }
        properties.put("name", slot ? site + "(" + id.name() + ")" : id.name());
        defaulted(properties, "state", "Running");
        properties.put("usageState", "Normal").put("availabilityState", "Normal");
        properties.put("lastModifiedTimeUtc", now.toString());
        properties.put("resourceGroup", id.segment("resourceGroups"));
        properties.put("repositorySiteName", site);
        if (!properties.has("enabled")) {
            properties.put("enabled", true);
        }
        address(properties, host);
        return document;
    }

    /** Where the site is reached; its second name is that of its tools (Kudu). */
    private static void address(ObjectNode properties, String host) {
        properties.put("defaultHostName", host);
        properties.putArray("hostNames").add(host);
        properties.putArray("enabledHostNames").add(host);
        properties
                .putArray("hostNameSslStates")
                .addObject()
                .put("name", host)
                .put("sslState", "Disabled")
                .put("hostType", "Standard");
        properties.put("outboundIpAddresses", "127.0.0.1");
    }

    private static void defaulted(ObjectNode object, String key, String value) {
        if (!object.hasNonNull(key)) {
            object.put(key, value);
        }
    }

    /** The site's configuration after a PUT or PATCH: what is given replaces, the rest stays. */
    static ObjectNode config(ObjectNode present, JsonNode given) {
        ObjectNode config = present.deepCopy();
        Iterator<Map.Entry<String, JsonNode>> fields = given.fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (!field.getKey().equals("appSettings") && !field.getValue().isNull()) {
                config.set(field.getKey(), field.getValue().deepCopy());
            }
        }
        if (!config.has("numberOfWorkers")) {
            config.put("numberOfWorkers", 1);
        }
        defaulted(config, "linuxFxVersion", "");
        defaulted(config, "minTlsVersion", "1.2");
        defaulted(config, "ftpsState", "FtpsOnly");
        for (String off : new String[] {"acrUseManagedIdentityCreds", "alwaysOn", "http20Enabled"}) {
            if (!config.has(off)) {
                config.put(off, false);
            }
        }
        return config;
    }

    /** The {@code name}/{@code value} pairs of {@code siteConfig.appSettings} as an object. */
    static ObjectNode settings(JsonNode pairs) {
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        for (JsonNode pair : pairs) {
            settings.put(pair.path("name").asText(), pair.path("value").asText());
        }
        return settings;
    }
}
