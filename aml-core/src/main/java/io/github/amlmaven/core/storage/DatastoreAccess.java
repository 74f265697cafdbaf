package io.github.amlmaven.core.storage;

import com.azure.core.credential.AzureNamedKeyCredential;
import com.azure.core.credential.AzureSasCredential;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Opens the containers behind datastores as the official client does: with the SAS or the key that the workspace hands
 * out, else under the caller's own identity (datastores without credentials, or callers that may not list secrets).
 */
public final class DatastoreAccess {

    /** Where the official client puts local files. */
    public static final String DEFAULT = "workspaceblobstore";

    private static final String HOST_STYLE_LOOPBACK = ".blob.localhost";

    private final AzureClients clients;
    private final TransferLimits limits = new TransferLimits();
    private final Map<String, Datastore> known = new ConcurrentHashMap<>();

    public DatastoreAccess(AzureClients clients) {
        this.clients = clients;
    }

    /** A datastore by name; read once. */
    public Datastore datastore(String name) {
        return known.computeIfAbsent(
                name, wanted -> Datastore.of(clients.arm().get(id(wanted), ApiVersions.MACHINE_LEARNING)));
    }

    /** What all transfers through this share. */
    public TransferLimits limits() {
        return limits;
    }

    /** The container behind a datastore, for as long as it takes. */
    public SignedContainer container(Datastore datastore, Progress progress) {
        return new SignedContainer(() -> open(datastore), progress);
    }

    /** The container behind a datastore, with a credential that was just handed out. */
    public BlobContainerClient open(Datastore datastore) {
        BlobContainerClientBuilder builder = builder()
                .endpoint(clients.endpoints()
                        .blobEndpoint(datastore.account(), datastore.endpoint())
                        .toString())
                .containerName(datastore.container());
        if (datastore.credentials().equals("None")) {
            return builder.credential(clients.credential()).buildClient();
        }
        ObjectNode secrets;
        try {
            ObjectNode expiry = JsonNodeFactory.instance.objectNode();
            expiry.put("expirableSecret", true).put("expireAfterHours", 1);
            secrets = clients.arm().post(id(datastore.name()) + "/listSecrets", ApiVersions.MACHINE_LEARNING, expiry);
        } catch (AmlException refused) {
            if (refused.code() != ErrorCode.ARM_FORBIDDEN) {
                throw refused;
            }
            return builder.credential(clients.credential()).buildClient();
        }
        return switch (secrets.path("secretsType").asText()) {
            case "Sas" ->
                builder.credential(
                                new AzureSasCredential(secrets.path("sasToken").asText()))
                        .buildClient();
            case "AccountKey" ->
                builder.credential(new AzureNamedKeyCredential(
                                datastore.account(), secrets.path("key").asText()))
                        .buildClient();
            default -> builder.credential(clients.credential()).buildClient();
        };
    }

    /** A container by a URL that carries its own signature, as {@code startPendingUpload} hands out. */
    public BlobContainerClient openSigned(String containerUrl) {
        return builder().endpoint(reachable(containerUrl)).buildClient();
    }

    /**
     * A blob URL as this JVM can reach it. A local cloud writes {@code account.blob.localhost}, which not every
     * machine resolves; the same blob is at {@code localhost/account} there.
     */
    public static String reachable(String url) {
        URI uri = URI.create(url);
        String host = uri.getHost();
        if (host == null || !host.endsWith(HOST_STYLE_LOOPBACK)) {
            return url;
        }
        String account = host.substring(0, host.length() - HOST_STYLE_LOOPBACK.length());
        return url.replaceFirst(
                java.util.regex.Pattern.quote("//" + uri.getAuthority()),
                "//localhost:" + uri.getPort() + "/" + account);
    }

    private BlobContainerClientBuilder builder() {
        boolean local = clients.endpoints().isLocal();
        return new BlobContainerClientBuilder()
                .httpClient(clients.httpClient())
                .addPolicy(new LimitSignals(limits.requests()))
                .retryOptions(new RequestRetryOptions(
                        RetryPolicyType.EXPONENTIAL,
                        local ? 3 : 5,
                        // With a limit an attempt would run on beside the next one, out of memory that is used again.
                        (Duration) null,
                        Duration.ofMillis(local ? 50 : 800),
                        Duration.ofSeconds(local ? 1 : 20),
                        null));
    }

    private String id(String name) {
        return clients.workspace().armId() + "/datastores/" + name;
    }
}
