package io.github.amlmaven.emulator.appservice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.function.FunctionProgram;
import io.github.amlmaven.emulator.function.HostKeys;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * What Resource Manager hands on to the Functions host of a site: its keys and functions. While there is no host to ask, it
 * answers in its own words.
 */
final class FunctionKeys {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String FUNCTION_KEYS = "functionKeys";
    private static final String OF_FUNCTIONS = "functions";
    private static final String MASTER = "master";
    private static final String DEFAULT = "default";

    private final Sites sites;
    private final Function<Exchange, ResourceId> id;
    private final Function<ResourceId, ObjectNode> present;

    FunctionKeys(Sites sites, Function<Exchange, ResourceId> id, Function<ResourceId, ObjectNode> present) {
        this.sites = sites;
        this.id = id;
        this.present = present;
    }

    void declare(Routes routes, String... prefixes) {
        for (String one : prefixes) {
            routes.add("POST", one + "/host/default/listkeys", this::list);
            routes.add("PUT", one + "/host/default/{type}/{key}", this::put);
            routes.add("DELETE", one + "/host/default/{type}/{key}", this::delete);
            routes.add("POST", one + "/host/default/sync", exchange -> exchange.send(204));
            routes.add("POST", one + "/syncfunctiontriggers", exchange -> exchange.send(204));
            routes.add("GET", one + "/functions", this::functions);
            routes.add("GET", one + "/functions/{function}", e -> e.send(200, view(e, e.variable("function"))));
            routes.add("POST", one + "/functions/{function}/listkeys", this::listOfFunction);
            routes.add("PUT", one + "/functions/{function}/keys/{key}", this::putOfFunction);
        }
    }

    /** The keys as the host has them, made when they are first needed. */
    static HostKeys read(ObjectNode stored) {
        Map<String, Map<String, String>> ofFunctions = new LinkedHashMap<>();
        stored.path(OF_FUNCTIONS)
                .fields()
                .forEachRemaining(function -> ofFunctions.put(function.getKey(), texts(function.getValue())));
        return new HostKeys(stored.path(MASTER).asText(), texts(stored.path(FUNCTION_KEYS)), ofFunctions);
    }

    /** Keys of a new host: a master key and one for all functions. */
    static void make(ObjectNode stored) {
        if (!stored.has(MASTER)) {
            stored.put(MASTER, random());
            stored.putObject(FUNCTION_KEYS).put(DEFAULT, random());
            stored.putObject("systemKeys");
        }
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.fields()
                .forEachRemaining(
                        field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    /** 40 bytes, as the host makes them. */
    private static String random() {
        byte[] bytes = new byte[40];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    private ResourceId running(Exchange exchange) throws IOException {
        ResourceId site =
                new ResourceId(present.apply(id.apply(exchange)).path("id").asText());
        if (sites.address(site).program().isEmpty()) {
            throw HttpError.arm(400, "BadRequest", "Encountered an error (ServiceUnavailable) from host runtime.");
        }
        return site;
    }

    private FunctionProgram program(ResourceId site) throws IOException {
        return sites.address(site).program().orElseThrow();
    }

    private void list(Exchange exchange) throws IOException {
        ObjectNode keys = sites.hostKeys(running(exchange));
        ObjectNode answer = JsonNodeFactory.instance
                .objectNode()
                .put("masterKey", keys.path(MASTER).asText());
        answer.set(FUNCTION_KEYS, keys.path(FUNCTION_KEYS));
        answer.set("systemKeys", keys.path("systemKeys"));
        exchange.send(200, answer);
    }

    /** Which part of the keys a path means; the master key is one of its own. */
    private static ObjectNode part(ObjectNode keys, String type) {
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "functionkeys" -> keys.withObject("/" + FUNCTION_KEYS);
            case "systemkeys" -> keys.withObject("/systemKeys");
            case "masterkey" -> keys;
            default -> throw HttpError.arm(400, "BadRequest", "'" + type + "' is no type of host keys.");
        };
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId site = running(exchange);
        String type = exchange.variable("type");
        boolean master = type.equalsIgnoreCase("masterkey");
        String key = master ? MASTER : exchange.variable("key");
        String value = value(exchange.json());
        sites.updateHostKeys(site, keys -> part(keys, type).put(key, value));
        send(
                exchange,
                site + "/host/default/" + type + "/" + exchange.variable("key"),
                exchange.variable("key"),
                value);
    }

    /** The value stands in {@code properties}; what stands elsewhere is not seen, and a key is made up. */
    private static String value(JsonNode body) {
        String given = body.path("properties").path("value").asText("");
        return given.isEmpty() || body.path("properties").path("value").isNull() ? random() : given;
    }

    private static void send(Exchange exchange, String id, String name, String value) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("id", id).put("name", name);
        answer.put("type", "Microsoft.Web/sites/host/functionKeys");
        answer.putObject("properties").put("name", name).put("value", value);
        exchange.send(201, answer);
    }

    private void delete(Exchange exchange) throws IOException {
        ResourceId site = running(exchange);
        if (exchange.variable("type").equalsIgnoreCase("masterkey")) {
            throw HttpError.arm(400, "BadRequest", "The master key cannot be deleted.");
        }
        sites.updateHostKeys(site, keys -> part(keys, exchange.variable("type")).remove(exchange.variable("key")));
        exchange.send(204);
    }

    private void functions(Exchange exchange) throws IOException {
        ResourceId site = running(exchange);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        var value = answer.putArray("value");
        for (String name : program(site).names()) {
            value.add(view(exchange, name));
        }
        exchange.send(200, answer);
    }

    private ObjectNode view(Exchange exchange, String name) throws IOException {
        ResourceId site = running(exchange);
        requireFunction(site, name);
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        view.put("id", site + "/functions/" + name)
                .put("name", site.segment("sites") + "/" + name)
                .put("type", "Microsoft.Web/sites/functions");
        ObjectNode properties = view.putObject("properties").put("name", name).put("isDisabled", false);
        properties.set("config", program(site).config(name));
        String host = present.apply(site).at("/properties/defaultHostName").asText();
        program(site).invokeUrl(name, "http://" + host).ifPresent(url -> properties.put("invoke_url_template", url));
        return view;
    }

    private void requireFunction(ResourceId site, String name) throws IOException {
        if (!program(site).names().contains(name)) {
            throw HttpError.arm(404, "NotFound", "Function with name '" + name + "' does not exist.");
        }
    }

    private void listOfFunction(Exchange exchange) throws IOException {
        ResourceId site = running(exchange);
        String function = exchange.variable("function");
        requireFunction(site, function);
        ObjectNode keys = sites.updateHostKeys(site, all -> {
            ObjectNode own = all.withObject("/" + OF_FUNCTIONS + "/" + function);
            if (own.isEmpty()) {
                own.put(DEFAULT, random());
            }
        });
        exchange.send(200, keys.withObject("/" + OF_FUNCTIONS + "/" + function));
    }

    private void putOfFunction(Exchange exchange) throws IOException {
        ResourceId site = running(exchange);
        String function = exchange.variable("function");
        requireFunction(site, function);
        String value = value(exchange.json());
        sites.updateHostKeys(
                site, all -> all.withObject("/" + OF_FUNCTIONS + "/" + function).put(exchange.variable("key"), value));
        send(
                exchange,
                site + "/functions/" + function + "/keys/" + exchange.variable("key"),
                exchange.variable("key"),
                value);
    }
}
