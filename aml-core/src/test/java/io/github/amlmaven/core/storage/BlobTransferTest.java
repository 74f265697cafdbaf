package io.github.amlmaven.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.content.ContentFiles;
import io.github.amlmaven.core.content.Md5;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ProgressLog;
import io.github.amlmaven.core.testing.ReceivedRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobTransferTest {

    private static final int LENGTH = (20 << 20) + 5;

    @TempDir
    private Path folder;

    private final LoopbackService service = new LoopbackService();
    private final ProgressLog progress = new ProgressLog();
    private final AzureClients clients = service.clients(progress);
    private final DatastoreAccess access = new DatastoreAccess(clients);
    private final Map<String, byte[]> blocks = new ConcurrentHashMap<>();
    private final AtomicInteger signatures = new AtomicInteger();
    private final AtomicInteger damaged = new AtomicInteger();
    private final AtomicInteger acceptedBlocks = new AtomicInteger(Integer.MAX_VALUE);
    private byte[] committed = new byte[0];
    private String committedMd5 = "";
    private int validSignature = 1;

    @BeforeEach
    void storage() {
        service.otherwise(this::answer);
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @Test
    void aLargeFileGoesInBlocksThatTheServiceCanCheck() throws IOException {
        byte[] content = model();

        upload();

        assertThat(committed).isEqualTo(content);
        assertThat(committedMd5).isEqualTo(Md5.text(Md5.of(content)));
        assertThat(stagings()).hasSize(3);
    }

    @Test
    void theMemoryOfABlockThatWasSentTakesOtherBytes() throws IOException {
        byte[] content = model();
        upload();
        for (int at = 0; at < LENGTH; at += 4096) {
            content[at]++;
        }
        Files.write(folder.resolve("model.bin"), content);

        upload();

        assertThat(committed).isEqualTo(content);
        assertThat(committedMd5).isEqualTo(Md5.text(Md5.of(content)));
    }

    @Test
    void aFileThatIsShorterThanItWasIsNotCommitted() throws IOException {
        model();
        ContentFiles listed = ContentFiles.of(folder.resolve("model.bin"));
        Files.write(folder.resolve("model.bin"), new byte[LENGTH - 5]);

        AmlException error = catchThrowableOfType(
                AmlException.class,
                () -> new BlobUpload(container(), access.limits(), progress).upload(listed, "LocalUpload/", Map.of()));

        assertThat(error.code()).isEqualTo(ErrorCode.FILE_CHANGED);
        assertThat(committed).isEmpty();
    }

    @Test
    void aConnectionThatIsClosedWithoutAnAnswerIsToldAsThat() throws IOException {
        Path small = Files.writeString(folder.resolve("small.bin"), "weights");
        service.otherwise(request -> request.method().equals("PUT") ? Answer.RESET : answer(request));

        AmlException error = catchThrowableOfType(
                AmlException.class,
                () -> new BlobUpload(container(), access.limits(), progress)
                        .upload(ContentFiles.of(small), "LocalUpload/", Map.of()));

        assertThat(error.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
        assertThat(error).hasMessageContaining("upload small.bin: the connection was closed before an answer came");
    }

    @Test
    void whatAnUploadThatBrokeOffHasSentIsNotSentAgain() throws IOException {
        byte[] content = model();
        acceptedBlocks.set(2);
        assertThat(catchThrowableOfType(AmlException.class, this::upload).code())
                .isEqualTo(ErrorCode.STORAGE_FAILED);
        assertThat(blocks).hasSize(2);
        service.forget();
        acceptedBlocks.set(1);

        upload();

        assertThat(stagings()).hasSize(1);
        assertThat(committed).isEqualTo(content);
    }

    @Test
    void aBlockThatHasOtherBytesNowIsSentAgain() throws IOException {
        byte[] content = model();
        acceptedBlocks.set(2);
        catchThrowableOfType(AmlException.class, this::upload);
        content[0]++;
        content[9 << 20]++;
        content[LENGTH - 1]++;
        Files.write(folder.resolve("model.bin"), content);
        service.forget();
        acceptedBlocks.set(3);

        upload();

        assertThat(stagings()).hasSize(3);
        assertThat(committed).isEqualTo(content);
    }

    @Test
    void aSignatureThatExpiresOnTheWayIsRenewed() throws IOException {
        byte[] content = model();
        upload();
        SignedContainer container = container();
        BlobFolder blobs = new BlobFolder(container, access.limits(), "LocalUpload", progress);
        List<BlobFolder.Entry> entries = blobs.entries();
        validSignature = signatures.get() + 1;

        assertThat(entries).hasSize(1);
        assertThat(blobs.download(folder.resolve("down"))).isEqualTo(1);

        assertThat(folder.resolve("down/model.bin")).hasBinaryContent(content);
        assertThat(signatures.get()).isEqualTo(validSignature);
    }

    @Test
    void whatArrivesDamagedIsAskedForAgain() throws IOException {
        byte[] content = model();
        upload();
        damaged.set(1);

        new BlobFolder(container(), access.limits(), "LocalUpload", progress).download(folder.resolve("down"));

        assertThat(folder.resolve("down/model.bin")).hasBinaryContent(content);
        assertThat(damaged.get()).isNegative();
    }

    @Test
    void whatArrivesDamagedTwiceFailsAndLeavesNoFile() throws IOException {
        model();
        upload();
        damaged.set(Integer.MAX_VALUE);

        AmlException error = catchThrowableOfType(
                AmlException.class,
                () -> new BlobFolder(container(), access.limits(), "LocalUpload", progress)
                        .download(folder.resolve("down")));

        assertThat(error.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
        assertThat(error).hasMessageContaining("model.bin did not arrive as it was stored");
        assertThat(folder.resolve("down")).doesNotExist();
    }

    private byte[] model() throws IOException {
        byte[] content = new byte[LENGTH];
        new Random(7).nextBytes(content);
        Files.write(folder.resolve("model.bin"), content);
        return content;
    }

    private void upload() {
        new BlobUpload(container(), access.limits(), progress)
                .upload(ContentFiles.of(folder.resolve("model.bin")), "LocalUpload/", Map.of());
    }

    private SignedContainer container() {
        return new SignedContainer(
                () -> access.openSigned(
                        "https://" + service.authority() + "/sa1/data?sig=" + signatures.incrementAndGet()),
                progress);
    }

    private List<ReceivedRequest> stagings() {
        return service.requests().stream()
                .filter(request -> "block".equals(request.query().get("comp")))
                .toList();
    }

    /** As the Blob service answers the requests of one blob. */
    private Answer answer(ReceivedRequest request) {
        Map<String, String> query = request.query();
        if (Integer.parseInt(query.get("sig")) < validSignature) {
            return Answer.empty(403).with("x-ms-error-code", "AuthenticationFailed");
        }
        String comp = query.getOrDefault("comp", "");
        return switch (request.method() + " " + comp) {
            case "PUT block" -> stage(request, query.get("blockid"));
            case "GET blocklist" -> blockList();
            case "PUT blocklist" -> commit(request);
            case "PUT metadata" -> stamped(Answer.empty(200));
            case "HEAD " -> Answer.empty(404).with("x-ms-error-code", "BlobNotFound");
            case "GET list" ->
                xml("<EnumerationResults><Blobs><Blob><Name>LocalUpload/model.bin</Name><Properties><Content-Length>"
                        + committed.length + "</Content-Length><Etag>0x1</Etag><Content-MD5>" + committedMd5
                        + "</Content-MD5><BlobType>BlockBlob</BlobType></Properties></Blob></Blobs><NextMarker/>"
                        + "</EnumerationResults>");
            case "GET " -> range(request);
            default -> Answer.error(400, "Unexpected", request + "?" + request.rawQuery());
        };
    }

    private Answer stage(ReceivedRequest request, String id) {
        if (!Md5.text(Md5.of(request.body())).equals(request.header("Content-MD5"))) {
            return Answer.empty(400).with("x-ms-error-code", "Md5Mismatch");
        }
        if (acceptedBlocks.getAndDecrement() <= 0) {
            return Answer.empty(400).with("x-ms-error-code", "InvalidInput");
        }
        blocks.put(id, request.body());
        return stamped(Answer.empty(201));
    }

    private Answer blockList() {
        if (blocks.isEmpty()) {
            return Answer.empty(404).with("x-ms-error-code", "BlobNotFound");
        }
        StringBuilder xml = new StringBuilder("<BlockList><CommittedBlocks/><UncommittedBlocks>");
        blocks.forEach((id, bytes) -> xml.append("<Block><Name>")
                .append(id)
                .append("</Name><Size>")
                .append(bytes.length)
                .append("</Size></Block>"));
        return xml(xml.append("</UncommittedBlocks></BlockList>").toString());
    }

    private Answer commit(ReceivedRequest request) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        Pattern.compile("<Latest>([^<]+)</Latest>")
                .matcher(request.text())
                .results()
                .map((MatchResult result) -> blocks.get(result.group(1)))
                .forEach(whole::writeBytes);
        committed = whole.toByteArray();
        committedMd5 = String.valueOf(request.header("x-ms-blob-content-md5"));
        return stamped(Answer.empty(201));
    }

    private Answer range(ReceivedRequest request) {
        if (!"\"0x1\"".equals(request.header("If-Match"))) {
            return Answer.empty(412).with("x-ms-error-code", "ConditionNotMet");
        }
        String[] bounds = String.valueOf(request.header("x-ms-range"))
                .replace("bytes=", "")
                .split("-", -1);
        int first = Integer.parseInt(bounds[0]);
        int last = Math.min(Integer.parseInt(bounds[1]), committed.length - 1);
        byte[] part = Arrays.copyOfRange(committed, first, last + 1);
        if (damaged.getAndDecrement() > 0) {
            part[1]++;
        }
        return stamped(new Answer(206, Map.of("Content-Type", "application/octet-stream"), part))
                .with("Content-Range", "bytes " + first + "-" + last + "/" + committed.length);
    }

    private static Answer xml(String body) {
        return new Answer(
                200,
                Map.of("Content-Type", "application/xml"),
                ("<?xml version=\"1.0\" encoding=\"utf-8\"?>" + body).getBytes(StandardCharsets.UTF_8));
    }

    private static Answer stamped(Answer answer) {
        return answer.with("ETag", "\"0x1\"").with("Last-Modified", "Sun, 22 Nov 2026 12:00:00 GMT");
    }
}
