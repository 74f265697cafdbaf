package io.github.amlmaven.emulator.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.common.StorageSharedKeyCredential;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What deployments collect, read with azure-storage-blob. The scoring script here posts what azureml-ai-monitoring posts;
 * that package itself is driven by the conformance suite.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DataCollectionTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String SCORE = """
            import json, os, urllib.error, urllib.request

            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

            def init():
                global settings
                with open(os.environ["AZUREML_MDC_CONFIG_PATH"]) as file:
                    settings = json.load(file)

            def post(collection, body):
                request = urllib.request.Request(
                    f"http://{os.environ['AZUREML_MDC_HOST']}:{os.environ['AZUREML_MDC_PORT']}/modeldata/log",
                    data=body.encode(),
                    headers={"Content-Type": "application/json", "trace-id": "t-1", "ce-time": "1700000000",
                             "ce-type": "azureml.inference." + collection, "ce-agent": "azureml-ai-monitoring/1.0.0",
                             "ce-collect-data-type": "pandas.core.frame.DataFrame", "ce-x-request-id": "c-1",
                             "ce-model-version": "default", "ce-own-Word": "mine"})
                try:
                    return opener.open(request).status
                except urllib.error.HTTPError as error:
                    return error.code

            def run(data):
                return {"config": settings, "answers": [post(name, '[{"n":1.25}]') for name in json.loads(data)]}
            """;

    private Emulator emulator;
    private ModelTeam team;
    private BlobContainerClient store;
    private String environment;
    private String code;

    @BeforeAll
    void start(@TempDir Path home) throws IOException {
        emulator = Emulator.start(EmulatorOptions.in(home));
        team = new ModelTeam(emulator);
        environment = team.environment("inference", "");
        code = team.code(
                "collecting",
                Map.of(
                        "score.py",
                        SCORE,
                        "plain.py",
                        "def init():\n    pass\n\ndef run(data):\n    return {'got': data[:20]}\n"));
        JsonNode datastore = team.get("/datastores/workspaceblobstore").path("properties");
        String account = datastore.path("accountName").asText();
        String key = team.azure()
                .call(
                        HttpMethod.POST,
                        team.path("").replaceFirst("/providers/.*", "")
                                + "/providers/Microsoft.Storage/storageAccounts/" + account + "/listKeys",
                        "")
                .body()
                .at("/keys/0/value")
                .asText();
        store = new BlobServiceClientBuilder()
                .endpoint(emulator.endpoints().https() + "/" + account)
                .httpClient(team.azure().http())
                .credential(new StorageSharedKeyCredential(account, key))
                .buildClient()
                .getBlobContainerClient(datastore.path("containerName").asText());
    }

    @AfterAll
    void stop() {
        emulator.close();
    }

    private void deploy(String endpoint, String script, String collector) {
        team.endpoint(endpoint, "Key");
        assertThat(team.deploy(endpoint, "blue", code, script, environment, "'dataCollector':" + collector + ","))
                .isEqualTo("Succeeded");
        team.traffic(endpoint, "{'blue':100}", "{}");
    }

    private HttpResponse<String> score(String endpoint, String body, String... headers) {
        return team.score(endpoint, team.key(endpoint, "primaryKey"), body, headers);
    }

    private List<String> names(String prefix) {
        List<String> names = new ArrayList<>();
        for (BlobItem item : store.listBlobs(new ListBlobsOptions().setPrefix(prefix), Duration.ofSeconds(20))) {
            names.add(item.getName());
        }
        return names;
    }

    /** The lines below a folder, when there are so many. */
    private List<JsonNode> lines(String prefix, int wanted) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        List<JsonNode> lines = new ArrayList<>();
        while (lines.size() < wanted) {
            assertThat(System.nanoTime()).as(names("").toString()).isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
            lines.clear();
            for (String name : names(prefix)) {
                if (name.endsWith(".jsonl")) {
                    for (String line : store.getBlobClient(name)
                            .downloadContent()
                            .toString()
                            .lines()
                            .toList()) {
                        lines.add(JSON.readTree(line));
                    }
                }
            }
        }
        return lines;
    }

    private static List<String> fields(JsonNode line) {
        List<String> names = new ArrayList<>();
        for (Iterator<String> all = line.fieldNames(); all.hasNext(); ) {
            names.add(all.next());
        }
        return names;
    }

    @Test
    void whatAScoringScriptCollectsIsKeptWhenItsCollectionIsEnabled() throws IOException {
        deploy(
                "custom",
                "score.py",
                "{'collections':{'model_inputs':{'dataCollectionMode':'Enabled','samplingRate':0.5},"
                        + "'model_outputs':{'dataCollectionMode':'Disabled'}}}");
        JsonNode answer = JSON.readTree(score("custom", "[\"model_inputs\",\"model_outputs\",\"other\"]")
                .body());

        assertThat(answer.path("answers").toString()).isEqualTo("[200,400,400]");
        assertThat(answer.at("/config/collections/model_inputs/enabled").asBoolean())
                .isTrue();
        assertThat(answer.at("/config/collections/model_inputs/sampleRatePercentage")
                        .asInt())
                .isEqualTo(50);
        assertThat(answer.at("/config/collections").size()).isEqualTo(1);

        JsonNode line = lines("modelDataCollector/custom/blue/model_inputs/", 1).get(0);
        assertThat(fields(line))
                .startsWith("specversion", "id", "source", "type", "datacontenttype", "time", "data", "contentrange")
                .contains("correlationid", "xrequestid", "modelversion", "collectdatatype", "agent");
        assertThat(line.path("source").asText()).isEqualTo(team.path("/onlineEndpoints/custom/deployments/blue"));
        assertThat(line.path("type").asText()).isEqualTo("azureml.inference.model_inputs");
        assertThat(line.path("id").asText()).isEqualTo("t-1");
        assertThat(line.path("time").asText()).isEqualTo("2023-11-14T22:13:20Z");
        assertThat(line.path("data").toString()).isEqualTo("[{\"n\":1.25}]");
        assertThat(line.path("contentrange").asText()).isEqualTo("bytes 0-11/12");
        assertThat(line.path("correlationid").asText()).isEqualTo("c-1");
        assertThat(line.path("modelversion").asText()).isEqualTo("default");
        assertThat(line.path("agent").asText()).isEqualTo("azureml-ai-monitoring/1.0.0");
        assertThat(line.path("ownword").asText()).isEqualTo("mine");
        assertThat(names("modelDataCollector/custom/"))
                .allMatch(
                        name -> name.matches(
                                "modelDataCollector/custom/blue/model_inputs/\\d{4}/\\d\\d/\\d\\d/\\d\\d/[0-9a-f-]{36}\\.jsonl"));
    }

    @Test
    void requestsAndAnswersAreKeptWithTheHeadersThatAreAskedFor() throws IOException {
        deploy(
                "payload",
                "plain.py",
                "{'collections':{'request':{'dataCollectionMode':'Enabled'},'response':{'dataCollectionMode':'Enabled'}},"
                        + "'requestLogging':{'captureHeaders':['X-Customer-Id','Authorization']},'rollingRate':'Day'}");
        HttpResponse<String> answer = score("payload", "{\"n\":[1,2]}", "x-customer-id", "c-7");

        JsonNode request = lines("modelDataCollector/payload/blue/request/", 1).get(0);
        JsonNode response =
                lines("modelDataCollector/payload/blue/response/", 1).get(0);
        assertThat(fields(request))
                .containsExactly(
                        "specversion",
                        "id",
                        "source",
                        "type",
                        "datacontenttype",
                        "time",
                        "data",
                        "path",
                        "method",
                        "contentrange",
                        "correlationid",
                        "xrequestid",
                        "xcustomerid");
        assertThat(request.path("data").toString()).isEqualTo("{\"n\":[1,2]}");
        assertThat(request.path("path").asText()).isEqualTo("/score");
        assertThat(request.path("method").asText()).isEqualTo("POST");
        assertThat(request.path("contentrange").asText()).isEqualTo("bytes 0-10/*");
        assertThat(request.path("xcustomerid").asText()).isEqualTo("c-7");
        assertThat(response.path("data").path("got").asText()).isEqualTo("{\"n\":[1,2]}");
        assertThat(response.path("correlationid").asText())
                .isEqualTo(request.path("correlationid").asText())
                .isEqualTo(answer.headers().firstValue("x-request-id").orElseThrow());
        assertThat(names("modelDataCollector/payload/blue/request/"))
                .allMatch(name -> name.matches(".*/request/\\d{4}/\\d\\d/\\d\\d/[0-9a-f-]{36}\\.jsonl"));
    }

    @Test
    void aLargeBodyIsABlobOfItsOwnWhereTheDataAssetSays() throws IOException {
        assertThat(team.azure()
                        .call(
                                HttpMethod.PUT,
                                team.path("/data/chosen/versions/1"),
                                "{\"properties\":{\"dataType\":\"uri_folder\",\"dataUri\":\"azureml://datastores/"
                                        + "workspaceblobstore/paths/kept/here\"}}")
                        .status())
                .isIn(200, 201);
        deploy(
                "large",
                "plain.py",
                "{'collections':{'request':{'dataCollectionMode':'Enabled','dataId':'"
                        + team.path("/data/chosen/versions/1") + "'},'response':{'dataCollectionMode':'Enabled',"
                        + "'samplingRate':0}}}");
        String body = "\"" + "x".repeat(5 << 20) + "\"";
        assertThat(score("large", body).statusCode()).isEqualTo(200);

        JsonNode line = lines("kept/here/", 1).get(0);
        assertThat(line.path("datainblob").asText()).isEqualTo("true");
        String blob = line.path("data").asText().replaceFirst(".*?/kept/", "kept/");
        assertThat(store.getBlobClient(blob).downloadContent().toString()).isEqualTo(body);
        assertThat(Instant.parse(line.path("time").asText())).isNotNull();
        assertThat(names("modelDataCollector/large/")).isEmpty();
    }
}
