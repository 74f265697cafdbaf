package io.github.amlmaven.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.azure.storage.blob.options.BlockBlobStageBlockOptions;
import com.azure.storage.blob.specialized.BlockBlobClient;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.content.Md5;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ProgressLog;
import io.github.amlmaven.core.testing.ReceivedRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PutOperationsTest {

    private static final String BLOB = "LocalUpload/0a/täglich & neu+1.bin";
    private static final byte[] BYTES = "weights".getBytes(StandardCharsets.UTF_8);
    private static final byte[] MD5 = Md5.of(BYTES);
    private static final String ID = Base64.getEncoder().encodeToString(new byte[] {-1, -2, -3, 0});

    /** Differ from request to request. */
    private static final Set<String> OF_THE_MOMENT = Set.of("Date", "X-ms-client-request-id");

    private final LoopbackService service = new LoopbackService();
    private final Progress progress = new ProgressLog();
    private final AzureClients clients = service.clients(progress);
    private final BlobContainerClient container = new DatastoreAccess(clients)
            .openSigned("https://" + service.authority() + "/sa1/data?sv=2024-11-04&sig=a%2Bb%3D");
    private final PutOperations puts = new PutOperations(container);

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @Test
    void aBlobIsPutAsTheSdkPutsIt() {
        created();
        BlockBlobSimpleUploadOptions options = new BlockBlobSimpleUploadOptions(BinaryData.fromBytes(BYTES))
                .setHeaders(BlobUpload.headers())
                .setContentMd5(MD5);
        sdk().uploadWithResponse(options, null, Context.NONE);
        sdk().uploadWithResponse(
                        options.setRequestConditions(new BlobRequestConditions().setIfNoneMatch("*")),
                        null,
                        Context.NONE);

        puts.putBlob(BLOB, BYTES, MD5, true);
        puts.putBlob(BLOB, BYTES, MD5, false);

        List<Sent> sent = sent();
        assertThat(sent).hasSize(4);
        assertThat(sent.get(2)).isEqualTo(sent.get(0));
        assertThat(sent.get(3)).isEqualTo(sent.get(1));
        assertThat(sent.get(3).headers()).containsEntry("If-none-match", List.of("*"));
    }

    @Test
    void aBlockIsPutAsTheSdkPutsIt() {
        created();
        sdk().stageBlockWithResponse(
                        new BlockBlobStageBlockOptions(ID, BinaryData.fromBytes(BYTES)).setContentMd5(MD5),
                        null,
                        Context.NONE);

        puts.putBlock(BLOB, ID, BYTES, MD5);

        List<Sent> sent = sent();
        assertThat(sent).hasSize(2);
        assertThat(sent.get(1)).isEqualTo(sent.get(0));
        assertThat(sent.get(1).query()).containsEntry("blockid", ID).containsEntry("sig", "a+b=");
    }

    @Test
    void whatABusyServiceDidNotTakeIsSentAgain() {
        AtomicInteger requests = new AtomicInteger();
        service.otherwise(request -> requests.incrementAndGet() < 3
                ? Answer.empty(503).with("x-ms-error-code", "ServerBusy")
                : accepted(request));

        puts.putBlob(BLOB, BYTES, MD5, false);

        assertThat(service.requests())
                .hasSize(3)
                .allSatisfy(request -> assertThat(request.body()).isEqualTo(BYTES));
    }

    @Test
    void aRefusalIsTheServicesOwnWords() {
        service.otherwise(
                request -> Answer.text(400, "<Error><Code>Md5Mismatch</Code><Message>They differ.</Message></Error>")
                        .with("x-ms-error-code", "Md5Mismatch"));

        BlobStorageException refused =
                catchThrowableOfType(BlobStorageException.class, () -> puts.putBlob(BLOB, BYTES, MD5, false));

        assertThat(refused.getErrorCode()).isEqualTo(BlobErrorCode.MD5MISMATCH);
        assertThat(refused.getStatusCode()).isEqualTo(400);
        assertThat(refused).hasMessageContaining("They differ.").hasMessageNotContaining("a%2Bb");
    }

    private BlockBlobClient sdk() {
        return container.getBlobClient(BLOB).getBlockBlobClient();
    }

    private void created() {
        service.otherwise(PutOperationsTest::accepted);
    }

    private static Answer accepted(ReceivedRequest request) {
        return Answer.empty(201)
                .with("ETag", "\"0x1\"")
                .with("Last-Modified", "Sun, 22 Nov 2026 12:00:00 GMT")
                .with("x-ms-client-request-id", String.valueOf(request.header("x-ms-client-request-id")));
    }

    private List<Sent> sent() {
        return service.requests().stream().map(Sent::of).toList();
    }

    /** A request without what is of the moment. */
    private record Sent(
            String methodAndPath, Map<String, String> query, Map<String, List<String>> headers, String body) {
        static Sent of(ReceivedRequest request) {
            Map<String, List<String>> headers = new TreeMap<>(request.headers());
            headers.keySet().removeAll(OF_THE_MOMENT);
            return new Sent(request.toString(), request.query(), headers, request.text());
        }
    }
}
