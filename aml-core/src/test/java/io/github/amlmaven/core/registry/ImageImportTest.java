package io.github.amlmaven.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.ApiCatalog;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ProgressLog;
import io.github.amlmaven.core.testing.ReceivedRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImageImportTest {

    private static final String TARGET =
            LoopbackService.WORKSPACE.resourceGroupId() + "/providers/Microsoft.ContainerRegistry/registries/acrtarget";
    private static final String SOURCE =
            LoopbackService.WORKSPACE.resourceGroupId() + "/providers/Microsoft.ContainerRegistry/registries/acrsource";
    private static final String IMPORT = "POST " + TARGET + "/importImage";
    private static final String OTHER = manifest("other");

    private final LoopbackService service = new LoopbackService();
    private final AzureClients clients = service.clients(new ProgressLog());
    private final Map<String, String> manifests = new ConcurrentHashMap<>();
    private final ImageImport images = new ImageImport(
            clients.containerRegistries(),
            new ImageDigests(clients.httpClient(), clients.credential()),
            new ProgressLog());

    /** Both registries answer at one address; the repositories tell them apart. */
    @BeforeEach
    void twoRegistries() {
        String registry = "{\"id\":\"%s\",\"properties\":{\"loginServer\":\"" + service.authority() + "\"}}";
        service.play("GET " + TARGET, Answer.json(200, registry.formatted(TARGET)))
                .play("GET " + SOURCE, Answer.json(200, registry.formatted(SOURCE)))
                .on(IMPORT, request -> {
                    manifests.put("iris:1", manifests.getOrDefault("source/iris:1", manifest("upstream")));
                    return Answer.empty(200);
                })
                .otherwise(this::registry);
        manifests.put("source/iris:1", manifest("iris"));
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @Test
    void anImportByResourceIdIsWhatTheServiceDocumentsAndIsVerified() {
        ImageImportResult result = images.run(request(resource(), List.of("iris:1"), Optional.empty()));

        ReceivedRequest sent = sent();
        assertThat(ApiCatalog.containerRegistry().problems(sent)).isEmpty();
        assertThat(sent.json().path("source").path("resourceId").asText()).isEqualTo(SOURCE);
        assertThat(sent.json().path("source").path("sourceImage").asText()).isEqualTo("source/iris:1");
        assertThat(sent.json().path("mode").asText()).isEqualTo("NoForce");
        assertThat(result.digest()).isEqualTo(digest(manifest("iris")));
        assertThat(result.verified()).contains(result.digest());
    }

    @Test
    void aSourceByHostCarriesItsCredentials() {
        ImageImportRequest.Source host = new ImageImportRequest.Source.Host(
                "registry.example.com",
                Optional.of(new RegistryAccess("registry.example.com", "robot", "s3cret", false)));

        images.run(request(host, List.of("iris:1"), Optional.empty()));

        assertThat(ApiCatalog.containerRegistry().problems(sent())).isEmpty();
        assertThat(sent().json().path("source").path("registryUri").asText()).isEqualTo("registry.example.com");
        assertThat(sent().json()
                        .path("source")
                        .path("credentials")
                        .path("username")
                        .asText())
                .isEqualTo("robot");
    }

    @Test
    void aSourceThatTheServiceCannotReachIsNamedAsTheUserKnowsIt() {
        service.play(IMPORT, Answer.error(400, "BadRequest", "no such host is known"));
        ImageImportRequest.Source host =
                new ImageImportRequest.Source.Host("registry.nowhere.example", Optional.empty());

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> images.run(request(host, List.of("iris:1"), Optional.empty())));

        assertThat(failure).hasMessageContaining("from registry.nowhere.example", "no such host is known");
    }

    @Test
    void importingTheSameAgainSendsNothing() {
        images.run(request(resource(), List.of("iris:1"), Optional.empty()));
        service.forget();

        ImageImportResult second = images.run(request(resource(), List.of("iris:1"), Optional.empty()));

        assertThat(second.changed()).isFalse();
        assertThat(service.sequence()).doesNotContain(IMPORT);
    }

    @Test
    void aTargetWithAnotherDigestIsAnError() {
        service.on(IMPORT, request -> {
            manifests.put("iris:1", OTHER);
            return Answer.empty(200);
        });

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> images.run(request(resource(), List.of("iris:1"), Optional.empty())));

        assertThat(failure.code()).isEqualTo(ErrorCode.IMAGE_DIGEST_MISMATCH);
        assertThat(failure).hasMessageContaining(digest(OTHER));
    }

    @Test
    void theOperationIsWaitedForAndItsFailureIsTold() {
        String status = TARGET + "/operationResults/1";
        AtomicInteger polls = new AtomicInteger();
        service.on(IMPORT, request -> Answer.empty(202).with("Location", service.uri() + status + "?api-version=1"))
                .on(
                        "GET " + status,
                        request -> polls.incrementAndGet() < 3
                                ? Answer.empty(202).with("Location", service.uri() + status + "?api-version=1")
                                : Answer.error(
                                        400, "InvalidParameters", "Operation registries-1 failed: manifest unknown"));

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> images.run(request(resource(), List.of("iris:1"), Optional.empty())));

        assertThat(failure).hasMessageContaining("manifest unknown");
        assertThat(polls).hasValue(3);
    }

    @Test
    void aSourceThatDoesNotExistIsToldBeforeAnythingIsSent() {
        manifests.clear();

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> images.run(request(resource(), List.of("iris:1"), Optional.empty())));

        assertThat(failure.code()).isEqualTo(ErrorCode.IMAGE_NOT_FOUND);
        assertThat(service.sequence()).doesNotContain(IMPORT);
    }

    @Test
    void aPlanSendsNothing() {
        assertThat(images.plan(request(resource(), List.of("iris:1"), Optional.empty())))
                .containsExactly(service.authority() + "/iris:1");
        assertThat(service.sequence()).doesNotContain(IMPORT);
    }

    private static ImageImportRequest.Source resource() {
        return new ImageImportRequest.Source.Resource(SOURCE);
    }

    private static ImageImportRequest request(
            ImageImportRequest.Source source, List<String> targets, Optional<String> digest) {
        return new ImageImportRequest(
                "rg1",
                "acrtarget",
                source,
                ImageName.parse("source/iris:1"),
                targets,
                false,
                digest,
                Duration.ofSeconds(20),
                Duration.ofMillis(10));
    }

    private ReceivedRequest sent() {
        return service.requests().stream()
                .filter(r -> r.toString().equals(IMPORT))
                .findFirst()
                .orElseThrow();
    }

    private Answer registry(ReceivedRequest request) {
        String path = request.path();
        int manifest = path.indexOf("/manifests/");
        if (!path.startsWith("/v2/") || manifest < 0) {
            return Answer.error(404, "NotFound", path);
        }
        String name =
                path.substring("/v2/".length(), manifest) + ":" + path.substring(manifest + "/manifests/".length());
        String body = manifests.get(name);
        return body == null
                ? Answer.json(404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"no\"}]}")
                : Answer.json(200, body)
                        .with("Content-Type", "application/vnd.oci.image.manifest.v1+json")
                        .with("Docker-Content-Digest", digest(body));
    }

    private static String manifest(String name) {
        return "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":{"
                + "\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"size\":2,\"digest\":\"sha256:"
                + "1".repeat(64) + "\"},\"layers\":[],\"annotations\":{\"name\":\"" + name + "\"}}";
    }

    private static String digest(String body) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(
                                    MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
