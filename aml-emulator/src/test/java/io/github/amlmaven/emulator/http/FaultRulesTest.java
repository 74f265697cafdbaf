package io.github.amlmaven.emulator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong on purpose goes wrong as the rule says, and nothing else does. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultRulesTest {

    private static final String MODEL = "/models/wine/versions/";

    private final HttpClient web = HttpClient.newHttpClient();
    private Emulator emulator;
    private AzureClients azure;

    @BeforeAll
    void start(@TempDir Path home) throws IOException {
        emulator = Emulator.start(EmulatorOptions.in(home));
        azure = new AzureClients(emulator);
    }

    @AfterEach
    void all() {
        emulator.faults().clear();
    }

    @AfterAll
    void stop() {
        emulator.close();
    }

    private HttpResponse<String> admin(String method, String path, String body) throws Exception {
        return web.send(
                HttpRequest.newBuilder(URI.create(emulator.endpoints().http() + "/_emulator/" + path))
                        .method(method, BodyPublishers.ofString(body.replace('\'', '"')))
                        .build(),
                BodyHandlers.ofString());
    }

    private void rule(String json) throws Exception {
        HttpResponse<String> answer = admin("POST", "faults", json);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private HttpResponse<String> models() throws Exception {
        return web.send(
                HttpRequest.newBuilder(URI.create(
                                emulator.endpoints().http() + azure.workspace() + "/models?api-version=2025-12-01"))
                        .header("Authorization", "Bearer " + azure.token("https://management.azure.com/.default"))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                BodyHandlers.ofString());
    }

    private int put(String version) {
        return azure.call(
                        HttpMethod.PUT,
                        azure.workspace() + MODEL + version,
                        "{\"properties\":{\"modelUri\":\"azureml://datastores/workspaceblobstore/paths/m/\"}}")
                .status();
    }

    @Test
    void theNamedRequestsAreHitAsOftenAsSaidAndTheOthersAreNot() throws Exception {
        rule("{'name':'busy','method':'GET','path':'/models$','skip':1,'count':2,'status':429,"
                + "'headers':{'Retry-After':'7'},'code':'TooManyRequests','message':'slow down'}");

        assertThat(models().statusCode()).isEqualTo(200);
        HttpResponse<String> second = models();
        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.headers().firstValue("Retry-After")).contains("7");
        assertThat(second.body()).isEqualTo("{\"error\":{\"code\":\"TooManyRequests\",\"message\":\"slow down\"}}");
        assertThat(azure.call(HttpMethod.GET, azure.workspace(), "").status()).isEqualTo(200);
        assertThat(models().statusCode()).isEqualTo(429);
        assertThat(models().statusCode()).isEqualTo(200);

        JsonNode listed =
                new ObjectMapper().readTree(admin("GET", "faults", "").body()).at("/value/0");
        assertThat(listed.path("matched").asInt()).isEqualTo(4);
        assertThat(listed.path("fired").asInt()).isEqualTo(2);
        assertThat(emulator.requests().entries())
                .filteredOn(entry -> entry.fault().equals("busy"))
                .hasSize(2)
                .allMatch(entry -> entry.status() == 429);
    }

    @Test
    void anAnswerThatIsLostAfterTheWorkLeavesTheWorkDone() throws Exception {
        rule(
                "{'operation':'PUT /subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.MachineLearningServices/workspaces/{w}"
                        + "/models/{name}/versions/{version}','count':1,'cut':'after'}");

        assertThatThrownBy(() -> put("1")).hasRootCauseInstanceOf(IOException.class);
        assertThat(azure.call(HttpMethod.GET, azure.workspace() + MODEL + "1", "")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aConnectionThatEndsBeforeTheWorkLeavesNothingBehind() throws Exception {
        rule("{'method':'PUT','path':'" + MODEL + "','count':1,'cut':'before'}");

        assertThatThrownBy(() -> put("7")).hasRootCauseInstanceOf(IOException.class);
        assertThat(azure.call(HttpMethod.GET, azure.workspace() + MODEL + "7", "")
                        .status())
                .isEqualTo(404);
        assertThat(put("7")).isIn(200, 201);
    }

    @Test
    void aBodyEndsInTheMiddleAndAnAnswerComesLate() throws Exception {
        rule("{'path':'/models$','count':1,'cutAfterBytes':5}");
        assertThatThrownBy(this::models).isInstanceOf(IOException.class);

        emulator.faults().clear();
        rule("{'path':'/models$','delayMillis':300}");
        long before = System.nanoTime();
        assertThat(models().statusCode()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'stauts':500}|unknown key 'stauts'",
                "{'path':'('," + "'status':500}|not a regular expression",
                "{'path':'/models'}|needs an effect",
                "{'status':99}|from 200 to 599",
                "{'status':500,'cut':'before'}|not both",
                "{'cut':'during'}|'before'",
                "{'status':500,'count':-1}|count must be a number",
                "{'status':500,'headers':{'A B':'x'}}|header 'A B'"
            })
    void aRuleThatMeansNothingIsRefused(String rule, String reason) throws Exception {
        HttpResponse<String> answer = admin("POST", "faults", rule);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(reason);
        assertThat(emulator.faults().states()).isEmpty();
    }

    @Test
    void theWayToTakeARuleAwayIsNeverHit() throws Exception {
        rule("{'name':'all','status':500}");
        URI any = URI.create(emulator.endpoints().http() + "/metadata/endpoints?api-version=2019-05-01");
        HttpRequest request = HttpRequest.newBuilder(any).build();

        assertThat(web.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(500);
        assertThat(admin("DELETE", "faults/all", "").statusCode()).isEqualTo(204);
        assertThat(admin("DELETE", "faults/all", "").statusCode()).isEqualTo(404);
        assertThat(web.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
}
