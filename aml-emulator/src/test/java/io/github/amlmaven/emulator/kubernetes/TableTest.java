package io.github.amlmaven.emulator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.github.amlmaven.emulator.kubernetes.TableView.Column;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What kubectl prints: the server makes the table, not the client. */
class TableTest extends ClusterTest {

    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static final Instant NOW = Instant.parse("2026-01-10T12:00:00Z");

    private final ObjectMapper json = new ObjectMapper();

    TableTest(@TempDir Path home) throws Exception {
        super(home);
    }

    private HttpResponse<String> get(String path, String accept) throws Exception {
        return client.getHttpClient()
                .sendAsync(
                        client.getHttpClient()
                                .newHttpRequestBuilder()
                                .uri(client.getConfiguration().getMasterUrl() + path)
                                .header("Accept", accept)
                                .build(),
                        String.class)
                .get(30, TimeUnit.SECONDS);
    }

    private JsonNode read(String path, String accept) throws Exception {
        HttpResponse<String> answer = get(path, accept);
        assertThat(answer.code()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private static List<String> names(JsonNode table) {
        List<String> names = new ArrayList<>();
        table.path("columnDefinitions")
                .forEach(column -> names.add(column.path("name").asText()));
        return names;
    }

    @Test
    void aListIsATableForThoseWhoAskAndAnObjectToo() throws Exception {
        Deployment idle = Manifests.deployment("idle", "localhost:1/none:1", 0);
        client.resource(idle).create();
        String path = "apis/apps/v1/namespaces/default/deployments";

        JsonNode table = read(path, TABLE + ",application/json");

        assertThat(table.path("kind").asText()).isEqualTo("Table");
        assertThat(table.path("apiVersion").asText()).isEqualTo("meta.k8s.io/v1");
        assertThat(names(table))
                .containsExactly("Name", "Ready", "Up-to-date", "Available", "Age", "Containers", "Images", "Selector");
        assertThat(table.at("/columnDefinitions/0/format").asText()).isEqualTo("name");
        assertThat(table.at("/columnDefinitions/5/priority").asInt()).isEqualTo(1);
        JsonNode row = table.at("/rows/0");
        assertThat(row.at("/cells/0").asText()).isEqualTo("idle");
        assertThat(row.at("/cells/1").asText()).isEqualTo("0/0");
        assertThat(row.at("/cells/2").isInt()).isTrue();
        assertThat(row.at("/cells/6").asText()).isEqualTo("localhost:1/none:1");
        assertThat(row.at("/object/kind").asText()).isEqualTo("PartialObjectMetadata");
        assertThat(row.at("/object/metadata/name").asText()).isEqualTo("idle");
        assertThat(row.path("object").has("spec")).isFalse();

        assertThat(read(path + "?includeObject=Object", TABLE)
                        .at("/rows/0/object/spec")
                        .isObject())
                .isTrue();
        assertThat(read(path + "?includeObject=None", TABLE)
                        .at("/rows/0/object")
                        .isNull())
                .isTrue();
        JsonNode one = read(path + "/idle", TABLE);
        assertThat(one.path("rows")).hasSize(1);
        assertThat(one.at("/metadata/resourceVersion").asText())
                .isEqualTo(one.at("/rows/0/object/metadata/resourceVersion").asText())
                .isNotEmpty();
        assertThat(read(path, "application/json").path("kind").asText()).isEqualTo("DeploymentList");
        client.resource(idle).delete();
    }

    @Test
    void aWatchHasTheColumnsOnce() throws Exception {
        String[] lines = get("api/v1/namespaces?watch=true&timeoutSeconds=1", TABLE)
                .body()
                .strip()
                .split("\n", -1);

        assertThat(lines.length).isGreaterThan(1);
        assertThat(names(json.readTree(lines[0]).path("object"))).containsExactly("Name", "Status", "Age");
        assertThat(names(json.readTree(lines[1]).path("object"))).isEmpty();
        assertThat(json.readTree(lines[1]).at("/object/rows")).hasSize(1);
    }

    @Test
    void whatCannotBeShownIsRefusedAsARealServerDoes() throws Exception {
        HttpResponse<String> include = get("api/v1/namespaces?includeObject=All", TABLE);
        assertThat(include.code()).isEqualTo(400);
        assertThat(include.body()).contains("unrecognized includeObject value: \\\"All\\\"");
        HttpResponse<String> version = get("api/v1/namespaces", "application/json;as=Table;v=v2;g=meta.k8s.io");
        assertThat(version.code()).isEqualTo(406);
        assertThat(json.readTree(version.body()).path("reason").asText()).isEqualTo("NotAcceptable");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-10T11:59:30Z, 30s",
        "2026-01-10T11:56:30Z, 3m30s",
        "2026-01-10T11:00:00Z, 60m",
        "2026-01-10T07:45:00Z, 4h15m",
        "2026-01-09T00:00:00Z, 36h",
        "2026-01-06T00:00:00Z, 4d12h",
        "2025-10-02T12:00:00Z, 100d",
        "2023-01-01T12:00:00Z, 3y10d",
        "2026-01-10T12:01:00Z, <invalid>",
        "'', <unknown>"
    })
    void anAgeIsShort(String then, String age) {
        assertThat(Columns.age(then, NOW)).isEqualTo(age);
    }

    private String cell(ApiResource resource, String column, String object) throws Exception {
        ObjectNode parsed = (ObjectNode) json.readTree(object.replace('\'', '"'));
        Column found = Columns.of(resource).stream()
                .filter(one -> one.name().equals(column))
                .findFirst()
                .orElseThrow();
        return found.cell().of(parsed, NOW).asText();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "Status | Running | {'status':{'phase':'Running','containerStatuses':[{'ready':true,'state':{'running':{}}}]}}",
                "Status | CrashLoopBackOff | {'status':{'phase':'Running','containerStatuses':[{'state':{'waiting':{'reason':'CrashLoopBackOff'}}}]}}",
                "Status | ExitCode:3 | {'status':{'phase':'Failed','containerStatuses':[{'state':{'terminated':{'exitCode':3}}}]}}",
                "Status | Init:0/2 | {'spec':{'initContainers':[{},{}]},'status':{'phase':'Pending','initContainerStatuses':[{'state':{'running':{}}}]}}",
                "Status | Init:Error | {'status':{'phase':'Pending','initContainerStatuses':[{'state':{'terminated':{'exitCode':1,'reason':'Error'}}}]}}",
                "Status | Terminating | {'metadata':{'deletionTimestamp':'2026-01-10T12:00:00Z'},'status':{'phase':'Running'}}",
                "Ready | 1/2 | {'spec':{'containers':[{},{}]},'status':{'containerStatuses':[{'ready':true,'state':{'running':{}}},{'ready':false}]}}",
                "Restarts | 3 (5m ago) | {'status':{'containerStatuses':[{'restartCount':3,'lastState':{'terminated':{'finishedAt':'2026-01-10T11:55:00Z'}}}]}}",
            })
    void aPodIsAsItsContainersAre(String column, String expected, String pod) throws Exception {
        assertThat(cell(ApiResource.PODS, column, pod)).isEqualTo(expected);
    }

    @Test
    void servicesAutoscalersAndCustomResourcesHaveTheirOwnColumns() throws Exception {
        assertThat(cell(
                        ApiResource.SERVICES,
                        "Port(s)",
                        "{'spec':{'ports':[{'port':80,'nodePort':30080},{'port':53,'protocol':'UDP'}]}}"))
                .isEqualTo("80:30080/TCP,53/UDP");
        assertThat(cell(ApiResource.SERVICES, "External-IP", "{'spec':{'type':'LoadBalancer'}}"))
                .isEqualTo("<pending>");
        assertThat(cell(ApiResource.SERVICES, "Selector", "{'spec':{'selector':{'b':'2','a':'1'}}}"))
                .isEqualTo("a=1,b=2");
        String cpu =
                "{'spec':{'metrics':[{'type':'Resource','resource':{'name':'cpu','target':{'averageUtilization':70}}}]}}";
        assertThat(cell(ApiResource.AUTOSCALERS, "Targets", cpu)).isEqualTo("cpu: <unknown>/70%");
        assertThat(cell(ApiResource.HTTP_ROUTES, "Hostnames", "{'spec':{'hostnames':['a.example','b.example']}}"))
                .isEqualTo("[\"a.example\",\"b.example\"]");
        assertThat(cell(ApiResource.VIRTUAL_SERVICES, "Gateways", "{'spec':{'gateways':['ns/gw']}}"))
                .isEqualTo("[\"ns/gw\"]");
        assertThat(cell(
                        ApiResource.GATEWAYS,
                        "Programmed",
                        "{'status':{'conditions':[{'type':'Programmed','status':'True'}]}}"))
                .isEqualTo("True");
        assertThat(Columns.of(ApiResource.ISTIO_GATEWAYS))
                .extracting(Column::name, Column::type)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("Name", "string"),
                        org.assertj.core.api.Assertions.tuple("Age", "date"));
    }
}
