package io.github.amlmaven.emulator.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What a packaged environment brings, kept in the properties of its version.
 *
 * @param model ARM id of the version
 * @param code ARM id of the version; empty for a model that needs no script
 */
public record ModelPackage(String model, String code, String script) {

    private static final String MODEL = "azureml.modelPackage.model";
    private static final String CODE = "azureml.modelPackage.code";
    private static final String SCRIPT = "azureml.modelPackage.scoringScript";

    public void into(ObjectNode properties) {
        properties.put(MODEL, model).put(CODE, code).put(SCRIPT, script);
    }

    /** Of an environment version's properties; empty when it is no package. */
    static Optional<ModelPackage> in(JsonNode environment) {
        JsonNode properties = environment.path("properties");
        return properties.hasNonNull(MODEL)
                ? Optional.of(new ModelPackage(
                        properties.path(MODEL).asText(),
                        properties.path(CODE).asText(),
                        properties.path(SCRIPT).asText()))
                : Optional.empty();
    }
}
