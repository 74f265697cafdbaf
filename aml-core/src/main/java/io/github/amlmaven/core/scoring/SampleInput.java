package io.github.amlmaven.core.scoring;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;

/**
 * The sample input that a deployed scoring script declares, by the decorators of inference-schema or by a {@code swagger.json}
 * of its own. Azure Machine Learning's inference server publishes it beside {@code /score}
 * (https://learn.microsoft.com/azure/machine-learning/how-to-inference-server-http).
 */
public final class SampleInput {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ModelCall call;

    public SampleInput(ModelCall call) {
        this.call = call;
    }

    /**
     * Asks the model for its sample.
     *
     * @param request to the model; what it sends does not matter
     * @return JSON
     * @throws AmlException {@link ErrorCode#CONFIGURATION_INVALID} when it declares none
     */
    public String of(ScoringRequest request) {
        call.check(request);
        ScoringAnswer answer =
                call.send(request, HttpMethod.GET, request.uri().resolve("swagger.json"), "swagger.json", "");
        JsonNode described = answer.status() == 200 ? parse(answer.body()) : JSON.missingNode();
        JsonNode example = described.at("/definitions/ServiceInput/example");
        if (example.isMissingNode()) {
            example = described.at("/components/schemas/ServiceInput/example");
        }
        // What the server says of a script without the decorators is an empty object.
        if (example.isMissingNode() || (example.isContainerNode() && example.isEmpty())) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "there is nothing to send to the model: neither data nor file is given, and the model declares no"
                                    + " sample input (" + request.uri().resolve("swagger.json") + " -> "
                                    + answer.status() + ")")
                    .remedy(
                            "Set <data> (-Daml.score.data='{...}') or <file> (-Daml.score.file=...), or declare a sample at"
                                    + " run() of the scoring script with @input_schema of inference-schema.")
                    .build();
        }
        return example.toString();
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            // A page of something in between is no description.
            return JSON.missingNode();
        }
    }
}
