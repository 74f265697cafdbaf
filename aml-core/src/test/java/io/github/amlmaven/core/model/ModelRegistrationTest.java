package io.github.amlmaven.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.model.ModelRegistrationResult.Outcome;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.ApiCatalog;
import io.github.amlmaven.core.testing.BlobAccount;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ProgressLog;
import io.github.amlmaven.core.testing.ReceivedRequest;
import io.github.amlmaven.core.testing.Traces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRegistrationTest {

    private static final String WS = LoopbackService.WORKSPACE.armId();
    private static final String STORE = WS + "/datastores/workspaceblobstore";
    private static final String CONTAINER = "/sa1/azureml-blobstore-22222222-2222-2222-2222-222222222222";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path project;

    private final LoopbackService service = new LoopbackService();
    private final BlobAccount blobs = new BlobAccount(CONTAINER);
    private final ProgressLog progress = new ProgressLog();
    private final AzureClients clients = service.clients(progress);

    @BeforeEach
    void model() throws IOException {
        Files.createDirectories(project.resolve("model"));
        Files.writeString(project.resolve("model/MLmodel"), "flavors: {}\n");
        Files.writeString(project.resolve("model/model.pkl"), "abc");
        Files.writeString(
                project.resolve("model.yml"),
                "name: m1\ntype: custom_model\npath: model\ndescription: d\ntags:\n  a: b\nproperties:\n  git.commit: abc\n");
        service.play(
                        "GET " + STORE,
                        Answer.json(
                                200,
                                "{\"name\":\"workspaceblobstore\",\"properties\":{\"datastoreType\":\"AzureBlob\",\"accountName\":"
                                        + "\"sa1\",\"containerName\":\"azureml-blobstore-22222222-2222-2222-2222-222222222222\","
                                        + "\"endpoint\":\"" + service.authority()
                                        + "\",\"protocol\":\"https\",\"credentials\":{\"credentialsType\":\"AccountKey\"}}}"))
                .play(
                        "POST " + STORE + "/listSecrets",
                        Answer.json(200, "{\"secretsType\":\"Sas\",\"sasToken\":\"sv=2024-11-04&sr=c&sig=topsecret\"}"))
                .play("GET " + WS + "/models/m1/versions", Answer.json(200, "{\"value\":[]}"))
                .play("GET " + WS + "/models/m1", Answer.error(404, "NotFound", "no m1"))
                .play("PUT " + WS + "/models/m1/versions/1", Answer.json(201, "{\"name\":\"1\"}"))
                .otherwise(request ->
                        blobs.owns(request) ? blobs.answer(request) : Answer.error(404, "NotFound", "nothing"));
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @Test
    void sendsWhatTheOfficialClientSendsInTheSameOrder() {
        ModelRegistrationResult result = register(request());

        assertThat(result.outcome()).isEqualTo(Outcome.REGISTERED);
        List<String> ours =
                service.requests().stream().map(ModelRegistrationTest::line).toList();
        assertThat(ours).containsExactlyInAnyOrderElementsOf(Traces.sequence("model.create.custom.autoversion"));
        // The two files may go in parallel; everything else has its place.
        List<String> theirs = Traces.sequence("model.create.custom.autoversion");
        assertThat(ours.subList(0, 5)).isEqualTo(theirs.subList(0, 5));
        assertThat(ours.subList(7, 9)).isEqualTo(theirs.subList(7, 9));
    }

    @Test
    void everyRequestIsInTheApiCatalogue() {
        register(request());

        ApiCatalog catalog = ApiCatalog.machineLearning();
        assertThat(service.requests())
                .filteredOn(request -> request.path().startsWith("/subscriptions/"))
                .hasSize(5)
                .allSatisfy(request -> assertThat(catalog.problems(request)).isEmpty());
    }

    @Test
    void theBodyIsTheOfficialClientsWithOurTags() {
        register(request());

        JsonNode theirs =
                Traces.scenario("model.create.custom.autoversion").get(8).path("body");
        ObjectNode ours = (ObjectNode) body();
        ObjectNode tags = (ObjectNode) ours.path("properties").path("tags");
        assertThat(tags.path("content.sha256").asText()).hasSize(64);
        assertThat(tags.path("maven.gav").asText()).isEqualTo("g:a:1");
        assertThat(tags.path("BuildId").asText()).isEqualTo("77");
        assertThat(tags.path("metric.inertia").asText()).isEqualTo("0.5");
        tags.retain("a");
        assertThat((JsonNode) ours).isEqualTo(theirs);
    }

    @Test
    void theFirstBlobSaysThatTheUploadIsComplete() {
        register(request());

        String indicator = blobs.contents().keySet().iterator().next();
        assertThat(indicator).endsWith("/model/MLmodel");
        assertThat(blobs.metadata(indicator))
                .containsEntry("upload_status", "completed")
                .containsEntry("name", "m1")
                .containsEntry("version", "1");
    }

    @Test
    void contentThatIsRegisteredAlreadyKeepsItsVersionAndNothingIsSent() {
        String digest = register(request()).model().digest().substring("sha256:".length());
        service.forget();
        service.play(
                "GET " + WS + "/models/m1/versions",
                Answer.json(
                        200,
                        "{\"value\":[{\"id\":\"x\",\"name\":\"4\",\"properties\":{\"tags\":{\"content.sha256\":\""
                                + digest + "\"}}}]}"));

        ModelRegistrationResult again = register(request());

        assertThat(again.outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(again.model().version()).isEqualTo("4");
        assertThat(service.sequence()).containsExactly("GET {ws}/models/m1/versions");
        assertThat(service.requests().get(0).query()).containsEntry("tags", "content.sha256=" + digest);
    }

    @Test
    void aVersionWithOtherContentIsNeverOverwritten() {
        service.play(
                "GET " + WS + "/models/m1/versions/7",
                Answer.json(200, "{\"name\":\"7\",\"properties\":{\"tags\":{\"content.sha256\":\"other\"}}}"));

        AmlException failure = catchThrowableOfType(AmlException.class, () -> register(requestFor("7")));

        assertThat(failure.code()).isEqualTo(ErrorCode.MODEL_VERSION_TAKEN);
        assertThat(service.sequence()).noneMatch(line -> line.startsWith("PUT"));
    }

    @Test
    void anAnswerThatGotLostAfterTheWriteIsReadAgain() {
        StringBuilder written = new StringBuilder();
        playReset(written);

        ModelRegistrationResult result = register(request());

        assertThat(result.outcome()).isEqualTo(Outcome.REGISTERED);
        assertThat(result.model().version()).isEqualTo("1");
        assertThat(service.sequence()).noneMatch(line -> line.equals("PUT {ws}/models/m1/versions/2"));
    }

    private void playReset(StringBuilder written) {
        service.forgetAnswers("PUT " + WS + "/models/m1/versions/1");
        service.on("PUT " + WS + "/models/m1/versions/1", request -> {
            written.setLength(0);
            written.append(request.text());
            return Answer.RESET;
        });
        service.on(
                "GET " + WS + "/models/m1/versions/1",
                request -> written.isEmpty()
                        ? Answer.error(404, "NotFound", "not yet")
                        : Answer.json(200, written.toString()));
    }

    @Test
    void aNumberThatAnotherBuildTookMeanwhileIsCountedOn() {
        service.play(
                        "GET " + WS + "/models/m1",
                        Answer.json(200, "{\"properties\":{\"nextVersion\":\"1\"}}"),
                        Answer.json(200, "{\"properties\":{\"nextVersion\":\"2\"}}"))
                .play(
                        "PUT " + WS + "/models/m1/versions/1",
                        Answer.error(400, "UserError", "Asset paths cannot be updated."))
                .play(
                        "GET " + WS + "/models/m1/versions/1",
                        Answer.json(200, "{\"name\":\"1\",\"properties\":{\"tags\":{\"content.sha256\":\"theirs\"}}}"))
                .play("PUT " + WS + "/models/m1/versions/2", Answer.json(201, "{\"name\":\"2\"}"));

        assertThat(register(request()).model().version()).isEqualTo("2");
    }

    @Test
    void aFileThatChangesWhileItIsSentEndsTheRegistration() {
        service.otherwise(request -> {
            if (request.method().equals("PUT") && request.path().endsWith("model.pkl")) {
                append(project.resolve("model/model.pkl"));
            }
            return blobs.owns(request) ? blobs.answer(request) : Answer.error(404, "NotFound", "nothing");
        });

        AmlException failure = catchThrowableOfType(AmlException.class, () -> register(request()));

        assertThat(failure.code()).isEqualTo(ErrorCode.FILE_CHANGED);
        assertThat(service.sequence()).noneMatch(line -> line.contains("PUT {ws}/models"));
        assertThat(blobs.metadata(blobs.contents().keySet().iterator().next())).isEmpty();
    }

    @Test
    void anUploadThatBrokeOffIsTakenUpAndOverwritten() {
        register(request());
        String pickle = blobs.contents().keySet().stream()
                .filter(n -> n.endsWith("model.pkl"))
                .findFirst()
                .orElseThrow();
        String indicator = blobs.contents().keySet().iterator().next();
        blobs.put(indicator, "half");
        blobs.put(pickle, "half");

        register(request());

        assertThat(blobs.contents()).containsEntry(pickle, "abc").containsEntry(indicator, "flavors: {}\n");
        assertThat(blobs.metadata(indicator)).containsEntry("upload_status", "completed");
    }

    @Test
    void aSignatureThatExpiredIsRenewedOnceAndNeverShown() {
        service.otherwise(request -> {
            boolean first = service.sequence().stream()
                            .filter(line -> line.endsWith("listSecrets"))
                            .count()
                    == 1;
            if (first && request.method().equals("PUT")) {
                return Answer.empty(403).with("x-ms-error-code", "AuthenticationFailed");
            }
            return blobs.owns(request) ? blobs.answer(request) : Answer.error(404, "NotFound", "nothing");
        });

        assertThat(register(request()).outcome()).isEqualTo(Outcome.REGISTERED);
        assertThat(service.sequence())
                .filteredOn(line -> line.endsWith("listSecrets"))
                .hasSize(2);
        assertThat(progress.lines()).noneMatch(line -> line.contains("topsecret"));
    }

    @Test
    void storageThatRefusesIsACodedErrorWithoutTheSignature() {
        service.otherwise(request -> Answer.empty(403).with("x-ms-error-code", "AuthorizationFailure"));

        AmlException failure = catchThrowableOfType(AmlException.class, () -> register(request()));

        assertThat(failure.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
        assertThat(failure.describe()).contains("AuthorizationFailure").doesNotContain("topsecret");
    }

    @Test
    void aJobsOutputIsRegisteredWithoutUploadAndWithItsJob() {
        blobs.put("azureml/job1/artifacts/model/model.pkl", "abc");
        blobs.put("azureml/job1/artifacts/model/MLmodel", "flavors: {}\n");
        service.play(
                "GET " + WS + "/jobs/job1",
                Answer.json(
                        200,
                        "{\"properties\":{\"outputs\":{\"artifacts\":{\"uri\":"
                                + "\"azureml://datastores/workspaceblobstore/paths/azureml/job1/artifacts/\"}}}}"));
        String local = register(request()).model().digest();
        service.forget();

        ModelRegistrationResult result =
                register(request(Optional.empty(), Optional.of("azureml://jobs/job1/outputs/artifacts/paths/model/")));

        assertThat(result.model().digest()).isEqualTo(local);
        assertThat(service.sequence()).noneMatch(line -> line.startsWith("PUT " + CONTAINER));
        assertThat(body().path("properties").path("modelUri").asText())
                .isEqualTo("azureml://jobs/job1/outputs/artifacts/paths/model/");
        assertThat(body().path("properties").path("jobName").asText()).isEqualTo("job1");
    }

    @Test
    void aPathThatLeavesTheProjectIsRefusedBeforeAnythingIsSent(@TempDir Path elsewhere) throws IOException {
        Path secret = Files.writeString(elsewhere.resolve("secret.pkl"), "abc");
        Files.createSymbolicLink(project.resolve("link.pkl"), secret);

        assertRefused(request(Optional.empty(), Optional.of(secret.toString())));
        assertRefused(request(Optional.empty(), Optional.of("../nothing-there.pkl")));
        assertRefused(request(Optional.empty(), Optional.of("link.pkl")));

        for (String path : List.of(secret.toString(), "link.pkl")) {
            Files.writeString(project.resolve("model.yml"), "name: m1\ntype: custom_model\npath: " + path + "\n");
            assertRefused(request());
        }
    }

    private void assertRefused(ModelRegistrationRequest request) {
        AmlException failure = catchThrowableOfType(AmlException.class, () -> register(request));

        assertThat(failure.code()).isEqualTo(ErrorCode.FILE_OUTSIDE_PROJECT);
        assertThat(failure.describe()).doesNotContain("allowOutsideProject");
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void aDryRunAsksForTheNextVersionAndWritesNothing() {
        ModelRegistrationResult would = register(dry(request()));

        assertThat(would.outcome()).isEqualTo(Outcome.WOULD_REGISTER);
        assertThat(would.model().version()).isEqualTo("1");
        assertThat(service.sequence()).containsExactly("GET {ws}/models/m1/versions", "GET {ws}/models/m1");
    }

    @Test
    void aDryRunNamesTheVersionThatHasTheContentAlready() {
        String digest = register(dry(request())).model().digest().substring("sha256:".length());
        service.play(
                "GET " + WS + "/models/m1/versions",
                Answer.json(
                        200,
                        "{\"value\":[{\"name\":\"4\",\"properties\":{\"tags\":{\"content.sha256\":\"" + digest
                                + "\"}}}]}"));

        ModelRegistrationResult would = register(dry(request()));

        assertThat(would.outcome()).isEqualTo(Outcome.WOULD_KEEP);
        assertThat(would.sentence()).contains("m1:4 has this content already");
        assertThat(service.requests()).allMatch(request -> request.method().equals("GET"));
    }

    @Test
    void aDryRunFailsLikeTheRealOneWhenTheVersionHasOtherContent() {
        service.play(
                "GET " + WS + "/models/m1/versions/7",
                Answer.json(200, "{\"name\":\"7\",\"properties\":{\"tags\":{\"content.sha256\":\"other\"}}}"));

        AmlException failure = catchThrowableOfType(AmlException.class, () -> register(dry(requestFor("7"))));

        assertThat(failure.code()).isEqualTo(ErrorCode.MODEL_VERSION_TAKEN);
        assertThat(failure).hasMessageContaining("m1:7");
        assertThat(service.requests()).allMatch(request -> request.method().equals("GET"));
    }

    @Test
    void modelJsonComesBackAsItWasWritten() {
        RegisteredModel model = register(request()).model();
        Path folder = project.resolve("target/aml");
        Path file = folder.resolve("model.json");

        model.write(file);

        assertThat(RegisteredModel.read(file)).isEqualTo(model);
        assertThat(folder.toFile().list()).containsExactly("model.json");
    }

    private ModelRegistrationResult register(ModelRegistrationRequest request) {
        return new ModelRegistration(clients, new SpecReader(), StampIndex.none(), progress).register(request);
    }

    private static ModelRegistrationRequest dry(ModelRegistrationRequest request) {
        return new ModelRegistrationRequest(
                request.file(),
                request.projectDirectory(),
                request.name(),
                request.version(),
                request.path(),
                request.gav(),
                request.buildId(),
                request.jobName(),
                request.downloaded(),
                request.tags(),
                request.metrics(),
                true);
    }

    private ModelRegistrationRequest request() {
        return request(Optional.empty(), Optional.empty());
    }

    private ModelRegistrationRequest requestFor(String version) {
        return request(Optional.of(version), Optional.empty());
    }

    private ModelRegistrationRequest request(Optional<String> version, Optional<String> path) {
        return new ModelRegistrationRequest(
                project.resolve("model.yml"),
                project,
                Optional.empty(),
                version,
                path,
                "g:a:1",
                Optional.of("77"),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Map.of("inertia", 0.5),
                false);
    }

    private JsonNode body() {
        try {
            return JSON.readTree(service.requests().stream()
                    .filter(request ->
                            request.method().equals("PUT") && request.path().contains("/models/"))
                    .reduce((first, second) -> second)
                    .orElseThrow()
                    .text());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String line(ReceivedRequest request) {
        String path = request.path().replace(WS, "{ws}").replaceFirst("^/sa1/", "/");
        return request.method() + " " + path
                + (request.query().getOrDefault("comp", "").equals("metadata") ? "?comp=metadata" : "");
    }

    private static void append(Path file) {
        try {
            Files.writeString(file, "more", StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
