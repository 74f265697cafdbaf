package io.github.amlmaven.core.storage;

import com.azure.storage.blob.models.BlobStorageException;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ConnectionFailure;
import io.github.amlmaven.core.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/** What the Blob service said, as the one coded error. */
final class BlobErrors {

    private BlobErrors() {}

    static AmlException of(String what, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AmlException coded) {
                return coded;
            }
            if (cause instanceof BlobStorageException answered) {
                return answered(what, answered);
            }
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return AmlException.of(ErrorCode.STORAGE_FAILED, what + ": " + ConnectionFailure.reason(root))
                .cause(root)
                .build();
    }

    private static AmlException answered(String what, BlobStorageException answered) {
        String code = answered.getErrorCode() == null
                ? "HTTP " + answered.getStatusCode()
                : answered.getErrorCode().toString();
        AmlException.Builder error = AmlException.of(ErrorCode.STORAGE_FAILED, what + ": " + code)
                .requestId(
                        answered.getResponse() == null
                                ? null
                                : answered.getResponse()
                                        .getHeaderValue(
                                                com.azure.core.http.HttpHeaderName.fromString("x-ms-request-id")));
        if (answered.getStatusCode() == 403) {
            error.remedy("The identity needs 'Storage Blob Data Contributor' on the storage account, or the action"
                    + " workspaces/datastores/listSecrets.");
        } else if (answered.getStatusCode() == 404) {
            error.remedy("Check that the datastore's container still exists.");
        }
        return error.build();
    }

    static boolean isExpiredSignature(@Nullable Throwable failure) {
        return failure instanceof BlobStorageException answered && answered.getStatusCode() == 403;
    }
}
