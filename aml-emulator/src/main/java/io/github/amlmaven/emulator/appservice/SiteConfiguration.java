package io.github.amlmaven.emulator.appservice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Function;

/** The documents below {@code sites/{name}/config}. What is changed there restarts the site's container. */
final class SiteConfiguration {

    private final Sites sites;
    private final Function<Exchange, ResourceId> id;
    private final Function<ResourceId, ObjectNode> present;

    SiteConfiguration(Sites sites, Function<Exchange, ResourceId> id, Function<ResourceId, ObjectNode> present) {
        this.sites = sites;
        this.id = id;
        this.present = present;
    }

    void declare(Routes routes, String... prefixes) {
        for (String one : prefixes) {
            routes.add("GET", one + "/config/web", exchange -> send(exchange, "web", sites.config(of(exchange))));
            routes.add("PUT|PATCH", one + "/config/web", this::putWeb);
            routes.add(
                    "POST",
                    one + "/config/appsettings/list",
                    exchange -> send(exchange, "appsettings", sites.settings(of(exchange))));
            routes.add("PUT", one + "/config/appsettings", this::putSettings);
            routes.add(
                    "POST",
                    one + "/config/connectionstrings/list",
                    exchange -> send(exchange, "connectionstrings", sites.connectionStrings(of(exchange))));
            routes.add("PUT", one + "/config/connectionstrings", this::putConnectionStrings);
            routes.add("POST", one + "/config/publishingcredentials/list", this::credentials);
            routes.add("POST", one + "/publishxml", this::profiles);
        }
        routes.add(
                "GET",
                prefixes[0] + "/config/slotConfigNames",
                exchange -> send(exchange, "slotConfigNames", sites.stickyDocument(of(exchange))));
        routes.add("PUT", prefixes[0] + "/config/slotConfigNames", this::putSticky);
    }

    private ResourceId of(Exchange exchange) {
        ResourceId site = id.apply(exchange);
        return new ResourceId(present.apply(site).path("id").asText());
    }

    private static ObjectNode none() {
        return JsonNodeFactory.instance.objectNode();
    }

    private void send(Exchange exchange, String name, JsonNode properties) throws IOException {
        ResourceId site = of(exchange);
        ObjectNode answer = none();
        answer.put("id", site + "/config/" + name)
                .put("name", name)
                .put("type", "Microsoft.Web/sites/" + (site.segment("slots").isEmpty() ? "" : "slots/") + "config")
                .put("location", present.apply(site).path("location").asText());
        answer.set("properties", properties);
        exchange.send(200, answer);
    }

    private void putWeb(Exchange exchange) throws IOException {
        ResourceId site = of(exchange);
        sites.config(site, exchange.json().path("properties"));
        sites.start(site, false);
        send(exchange, "web", sites.config(site));
    }

    private void putSettings(Exchange exchange) throws IOException {
        ResourceId site = of(exchange);
        JsonNode settings = exchange.json().path("properties");
        settings.fields().forEachRemaining(setting -> {
            if (!setting.getValue().isValueNode()) {
                throw HttpError.arm(
                        400,
                        "BadRequest",
                        "The value of application setting '" + setting.getKey() + "' must be a string.");
            }
        });
        sites.settings(site, settings);
        sites.start(site, false);
        send(exchange, "appsettings", sites.settings(site));
    }

    private void putConnectionStrings(Exchange exchange) throws IOException {
        ResourceId site = of(exchange);
        sites.connectionStrings(site, exchange.json().path("properties"));
        sites.start(site, false);
        send(exchange, "connectionstrings", sites.connectionStrings(site));
    }

    private void putSticky(Exchange exchange) throws IOException {
        ResourceId site = of(exchange);
        sites.sticky(site, exchange.json().path("properties"));
        send(exchange, "slotConfigNames", sites.stickyDocument(site));
    }

    /** The deployment user: {@code $site}, and a password that stays the same. */
    private void credentials(Exchange exchange) throws IOException {
        ResourceId site = of(exchange);
        ObjectNode properties = none();
        String user = "$" + site.segment("sites") + (site.segment("slots").isEmpty() ? "" : "__" + site.name());
        String password = sites.publishingPassword(site, SiteConfiguration::randomPassword);
        properties
                .put("name", site.name())
                .put("publishingUserName", user)
                .put("publishingPassword", password)
                .put(
                        "scmUri",
                        "http://"
                                + present.apply(site)
                                        .at("/properties/defaultHostName")
                                        .asText());
        send(exchange, "publishingcredentials", properties);
    }

    /** Publishing profiles: the az CLI reads the FTP address out of them. */
    private void profiles(Exchange exchange) throws IOException {
        ResourceId site = of(exchange);
        String host = present.apply(site).at("/properties/defaultHostName").asText();
        String xml = "<publishData><publishProfile profileName=\"" + site.name()
                + " - FTP\" publishMethod=\"FTP\" publishUrl=\"ftp://" + host
                + "/site/wwwroot\" ftpPassiveMode=\"True\" userName=\"$" + site.segment("sites")
                + "\"/></publishData>";
        exchange.send(200, "application/xml", xml.getBytes(StandardCharsets.UTF_8));
    }

    private static String randomPassword() {
        byte[] bytes = new byte[45];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
