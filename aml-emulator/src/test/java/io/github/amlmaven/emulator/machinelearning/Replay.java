package io.github.amlmaven.emulator.machinelearning;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.machinelearning.Recording.Call;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends recorded requests to an emulator. Hosts, credentials and links are those of the emulator's own answers, as they
 * would be for the client; the rest is as recorded.
 */
final class Replay {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WORKSPACE_ID = "22222222-2222-2222-2222-222222222222";
    private static final Pattern BLOB =
            Pattern.compile("https://(\\w+)\\.blob\\.core\\.windows\\.net/([^/?]+)([^?]*)(?:\\?(.*))?");
    private static final Pattern SERVICE =
            Pattern.compile("https://[\\w.-]+\\.(?:api\\.azureml\\.ms|experiments\\.azureml\\.net)(/.*)");
    private static final Pattern SCORING =
            Pattern.compile("https://([\\w-]+)\\.westeurope\\.inference\\.ml\\.azure\\.com/(score|jobs)");
    private static final Set<String> SIGNATURE = Set.of("sv", "sr", "sig", "se", "sp", "spr");
    private static final Set<String> WITHHELD = Set.of("content-md5", "content-length");

    /** What recorded uploads of a few bytes stand for, where the bytes matter. */
    private static final Map<String, String> CONTENT = Map.of(
            "score.py", "def init():\n    pass\n\n\ndef run(data):\n    return [1]\n",
            "train.py", "import time\n\ntime.sleep(600)\n");

    private final Emulator emulator;
    private final AzureClients azure;
    private final Map<String, String> tokens = new HashMap<>();
    /** Container URLs with their SAS, by the name in the recording. */
    private final Map<String, String> containers = new HashMap<>();

    private String operation = "";
    private String logLink = "";
    private String key = "";
    private JsonNode datastore = MissingNode.getInstance();

    Replay(Emulator emulator) {
        this.emulator = emulator;
        this.azure = new AzureClients(emulator);
    }

    /** An answer; the body is JSON null when it is none. */
    record Answer(int status, JsonNode body, Map<String, String> headers) {}

    AzureClients azure() {
        return azure;
    }

    Answer send(Call call) {
        if (call.url().contains("/details?")) {
            return details(call);
        }
        return call.poll() ? polled(call) : once(call, address(call));
    }

    /** As the client does, until there is a log to read. */
    private Answer details(Call call) {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        Answer answer = once(call, address(call));
        while (logLink.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(50_000_000);
            answer = once(call, address(call));
        }
        return answer;
    }

    private Answer polled(Call call) {
        long deadline = System.nanoTime() + Duration.ofMinutes(4).toNanos();
        while (true) {
            Answer answer = once(call, operation);
            boolean running = answer.status() == 202
                    || answer.body().path("status").asText().equals("InProgress");
            if (!running || System.nanoTime() > deadline) {
                return answer;
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    /** The JVM resolves no names below localhost; the emulator serves the same account in path style too. */
    private static String resolvable(String address) {
        return address.replaceFirst("^https://([a-z0-9]+)\\.blob\\.localhost:(\\d+)/", "https://localhost:$2/$1/");
    }

    private Answer once(Call call, String address) {
        HttpRequest request = new HttpRequest(HttpMethod.valueOf(call.method()), resolvable(address));
        call.headers().forEach((name, value) -> {
            if (!WITHHELD.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                request.setHeader(HttpHeaderName.fromString(name), value);
            }
        });
        String bearer = SCORING.matcher(call.url()).matches() && call.url().endsWith("/score")
                ? key
                : call.audience().isEmpty() ? "" : token(call.audience());
        if (!bearer.isEmpty()) {
            request.setHeader(HttpHeaderName.AUTHORIZATION, "Bearer " + bearer);
        }
        if (call.method().equals("PUT") || call.method().equals("POST")) {
            request.setBody(body(call));
        }
        try (HttpResponse response = azure.http().sendSync(request, Context.NONE)) {
            Map<String, String> headers = new HashMap<>();
            response.getHeaders()
                    .forEach(header ->
                            headers.put(header.getName().toLowerCase(java.util.Locale.ROOT), header.getValue()));
            Answer answer = new Answer(
                    response.getStatusCode(),
                    json(
                            response.getBodyAsBinaryData() == null
                                    ? ""
                                    : response.getBodyAsBinaryData().toString()),
                    headers);
            remember(call, answer);
            return answer;
        }
    }

    private String token(String audience) {
        return tokens.computeIfAbsent(audience, any -> azure.token(any + "/.default"));
    }

    private static JsonNode json(String text) {
        try {
            return text.startsWith("{") || text.startsWith("[") ? JSON.readTree(text) : JSON.nullNode();
        } catch (JsonProcessingException e) {
            return JSON.nullNode();
        }
    }

    private String address(Call call) {
        String base = emulator.endpoints().https().toString();
        String url = call.url();
        if (url.startsWith("{arm}")) {
            return base + resolved(url.substring("{arm}".length()));
        }
        Matcher service = SERVICE.matcher(url);
        if (service.matches()) {
            return base + resolved(service.group(1));
        }
        Matcher scoring = SCORING.matcher(url);
        if (scoring.matches()) {
            String kind = scoring.group(2).equals("score") ? "onlineEndpoints" : "batchEndpoints";
            return azure.call(HttpMethod.GET, azure.workspace() + "/" + kind + "/" + scoring.group(1), "")
                    .body()
                    .path("properties")
                    .path("scoringUri")
                    .asText();
        }
        Matcher blob = BLOB.matcher(url);
        if (!blob.matches()) {
            throw new IllegalStateException("nothing is known of " + url);
        }
        return url.contains("/azureml/ExperimentRun/") ? logLink : blob(blob);
    }

    private String blob(Matcher blob) {
        String container = containers.get(name(blob.group(2)));
        if (container == null) {
            throw new IllegalStateException("no access to " + blob.group(2) + " yet; there are " + containers.keySet());
        }
        StringBuilder url =
                new StringBuilder(container.replaceFirst("\\?", Matcher.quoteReplacement(blob.group(3) + "?")));
        for (String part : (blob.group(4) == null ? "" : blob.group(4)).split("&", -1)) {
            if (!part.isEmpty() && !SIGNATURE.contains(part.split("=", 2)[0])) {
                url.append('&').append(part);
            }
        }
        return url.toString();
    }

    private static String name(String container) {
        return container.startsWith("azureml-blobstore") ? "blobstore" : container;
    }

    private String body(Call call) {
        if (call.body().matches("<\\d+ bytes>")) {
            String file = call.url().replaceAll("\\?.*", "").replaceAll(".*/", "");
            return CONTENT.getOrDefault(file, "content of " + file);
        }
        return resolved(call.body());
    }

    private String resolved(String text) {
        String resolved = text.replace("{ws}", azure.workspace()).replace(WORKSPACE_ID, workspaceId());
        resolved = resolved.replace("openmpi4.1.0-ubuntu22.04", "minimal-py311-inference");
        for (Map.Entry<String, String> container : containers.entrySet()) {
            String address = container.getValue().replaceAll("\\?.*", "");
            resolved = resolved.replaceAll(
                    "https://\\w+\\.blob\\.core\\.windows\\.net/"
                            + (container.getKey().equals("blobstore")
                                    ? "azureml-blobstore[\\w-]*"
                                    : container.getKey()),
                    Matcher.quoteReplacement(address));
        }
        return resolved;
    }

    private String workspaceId() {
        return azure.call(HttpMethod.GET, azure.workspace(), "")
                .body()
                .path("properties")
                .path("workspaceId")
                .asText();
    }

    /** Takes from an answer what later requests of the client are made of. */
    private void remember(Call call, Answer answer) {
        JsonNode body = answer.body();
        String next = answer.headers()
                .getOrDefault("azure-asyncoperation", answer.headers().getOrDefault("location", ""));
        if (!next.isEmpty() && !call.poll()) {
            operation = next;
        }
        if (call.url().contains("/datastores/") && body.path("properties").has("containerName")) {
            datastore = body.path("properties");
        }
        if (body.hasNonNull("sasToken")) {
            String address = emulator.endpoints().https() + "/"
                    + datastore.path("accountName").asText() + "/"
                    + datastore.path("containerName").asText();
            containers.put("blobstore", address + "?" + body.path("sasToken").asText());
        }
        String sas = body.path("blobReferenceForConsumption")
                .path("credential")
                .path("sasUri")
                .asText("");
        if (!sas.isEmpty()) {
            // The recording's service had one container for all code, ours has one for each.
            containers.putIfAbsent(call.url().contains("/tempdatarefs/rm/") ? "c1" : "22222222-code", sas);
        }
        key = body.path("primaryKey").asText(key);
        logLink = body.path("logFiles").path("user_logs/std_log.txt").asText(logLink);
    }
}
