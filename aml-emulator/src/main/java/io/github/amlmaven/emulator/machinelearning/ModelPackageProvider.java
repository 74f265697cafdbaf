package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.Operations.Style;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.asset.AssetKind;
import io.github.amlmaven.emulator.asset.AssetVersions;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.inference.ModelPackage;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Model packages (2023-08-01-preview): an environment that brings model and scoring script. The emulator builds no image
 * for it; the environment remembers what is packed, and a deployment of it is served from that.
 */
final class ModelPackageProvider implements Provider {

    private static final Pattern TARGET =
            Pattern.compile("azureml://locations/[^/]+/workspaces/[^/]+/environments/([^/]+)(?:/versions/([^/]+))?");

    private final WorkspaceScope scope;
    private final AssetVersions assets;

    ModelPackageProvider(WorkspaceScope scope) {
        this.scope = scope;
        this.assets = new AssetVersions(scope.resources(), scope.context().clock());
    }

    @Override
    public void declare(Routes routes) {
        routes.add("POST", WorkspaceScope.WORKSPACE + "/models/{name}/versions/{version}/package", this::make);
    }

    private void make(Exchange exchange) throws IOException {
        ResourceId workspace = scope.workspaceId(exchange);
        ResourceId model =
                workspace.child("models", exchange.variable("name")).child("versions", exchange.variable("version"));
        existing(model);
        JsonNode request = exchange.json();
        Matcher target = TARGET.matcher(request.path("targetEnvironmentId").asText(""));
        if (!target.matches()) {
            throw WorkspaceScope.userError("The targetEnvironmentId '"
                    + request.path("targetEnvironmentId").asText() + "' names no environment of a workspace.");
        }
        ObjectNode base = existing(
                local(request.path("baseEnvironmentSource").path("resourceId").asText("")));
        JsonNode code = request.path("inferencingServer").path("codeConfiguration");
        ModelPackage contents = new ModelPackage(
                model.value(),
                code.hasNonNull("codeId")
                        ? existing(local(code.path("codeId").asText()))
                                .path("id")
                                .asText()
                        : "",
                code.path("scoringScript").asText(""));
        ResourceId container = workspace.child("environments", target.group(1));
        String version = target.group(2) == null ? assets.next(container) : target.group(2);
        ResourceId id = container.child("versions", version);
        if (scope.resources().get(id).isPresent()) {
            throw WorkspaceScope.userError("The environment " + id.value() + " already exists.");
        }
        scope.operations()
                .start(
                        exchange,
                        Style.LOCATION,
                        WorkspaceScope.PROVIDER,
                        id,
                        () -> packed(container, id, base, contents, request));
        exchange.send(202);
    }

    private ObjectNode existing(ResourceId id) {
        return scope.resources().get(id).orElseThrow(() -> WorkspaceScope.notFound(id));
    }

    /** {@code azureml://subscriptions/...} as an ARM id. */
    private static ResourceId local(String reference) {
        String id = reference.replaceFirst("^azureml:/+", "/");
        if (!id.startsWith("/subscriptions/")) {
            throw WorkspaceScope.userError("'" + reference + "' is not a version in a workspace.");
        }
        return new ResourceId(id);
    }

    private ObjectNode packed(
            ResourceId container, ResourceId id, ObjectNode base, ModelPackage contents, JsonNode request) {
        ObjectNode given = JsonNodeFactory.instance.objectNode();
        for (String part : new String[] {"image", "condaFile", "osType", "inferenceConfig"}) {
            if (base.path("properties").hasNonNull(part)) {
                given.set(part, base.path("properties").path(part));
            }
        }
        given.set(
                "tags", request.path("tags").isObject() ? request.path("tags") : JsonNodeFactory.instance.objectNode());
        contents.into(given.putObject("properties"));
        assets.put(
                AssetKind.ENVIRONMENTS,
                container,
                id,
                assets.version(AssetKind.ENVIRONMENTS, id, Optional.empty(), given));
        ObjectNode response = JsonNodeFactory.instance
                .objectNode()
                .put(
                        "targetEnvironmentId",
                        request.path("targetEnvironmentId").asText().replaceFirst("/versions/.*", "") + "/versions/"
                                + id.name())
                .put("buildId", UUID.randomUUID().toString())
                .put("buildState", "Succeeded");
        for (String echoed :
                new String[] {"inferencingServer", "baseEnvironmentSource", "modelConfiguration", "inputs"}) {
            if (request.has(echoed)) {
                response.set(echoed, request.path(echoed));
            }
        }
        response.putObject("tags");
        response.putObject("properties");
        return response;
    }
}
