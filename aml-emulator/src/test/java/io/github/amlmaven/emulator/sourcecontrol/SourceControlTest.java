package io.github.amlmaven.emulator.sourcecontrol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bodies and answers as the documentation of both services has them. */
@Timeout(60)
class SourceControlTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PULL_REQUEST =
            "/contoso/Wine%20and%20more/_apis/git/repositories/3411ebc1/pullRequests/22";
    private static final String SHA = "6dcb09b5b57875f334f61aebed695e2e4193db5e";

    @TempDir
    static Path home;

    private static Emulator emulator;

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(home.resolve("source-control.json"), """
                {"azureDevOps":{"tokens":{"code":["vso.code_write"],"read":["vso.code"],"status":["vso.code_status"],
                                          "build":["vso.build"]},
                                "pullRequests":{"3411ebc1":[22]}},
                 "github":{"tokens":{"ghp_status":["repo:status"],"ghp_gist":["gist"],"ghs_read":["contents:read"],
                                     "github_pat_read":["contents:read"]},
                           "commits":{"octocat/hello":["%s"]}}}
                """.formatted(SHA));
        emulator = Emulator.start(EmulatorOptions.in(home));
    }

    @AfterAll
    static void stop() {
        emulator.close();
    }

    private record Answer(int status, JsonNode body, String text) {}

    private static Answer send(String method, String path, String authorization, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(emulator.endpoints().http() + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        HttpResponse<String> response =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        String text = response.body();
        return new Answer(response.statusCode(), text.startsWith("<") ? JSON.nullNode() : JSON.readTree(text), text);
    }

    private static String pat(String token) {
        return "Basic " + Base64.getEncoder().encodeToString((":" + token).getBytes(StandardCharsets.UTF_8));
    }

    private static Answer devOps(String method, String below, String token, String body) throws Exception {
        return send(method, PULL_REQUEST + below + "?api-version=7.1", token.isEmpty() ? "" : pat(token), body);
    }

    private static final String THREAD =
            "{\"comments\":[{\"parentCommentId\":0,\"content\":\"hello\",\"commentType\":1}],\"status\":1}";
    private static final String STATUS = "{\"state\":\"succeeded\",\"description\":\"d\",\"targetUrl\":\"https://x\","
            + "\"context\":{\"name\":\"n\",\"genre\":\"g\"}}";

    @Test
    void threadsAndCommentsAreKeptAndChanged() throws Exception {
        JsonNode thread = devOps("POST", "/threads", "code", THREAD).body();
        assertThat(thread.path("status").asText()).isEqualTo("active");
        String below = "/threads/" + thread.path("id").asText();

        assertThat(devOps("PATCH", below + "/comments/1", "code", "{\"content\":\"again\"}")
                        .status())
                .isEqualTo(200);
        assertThat(devOps("PATCH", below, "code", "{\"status\":\"closed\"}")
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("closed");

        JsonNode kept = devOps("GET", "/threads", "read", "").body();
        assertThat(kept.path("count").asInt()).isEqualTo(1);
        assertThat(kept.at("/value/0/comments/0/content").asText()).isEqualTo("again");
        assertThat(devOps("PATCH", "/threads/99", "code", "{}").status()).isEqualTo(404);
    }

    @Test
    void aStatusNeedsItsOwnScopeOnly() throws Exception {
        assertThat(devOps("POST", "/statuses", "status", STATUS).status()).isEqualTo(200);
        assertThat(devOps("GET", "/statuses", "read", "")
                        .body()
                        .at("/value/0/context/name")
                        .asText())
                .isEqualTo("n");
        assertThat(devOps("POST", "/threads", "status", THREAD).status()).isEqualTo(401);
    }

    @Test
    void aTokenWithoutTheScopeIsNotAuthorized() throws Exception {
        for (String token : new String[] {"build", "read"}) {
            Answer answer = devOps("POST", "/statuses", token, STATUS);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.body().path("typeKey").asText()).isEqualTo("UnauthorizedRequestException");
            assertThat(answer.body().path("message").asText()).startsWith("TF400813: ");
        }
    }

    @Test
    void whoHasNoTokenIsSentToSignInAndAWrongOneIsDenied() throws Exception {
        assertThat(devOps("GET", "/threads", "", "").status()).isEqualTo(203);
        assertThat(devOps("GET", "/threads", "", "").text()).contains("Sign In");
        assertThat(devOps("GET", "/threads", "none", "").status()).isEqualTo(401);
    }

    @Test
    void whatDoesNotExistOrIsIncompleteIsRefused() throws Exception {
        String other = PULL_REQUEST.replace("/22", "/23");
        assertThat(send("GET", other + "/threads?api-version=7.1", pat("code"), "")
                        .status())
                .isEqualTo(404);
        String elsewhere = PULL_REQUEST.replace("3411ebc1", "other");
        assertThat(send("GET", elsewhere + "/threads?api-version=7.1", pat("code"), "")
                        .body()
                        .path("typeKey")
                        .asText())
                .isEqualTo("GitRepositoryNotFoundException");
        assertThat(devOps("POST", "/statuses", "code", "{\"state\":\"succeeded\"}")
                        .status())
                .isEqualTo(400);
        assertThat(send("POST", PULL_REQUEST + "/statuses", pat("code"), STATUS).status())
                .isEqualTo(400);
    }

    private static Answer gitHub(String token, String body) throws Exception {
        return send("POST", "/repos/octocat/hello/statuses/" + SHA, token.isEmpty() ? "" : "Bearer " + token, body);
    }

    @Test
    void aCommitKeepsItsStatusesNewestFirst() throws Exception {
        assertThat(gitHub("ghp_status", "{\"state\":\"pending\",\"context\":\"c\"}")
                        .status())
                .isEqualTo(201);
        assertThat(gitHub("ghp_status", "{\"state\":\"success\",\"context\":\"c\",\"description\":\"ok\"}")
                        .status())
                .isEqualTo(201);

        JsonNode statuses = send(
                        "GET", "/api/v3/repos/octocat/hello/commits/" + SHA + "/statuses", "token ghs_read", "")
                .body();
        assertThat(statuses).hasSize(2);
        assertThat(statuses.at("/0/state").asText()).isEqualTo("success");
    }

    /** https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api */
    @Test
    void whatATokenWithoutThePermissionIsToldDependsOnItsKind() throws Exception {
        String body = "{\"state\":\"success\"}";
        assertThat(gitHub("ghs_read", body).body().path("message").asText())
                .isEqualTo("Resource not accessible by integration");
        assertThat(gitHub("github_pat_read", body).status()).isEqualTo(403);
        assertThat(gitHub("ghp_gist", body).status()).isEqualTo(404);
        assertThat(gitHub("none", body).body().path("message").asText()).isEqualTo("Bad credentials");
        assertThat(gitHub("", body).status()).isEqualTo(401);
    }

    @Test
    void gitHubRefusesWhatItDoesNotKnow() throws Exception {
        assertThat(gitHub("ghp_status", "{\"state\":\"succeeded\"}").status()).isEqualTo(422);
        assertThat(gitHub("ghp_status", "{\"state\":\"success\",\"description\":\"" + "x".repeat(141) + "\"}")
                        .status())
                .isEqualTo(422);
        Answer unknown = send(
                "POST",
                "/repos/octocat/hello/statuses/" + SHA.replace('6', '7'),
                "Bearer ghp_status",
                "{\"state\":\"success\"}");
        assertThat(unknown.body().path("message").asText()).startsWith("No commit found for SHA: ");
    }
}
