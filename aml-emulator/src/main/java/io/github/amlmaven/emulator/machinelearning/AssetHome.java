package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.Exchange;
import java.io.IOException;

/** What holds assets: a workspace, or a registry in Resource Manager or on its data plane. */
interface AssetHome {

    /** The path of the home. */
    String template();

    /** The home that a request names; 404 when there is none. */
    ResourceId id(Exchange exchange);

    /** The segment before {@code models} and so on in a resource's type: {@code workspaces} or {@code registries}. */
    String type();

    /** Says who may do this; refuses with 401. */
    default void admit(Exchange exchange) {}

    /** A container or version as this home shows it. */
    default ObjectNode shown(ObjectNode asset) {
        return asset;
    }

    /** Answers the PUT of a version. */
    default void answer(Exchange exchange, ResourceId id, ObjectNode version, boolean existed) throws IOException {
        exchange.send(existed ? 200 : 201, version);
    }

    /** The workspaces of Resource Manager. */
    static AssetHome workspaces(WorkspaceScope scope) {
        return new AssetHome() {
            @Override
            public String template() {
                return WorkspaceScope.WORKSPACE;
            }

            @Override
            public ResourceId id(Exchange exchange) {
                return scope.workspaceId(exchange);
            }

            @Override
            public String type() {
                return "workspaces";
            }
        };
    }
}
