package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.RestBody;

/** Models that AML hosts by the token. Source: azure-ai-ml 1.34.0 ({@code operations/_serverless_endpoint_operations.py}). */
final class ServerlessRequests {

    private ServerlessRequests() {}

    static ObjectNode endpoint(CheckedSpec spec) {
        ObjectNode body = Fields.of(spec.content()).textsIfAny("tags", "tags").done();
        body.put("location", RequestRendering.LOCATION);
        body.putObject("sku").put("name", "Consumption");
        ObjectNode properties = body.putObject("properties");
        properties.putObject("modelSettings").put("modelId", spec.required("model_id"));
        String mode = spec.text("auth_mode");
        RestBody.put(properties, "authMode", mode == null ? null : RestBody.pascal(mode));
        return body;
    }
}
