package io.github.amlmaven.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.PlainServer;
import io.github.amlmaven.core.testing.ProgressLog;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCallTest {

    private static final URI OWN = URI.create("http://20.1.2.3:5001/score");
    private static final ScoringCredential KEY = new ScoringCredential("k".repeat(20), Optional.of(OWN));

    private final PlainServer server =
            new PlainServer(request -> Answer.json(200, "[1.0, 2]").with("x-ms-request-id", "r1"));
    private final ProgressLog progress = new ProgressLog();

    @Test
    void theKeyGoesToItsOwnDeploymentWithOneWarningAboutPlainHttp() {
        ScoringAnswer answer = call(OWN, KEY, Optional.of("[1, 2.0]")).get(0);

        HttpRequest request = server.requests().get(0);
        assertThat(request.getHeaders().getValue(HttpHeaderName.AUTHORIZATION)).isEqualTo("Bearer " + "k".repeat(20));
        assertThat(answer.requestId()).isEqualTo("r1");
        assertThat(progress.lines()).hasSize(1).allMatch(line -> line.contains("plain http"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://20.1.2.4:5001/score",
                "http://20.1.2.3/score",
                "https://20.1.2.3:5001/score",
                "http://20.1.2.3.evil.example:5001/score"
            })
    void theKeyOfADeploymentGoesToNoOtherServer(String uri) {
        AmlException failure =
                catchThrowableOfType(AmlException.class, () -> call(URI.create(uri), KEY, Optional.empty()));

        assertThat(failure.code()).isEqualTo(ErrorCode.SCORING_KEY_WITHHELD);
        assertThat(failure.describe()).doesNotContain("k".repeat(20));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aGivenKeyGoesNotOverPlainHttpToAStranger() {
        ScoringCredential given = new ScoringCredential("secret", Optional.empty());

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> call(URI.create("http://models.example/score"), given, Optional.empty()));

        assertThat(failure.code()).isEqualTo(ErrorCode.SCORING_KEY_WITHHELD);
        assertThat(server.requests()).isEmpty();
        assertThat(call(URI.create("https://models.example/score"), given, Optional.empty()))
                .hasSize(1);
    }

    @Test
    void anEntraTokenIsAskedForOnlyForAnOnlineEndpoint() {
        AmlException failure = catchThrowableOfType(
                AmlException.class,
                () -> ScoringCredential.entraToken(URI.create("https://models.example/score"), () -> {
                    throw new AssertionError("asked for a token");
                }));

        assertThat(failure.code()).isEqualTo(ErrorCode.SCORING_KEY_WITHHELD);
        assertThat(ScoringCredential.entraToken(
                                URI.create("https://e.westeurope.inference.ml.azure.com/score"), () -> "t")
                        .value())
                .isEqualTo("t");
    }

    @Test
    void anotherAnswerThanExpectedIsAnErrorThatShowsBoth() {
        AmlException failure = catchThrowableOfType(AmlException.class, () -> call(OWN, KEY, Optional.of("[1, 3]")));

        assertThat(failure.code()).isEqualTo(ErrorCode.SCORING_UNEXPECTED);
        assertThat(failure).hasMessageContaining("[1.0, 2]").hasMessageContaining("[1,3]");
    }

    @Test
    void anotherStatusIsAnErrorWithTheRequestId() {
        PlainServer refusing =
                new PlainServer(request -> Answer.text(401, "<html>no</html>").with("x-ms-request-id", "r2"));

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> new ModelCall(refusing, progress).run(request(OWN, KEY, Optional.empty())));

        assertThat(failure.code()).isEqualTo(ErrorCode.SCORING_FAILED);
        assertThat(failure.requestId()).isEqualTo("r2");
        assertThat(failure).hasMessageContaining("401").message().doesNotContain("<html>");
    }

    @ParameterizedTest
    @CsvSource({
        "401, -Daml.score.keyServerId",
        "408, request_timeout_ms",
        "424, mvn aml:logs",
        "429, max_concurrent_requests_per_instance",
        "400, what run()",
        "500, stack trace"
    })
    void eachStatusHasItsOwnRemedy(int status, String remedy) {
        PlainServer refusing = new PlainServer(request -> Answer.text(status, "no"));

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> new ModelCall(refusing, progress).run(request(OWN, KEY, Optional.empty())));

        assertThat(failure).hasMessageContaining(status + ", expected 200");
        assertThat(failure.remedy()).contains(remedy);
    }

    @Test
    void theRemedySpeaksOfWhatWasSent() {
        PlainServer refusing = new PlainServer(request -> Answer.text(403, "no"));
        ScoringCredential token = ScoringCredential.token(ScoringCredential.Kind.ENTRA_TOKEN, "t", OWN);

        assertThat(refused(refusing, Optional.of(KEY))).contains("keyServerId");
        assertThat(refused(refusing, Optional.of(token)))
                .contains("onlineEndpoints/score/action")
                .doesNotContain("AML_SCORING_KEY");
        assertThat(refused(refusing, Optional.empty())).contains("none was sent");
    }

    private String refused(PlainServer server, Optional<ScoringCredential> credential) {
        ScoringRequest request = new ScoringRequest(
                OWN,
                credential,
                List.of(new ScoringRequest.Payload("data", "[1]", Optional.empty())),
                200,
                Duration.ofSeconds(5),
                false,
                Optional.empty());
        return String.valueOf(
                catchThrowableOfType(AmlException.class, () -> new ModelCall(server, progress).run(request))
                        .remedy());
    }

    @Test
    void eachJsonFileOfAFolderIsOneCallWithTheExpectationOfTheSameName(@TempDir Path folder) throws IOException {
        Path sent = Files.createDirectories(folder.resolve("sent"));
        Path expected = Files.createDirectories(folder.resolve("expected"));
        Files.writeString(sent.resolve("b.json"), "{\"data\":2}");
        Files.writeString(sent.resolve("a.json"), "{\"data\":1}");
        Files.writeString(sent.resolve("notes.txt"), "x");
        Files.writeString(expected.resolve("a.json"), "[1]");

        List<ScoringRequest.Payload> payloads =
                ScoringPayloads.read(Optional.empty(), Optional.of(sent), Optional.empty(), Optional.of(expected));

        assertThat(payloads).extracting(ScoringRequest.Payload::name).containsExactly("a.json", "b.json");
        assertThat(payloads.get(0).expected()).isPresent();
        assertThat(payloads.get(1).expected()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "", "{} {}"})
    void whatIsNoJsonIsNotSent(String data) {
        AmlException failure = catchThrowableOfType(
                AmlException.class,
                () -> ScoringPayloads.read(Optional.of(data), Optional.empty(), Optional.empty(), Optional.empty()));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"swagger": "2.0", "definitions": {"ServiceInput": {"example": {"data": [1, 2]}}}} | {"data":[1,2]}
                    {"openapi": "3.0.3", "components": {"schemas": {"ServiceInput": {"example": [7]}}}} | [7]
                    """)
    void aModelIsAskedForItsSampleInputWithTheKeyThatOpensIt(String described, String sample) {
        PlainServer describing = new PlainServer(request -> Answer.json(200, described));

        assertThat(new SampleInput(new ModelCall(describing, progress)).of(request(OWN, KEY, Optional.empty())))
                .isEqualTo(sample);

        HttpRequest request = describing.requests().get(0);
        assertThat(request.getHttpMethod()).isEqualTo(HttpMethod.GET);
        assertThat(request.getUrl()).hasToString("http://20.1.2.3:5001/swagger.json");
        assertThat(request.getHeaders().getValue(HttpHeaderName.AUTHORIZATION)).isEqualTo("Bearer " + "k".repeat(20));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"definitions\": {\"ServiceInput\": {\"type\": \"object\", \"example\": {}}}}", "{}", "<html>"
            })
    void withoutASampleThereIsNothingToSend(String described) {
        PlainServer describing = new PlainServer(request -> Answer.json(200, described));

        AmlException failure = catchThrowableOfType(
                AmlException.class,
                () -> new SampleInput(new ModelCall(describing, progress)).of(request(OWN, KEY, Optional.empty())));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
        assertThat(failure.describe()).contains("@input_schema").doesNotContain("k".repeat(20));
    }

    @Test
    void theKeyOfADeploymentAsksNoOtherServerForASample() {
        URI other = URI.create("http://20.1.2.4:5001/score");

        AmlException failure = catchThrowableOfType(
                AmlException.class,
                () -> new SampleInput(new ModelCall(server, progress)).of(request(other, KEY, Optional.empty())));

        assertThat(failure.code()).isEqualTo(ErrorCode.SCORING_KEY_WITHHELD);
        assertThat(server.requests()).isEmpty();
    }

    private List<ScoringAnswer> call(URI uri, ScoringCredential credential, Optional<String> expect) {
        return new ModelCall(server, progress).run(request(uri, credential, expect));
    }

    private static ScoringRequest request(URI uri, ScoringCredential credential, Optional<String> expect) {
        return new ScoringRequest(
                uri,
                Optional.of(credential),
                ScoringPayloads.read(Optional.of("{\"data\":[[1]]}"), Optional.empty(), expect, Optional.empty()),
                200,
                Duration.ofSeconds(5),
                false,
                Optional.empty());
    }
}
