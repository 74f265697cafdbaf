package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.http.HttpError;
import java.time.Instant;
import java.util.UUID;

/**
 * The Blob service's errors: XML body and {@code x-ms-error-code}. Codes, statuses and texts are those of
 * https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes.
 */
final class StorageErrors {

    private StorageErrors() {}

    static HttpError of(int status, String code, String message) {
        String id = UUID.randomUUID().toString();
        String body = "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + code + "</Code><Message>"
                + Xml.escape(message) + "\nRequestId:" + id + "\nTime:" + Instant.now() + "</Message></Error>";
        return new HttpError(status, "application/xml", body)
                .header("x-ms-error-code", code)
                .header("x-ms-request-id", id);
    }

    static HttpError blobNotFound() {
        return of(404, "BlobNotFound", "The specified blob does not exist.");
    }

    static HttpError containerNotFound() {
        return of(404, "ContainerNotFound", "The specified container does not exist.");
    }

    static HttpError conditionNotMet() {
        return of(412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.");
    }

    static HttpError invalidHeader(String name) {
        return of(
                400,
                "InvalidHeaderValue",
                "The value for one of the HTTP headers is not in the correct format: " + name);
    }

    static HttpError invalidQuery(String name) {
        return of(
                400,
                "InvalidQueryParameterValue",
                "Value for one of the query parameters specified in the request URI is invalid: " + name);
    }

    static HttpError authenticationFailed(String detail) {
        return of(
                403,
                "AuthenticationFailed",
                "Server failed to authenticate the request. Make sure the value of Authorization header is formed"
                        + " correctly including the signature. " + detail);
    }

    static HttpError permissionMismatch() {
        return of(
                403,
                "AuthorizationPermissionMismatch",
                "This request is not authorized to perform this operation using this permission.");
    }
}
