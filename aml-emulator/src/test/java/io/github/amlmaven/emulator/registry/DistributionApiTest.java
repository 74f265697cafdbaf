package io.github.amlmaven.emulator.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The OCI distribution API on the wire, over the plain listener. */
class DistributionApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path home;

    private final HttpClient http = HttpClient.newHttpClient();
    private Emulator emulator;
    private AzureClients azure;
    private String id = "";
    private String basic = "";

    @BeforeEach
    void start() throws IOException {
        // Port 9 is discard's: nothing listens there.
        Files.writeString(home.resolve("upstreams.properties"), "mcr.microsoft.com=https://127.0.0.1:9\n");
        emulator = Emulator.start(EmulatorOptions.in(home));
        azure = new AzureClients(emulator);
        id = "/subscriptions/" + emulator.options().subscriptionId()
                + "/resourceGroups/local/providers/Microsoft.ContainerRegistry/registries/acrlocal";
        azure.call(HttpMethod.PATCH, id, "{\"properties\":{\"adminUserEnabled\":true}}");
        String password = azure.call(HttpMethod.POST, id + "/listCredentials", "")
                .body()
                .at("/passwords/0/value")
                .asText();
        basic = "Basic "
                + Base64.getEncoder().encodeToString(("acrlocal:" + password).getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        emulator.close();
    }

    private HttpResponse<String> call(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(emulator.endpoints().http() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Authorization", basic);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String digest(String content) {
        return ContentStore.digest(ContentStore.sha256().digest(content.getBytes(StandardCharsets.UTF_8)));
    }

    private String upload(String repository, String content) throws Exception {
        String digest = digest(content);
        HttpResponse<String> answer = call("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, content);
        assertThat(answer.statusCode()).isEqualTo(201);
        return digest;
    }

    private String manifest(String repository, String reference, String extra) throws Exception {
        String config = upload(repository, "{}");
        String body = "{\"schemaVersion\":2,\"mediaType\":\"" + Manifests.OCI_MANIFEST
                + "\",\"config\":{\"mediaType\":\"application/vnd.test\",\"digest\":\"" + config
                + "\",\"size\":2},\"layers\":[]" + extra + "}";
        HttpResponse<String> answer = call(
                "PUT", "/v2/" + repository + "/manifests/" + reference, body, "Content-Type", Manifests.OCI_MANIFEST);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return digest(body);
    }

    private static String code(HttpResponse<String> answer) throws IOException {
        JsonNode body = JSON.readTree(answer.body());
        return answer.statusCode() + " " + body.at("/errors/0/code").asText();
    }

    @Test
    void withoutCredentialsThereIsAChallengeThatNamesTheScope() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(emulator.endpoints().http() + "/v2/a/b/manifests/1"))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
                .contains("/oauth2/token\"", "service=\"localhost:", "scope=\"repository:a/b:pull\"");
    }

    @Test
    void namesThatCouldLeaveTheirFolderAreRefused() throws Exception {
        assertThat(code(call("GET", "/v2/..%2F..%2Fetc/manifests/passwd", ""))).isEqualTo("400 NAME_INVALID");
        assertThat(code(call("GET", "/v2/a/blobs/sha256:..%2F..%2Fstate.mv", "")))
                .isEqualTo("400 DIGEST_INVALID");
        assertThat(code(call("GET", "/v2/a/manifests/..%2Fx", ""))).isEqualTo("400 TAG_INVALID");
        assertThat(code(call("PATCH", "/v2/a/blobs/uploads/..%2F..%2Fstate.mv", "x")))
                .isEqualTo("404 BLOB_UPLOAD_UNKNOWN");
        assertThat(code(call("GET", "/v2/UPPER/manifests/1", ""))).isEqualTo("400 NAME_INVALID");
    }

    @Test
    void anUploadInChunksTellsItsProgressAndWantsTheRightOffset() throws Exception {
        String location = call("POST", "/v2/a/blobs/uploads/", "")
                .headers()
                .firstValue("Location")
                .orElseThrow();
        HttpResponse<String> first = call("PATCH", location, "hello ", "Content-Range", "0-5");

        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(first.headers().firstValue("Range")).contains("0-5");
        assertThat(code(call("PATCH", location, "world", "Content-Range", "3-7")))
                .isEqualTo("416 RANGE_INVALID");
        HttpResponse<String> status = call("GET", location, "");
        assertThat(status.statusCode()).isEqualTo(204);
        assertThat(status.headers().firstValue("Range")).contains("0-5");
        String digest = digest("hello world");
        assertThat(call("PUT", location + "?digest=" + digest, "world").statusCode())
                .isEqualTo(201);
        assertThat(call("GET", "/v2/a/blobs/" + digest, "", "Range", "bytes=6-").body())
                .isEqualTo("world");
    }

    @Test
    void anUploadGoesOnAfterARestart() throws Exception {
        String location = call("POST", "/v2/a/blobs/uploads/", "")
                .headers()
                .firstValue("Location")
                .orElseThrow();
        call("PATCH", location, "hello ");
        emulator.close();
        emulator = Emulator.start(EmulatorOptions.in(home));

        String digest = digest("hello world");
        assertThat(call("PUT", location + "?digest=" + digest, "world").statusCode())
                .isEqualTo(201);
    }

    @Test
    void contentWithAnotherDigestIsRefusedAndNotKept() throws Exception {
        String wrong = "sha256:" + "0".repeat(64);

        assertThat(code(call("POST", "/v2/a/blobs/uploads/?digest=" + wrong, "content")))
                .isEqualTo("400 DIGEST_INVALID");
        assertThat(call("HEAD", "/v2/a/blobs/" + wrong, "").statusCode()).isEqualTo(404);
    }

    @Test
    void aBlobIsReadThroughItsOwnRepositoryOnlyUntilItIsMounted() throws Exception {
        String digest = upload("one", "shared");

        assertThat(call("HEAD", "/v2/two/blobs/" + digest, "").statusCode()).isEqualTo(404);
        assertThat(call("POST", "/v2/two/blobs/uploads/?mount=" + digest + "&from=one", "")
                        .statusCode())
                .isEqualTo(201);
        assertThat(call("HEAD", "/v2/two/blobs/" + digest, "").statusCode()).isEqualTo(200);
        assertThat(call("POST", "/v2/two/blobs/uploads/?mount=" + digest + "&from=none", "")
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void referrersAreFoundBySubject() throws Exception {
        String subject = manifest("a", "1", "");
        String referrer = manifest(
                "a",
                "signature",
                ",\"artifactType\":\"application/vnd.sig\",\"subject\":{\"mediaType\":\"" + Manifests.OCI_MANIFEST
                        + "\",\"digest\":\"" + subject + "\",\"size\":1}");

        JsonNode all =
                JSON.readTree(call("GET", "/v2/a/referrers/" + subject, "").body());
        assertThat(all.path("manifests").findValuesAsText("digest")).containsExactly(referrer);
        assertThat(JSON.readTree(call("GET", "/v2/a/referrers/" + subject + "?artifactType=x/y", "")
                                .body())
                        .path("manifests"))
                .isEmpty();
    }

    @Test
    void tagsComeInPagesWithALinkToTheNext() throws Exception {
        for (String tag : new String[] {"a", "b", "c"}) {
            manifest("pages", tag, "");
        }
        HttpResponse<String> first = call("GET", "/v2/pages/tags/list?n=2", "");
        String link = first.headers().firstValue("Link").orElseThrow();
        String next = link.substring(1, link.indexOf('>'));

        assertThat(JSON.readTree(first.body()).path("tags"))
                .extracting(JsonNode::asText)
                .containsExactly("a", "b");
        HttpResponse<String> second = call("GET", next, "");
        assertThat(JSON.readTree(second.body()).path("tags"))
                .extracting(JsonNode::asText)
                .containsExactly("c");
        assertThat(second.headers().firstValue("Link")).isEmpty();
    }

    @Test
    void anUpstreamThatCannotBeReachedIsNamedWithinFiveSeconds() throws Exception {
        long start = System.nanoTime();
        HttpResponse<String> answer = call("GET", "/v2/cache/mcr.microsoft.com/azureml/openmpi/manifests/1", "");

        assertThat(code(answer)).isEqualTo("404 MANIFEST_UNKNOWN");
        assertThat(answer.body()).contains("upstream mcr.microsoft.com cannot be reached");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(call("GET", "/v2/azureml/openmpi/manifests/1", "").body()).contains("it could not be reached");
    }

    @Test
    void anIndexIsImportedWithAllItsImages() throws Exception {
        String amd = manifest("multi", "amd64", "");
        String arm = manifest("multi", "arm64", ",\"annotations\":{\"arch\":\"arm64\"}");
        String index = "{\"schemaVersion\":2,\"mediaType\":\"" + Manifests.OCI_INDEX + "\",\"manifests\":["
                + descriptor(amd) + "," + descriptor(arm) + "]}";
        HttpResponse<String> pushed =
                call("PUT", "/v2/multi/manifests/all", index, "Content-Type", Manifests.OCI_INDEX);
        assertThat(pushed.statusCode()).isEqualTo(201);
        String body = "{\"source\":{\"resourceId\":\"" + id + "\",\"sourceImage\":\"multi:all\"},"
                + "\"targetTags\":[\"promoted/multi:1\"]}";

        assertThat(azure.follow(HttpMethod.POST, id + "/importImage", body)).isEqualTo("SUCCESSFULLY_COMPLETED");
        assertThat(call("GET", "/v2/promoted/multi/manifests/1", "").body()).isEqualTo(index);
        for (String child : new String[] {amd, arm}) {
            assertThat(call("GET", "/v2/promoted/multi/manifests/" + child, "").statusCode())
                    .isEqualTo(200);
        }
        assertThat(call("HEAD", "/v2/promoted/multi/blobs/" + digest("{}"), "").statusCode())
                .isEqualTo(200);
    }

    private static String descriptor(String digest) {
        return "{\"mediaType\":\"" + Manifests.OCI_MANIFEST + "\",\"digest\":\"" + digest + "\",\"size\":1}";
    }
}
