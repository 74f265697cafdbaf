package io.github.amlmaven.core.asset;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.content.AssetHash;
import io.github.amlmaven.core.content.ContentFiles;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.storage.BlobUpload;
import io.github.amlmaven.core.storage.DatastoreAccess;
import io.github.amlmaven.core.storage.SignedContainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Local code as a code asset: found again by its content hash, else uploaded to the place that
 * {@code startPendingUpload} hands out (azure-ai-ml {@code operations/_code_operations.py}).
 */
final class CodeAssets {

    private final AzureClients clients;
    private final AssetIds ids;
    private final DatastoreAccess datastores;
    private final Progress progress;
    private final Map<String, String> known = new LinkedHashMap<>();

    CodeAssets(AzureClients clients, DatastoreAccess datastores, Progress progress) {
        this.clients = clients;
        this.ids = new AssetIds(clients.workspace());
        this.datastores = datastores;
        this.progress = progress;
    }

    /** The id of the asset with this content. */
    synchronized String id(Path local) {
        ContentFiles files = ContentFiles.of(local);
        String hash = AssetHash.content(files);
        return known.computeIfAbsent(hash, missing -> find(hash).orElseGet(() -> upload(local, files, hash)));
    }

    /** The service looks the hash up across all names, so that any name does. */
    Optional<String> find(String hash) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("hash", hash);
        query.put("hashVersion", Integer.toString(AssetHash.CONTENT_HASH_VERSION));
        String versions = ids.container("codes", UUID.randomUUID().toString()) + "/versions";
        try {
            return clients.arm()
                    .list(versions, ApiVersions.MACHINE_LEARNING, query)
                    .map(version -> version.path("id").asText())
                    .filter(id -> !id.isEmpty())
                    .findFirst();
        } catch (AmlException absent) {
            if (absent.code() == ErrorCode.ARM_NOT_FOUND) {
                return Optional.empty();
            }
            throw absent;
        }
    }

    private String upload(Path local, ContentFiles files, String hash) {
        String name = UUID.randomUUID().toString();
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("pendingUploadType", "TemporaryBlobReference");
        ObjectNode pending = clients.arm()
                .post(ids.version("codes", name, "1") + "/startPendingUpload", ApiVersions.MACHINE_LEARNING, request);
        var reference = pending.path("blobReferenceForConsumption");
        String signed = reference.path("credential").path("sasUri").asText();
        if (signed.isEmpty()) {
            throw AmlException.of(ErrorCode.STORAGE_FAILED, "The workspace gave no place to upload code to")
                    .build();
        }
        String folder = Files.isDirectory(local) ? String.valueOf(local.getFileName()) : "";
        String prefix = folder.isEmpty() ? "" : folder + "/";
        BlobUpload blobs = new BlobUpload(
                new SignedContainer(() -> datastores.openSigned(signed), progress), datastores.limits(), progress);
        Map<String, String> marks = blobs.finished(files, prefix).orElseGet(() -> {
            Map<String, String> fresh = Map.of("name", name, "version", "1");
            blobs.upload(files, prefix, fresh);
            return fresh;
        });
        // Content that another client has uploaded here keeps the name that it was given then.
        String id = ids.version("codes", marks.getOrDefault("name", name), marks.getOrDefault("version", "1"));
        String uri = reference.path("blobUri").asText() + "/"
                + (folder.isEmpty() ? files.files().get(0).name() : folder);
        clients.arm().put(id, ApiVersions.MACHINE_LEARNING, body(uri, hash));
        return id;
    }

    /** The body of a code version; the hash version is a number, as the official client sends it. */
    static ObjectNode body(String uri, String hash) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode properties = body.putObject("properties").put("codeUri", uri).put("isAnonymous", true);
        properties.putObject("properties").put("hash_sha256", hash).put("hash_version", AssetHash.CONTENT_HASH_VERSION);
        return body;
    }
}
