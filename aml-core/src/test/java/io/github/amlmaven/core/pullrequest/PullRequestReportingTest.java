package io.github.amlmaven.core.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpRequest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.PlainServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The requests as the documentation of both services has them. */
class PullRequestReportingTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SECRET = "s3cret-t0ken";
    private static final PullRequestTarget DEVOPS =
            new PullRequestTarget.AzureDevOps(URI.create("https://dev.azure.com/contoso/"), "Wine and more", "r1", 17);
    private static final PullRequestTarget GITHUB = new PullRequestTarget.GitHub(
            URI.create("https://api.github.com/"), "contoso/wine", "6dcb09b5b57875f334f61aebed695e2e4193db5e");
    private static final JobReport REPORT = new JobReport(
            "wine-1", "Completed", "https://ml.azure.com/runs/wine-1", "| a | b |", Map.of("accuracy", 0.9375));

    @TempDir
    private Path directory;

    private static PullRequestReporting.Result report(PlainServer server, PullRequestTarget target, JobReport report) {
        return new PullRequestReporting(server)
                .report(new PullRequestReporting.Request(target, report, SECRET, "azure-ml", true, true));
    }

    private static JsonNode body(HttpRequest request) throws Exception {
        return JSON.readTree(request.getBodyAsBinaryData().toBytes());
    }

    @Test
    void azureDevOpsGetsAThreadAndAStatus() throws Exception {
        PlainServer server = new PlainServer(request ->
                Answer.json(200, request.getHttpMethod().toString().equals("GET") ? "{\"value\":[]}" : "{\"id\":5}"));

        PullRequestReporting.Result result = report(server, DEVOPS, REPORT);

        assertThat(result.threadId()).contains("5");
        assertThat(server.requests())
                .extracting(request -> request.getHttpMethod() + " " + request.getUrl())
                .containsExactly(
                        "GET https://dev.azure.com/contoso/Wine%20and%20more/_apis/git/repositories/r1/pullRequests/17/threads?api-version=7.1",
                        "POST https://dev.azure.com/contoso/Wine%20and%20more/_apis/git/repositories/r1/pullRequests/17/threads?api-version=7.1",
                        "POST https://dev.azure.com/contoso/Wine%20and%20more/_apis/git/repositories/r1/pullRequests/17/statuses?api-version=7.1");
        JsonNode thread = body(server.requests().get(1));
        assertThat(thread.path("status").asText()).isEqualTo("closed");
        assertThat(thread.at("/comments/0/content").asText())
                .startsWith("**Azure ML job `wine-1`: Completed**")
                .contains("[Open in the studio](https://ml.azure.com/runs/wine-1)", "| a | b |");
        JsonNode status = body(server.requests().get(2));
        assertThat(status)
                .isEqualTo(JSON.readTree(
                        "{\"state\":\"succeeded\",\"description\":\"Azure ML job wine-1: Completed; accuracy 0.9375\","
                                + "\"targetUrl\":\"https://ml.azure.com/runs/wine-1\","
                                + "\"context\":{\"name\":\"azure-ml\",\"genre\":\"azure-ml\"}}"));
        assertThat(server.requests().get(0).getHeaders().getValue(HttpHeaderName.AUTHORIZATION))
                .isEqualTo("Basic OnMzY3JldC10MGtlbg==");
    }

    @Test
    void whatWasToldBeforeIsRewritten() throws Exception {
        PlainServer server = new PlainServer(request -> Answer.json(
                200,
                request.getHttpMethod().toString().equals("GET")
                        ? "{\"value\":[{\"id\":3,\"comments\":[{\"id\":1,\"content\":\"hello\"}]},{\"id\":4,\"comments\":"
                                + "[{\"id\":1,\"content\":\"x <!-- aml-maven-plugin: azure-ml --> \"}]}]}"
                        : "{\"id\":5}"));

        PullRequestReporting.Result result =
                report(server, DEVOPS, new JobReport("wine-2", "Failed", "", "", Map.of()));

        assertThat(result.rewritten()).isTrue();
        assertThat(result.threadId()).contains("4");
        assertThat(server.requests().get(1).getUrl().getPath()).endsWith("/threads/4/comments/1");
        assertThat(body(server.requests().get(2)).path("status").asText()).isEqualTo("active");
        assertThat(body(server.requests().get(3)).path("state").asText()).isEqualTo("failed");
    }

    @Test
    void gitHubGetsAStatusOfTheCommit() throws Exception {
        PlainServer server = new PlainServer(request -> Answer.json(201, "{\"id\":9}"));

        assertThat(report(server, GITHUB, REPORT).statusId()).contains("9");

        HttpRequest request = server.requests().get(0);
        assertThat(request.getUrl())
                .hasToString(
                        "https://api.github.com/repos/contoso/wine/statuses/6dcb09b5b57875f334f61aebed695e2e4193db5e");
        assertThat(body(request))
                .isEqualTo(JSON.readTree(
                        "{\"state\":\"success\",\"description\":\"Azure ML job wine-1: Completed; accuracy 0.9375\","
                                + "\"context\":\"azure-ml\",\"target_url\":\"https://ml.azure.com/runs/wine-1\"}"));
    }

    @Test
    void aDescriptionFitsWhatGitHubTakes() {
        Map<String, Double> many = new java.util.TreeMap<>();
        for (int metric = 0; metric < 40; metric++) {
            many.put("metric" + metric, 1.0 / 3);
        }
        assertThat(new JobReport("j", "Completed", "", "", many).line(140))
                .hasSize(140)
                .endsWith("\u2026");
    }

    @Test
    void aRefusedTokenIsNamedByItsServiceAndNeverPrinted() {
        for (PullRequestTarget target : new PullRequestTarget[] {DEVOPS, GITHUB}) {
            for (int status : new int[] {203, 302, 401, 403}) {
                PlainServer server =
                        new PlainServer(request -> Answer.json(status, "{\"message\":\"Bad " + SECRET + "\"}"));
                assertThatThrownBy(() -> report(server, target, REPORT))
                        .isInstanceOfSatisfying(AmlException.class, error -> {
                            assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_CONTROL_REFUSED);
                            assertThat(error.remedy()).contains("The token needs");
                            assertThat(error.describe()).doesNotContain(SECRET);
                        });
            }
        }
    }

    @Test
    void gitHubHidesWhatATokenMayNotSee() {
        PlainServer server = new PlainServer(request -> Answer.json(404, "{\"message\":\"Not Found\"}"));

        assertThatThrownBy(() -> report(server, GITHUB, REPORT)).isInstanceOfSatisfying(AmlException.class, error -> {
            assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_CONTROL_NOT_FOUND);
            assertThat(error.remedy()).contains("repo:status");
        });
    }

    @Test
    void aTokenIsNotSentInTheClear() {
        PlainServer server = new PlainServer(request -> Answer.json(200, "{}"));

        assertThatThrownBy(() -> report(server, GITHUB.at(URI.create("http://github.contoso.com/api/v3/")), REPORT))
                .isInstanceOf(AmlException.class)
                .hasMessageContaining("in the clear");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void metricsOfAnotherJobAreNotThisOnes() throws Exception {
        Files.writeString(directory.resolve("metrics.json"), "{\"job\":\"wine-1\",\"metrics\":{\"a\":1}}");
        Files.writeString(directory.resolve("metrics.md"), "| Metric | Value |\n");

        assertThat(JobReport.of("wine-1", "Completed", "", directory).metrics()).containsEntry("a", 1.0);
        assertThat(JobReport.of("wine-2", "Completed", "", directory).table()).isEmpty();
    }
}
