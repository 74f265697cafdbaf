package io.github.amlmaven.emulator.identity;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;

/** Errors of Entra's token endpoint, with their AADSTS numbers. */
enum EntraError {
    NO_CLIENT_ID(400, "invalid_request", 900144, "The request body must contain the following parameter: '%s'."),
    UNKNOWN_TENANT(
            400,
            "invalid_request",
            90002,
            "Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."),
    UNKNOWN_APPLICATION(
            400,
            "unauthorized_client",
            700016,
            "Application with identifier '%s' was not found in the directory 'AML Emulator'."),
    WRONG_SECRET(
            401,
            "invalid_client",
            7000215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%s'."),
    WRONG_ASSERTION(401, "invalid_client", 700027, "The client assertion is not valid: %s."),
    NO_SECRET(
            401,
            "invalid_client",
            7000218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."),
    WRONG_GRANT(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type '%s'."),
    WRONG_REFRESH_TOKEN(400, "invalid_grant", 700082, "The refresh token is not valid: %s."),
    NO_SCOPE(400, "invalid_request", 90014, "The required field 'scope' is missing from the credential."),
    WRONG_SCOPE(
            400,
            "invalid_scope",
            1002012,
            "The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    private final int status;
    private final String error;
    private final int number;
    private final String text;

    EntraError(int status, String error, int number, String text) {
        this.status = status;
        this.error = error;
        this.number = number;
        this.text = text;
    }

    HttpError with(Exchange exchange, Instant now, String detail) {
        String trace = UUID.randomUUID().toString();
        String correlation = exchange.header("client-request-id").orElse(trace);
        String time = TIME.format(now);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("error", error)
                .put(
                        "error_description",
                        "AADSTS" + number + ": " + text.formatted(detail) + " Trace ID: " + trace + " Correlation ID: "
                                + correlation + " Timestamp: " + time);
        body.putArray("error_codes").add(number);
        body.put("timestamp", time).put("trace_id", trace).put("correlation_id", correlation);
        return HttpError.json(status, body);
    }
}
