package io.github.amlmaven.emulator.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.AzureClients.Answer;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Deployments that fail say so in the service's codes and words; texts as public reports of the service quote them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeploymentFailureTest {

    private static final String GUIDE =
            ". Please see troubleshooting guide, available here: https://aka.ms/oe-tsg#error-";

    private Emulator emulator;
    private ModelTeam team;
    private String code;

    @BeforeAll
    void anEndpoint(@TempDir Path home) throws IOException {
        emulator = Emulator.start(EmulatorOptions.in(home));
        team = new ModelTeam(emulator);
        code = team.code(
                "scoring",
                Map.of(
                        "score.py", "def init():\n    pass\n\ndef run(data):\n    return data\n",
                        "broken.py",
                                "def init():\n    raise OSError('no weights')\n\ndef run(data):\n    return data\n"));
        team.endpoint("bad", "Key");
    }

    @AfterAll
    void stop() {
        emulator.close();
    }

    /** What the operation ended with. */
    private JsonNode error(String deployment) {
        String operation = team.get("/onlineEndpoints/bad/deployments/" + deployment)
                .at("/properties/properties/AzureAsyncOperationUri")
                .asText();
        JsonNode status = team.azure()
                .call(HttpMethod.GET, URI.create(operation).getPath(), "")
                .body();
        assertThat(status.path("status").asText()).isEqualTo("Failed");
        return status.path("error");
    }

    @Test
    void anInitThatRaisesCrashesTheContainer() {
        String environment = team.environment("inference", "");
        assertThat(team.deploy("bad", "raises", code, "broken.py", environment, ""))
                .isEqualTo("Failed");

        assertThat(error("raises").path("code").asText()).isEqualTo("ResourceNotReady");
        assertThat(error("raises").path("message").asText())
                .isEqualTo("User container has crashed or terminated" + GUIDE + "resourcenotready");
        assertThat(team.logs("bad", "raises", "InferenceServer"))
                .contains(
                        "UserContainerImagePull: Succeeded",
                        "UserContainerStart: Failed",
                        "Container events:\nKind: Pod, Name: Pulling, Type: Normal, Time: 2",
                        "OSError: no weights");
    }

    @Test
    void anImageThatTheRegistryDoesNotHaveCannotBeDownloaded() {
        String image = emulator.endpoints().authority() + "/nothing/here:1";
        assertThat(team.deploy("bad", "unknown", "", "", team.environment("missing", image, ""), ""))
                .isEqualTo("Failed");

        assertThat(error("unknown").path("code").asText()).isEqualTo("BadArgument");
        assertThat(error("unknown").path("message").asText())
                .isEqualTo("Unable to download user container image" + GUIDE + "badargument");
        assertThat(team.logs("bad", "unknown", "InferenceServer"))
                .contains(
                        "UserContainerImagePull: Failed",
                        "UserContainerStart: Waiting",
                        "Name: ImagePullFailed, Type: Warning",
                        "nothing/here:1");
    }

    @Test
    void aServerThatIsNeverReadyFailsWithItsProbe() {
        String inner = "/environments/unready/versions/1";
        String body = "{'properties':{'image':'mcr.microsoft.com/azureml/minimal-ubuntu22.04-py311-cpu-inference',"
                + "'inferenceConfig':{'livenessRoute':{'path':'/','port':5001},'readinessRoute':{'path':'/never','port':5001},"
                + "'scoringRoute':{'path':'/score','port':5001}}}}";
        assertThat(team.azure()
                        .call(HttpMethod.PUT, team.path(inner), body.replace('\'', '"'))
                        .status())
                .isEqualTo(201);
        String probe =
                "'readinessProbe':{'initialDelay':'PT1S','period':'PT1S','timeout':'PT1S','failureThreshold':12},";
        assertThat(team.deploy("bad", "unready", code, "score.py", team.path(inner), probe))
                .isEqualTo("Failed");

        assertThat(error("unready").path("code").asText()).isEqualTo("ResourceNotReady");
        assertThat(error("unready").path("message").asText())
                .isEqualTo("User container has crashed or terminated: Readiness probe failed: HTTP probe failed with"
                        + " statuscode: 404" + GUIDE + "resourcenotready");
        assertThat(team.logs("bad", "unready", "InferenceServer"))
                .contains("Name: ReadinessProbeFailed, Type: Warning", "UserContainerStart: Failed");
    }

    @Test
    void moreCoresThanAreLeftAreRefusedAtOnceWithTheReserveForUpgradesCounted() {
        Answer refused = put("large", 73);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().at("/error/code").asText()).isEqualTo("BadRequest");
        assertThat(refused.body().at("/error/details/0/code").asText())
                .isEqualTo("InferencingClientCreateDeploymentFailed");
        // 73 instances and 15 in reserve, of four cores; the cluster that is there from the start may have four nodes.
        assertThat(refused.body().at("/error/details/0/message").asText())
                .contains(
                        "{\"errors\":{\"VmSize\":[\"Not enough quota available for Standard_DS3_v2 in SubscriptionId ",
                        "/350. Additional needed: 352 Please see troubleshooting guide");
        assertThat(team.get("/onlineEndpoints/bad/deployments/large")
                        .at("/error/code")
                        .asText())
                .isEqualTo("ResourceNotFound");
    }

    private Answer put(String name, int instances) {
        String body = ("{'location':'westeurope','sku':{'name':'Default','capacity':" + instances
                        + "},'properties':{'endpointComputeType':'Managed','instanceType':'Standard_DS3_v2','codeConfiguration':"
                        + "{'codeId':'" + code + "','scoringScript':'score.py'},'environmentId':'"
                        + team.environment("small", "") + "'}}")
                .replace('\'', '"');
        return team.azure().call(HttpMethod.PUT, team.path("/onlineEndpoints/bad/deployments/" + name), body);
    }

    @Test
    void aWorkspaceMayBeGivenLessThanTheSubscriptionHas() {
        String location = team.path("").replaceFirst("/resourceGroups/.*", "")
                + "/providers/Microsoft.MachineLearningServices/locations/westeurope";
        String family = team.path("/quotas/standardESv3Family");
        String wanted = "{'value':[{'id':'" + family + "','limit':6,'unit':'Count'}]}";
        Answer given = team.azure().call(HttpMethod.POST, location + "/updateQuotas", wanted.replace('\'', '"'));
        assertThat(given.body().at("/value/0/status").asText()).isEqualTo("Success");
        assertThat(team.azure()
                        .call(HttpMethod.GET, location + "/quotas", "")
                        .body()
                        .toString())
                .contains("\"id\":\"" + family + "\",");

        String body =
                ("{'location':'westeurope','sku':{'name':'Default','capacity':1},'properties':{'endpointComputeType':"
                                + "'Managed','instanceType':'Standard_E4s_v3','environmentId':'"
                                + team.environment("part", "") + "'}}")
                        .replace('\'', '"');
        Answer refused = team.azure().call(HttpMethod.PUT, team.path("/onlineEndpoints/bad/deployments/part"), body);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().toString()).contains("usage/limit: 0/6. Additional needed: 8");
    }
}
