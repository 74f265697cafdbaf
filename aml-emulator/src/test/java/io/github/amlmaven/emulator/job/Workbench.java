package io.github.amlmaven.emulator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.AzureClients.Answer;
import io.github.amlmaven.emulator.Emulator;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What a data scientist does with an emulator, over Microsoft's HTTP pipeline. */
final class Workbench {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> ENDS = Set.of("Completed", "Failed", "Canceled");

    private final Emulator emulator;
    private final AzureClients azure;

    Workbench(Emulator emulator) {
        this.emulator = emulator;
        this.azure = new AzureClients(emulator);
    }

    String workspace() {
        return azure.workspace();
    }

    AzureClients azure() {
        return azure;
    }

    JsonNode put(String path, String body) {
        Answer answer = azure.call(HttpMethod.PUT, workspace() + path, json(body));
        assertThat(answer.status()).as(answer.body().toString()).isIn(200, 201);
        return answer.body();
    }

    Answer get(String path) {
        return azure.call(HttpMethod.GET, workspace() + path, "");
    }

    void environment(String name, String condaFile) {
        put(
                "/environments/" + name + "/versions/1",
                "{'properties':{'image':'python:3.11','osType':'Linux'"
                        + (condaFile.isEmpty()
                                ? ""
                                : ",'condaFile':" + JSON.getNodeFactory().textNode(condaFile)) + "}}");
    }

    /** @param more further properties in front of which a comma is put */
    Answer submit(String name, String command, String more) {
        String body = "{'properties':{'jobType':'Command','environmentId':'" + workspace()
                + "/environments/plain/versions/1'," + "'experimentName':'tests'" + (more.isEmpty() ? "" : "," + more)
                + "}}";
        JsonNode parsed = parse(json(body));
        ((ObjectNode) parsed.get("properties")).put("command", command);
        return azure.call(HttpMethod.PUT, workspace() + "/jobs/" + name, parsed.toString());
    }

    JsonNode job(String name) {
        Answer answer = get("/jobs/" + name);
        assertThat(answer.status()).isEqualTo(200);
        return answer.body().path("properties");
    }

    String status(String name) {
        return job(name).path("status").asText();
    }

    /** The job's properties when it has ended. */
    JsonNode ended(String name) {
        await(name + " to end", () -> ENDS.contains(status(name)));
        return job(name);
    }

    JsonNode run(String name, String what) {
        Answer answer = call(HttpMethod.GET, "/history/v1.0" + workspace() + "/runs/" + name + what, "");
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body();
    }

    /** The user's log as a client of run history sees it. */
    String log(String name) {
        return log(name, "user_logs/std_log.txt");
    }

    /** One of a run's logs as a client of run history sees it; empty when there is none. */
    String log(String name, String file) {
        String link = run(name, "/details").path("logFiles").path(file).asText();
        if (link.isEmpty()) {
            return "";
        }
        try (HttpResponse response = azure.http().sendSync(new HttpRequest(HttpMethod.GET, link), Context.NONE)) {
            assertThat(response.getStatusCode()).isEqualTo(200);
            return response.getBodyAsBinaryData().toString();
        }
    }

    /** A data plane call with a token for AML. */
    Answer call(HttpMethod method, String path, String body, String... headers) {
        HttpRequest request = new HttpRequest(method, emulator.endpoints().https() + path)
                .setHeader(HttpHeaderName.AUTHORIZATION, "Bearer " + azure.token("https://ml.azure.com/.default"));
        for (int i = 0; i + 1 < headers.length; i += 2) {
            request.setHeader(HttpHeaderName.fromString(headers[i]), headers[i + 1]);
        }
        if (!body.isEmpty()) {
            request.setBody(json(body)).setHeader(HttpHeaderName.CONTENT_TYPE, "application/json");
        }
        try (HttpResponse response = azure.http().sendSync(request, Context.NONE)) {
            String text = response.getBodyAsBinaryData().toString();
            return new Answer(response.getStatusCode(), text.isEmpty() ? JSON.nullNode() : parse(text));
        }
    }

    void upload(String sasUri, String name, String content) {
        String url = sasUri.replaceFirst("\\?", "/" + name + "?");
        HttpRequest request = new HttpRequest(HttpMethod.PUT, url)
                .setHeader(HttpHeaderName.fromString("x-ms-blob-type"), "BlockBlob")
                .setHeader(HttpHeaderName.fromString("x-ms-version"), "2023-11-03")
                .setBody(content);
        try (HttpResponse response = azure.http().sendSync(request, Context.NONE)) {
            assertThat(response.getStatusCode()).isEqualTo(201);
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("waited two minutes for " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    static String json(String text) {
        return text.replace('\'', '"');
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
