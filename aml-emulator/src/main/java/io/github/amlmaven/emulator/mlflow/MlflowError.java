package io.github.amlmaven.emulator.mlflow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.amlmaven.emulator.http.HttpError;

/** Errors as MLflow's client reads them: {@code {"error_code","message"}} (mlflow/protos/databricks.proto, ErrorCode). */
final class MlflowError {

    private MlflowError() {}

    static HttpError missing(String what) {
        return of(404, "RESOURCE_DOES_NOT_EXIST", what + " was not found.");
    }

    static HttpError exists(String what) {
        return of(400, "RESOURCE_ALREADY_EXISTS", what + " already exists.");
    }

    static HttpError invalid(String message) {
        return of(400, "INVALID_PARAMETER_VALUE", message);
    }

    private static HttpError of(int status, String code, String message) {
        return HttpError.json(
                status,
                JsonNodeFactory.instance.objectNode().put("error_code", code).put("message", message));
    }
}
