package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint: online (managed or on Kubernetes) or batch.
 *
 * @param spec the checked file
 */
public record EndpointSpec(CheckedSpec spec) {

    public String name() {
        return spec.required("name");
    }

    /** Whether it is a batch endpoint. */
    public boolean isBatch() {
        return spec.kind().name().equals("batch-endpoint");
    }

    /** Where it lies under the workspace: {@code onlineEndpoints} or {@code batchEndpoints}. */
    public String collection() {
        return isBatch() ? "batchEndpoints" : "onlineEndpoints";
    }

    /**
     * The body of the endpoint's PUT.
     *
     * @param location the workspace's; the service takes no other, whatever the file says
     */
    public ObjectNode toBody(AssetResolver assets, String location) {
        ObjectNode body = RestBody.object();
        body.put("location", location);
        ObjectNode tags = spec.object("tags");
        body.set("tags", isBatch() && tags != null ? tags : spec.printed("tags"));
        RestBody.set(body, "identity", identity());
        ObjectNode properties = body.putObject("properties");
        properties.put("authMode", authMode());
        RestBody.put(properties, "description", spec.text("description"));
        properties.set("properties", spec.printed("properties"));
        if (isBatch()) {
            ObjectNode defaults = spec.object("defaults");
            if (defaults != null) {
                ObjectNode rest = properties.putObject("defaults");
                RestBody.copyCamel(defaults, rest, "deployment_name");
            }
            return body;
        }
        String compute = spec.text("compute");
        if (compute != null) {
            properties.put("compute", assets.compute(compute));
        }
        properties.set("traffic", shares("traffic"));
        properties.set("mirrorTraffic", shares("mirror_traffic"));
        String access = spec.text("public_network_access");
        RestBody.put(properties, "publicNetworkAccess", access == null ? null : access.toLowerCase(Locale.ROOT));
        return body;
    }

    /** The official client's spelling; it differs between online and batch. */
    private String authMode() {
        String mode = spec.text("auth_mode");
        if (isBatch()) {
            return RestBody.camel(mode == null ? "aad_token" : mode);
        }
        return switch (mode == null ? "key" : mode) {
            case "aml_token" -> "AMLToken";
            case "aad_token" -> "AADToken";
            default -> "Key";
        };
    }

    private ObjectNode shares(String key) {
        ObjectNode shares = spec.object(key);
        return shares == null ? RestBody.object() : shares;
    }

    /** An online endpoint has an identity of its own even when the file does not mention one. */
    private @Nullable ObjectNode identity() {
        ObjectNode declared = spec.object("identity");
        if (declared == null) {
            return isBatch() ? null : RestBody.object().put("type", "SystemAssigned");
        }
        ObjectNode rest = RestBody.object();
        String type = CheckedSpec.text(declared, "type");
        boolean user = type != null && type.startsWith("user");
        rest.put("type", user ? "UserAssigned" : "SystemAssigned");
        if (user) {
            RestBody.assignUsers(rest, declared);
        }
        return rest;
    }
}
