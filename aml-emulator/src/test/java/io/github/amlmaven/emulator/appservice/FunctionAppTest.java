package io.github.amlmaven.emulator.appservice;

import static io.github.amlmaven.emulator.container.Calls.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpMethod;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.resourcemanager.appservice.AppServiceManager;
import com.azure.resourcemanager.appservice.fluent.WebAppsClient;
import com.azure.resourcemanager.appservice.fluent.models.AppServicePlanInner;
import com.azure.resourcemanager.appservice.fluent.models.HostKeysInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteConfigInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteInner;
import com.azure.resourcemanager.appservice.models.NameValuePair;
import com.azure.resourcemanager.appservice.models.SkuDescription;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.QueueServiceClient;
import com.azure.storage.queue.QueueServiceClientBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.container.ServerImages;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A custom handler that knows nothing of this product, driven by Microsoft's clients for App Service, queues and blobs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FunctionAppTest {

    private static final String GROUP = "local";
    private static final String ROOT = "/home/site/wwwroot";

    /** Doubles {@code n}, wherever it comes from; what is no JSON fails. */
    private static final String HANDLER = """
            import base64, json, os
            from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

            class Handler(BaseHTTPRequestHandler):
                def do_GET(self):
                    self.do_POST()

                def do_POST(self):
                    body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                    try:
                        status, answer = 200, self.answer(body)
                    except (ValueError, KeyError) as error:
                        status, answer = 500, {"error": repr(error)}
                    content = json.dumps(answer).encode()
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

                def answer(self, body):
                    if self.command == "GET":
                        return {"path": self.path, "id": self.headers.get("X-Azure-Functions-InvocationId")}
                    if self.path.startswith("/api/"):
                        return {"n": 2 * json.loads(body)["n"]}
                    invocation = json.loads(body)
                    brought = invocation["Data"]["input"]
                    text = json.loads(brought) if self.path == "/queued" else base64.b64decode(brought)
                    return {"Outputs": {"output": json.dumps({"n": 2 * json.loads(text)["n"]})},
                            "Logs": ["doubled " + self.path], "ReturnValue": None}

            ThreadingHTTPServer(("0.0.0.0", int(os.environ["FUNCTIONS_CUSTOMHANDLER_PORT"])), Handler).serve_forever()
            """;

    private final Emulator emulator;
    private final ServerImages images;
    private final String image;
    private final AzureClients azure;
    private final AppServiceManager manager;
    private final String connection;
    private final QueueServiceClient queues;
    private final BlobServiceClient blobs;

    FunctionAppTest(@TempDir Path home, @TempDir Path folder) throws Exception {
        emulator = Emulator.start(EmulatorOptions.in(home));
        images = new ServerImages(emulator, folder);
        image = images.push("doubling:1", files(images.python()));
        azure = new AzureClients(emulator);
        manager = AppServiceManager.configure()
                .withHttpClient(azure.http())
                .authenticate(azure.credential(), azure.profile());
        connection = connection();
        queues = new QueueServiceClientBuilder()
                .connectionString(connection)
                .httpClient(azure.http())
                .buildClient();
        blobs = new BlobServiceClientBuilder()
                .connectionString(connection)
                .httpClient(azure.http())
                .buildClient();
    }

    private static Map<String, String> files(String python) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("/app/handler.py", HANDLER);
        files.put(ROOT + "/host.json", """
                {"version": "2.0", "extensions": {"queues": {"messageEncoding": "none"}},
                 "customHandler": {"description": {"defaultExecutablePath": "%s", "arguments": ["/app/handler.py"]},
                                   "enableForwardingHttpRequest": true}}""".formatted(python));
        for (String level : List.of("anonymous", "function", "admin")) {
            files.put(ROOT + "/" + level + "/function.json", """
                    {"bindings": [{"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "%1$s",
                                   "methods": ["get", "post"], "route": "%1$s/{id}"},
                                  {"type": "http", "direction": "out", "name": "res"}]}""".formatted(level));
        }
        files.put(ROOT + "/queued/function.json", """
                {"bindings": [{"type": "queueTrigger", "direction": "in", "name": "input", "queueName": "%IN%"},
                              {"type": "queue", "direction": "out", "name": "output", "queueName": "%OUT%"}]}""");
        files.put(ROOT + "/stored/function.json", """
                {"bindings": [{"type": "blobTrigger", "direction": "in", "name": "input", "path": "%IN%/{name}.json",
                               "dataType": "binary"},
                              {"type": "blob", "direction": "out", "name": "output", "path": "%OUT%/{name}-doubled.json"}]}""");
        return files;
    }

    private String connection() throws Exception {
        String account = "/subscriptions/" + emulator.options().subscriptionId()
                + "/resourceGroups/local/providers/Microsoft.Storage/storageAccounts/stlocal";
        JsonNode shown = azure.call(HttpMethod.GET, account, "").body();
        JsonNode keys = azure.call(HttpMethod.POST, account + "/listKeys", "").body();
        return "DefaultEndpointsProtocol=https;AccountName=stlocal;AccountKey="
                + keys.at("/keys/0/value").asText()
                + ";BlobEndpoint="
                + shown.at("/properties/primaryEndpoints/blob").asText()
                + ";QueueEndpoint="
                + shown.at("/properties/primaryEndpoints/queue").asText();
    }

    @AfterAll
    void stop() {
        emulator.close();
    }

    private WebAppsClient sites() {
        return manager.serviceClient().getWebApps();
    }

    private SiteInner deploy(String name, Map<String, String> more) {
        AppServicePlanInner plan = new AppServicePlanInner();
        plan.withLocation("westeurope");
        plan.withReserved(true).withKind("elastic").withSku(new SkuDescription().withName("EP1"));
        String planId = manager.serviceClient()
                .getAppServicePlans()
                .createOrUpdate(GROUP, "elastic", plan)
                .id();
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("AzureWebJobsStorage", connection);
        settings.put("FUNCTIONS_EXTENSION_VERSION", "~4");
        settings.put("FUNCTIONS_WORKER_RUNTIME", "custom");
        settings.put("IN", name + "-in");
        settings.put("OUT", name + "-out");
        settings.put(
                "DOCKER_REGISTRY_SERVER_URL", "https://" + emulator.endpoints().authority());
        settings.put("DOCKER_REGISTRY_SERVER_USERNAME", images.user());
        settings.put("DOCKER_REGISTRY_SERVER_PASSWORD", images.password());
        settings.putAll(more);
        List<NameValuePair> pairs = new ArrayList<>();
        settings.forEach(
                (key, value) -> pairs.add(new NameValuePair().withName(key).withValue(value)));
        SiteInner site = new SiteInner();
        site.withLocation("westeurope");
        return sites().createOrUpdate(
                        GROUP,
                        name,
                        site.withServerFarmId(planId)
                                .withReserved(true)
                                .withKind("functionapp,linux,container")
                                .withSiteConfig(new SiteConfigInner()
                                        .withLinuxFxVersion("DOCKER|" + image)
                                        .withAppSettings(pairs)));
    }

    private static HttpResponse<String> call(SiteInner site, String path, String key, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + site.defaultHostname() + path));
        if (!key.isEmpty()) {
            request.header("x-functions-key", key);
        }
        if (!body.isEmpty()) {
            request.POST(HttpRequest.BodyPublishers.ofString(body));
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String log(String name) {
        BinaryData log = sites().getWebSiteContainerLogsWithResponse(GROUP, name, Context.NONE)
                .getValue();
        return log == null ? "" : log.toString();
    }

    @Test
    void requestsReachTheHandlerAsTheyAreByWhoHasTheRightKey() throws Exception {
        SiteInner site = deploy("keyed", Map.of());
        await(() -> call(site, "/api/anonymous/1?a=b", "", "").statusCode() == 200);

        assertThat(call(site, "/api/anonymous/1?a=b", "", "").body())
                .contains("\"path\": \"/api/anonymous/1?a=b\"")
                .containsPattern("\"id\": \"[0-9a-f-]{36}\"");
        HostKeysInner keys = sites().listHostKeys(GROUP, "keyed");
        String function = keys.functionKeys().get("default");
        assertThat(call(site, "/api/function/1", "", "{\"n\": 2}").statusCode()).isEqualTo(401);
        assertThat(call(site, "/api/function/1", "wrong", "{\"n\": 2}").statusCode())
                .isEqualTo(401);
        assertThat(call(site, "/api/function/1", function, "{\"n\": 2}").body()).isEqualTo("{\"n\": 4}");
        assertThat(call(site, "/api/function/1?code=" + function, "", "{\"n\": 3}")
                        .body())
                .isEqualTo("{\"n\": 6}");
        assertThat(call(site, "/api/function/1", keys.masterKey(), "{\"n\": 2}").statusCode())
                .isEqualTo(200);
        assertThat(call(site, "/api/admin/1", function, "{\"n\": 2}").statusCode())
                .isEqualTo(401);
        assertThat(call(site, "/api/admin/1", keys.masterKey(), "{\"n\": 2}").statusCode())
                .isEqualTo(200);
        assertThat(call(site, "/api/unknown", function, "").statusCode()).isEqualTo(404);

        azure.call(
                HttpMethod.PUT,
                site.id() + "/host/default/functionKeys/mine?api-version=2025-03-01",
                "{\"properties\": {\"name\": \"mine\", \"value\": \"a-key-of-my-own\"}}");
        assertThat(call(site, "/api/function/1", "a-key-of-my-own", "{\"n\": 1}")
                        .statusCode())
                .isEqualTo(200);
        // Not by the typed client: it looks for a "properties" that the service does not write here.
        String ofOne = azure.call(
                        HttpMethod.POST, site.id() + "/functions/function/listkeys?api-version=2025-03-01", "")
                .body()
                .path("default")
                .asText();
        assertThat(call(site, "/api/function/1", ofOne, "{\"n\": 1}").statusCode())
                .isEqualTo(200);
        assertThat(sites().listFunctions(GROUP, "keyed").stream().map(one -> one.name()))
                .containsExactly("keyed/admin", "keyed/anonymous", "keyed/function", "keyed/queued", "keyed/stored");
        assertThat(log("keyed"))
                .containsPattern("Executing 'Functions.function' \\(Reason='This function was programmatically called")
                .containsPattern("Executed 'Functions.function' \\(Succeeded, Id=[0-9a-f-]{36}, Duration=\\d+ms\\)")
                .doesNotContain("a-key-of-my-own");
        sites().delete(GROUP, "keyed");
    }

    @Test
    void aMessageIsAnsweredToTheOutputQueueAndOneThatFailsFiveTimesIsPutAside() throws Exception {
        QueueClient input = queues.createQueue("queueing-in");
        deploy("queueing", Map.of("AzureWebJobs.stored.Disabled", "true"));
        input.sendMessage("{\"n\": 21}");
        input.sendMessage("no JSON");

        QueueClient output = queues.getQueueClient("queueing-out");
        await(() ->
                queues.listQueues().stream().anyMatch(queue -> queue.getName().equals("queueing-in-poison")));
        assertThat(output.receiveMessage().getBody().toString()).isEqualTo("{\"n\": 42}");
        assertThat(queues.getQueueClient("queueing-in-poison")
                        .receiveMessage()
                        .getBody()
                        .toString())
                .isEqualTo("no JSON");
        await(() -> input.getProperties().getApproximateMessagesCountLong() == 0);
        String log = log("queueing");
        assertThat(log)
                .contains("Executing 'Functions.queued' (Reason='New queue message detected on 'queueing-in'.'")
                .contains("doubled /queued")
                .contains("Message has reached MaxDequeueCount of 5. Moving message to queue 'queueing-in-poison'.");
        assertThat(log.split("Executed 'Functions.queued' \\(Failed", -1)).hasSize(6);
        sites().delete(GROUP, "queueing");
    }

    @Test
    void aBlobIsHandledOnceForEachContentAndAnsweredIntoAnotherContainer() throws Exception {
        BlobContainerClient input = blobs.createBlobContainer("storing-in");
        BlobContainerClient output = blobs.getBlobContainerClient("storing-out");
        input.getBlobClient("a/one.json").upload(BinaryData.fromString("{\"n\": 1}"));
        input.getBlobClient("ignored.txt").upload(BinaryData.fromString("{\"n\": 1}"));
        deploy("storing", Map.of("AzureWebJobs.queued.Disabled", "true"));

        await(() ->
                output.exists() && output.getBlobClient("a/one-doubled.json").exists());
        assertThat(output.getBlobClient("a/one-doubled.json").downloadContent().toString())
                .isEqualTo("{\"n\": 2}");
        input.getBlobClient("a/one.json").upload(BinaryData.fromString("{\"n\": 5}"), true);
        await(() -> output.getBlobClient("a/one-doubled.json")
                .downloadContent()
                .toString()
                .equals("{\"n\": 10}"));

        // A host that starts again finds the receipts.
        sites().restart(GROUP, "storing");
        input.getBlobClient("bad.json").upload(BinaryData.fromString("no JSON"));
        await(() -> queues.listQueues().stream().anyMatch(one -> one.getName().equals("webjobs-blobtrigger-poison")));
        assertThat(queues.getQueueClient("webjobs-blobtrigger-poison")
                        .receiveMessage()
                        .getBody()
                        .toString())
                .contains("\"BlobName\":\"bad.json\"");
        String log = log("storing");
        assertThat(log.split("Executed 'Functions.stored' \\(Succeeded", -1)).hasSize(3);
        assertThat(log.split("Executed 'Functions.stored' \\(Failed", -1)).hasSize(6);
        assertThat(blobs.getBlobContainerClient("azure-webjobs-hosts").listBlobs())
                .anySatisfy(
                        blob -> assertThat(blob.getName())
                                .matches(
                                        "blobreceipts/storing/Host\\.Functions\\.stored/\"0x[0-9A-F]+\"/storing-in/a/one\\.json"));
        sites().delete(GROUP, "storing");
    }

    @Test
    void anIdentityNeedsARoleOnTheStorageAccount() throws Exception {
        String group = "/subscriptions/" + emulator.options().subscriptionId() + "/resourceGroups/local";
        String account = group + "/providers/Microsoft.Storage/storageAccounts/stlocal";
        JsonNode identity = azure.call(
                        HttpMethod.PUT,
                        group + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/host",
                        "{\"location\":\"westeurope\"}")
                .body()
                .path("properties");
        deploy(
                "roled",
                Map.of(
                        "AzureWebJobsStorage",
                        "",
                        "AzureWebJobsStorage__accountName",
                        "stlocal",
                        "AzureWebJobsStorage__credential",
                        "managedidentity",
                        "AzureWebJobsStorage__clientId",
                        identity.path("clientId").asText()));
        assertThat(log("roled")).contains("(403 AuthorizationPermissionMismatch)");

        String assignments = "/providers/Microsoft.Authorization/roleAssignments";
        String owner = "/subscriptions/" + emulator.options().subscriptionId()
                + "/providers/Microsoft.Authorization/roleDefinitions/b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
        String body = "{\"properties\":{\"principalId\":\""
                + identity.path("principalId").asText() + "\",\"roleDefinitionId\":\"" + owner + "\"}}";
        assertThat(azure.call(HttpMethod.PUT, account + assignments + "/" + UUID.randomUUID(), body)
                        .status())
                .isEqualTo(201);
        assertThat(azure.call(HttpMethod.PUT, account + assignments + "/" + UUID.randomUUID(), body)
                        .body()
                        .at("/error/code")
                        .asText())
                .isEqualTo("RoleAssignmentExists");
        assertThat(azure.call(
                                HttpMethod.GET,
                                account + assignments + "?$filter=assignedTo('"
                                        + identity.path("principalId").asText() + "')",
                                "")
                        .body()
                        .at("/value/0/properties/roleDefinitionId")
                        .asText())
                .isEqualTo(owner);
        sites().restart(GROUP, "roled");
        await(() ->
                azure.call(HttpMethod.POST, group + "/providers/Microsoft.Web/sites/roled/host/default/listkeys", "")
                                .status()
                        == 200);
        sites().delete(GROUP, "roled");
    }

    @Test
    void withoutItsStorageTheHostDoesNotStartAndTellsNoKeys() {
        deploy(
                "keyless",
                Map.of("AzureWebJobsStorage", connection.replaceAll("AccountKey=[^;]+", "AccountKey=d3Jvbmc=")));
        assertThat(log("keyless")).contains("AzureWebJobsStorage: Server failed to authenticate the request.");
        assertThatThrownBy(() -> sites().listHostKeys(GROUP, "keyless")).hasMessageContaining("from host runtime");

        deploy("keyless", Map.of("AzureWebJobsStorage", ""));
        assertThat(log("keyless")).contains("Storage account connection string 'AzureWebJobsStorage' does not exist.");
        sites().delete(GROUP, "keyless");
    }
}
