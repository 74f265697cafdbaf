package io.github.amlmaven.emulator.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.Operations;
import io.github.amlmaven.emulator.arm.Operations.Style;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.emulator.service.Provider;
import io.github.amlmaven.emulator.template.Expressions.Invalid;
import io.github.amlmaven.emulator.template.Expressions.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code Microsoft.Resources/deployments} of a resource group, incremental. Resources are made in the template's order. */
public final class TemplateProvider implements Provider {

    private static final String TYPE = "Microsoft.Resources/deployments";

    private final EmulatorContext context;
    private final ResourceStore resources;
    private final Operations operations;
    private final ResourceMaker maker;

    /** Makes a resource of any type. */
    @FunctionalInterface
    public interface ResourceMaker {
        /** @throws HttpError when it cannot be made */
        void make(ResourceId id, String type, ObjectNode body);
    }

    public TemplateProvider(
            EmulatorContext context, ResourceStore resources, Operations operations, ResourceMaker maker) {
        this.context = context;
        this.resources = resources;
        this.operations = operations;
        this.maker = maker;
    }

    private record Planned(ResourceId id, String type, ObjectNode body) {}

    @Override
    public void declare(Routes routes) {
        String one = "/subscriptions/{s}/resourceGroups/{g}/providers/" + TYPE + "/{name}";
        routes.add("PUT", one, this::put);
        routes.add("GET", one, exchange -> exchange.send(200, find(id(exchange))));
        routes.add(
                "HEAD",
                one,
                exchange -> exchange.send(resources.get(id(exchange)).isPresent() ? 204 : 404));
        routes.add("POST", one + "/validate", this::validate);
        routes.add("GET", "/subscriptions/{s}/resourceGroups/{g}/deployments/{name}/operations", this::steps);
        routes.add("GET", one + "/operations", this::steps);
    }

    private static ResourceId id(Exchange exchange) {
        return new ResourceId("/subscriptions/" + exchange.variable("s") + "/resourceGroups/" + exchange.variable("g")
                + "/providers/" + TYPE + "/" + exchange.variable("name"));
    }

    private ObjectNode find(ResourceId id) {
        return resources
                .get(id)
                .orElseThrow(() ->
                        HttpError.arm(404, "DeploymentNotFound", "Deployment '" + id.name() + "' could not be found."));
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        JsonNode asked = exchange.json().path("properties");
        List<Planned> planned = plan(exchange, asked);
        boolean known = resources.get(id).isPresent();
        ObjectNode deployment = JsonNodeFactory.instance.objectNode();
        deployment.put("id", id.value()).put("name", id.name()).put("type", TYPE);
        ObjectNode properties = deployment.putObject("properties");
        properties
                .put("mode", asked.path("mode").asText("Incremental"))
                .put("provisioningState", "Accepted")
                .put("timestamp", context.clock().instant().toString());
        properties.set("parameters", asked.path("parameters"));
        ArrayNode outputs = properties.putArray("outputResources");
        planned.forEach(resource -> outputs.addObject().put("id", resource.id().value()));
        resources.put(id, deployment);
        operations.start(exchange, Style.ASYNC_OPERATION, "Microsoft.Resources", id, () -> run(id, planned));
        exchange.send(known ? 200 : 201, deployment);
    }

    private void validate(Exchange exchange) throws IOException {
        plan(exchange, exchange.json().path("properties"));
        exchange.send(200, JsonNodeFactory.instance.objectNode());
    }

    /** The resources whose conditions hold, with all expressions evaluated. */
    private static List<Planned> plan(Exchange exchange, JsonNode asked) {
        JsonNode template = asked.path("template");
        if (!template.path("resources").isArray()) {
            throw invalid("the deployment has no template with resources");
        }
        Scope empty = new Scope(
                Map.of(),
                template.path("variables"),
                exchange.variable("s"),
                exchange.variable("g"),
                EmulatorOptions.TENANT);
        try {
            Map<String, JsonNode> parameters = Expressions.parameters(template, asked.path("parameters"), empty);
            Expressions expressions = new Expressions(
                    new Scope(parameters, empty.variables(), empty.subscription(), empty.group(), empty.tenant()));
            List<Planned> planned = new ArrayList<>();
            for (JsonNode resource : template.path("resources")) {
                if (!resource.has("condition")
                        || expressions.resolve(resource.path("condition")).asBoolean()) {
                    planned.add(planned(empty, expressions, resource));
                }
            }
            return planned;
        } catch (Invalid e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static Planned planned(Scope scope, Expressions expressions, JsonNode resource) {
        String type = resource.path("type").asText();
        if (type.equalsIgnoreCase(TYPE)) {
            throw invalid("nested deployments are not emulated: "
                    + resource.path("name").asText());
        }
        String[] names = expressions.resolve(resource.path("name")).asText().split("/", -1);
        String[] segments = type.split("/", -1);
        StringBuilder id = new StringBuilder("/subscriptions/" + scope.subscription() + "/resourceGroups/"
                + scope.group() + "/providers/" + segments[0]);
        for (int i = 1; i < segments.length && i <= names.length; i++) {
            id.append('/').append(segments[i]).append('/').append(names[i - 1]);
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        for (String part : new String[] {"location", "tags", "kind", "sku", "identity", "properties"}) {
            if (resource.has(part)) {
                body.set(part, expressions.resolve(resource.path(part)));
            }
        }
        return new Planned(new ResourceId(id.toString()), type, body);
    }

    private static HttpError invalid(String message) {
        return HttpError.arm(400, "InvalidTemplate", "Deployment template validation failed: '" + message + "'.");
    }

    private JsonNode run(ResourceId id, List<Planned> planned) {
        state(id, "Running");
        for (Planned resource : planned) {
            try {
                maker.make(resource.id(), resource.type(), resource.body());
            } catch (HttpError e) {
                state(id, "Failed");
                throw HttpError.arm(
                        409,
                        "DeploymentFailed",
                        "At least one resource deployment operation failed: " + resource.id() + ": " + e.body());
            }
        }
        return state(id, "Succeeded");
    }

    private ObjectNode state(ResourceId id, String state) {
        return resources.update(id, deployment -> {
            deployment.withObject("/properties").put("provisioningState", state);
            return deployment;
        });
    }

    private void steps(Exchange exchange) throws IOException {
        JsonNode properties = find(id(exchange)).path("properties");
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode value = answer.putArray("value");
        for (JsonNode resource : properties.path("outputResources")) {
            ResourceId made = new ResourceId(resource.path("id").asText());
            String type = made.value().replaceFirst(".*/providers/", "").replaceFirst("/[^/]+$", "");
            ObjectNode step = value.addObject().put("operationId", made.name());
            step.putObject("properties")
                    .put("provisioningOperation", "Create")
                    .put("provisioningState", resources.get(made).isPresent() ? "Succeeded" : "Running")
                    .put("statusCode", "OK")
                    .putObject("targetResource")
                    .put("id", made.value())
                    .put("resourceType", type)
                    .put("resourceName", made.name());
        }
        exchange.send(200, answer);
    }
}
