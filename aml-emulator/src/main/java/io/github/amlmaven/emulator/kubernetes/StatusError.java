package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.HttpError;
import java.util.List;

/** The API server's {@code Status} objects with its codes, reasons and words. */
final class StatusError {

    private StatusError() {}

    /** Why a field is wrong: {@code reason} is {@code FieldValueInvalid}, {@code FieldValueRequired} ... */
    record Cause(String reason, String message, String field) {
        static Cause invalid(String field, String value, String why) {
            return new Cause("FieldValueInvalid", "Invalid value: " + value + ": " + why, field);
        }

        static Cause required(String field, String why) {
            return new Cause("FieldValueRequired", "Required value" + (why.isEmpty() ? "" : ": " + why), field);
        }

        static Cause unsupported(String field, String value, String supported) {
            return new Cause(
                    "FieldValueNotSupported",
                    "Unsupported value: \"" + value + "\": supported values: " + supported,
                    field);
        }

        static Cause duplicate(String field, String value) {
            return new Cause("FieldValueDuplicate", "Duplicate value: \"" + value + "\"", field);
        }
    }

    static ObjectNode status(int code, String reason, String message) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure").put("message", message);
        if (!reason.isEmpty()) {
            status.put("reason", reason);
        }
        status.put("code", code);
        return status;
    }

    static HttpError of(int code, String reason, String message) {
        return HttpError.json(code, status(code, reason, message));
    }

    private static ObjectNode about(ObjectNode status, ApiResource resource, String name) {
        ObjectNode details = status.putObject("details").put("name", name);
        if (!resource.group().isEmpty()) {
            details.put("group", resource.group());
        }
        details.put("kind", resource.plural());
        return status;
    }

    static HttpError notFound(ApiResource resource, String name) {
        String message = resource.qualifiedPlural() + " \"" + name + "\" not found";
        return HttpError.json(404, about(status(404, "NotFound", message), resource, name));
    }

    static HttpError alreadyExists(ApiResource resource, String name) {
        String message = resource.qualifiedPlural() + " \"" + name + "\" already exists";
        return HttpError.json(409, about(status(409, "AlreadyExists", message), resource, name));
    }

    static HttpError modified(ApiResource resource, String name) {
        String message = "Operation cannot be fulfilled on " + resource.qualifiedPlural() + " \"" + name
                + "\": the object has been modified; please apply your changes to the latest version and try again";
        return HttpError.json(409, about(status(409, "Conflict", message), resource, name));
    }

    static HttpError badRequest(String message) {
        return of(400, "BadRequest", message);
    }

    static HttpError invalid(ApiResource resource, String name, List<Cause> causes) {
        List<String> texts = causes.stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .toList();
        String all = texts.size() == 1 ? texts.get(0) : "[" + String.join(", ", texts) + "]";
        ObjectNode status = about(
                status(422, "Invalid", resource.qualifiedKind() + " \"" + name + "\" is invalid: " + all),
                resource,
                name);
        ((ObjectNode) status.path("details")).put("kind", resource.kind());
        causes(status, causes);
        return HttpError.json(422, status);
    }

    /** Server-side apply meets fields of other managers. */
    static HttpError conflicts(List<Cause> causes) {
        String count = causes.size() == 1 ? "1 conflict" : causes.size() + " conflicts";
        StringBuilder message =
                new StringBuilder("Apply failed with ").append(count).append(": ");
        if (causes.size() == 1) {
            message.append(causes.get(0).message())
                    .append(": ")
                    .append(causes.get(0).field());
        } else {
            causes.stream().map(Cause::message).distinct().forEach(manager -> {
                message.append(message.toString().endsWith(": ") ? "" : "\n")
                        .append(manager)
                        .append(":");
                causes.stream()
                        .filter(cause -> cause.message().equals(manager))
                        .forEach(cause -> message.append("\n- ").append(cause.field()));
            });
        }
        ObjectNode status = status(409, "Conflict", message.toString());
        status.putObject("details");
        causes(status, causes);
        return HttpError.json(409, status);
    }

    private static void causes(ObjectNode status, List<Cause> causes) {
        ArrayNode array = ((ObjectNode) status.path("details")).putArray("causes");
        for (Cause cause : causes) {
            array.addObject()
                    .put("reason", cause.reason())
                    .put("message", cause.message())
                    .put("field", cause.field());
        }
    }
}
