package io.github.amlmaven.core.arm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.error.Redaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An ARM error body, {@code {"error":{"code","message","details":[...],"innererror":{...}}}}, reduced to what a user
 * needs: the innermost cause first.
 *
 * @param code of the innermost error that has one
 * @param message of that error, without secrets
 * @param chain {@code code: message} from the outermost to the innermost
 */
public record ServiceError(String code, String message, List<String> chain) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_DEPTH = 16;
    private static final String DETAIL = "error detail: ";

    public ServiceError {
        chain = List.copyOf(chain);
    }

    /** Empty when the body is not an error document. */
    public static Optional<ServiceError> parse(String body) {
        try {
            return of(JSON.readTree(body));
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        }
    }

    /** Reads the error of a document, of the status document of an operation, or of the error object itself. */
    public static Optional<ServiceError> of(JsonNode document) {
        JsonNode error = document.path("error").isObject()
                ? document.path("error")
                : document.path("properties").path("error").isObject()
                        ? document.path("properties").path("error")
                        : document;
        List<String> chain = new ArrayList<>();
        String code = "";
        String message = "";
        for (int depth = 0; depth < MAX_DEPTH && error.isObject(); depth++) {
            if (error.hasNonNull("code") || error.hasNonNull("message")) {
                String nextMessage = Redaction.of(plain(error.path("message").asText("")));
                code = error.path("code").asText(code);
                message = nextMessage.isEmpty() ? message : nextMessage;
                chain.add(error.path("code").asText("?") + ": " + nextMessage);
            }
            error = inner(error);
        }
        return chain.isEmpty() ? Optional.empty() : Optional.of(new ServiceError(code, message, chain));
    }

    /**
     * Endpoints hand on what the service behind them has said as JSON in the text: {@code InferencingClient HttpRequest error,
     * error detail: {"errors":{"VmSize":["..."]},...}}. What it says is in there.
     */
    private static String plain(String message) {
        int at = message.indexOf(DETAIL);
        if (at < 0) {
            return message;
        }
        try {
            List<String> errors = new ArrayList<>();
            JSON.readTree(message.substring(at + DETAIL.length()))
                    .path("errors")
                    .forEach(field -> field.forEach(one -> errors.add(one.asText())));
            return errors.isEmpty() ? message : String.join("; ", errors);
        } catch (JsonProcessingException other) {
            return message;
        }
    }

    private static JsonNode inner(JsonNode error) {
        JsonNode details = error.path("details");
        if (details.isArray() && !details.isEmpty()) {
            return details.get(0);
        }
        for (String key : List.of("innererror", "innerError", "error")) {
            if (error.path(key).isObject()) {
                return error.path(key);
            }
        }
        return JSON.missingNode();
    }
}
