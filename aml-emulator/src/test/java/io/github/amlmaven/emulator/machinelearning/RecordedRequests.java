package io.github.amlmaven.emulator.machinelearning;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.AzureClients.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The requests that azure-ai-ml sends to Resource Manager for a workspace, in the order of their scenarios. */
final class RecordedRequests {

    static final String SUBSCRIPTION = "11111111-1111-1111-1111-111111111111";
    private static final String WORKSPACE = "{arm}{ws}/";
    private static final Pattern REFERENCE =
            Pattern.compile("/subscriptions/[^\"]*?/workspaces/[^/\"]+/(\\w+)/([^/\"]+)(?:/versions/([^/\"]+))?\"");

    /** One request: its scenario, and the status that the scenario needs. */
    record Call(String scenario, String method, String path, String body, int status) {}

    private final AzureClients azure;

    RecordedRequests(AzureClients azure) {
        this.azure = azure;
    }

    /** The calls to paths below the workspace whose first segment is one of these. */
    List<Call> to(Set<String> kinds) throws IOException {
        Path traces = Path.of(
                System.getProperty("aml.shared.dir"),
                "specs/Microsoft.MachineLearningServices/traces/azure-ai-ml-1.34.0.json");
        List<Call> calls = new ArrayList<>();
        for (JsonNode call : new ObjectMapper().readTree(traces.toFile()).path("calls")) {
            String url = call.path("url").asText();
            if (url.startsWith(WORKSPACE)
                    && kinds.contains(url.substring(WORKSPACE.length()).split("[/?]", 2)[0])) {
                calls.add(new Call(
                        call.path("scenario").asText(),
                        call.path("method").asText(),
                        resolved(url.substring("{arm}".length())).replace(" ", "%20"),
                        call.has("body") ? resolved(body(call.path("body"))) : "",
                        call.path("status").asInt()));
            }
        }
        return calls;
    }

    private static String body(JsonNode body) {
        return body.isTextual() ? body.asText() : body.toString();
    }

    private String resolved(String text) {
        return text.replace("{ws}", azure.workspace());
    }

    /** Makes what a body refers to, as the scenarios before it would have. */
    void prepare(String body) {
        Matcher matcher = REFERENCE.matcher(body);
        Set<List<String>> wanted = new LinkedHashSet<>();
        while (matcher.find()) {
            wanted.add(List.of(matcher.group(1), matcher.group(2), matcher.group(3) == null ? "" : matcher.group(3)));
        }
        for (List<String> one : wanted) {
            String path = azure.workspace() + "/" + one.get(0) + "/" + one.get(1)
                    + (one.get(2).isEmpty() ? "" : "/versions/" + one.get(2));
            if (azure.call(HttpMethod.GET, path, "").status() == 404) {
                Answer made = azure.call(HttpMethod.PUT, path, minimal(one.get(0)));
                if (made.status() >= 300) {
                    throw new IllegalStateException("cannot prepare " + path + ": " + made);
                }
            }
        }
    }

    private static String minimal(String kind) {
        return switch (kind) {
            case "models" -> "{\"properties\":{\"modelUri\":\"azureml://datastores/workspaceblobstore/paths/m\"}}";
            case "codes" -> "{\"properties\":{\"codeUri\":\"https://localhost/a/c\"}}";
            case "environments" -> "{\"properties\":{\"image\":\"i\"}}";
            case "components" -> "{\"properties\":{\"componentSpec\":{\"type\":\"command\"}}}";
            case "computes" ->
                "{\"location\":\"westeurope\",\"properties\":{\"computeType\":\"AmlCompute\","
                        + "\"properties\":{\"vmSize\":\"Standard_DS3_v2\"}}}";
            default -> throw new IllegalStateException("nothing minimal of " + kind);
        };
    }
}
