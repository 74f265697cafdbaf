package io.github.amlmaven.emulator.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpMethod;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.BlockListType;
import com.azure.storage.blob.models.CopyStatusType;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.models.ParallelTransferOptions;
import com.azure.storage.blob.models.UserDelegationKey;
import com.azure.storage.blob.options.BlobParallelUploadOptions;
import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import com.azure.storage.common.StorageSharedKeyCredential;
import com.azure.storage.common.sas.AccountSasPermission;
import com.azure.storage.common.sas.AccountSasResourceType;
import com.azure.storage.common.sas.AccountSasService;
import com.azure.storage.common.sas.AccountSasSignatureValues;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Witness: azure-storage-blob. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BlobServiceTest {

    private static final String ACCOUNT = "stlocal";

    private final Emulator emulator;
    private final AzureClients azure;
    private final String key;
    private final BlobServiceClient owner;

    BlobServiceTest(@TempDir Path home) throws Exception {
        emulator = Emulator.start(EmulatorOptions.in(home));
        azure = new AzureClients(emulator);
        String account = "/subscriptions/" + emulator.options().subscriptionId()
                + "/resourceGroups/local/providers/Microsoft.Storage/storageAccounts/" + ACCOUNT;
        key = azure.call(HttpMethod.POST, account + "/listKeys", "")
                .body()
                .at("/keys/0/value")
                .asText();
        owner = builder()
                .credential(new StorageSharedKeyCredential(ACCOUNT, key))
                .buildClient();
    }

    private BlobServiceClientBuilder builder() {
        return new BlobServiceClientBuilder()
                .endpoint(emulator.endpoints().https() + "/" + ACCOUNT)
                .httpClient(azure.http())
                .retryOptions(new RetryOptions(new FixedDelayOptions(0, Duration.ofMillis(1))));
    }

    @AfterAll
    void stop() {
        emulator.close();
    }

    private BlobContainerClient container() {
        return owner.createBlobContainer("c" + UUID.randomUUID());
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    @Test
    void whoReadsABlobThatIsWrittenAnewGetsOneOfItsContentsWhole() throws Exception {
        BlobClient blob = container().getBlobClient("user_logs/std_log.txt");
        blob.upload(lines(0), true);
        AtomicBoolean reading = new AtomicBoolean(true);
        CompletableFuture<Integer> writing = CompletableFuture.supplyAsync(() -> {
            int written = 0;
            while (reading.get()) {
                blob.upload(lines(++written), true);
            }
            return written;
        });
        try {
            for (int i = 0; i < 300; i++) {
                byte[] content = blob.downloadContent().toBytes();
                assertThat(new String(content, StandardCharsets.US_ASCII)
                                .chars()
                                .distinct())
                        .hasSize(1);
                assertThat(content.length).isGreaterThanOrEqualTo(100).isLessThan(200);
            }
        } finally {
            reading.set(false);
        }
        assertThat(writing.get(30, TimeUnit.SECONDS)).isPositive();
    }

    /** As many of one letter as tell which it is. */
    private static BinaryData lines(int number) {
        return BinaryData.fromString(String.valueOf((char) ('a' + number % 26)).repeat(100 + number % 100));
    }

    @Test
    void twentyMegabytesInBlocksComeBackEqualWholeAndInRanges() {
        byte[] content = random(20 << 20);
        BlobClient blob = container().getBlobClient("models/wine/model.bin");
        blob.uploadWithResponse(
                new BlobParallelUploadOptions(BinaryData.fromBytes(content))
                        .setParallelTransferOptions(new ParallelTransferOptions()
                                .setBlockSizeLong(4L << 20)
                                .setMaxSingleUploadSizeLong(1L << 20)
                                .setMaxConcurrency(3)),
                null,
                Context.NONE);

        assertThat(blob.getBlockBlobClient().listBlocks(BlockListType.ALL).getCommittedBlocks())
                .hasSize(5);
        assertThat(blob.downloadContent().toBytes()).isEqualTo(content);
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        blob.downloadStreamWithResponse(
                part, new BlobRange((4L << 20) - 10, 100L), null, null, false, null, Context.NONE);
        assertThat(part.toByteArray()).isEqualTo(java.util.Arrays.copyOfRange(content, (4 << 20) - 10, (4 << 20) + 90));
    }

    @Test
    void blobsAreListedInPagesByPrefixAndAsFolders() {
        BlobContainerClient container = container();
        for (String name : List.of("a/1", "a/2", "a/b/3", "c", "ünïcode & <x>.txt")) {
            container.getBlobClient(name).upload(BinaryData.fromString(name));
        }

        List<String> pages = new ArrayList<>();
        container
                .listBlobs(new ListBlobsOptions().setMaxResultsPerPage(2), null)
                .iterableByPage()
                .forEach(page -> {
                    assertThat(page.getValue()).hasSizeLessThanOrEqualTo(2);
                    page.getValue().forEach(item -> pages.add(item.getName()));
                });
        assertThat(pages).containsExactly("a/1", "a/2", "a/b/3", "c", "ünïcode & <x>.txt");
        assertThat(container.listBlobsByHierarchy("a/"))
                .extracting(BlobItem::getName)
                .containsExactly("a/1", "a/2", "a/b/");
        assertThat(container
                        .getBlobClient("ünïcode & <x>.txt")
                        .downloadContent()
                        .toString())
                .isEqualTo("ünïcode & <x>.txt");
    }

    @Test
    void metadataAndPropertiesAreKept() {
        BlobContainerClient container = container();
        BlobClient blob = container.getBlobClient("m");
        blob.upload(BinaryData.fromString("x"));
        blob.setMetadata(Map.of("upload_status", "completed", "name", "wine"));

        BlobProperties properties = blob.getProperties();
        assertThat(properties.getMetadata()).containsAllEntriesOf(Map.of("upload_status", "completed", "name", "wine"));
        assertThat(properties.getBlobSize()).isEqualTo(1);
        assertThat(properties.getContentMd5()).isNotEmpty();
        ListBlobsOptions options = new ListBlobsOptions().setDetails(new BlobListDetails().setRetrieveMetadata(true));
        assertThat(container.listBlobs(options, null).iterator().next().getMetadata())
                .containsEntry("upload_status", "completed");
    }

    @Test
    void conditionsAreHonoured() {
        BlobClient blob = container().getBlobClient("once");
        blob.upload(BinaryData.fromString("first"));
        String etag = blob.getProperties().getETag();

        fails(() -> blob.upload(BinaryData.fromString("second")), 409, BlobErrorCode.BLOB_ALREADY_EXISTS);
        blob.upload(BinaryData.fromString("third"), true);
        fails(
                () -> blob.deleteWithResponse(null, new BlobRequestConditions().setIfMatch(etag), null, Context.NONE),
                412,
                BlobErrorCode.CONDITION_NOT_MET);
        assertThat(blob.downloadContent().toString()).isEqualTo("third");
    }

    @Test
    void whatIsNotThereIsSaidInTheServicesOwnCodes() {
        BlobContainerClient container = container();
        BlobContainerClient none = owner.getBlobContainerClient("none");

        fails(() -> container.getBlobClient("none").downloadContent(), 404, BlobErrorCode.BLOB_NOT_FOUND);
        fails(() -> none.getBlobClient("x").downloadContent(), 404, BlobErrorCode.CONTAINER_NOT_FOUND);
        fails(() -> none.getProperties(), 404, BlobErrorCode.CONTAINER_NOT_FOUND);
        fails(
                () -> owner.createBlobContainer(container.getBlobContainerName()),
                409,
                BlobErrorCode.CONTAINER_ALREADY_EXISTS);
        assertThat(container.getBlobClient("none").exists()).isFalse();
    }

    @Test
    void aBlockListWithAnUnknownBlockIsRefusedAndTheOldBlobStays() {
        BlobClient blob = container().getBlobClient("b");
        blob.upload(BinaryData.fromString("old"));
        String id = Base64.getEncoder().encodeToString("0001".getBytes(StandardCharsets.UTF_8));
        String other = Base64.getEncoder().encodeToString("0002".getBytes(StandardCharsets.UTF_8));
        blob.getBlockBlobClient().stageBlock(id, BinaryData.fromString("new"));

        fails(
                () -> blob.getBlockBlobClient().commitBlockList(List.of(id, other), true),
                400,
                BlobErrorCode.INVALID_BLOCK_LIST);
        assertThat(blob.downloadContent().toString()).isEqualTo("old");
        blob.getBlockBlobClient().commitBlockList(List.of(id, id), true);
        assertThat(blob.downloadContent().toString()).isEqualTo("newnew");
    }

    @Test
    void aContentHashThatDoesNotFitIsRefused() {
        BlobClient blob = container().getBlobClient("h");

        fails(
                () -> blob.getBlockBlobClient()
                        .uploadWithResponse(
                                new java.io.ByteArrayInputStream(new byte[] {1, 2, 3}),
                                3,
                                null,
                                null,
                                null,
                                new byte[16],
                                null,
                                null,
                                Context.NONE),
                400,
                BlobErrorCode.MD5MISMATCH);
        assertThat(blob.exists()).isFalse();
    }

    @Test
    void blobsAreCopiedInsideTheAccount() {
        BlobContainerClient container = container();
        BlobClient from = container.getBlobClient("from");
        from.upload(BinaryData.fromString("copied"));
        BlobClient to = container.getBlobClient("to");

        assertThat(to.beginCopy(from.getBlobUrl(), Duration.ofMillis(10))
                        .waitForCompletion()
                        .getValue()
                        .getCopyStatus())
                .isEqualTo(CopyStatusType.SUCCESS);
        from.delete();
        assertThat(to.downloadContent().toString()).isEqualTo("copied");
    }

    @Test
    void aContainerSasAllowsWhatItSaysAndNothingElse() {
        BlobContainerClient container = container();
        BlobContainerClient other = container();
        container.getBlobClient("x").upload(BinaryData.fromString("x"));
        other.getBlobClient("x").upload(BinaryData.fromString("x"));
        OffsetDateTime later = OffsetDateTime.now(ZoneOffset.UTC).plusHours(1);
        String read = container.generateSas(new BlobServiceSasSignatureValues(
                later, new BlobContainerSasPermission().setReadPermission(true).setListPermission(true)));
        BlobServiceClient reader = builder().sasToken(read).buildClient();
        BlobContainerClient mine = reader.getBlobContainerClient(container.getBlobContainerName());

        assertThat(mine.getBlobClient("x").downloadContent().toString()).isEqualTo("x");
        assertThat(mine.listBlobs()).hasSize(1);
        fails(
                () -> mine.getBlobClient("y").upload(BinaryData.fromString("y")),
                403,
                BlobErrorCode.AUTHORIZATION_PERMISSION_MISMATCH);
        fails(() -> mine.getBlobClient("x").delete(), 403, BlobErrorCode.AUTHORIZATION_PERMISSION_MISMATCH);
        BlobContainerClient theirs = reader.getBlobContainerClient(other.getBlobContainerName());
        fails(() -> theirs.getBlobClient("x").downloadContent(), 403, BlobErrorCode.AUTHENTICATION_FAILED);
    }

    @Test
    void anExpiredOrChangedSasIsRefused() {
        BlobContainerClient container = container();
        container.getBlobClient("x").upload(BinaryData.fromString("x"));
        BlobSasPermission read = new BlobSasPermission().setReadPermission(true);
        String expired = container
                .getBlobClient("x")
                .generateSas(new BlobServiceSasSignatureValues(
                        OffsetDateTime.now(ZoneOffset.UTC).minusMinutes(1), read));
        String good = container
                .getBlobClient("x")
                .generateSas(new BlobServiceSasSignatureValues(
                        OffsetDateTime.now(ZoneOffset.UTC).plusMinutes(5), read));

        assertThat(with(good, container).downloadContent().toString()).isEqualTo("x");
        fails(() -> with(expired, container).downloadContent(), 403, BlobErrorCode.AUTHENTICATION_FAILED);
        fails(
                () -> with(good.replace("sp=r", "sp=rw"), container).downloadContent(),
                403,
                BlobErrorCode.AUTHENTICATION_FAILED);
    }

    private BlobClient with(String sas, BlobContainerClient container) {
        return builder()
                .sasToken(sas)
                .buildClient()
                .getBlobContainerClient(container.getBlobContainerName())
                .getBlobClient("x");
    }

    @Test
    void anAccountSasIsCheckedForServiceAndResourceType() {
        BlobContainerClient container = container();
        container.getBlobClient("x").upload(BinaryData.fromString("x"));
        AccountSasSignatureValues objects = new AccountSasSignatureValues(
                OffsetDateTime.now(ZoneOffset.UTC).plusHours(1),
                new AccountSasPermission().setReadPermission(true).setListPermission(true),
                new AccountSasService().setBlobAccess(true),
                new AccountSasResourceType().setObject(true));
        BlobServiceClient client =
                builder().sasToken(owner.generateAccountSas(objects)).buildClient();
        BlobContainerClient mine = client.getBlobContainerClient(container.getBlobContainerName());

        assertThat(mine.getBlobClient("x").downloadContent().toString()).isEqualTo("x");
        fails(() -> mine.listBlobs().iterator().next(), 403, BlobErrorCode.AUTHORIZATION_RESOURCE_TYPE_MISMATCH);
    }

    @Test
    void aTokenOfEntraIdWorksAndGetsAUserDelegationKeyForASas() {
        BlobContainerClient container = container();
        container.getBlobClient("x").upload(BinaryData.fromString("x"));
        BlobServiceClient user = builder().credential(azure.credential()).buildClient();
        UserDelegationKey delegation = user.getUserDelegationKey(
                OffsetDateTime.now(ZoneOffset.UTC).minusMinutes(5),
                OffsetDateTime.now(ZoneOffset.UTC).plusHours(1));
        String sas = user.getBlobContainerClient(container.getBlobContainerName())
                .generateUserDelegationSas(
                        new BlobServiceSasSignatureValues(
                                OffsetDateTime.now(ZoneOffset.UTC).plusMinutes(30),
                                new BlobContainerSasPermission().setReadPermission(true)),
                        delegation);

        assertThat(with(sas, container).downloadContent().toString()).isEqualTo("x");
        fails(() -> with(sas, container).delete(), 403, BlobErrorCode.AUTHORIZATION_PERMISSION_MISMATCH);
    }

    @Test
    void aWrongKeyIsRefused() {
        String wrong = Base64.getEncoder().encodeToString(new byte[64]);
        BlobServiceClient stranger = builder()
                .credential(new StorageSharedKeyCredential(ACCOUNT, wrong))
                .buildClient();

        fails(() -> stranger.listBlobContainers().iterator().hasNext(), 403, BlobErrorCode.AUTHENTICATION_FAILED);
    }

    private static void fails(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, int status, BlobErrorCode code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(BlobStorageException.class, e -> {
            assertThat(e.getStatusCode()).isEqualTo(status);
            assertThat(e.getErrorCode()).isEqualTo(code);
        });
    }
}
