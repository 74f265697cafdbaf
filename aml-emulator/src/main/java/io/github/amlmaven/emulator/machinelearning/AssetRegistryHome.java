package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.Operations.Style;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.identity.TokenAuthority;
import java.io.IOException;
import java.util.Set;

/**
 * The assets of a registry.
 *
 * @param prefix of the path: empty for Resource Manager, {@link #DATA_PLANE} for the data plane
 */
record AssetRegistryHome(WorkspaceScope scope, TokenAuthority tokens, String prefix) implements AssetHome {

    static final String DATA_PLANE = "/mferp/managementfrontend";
    static final String PATH =
            "/subscriptions/{s}/resourceGroups/{g}/providers/" + WorkspaceScope.PROVIDER + "/registries/{r}";

    private static final Set<String> AUDIENCES = Set.of("https://ml.azure.com", "https://management.azure.com");

    @Override
    public String template() {
        return prefix + PATH;
    }

    @Override
    public ResourceId id(Exchange exchange) {
        return registry(exchange.variable("r"));
    }

    /** By its name alone: clients may send the resource group of their workspace. */
    ResourceId registry(String name) {
        return AssetRegistries.find(scope, name)
                .orElseThrow(
                        () -> HttpError.arm(404, "RegistryNotFound", "The registry '" + name + "' was not found."));
    }

    @Override
    public String type() {
        return "registries";
    }

    /** Resource Manager's guard has looked at its own paths already. */
    @Override
    public void admit(Exchange exchange) {
        if (!prefix.isEmpty()) {
            tokens.require(
                    exchange,
                    audience -> AUDIENCES.contains(audience)
                            || audience.equals(
                                    scope.context().endpoints().https().toString()));
        }
    }

    /** The data plane names assets by their registry alone: {@code azureml://registries/{name}/models/...}. */
    @Override
    public ObjectNode shown(ObjectNode asset) {
        String id = asset.path("id").asText();
        int at = id.indexOf("/registries/");
        return prefix.isEmpty() || at < 0 ? asset : asset.deepCopy().put("id", "azureml:/" + id.substring(at));
    }

    @Override
    public void answer(Exchange exchange, ResourceId id, ObjectNode version, boolean existed) throws IOException {
        scope.operations()
                .start(
                        exchange,
                        prefix.isEmpty() ? Style.ASYNC_OPERATION : Style.LOCATION,
                        WorkspaceScope.PROVIDER,
                        id,
                        () -> shown(version));
        int arm = existed ? 200 : 201;
        exchange.send(prefix.isEmpty() ? arm : 202, shown(version));
    }
}
