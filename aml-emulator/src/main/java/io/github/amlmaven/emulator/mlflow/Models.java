package io.github.amlmaven.emulator.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;

/** The list of models that a run has logged. */
final class Models {

    static final String HISTORY_TAG = "mlflow.log-model.history";

    private static final ObjectMapper JSON = new ObjectMapper();

    private Models() {}

    static ArrayNode read(String text) {
        return readOne(text) instanceof ArrayNode list ? list : JSON.createArrayNode();
    }

    static JsonNode readOne(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw MlflowError.invalid("Malformed model info: " + e.getOriginalMessage());
        }
    }
}
