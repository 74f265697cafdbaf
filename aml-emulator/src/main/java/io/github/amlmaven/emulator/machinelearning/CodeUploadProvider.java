package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.Provider;
import io.github.amlmaven.emulator.storage.BlobStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

/** {@code startPendingUpload} of codes: a container of its own with a SAS to write to it. */
final class CodeUploadProvider implements Provider {

    private static final Duration VALIDITY = Duration.ofHours(24);

    private final WorkspaceScope scope;
    private final BlobStore blobs;
    private final RequestCheck check;

    CodeUploadProvider(WorkspaceScope scope, BlobStore blobs, RequestCheck check) {
        this.scope = scope;
        this.blobs = blobs;
        this.check = check;
    }

    @Override
    public void declare(Routes routes) {
        routes.add(
                "POST", WorkspaceScope.WORKSPACE + "/codes/{name}/versions/{version}/startPendingUpload", this::start);
    }

    private void start(Exchange exchange) throws IOException {
        check.body(exchange, "PendingUploadRequestDto");
        ObjectNode workspace = scope.workspace(exchange);
        ResourceId account = new ResourceId(
                workspace.path("properties").path("storageAccount").asText());
        String upload =
                workspace.path("id").asText() + "/" + exchange.variable("name") + "/" + exchange.variable("version");
        // The same code version gets the same container again, so an interrupted upload goes on.
        String container =
                workspace.path("properties").path("workspaceId").asText().substring(0, 8) + "-"
                        + UUID.nameUUIDFromBytes(upload.getBytes(StandardCharsets.UTF_8));
        blobs.createContainer(account.name(), container);
        String uri = scope.context().endpoints().https() + "/" + account.name() + "/" + container;
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("pendingUploadId", container).put("pendingUploadType", "TemporaryBlobReference");
        ObjectNode reference = answer.putObject("blobReferenceForConsumption");
        reference.put("blobUri", uri).put("storageAccountArmId", account.value());
        reference
                .putObject("credential")
                .put("credentialType", "SAS")
                .put("sasUri", uri + "?" + blobs.containerSas(account.name(), container, "rcwl", VALIDITY));
        exchange.send(200, answer);
    }
}
