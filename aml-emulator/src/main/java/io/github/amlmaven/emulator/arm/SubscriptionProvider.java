package io.github.amlmaven.emulator.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Tenant, subscription, its locations and resource providers, and the cloud's own description. */
public final class SubscriptionProvider implements Provider {

    private static final List<String> LOCATIONS =
            List.of("westeurope", "northeurope", "eastus", "eastus2", "westus2", "uksouth", "germanywestcentral");
    private static final List<String> NAMESPACES = List.of(
            "Microsoft.MachineLearningServices",
            "Microsoft.ContainerRegistry",
            "Microsoft.ContainerInstance",
            "Microsoft.ContainerService",
            "Microsoft.Storage",
            "Microsoft.KeyVault",
            "Microsoft.Insights",
            "Microsoft.OperationalInsights",
            "Microsoft.ManagedIdentity",
            "Microsoft.Resources",
            "Microsoft.Web");

    /** The az CLI looks up a web app's type before it asks for it by its id; newest first, as ARM lists them. */
    private static final List<String> WEB_TYPES = List.of("sites", "sites/slots", "serverfarms");

    private static final List<String> WEB_VERSIONS = List.of("2025-05-01", "2025-03-01", "2024-11-01", "2024-04-01");

    private final EmulatorContext context;

    public SubscriptionProvider(EmulatorContext context) {
        this.context = context;
    }

    @Override
    public void declare(Routes routes) {
        routes.add("GET", "/metadata/endpoints", this::metadata);
        routes.add("GET", "/tenants", this::tenants);
        routes.add("GET", "/subscriptions", exchange -> sendList(exchange, subscription()));
        routes.add("GET", "/subscriptions/{s}", exchange -> exchange.send(200, subscription()));
        routes.add("GET", "/subscriptions/{s}/locations", this::locations);
        routes.add("GET", "/subscriptions/{s}/providers", this::namespaces);
        routes.add("GET", "/subscriptions/{s}/providers/{namespace}", this::namespace);
        routes.add("POST", "/subscriptions/{s}/providers/{namespace}/register", this::namespace);
    }

    private ObjectNode subscription() {
        String id = context.options().subscriptionId();
        ObjectNode subscription = JsonNodeFactory.instance.objectNode();
        subscription
                .put("id", "/subscriptions/" + id)
                .put("subscriptionId", id)
                .put("tenantId", EmulatorOptions.TENANT)
                .put("displayName", "AML Emulator")
                .put("state", "Enabled")
                .put("authorizationSource", "RoleBased");
        subscription
                .putObject("subscriptionPolicies")
                .put("locationPlacementId", "Public_2014-09-01")
                .put("quotaId", "PayAsYouGo_2014-09-01")
                .put("spendingLimit", "Off");
        return subscription;
    }

    private void tenants(Exchange exchange) throws IOException {
        sendList(
                exchange,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("id", "/tenants/" + EmulatorOptions.TENANT)
                        .put("tenantId", EmulatorOptions.TENANT)
                        .put("displayName", "AML Emulator")
                        .put("tenantCategory", "Home"));
    }

    private void locations(Exchange exchange) throws IOException {
        sendList(
                exchange,
                LOCATIONS.stream()
                        .map(name -> {
                            ObjectNode location = JsonNodeFactory.instance.objectNode();
                            location.put("id", subscription().path("id").asText() + "/locations/" + name)
                                    .put("name", name)
                                    .put("type", "Region")
                                    .put("displayName", name)
                                    .put("regionalDisplayName", name);
                            location.putObject("metadata").put("regionType", "Physical");
                            return location;
                        })
                        .toArray(ObjectNode[]::new));
    }

    private void namespaces(Exchange exchange) throws IOException {
        sendList(exchange, NAMESPACES.stream().map(this::describe).toArray(ObjectNode[]::new));
    }

    private void namespace(Exchange exchange) throws IOException {
        String asked = exchange.variable("namespace");
        ObjectNode answer = NAMESPACES.stream()
                .filter(asked::equalsIgnoreCase)
                .findFirst()
                .map(this::describe)
                .orElseThrow(() -> HttpError.arm(
                        404, "InvalidResourceNamespace", "The resource namespace '" + asked + "' is invalid."));
        exchange.send(200, answer);
    }

    private ObjectNode describe(String namespace) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("id", subscription().path("id").asText() + "/providers/" + namespace)
                .put("namespace", namespace)
                .put("registrationState", "Registered")
                .put("registrationPolicy", "RegistrationRequired");
        ArrayNode types = answer.putArray("resourceTypes");
        if (namespace.equals("Microsoft.Web")) {
            WEB_TYPES.forEach(type -> {
                ObjectNode described = types.addObject().put("resourceType", type);
                LOCATIONS.forEach(described.putArray("locations")::add);
                WEB_VERSIONS.forEach(described.putArray("apiVersions")::add);
            });
        }
        return answer;
    }

    /**
     * The document behind {@code ARM_CLOUD_METADATA_URL}: a list of clouds from 2019 to 2021, one cloud before and after. The
     * portal's name is a string that azure-ai-ml takes the cloud's domain from; nothing is asked of it.
     */
    private void metadata(Exchange exchange) throws IOException {
        String self = exchange.base().toString();
        ObjectNode cloud = JsonNodeFactory.instance.objectNode();
        cloud.put("name", "AmlEmulator")
                .put("portal", "https://portal.azure.com")
                .put("resourceManager", self + "/")
                .put("graph", self + "/")
                .put("graphAudience", self + "/")
                .put("media", self)
                .put("batch", self)
                .put("sqlManagement", self)
                .put("vmImageAliasDoc", self)
                .put("gallery", self + "/")
                .put("galleryEndpoint", self + "/")
                .put("graphEndpoint", self + "/")
                .put("portalEndpoint", "https://portal.azure.com");
        ObjectNode authentication = cloud.putObject("authentication");
        authentication.put("loginEndpoint", self + "/").put("tenant", "common").put("identityProvider", "AAD");
        authentication
                .putArray("audiences")
                .add("https://management.core.windows.net/")
                .add("https://management.azure.com/");
        String authority = exchange.base().getAuthority();
        cloud.putObject("suffixes")
                .put("storage", authority)
                .put("acrLoginServer", authority)
                .put("keyVaultDns", "vault.localhost")
                .put("sqlServerHostname", "database.localhost");
        boolean old = exchange.query("api-version").orElse("").compareTo("2022") >= 0
                || exchange.query("api-version").orElse("").startsWith("2015")
                || exchange.query("api-version").orElse("").startsWith("2018");
        exchange.send(200, old ? cloud : JsonNodeFactory.instance.arrayNode().add(cloud));
    }

    static void sendList(Exchange exchange, ObjectNode... items) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode value = answer.putArray("value");
        for (ObjectNode item : items) {
            value.add(item);
        }
        exchange.send(200, answer);
    }

    /** The name in the spelling that this provider declares, for answers; the given one when it declares none. */
    static String spelling(String namespace) {
        return NAMESPACES.stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).equals(namespace.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElse(namespace);
    }
}
