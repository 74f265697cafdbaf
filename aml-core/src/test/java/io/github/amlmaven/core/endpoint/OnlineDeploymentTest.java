package io.github.amlmaven.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ProgressLog;
import io.github.amlmaven.core.traffic.TrafficChange;
import io.github.amlmaven.core.traffic.TrafficRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnlineDeploymentTest {

    private static final String ENDPOINT = "/onlineEndpoints/wine";

    @TempDir
    private Path project;

    private final LoopbackService service = new LoopbackService();
    private final PlayedEndpoints workspace = new PlayedEndpoints(service);
    private final ProgressLog progress = new ProgressLog();
    private final AzureClients clients = service.clients(progress);

    private OnlineDeploymentRequest.Host host = OnlineDeploymentRequest.Host.MANAGED;

    @BeforeEach
    void files() throws IOException {
        Files.writeString(project.resolve("endpoint.yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/managedOnlineEndpoint.schema.json
                name: wine
                auth_mode: key
                """);
        deployment("blue", "1");
        deployment("green", "2");
    }

    private void deployment(String name, String version) throws IOException {
        Files.writeString(project.resolve(name + ".yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
                name: %s
                endpoint_name: wine
                model: azureml:wine:%s
                instance_type: Standard_DS3_v2
                instance_count: 1
                """.formatted(name, version));
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @Test
    void theFirstDeploymentGetsAllTrafficAndTheKeysGoToTheFile() {
        OnlineDeploymentResult result = deploy("blue");

        assertThat(result.traffic()).hasToString("blue=100");
        assertThat(result.scoringUri()).isEqualTo("https://score.example/score");
        assertThat(workspace.changes())
                .containsExactly("PUT " + ENDPOINT, "PUT " + ENDPOINT + "/deployments/blue", "PUT " + ENDPOINT);
        assertThat(result.keysFile())
                .hasValueSatisfying(file -> assertThat(new ScoringKeyFile(file).read())
                        .hasValueSatisfying(
                                content -> assertThat(content.keys().primary()).isEqualTo("primary-0")));
    }

    /** Its first attempt left the endpoint without traffic. */
    @Test
    void theFirstDeploymentGetsAllTrafficAlsoWhenItIsMendedAfterAFailure() {
        deploy("blue");
        workspace.resource(ENDPOINT).withObject("/properties").putObject("traffic");

        assertThat(deploy("blue").traffic()).as("taken by somebody").hasToString("none");

        workspace
                .resource(ENDPOINT + "/deployments/blue")
                .withObject("/properties")
                .put("provisioningState", "Failed");

        assertThat(deploy("blue").traffic()).hasToString("blue=100");
    }

    @Test
    void theSameAgainSendsNothing() {
        deploy("blue");
        service.forget();

        assertThat(deploy("blue").changes()).isEmpty();
        assertThat(workspace.changes()).isEmpty();
    }

    @Test
    void aSecondDeploymentGetsNoTrafficUnlessAskedFor() {
        deploy("blue");

        assertThat(deploy("green").traffic()).hasToString("blue=100");
        assertThat(deploy(Optional.of(Map.of("blue", 90, "green", 10)), false, "green")
                        .traffic())
                .hasToString("blue=90,green=10");
    }

    @Test
    void aChangedEndpointKeepsItsTrafficAndJournal() throws IOException {
        deploy("blue", "green");
        deploy(Optional.of(Map.of("green", 100)), false, "green");
        Files.writeString(
                project.resolve("endpoint.yml"), "tags:\n  team: a\n", java.nio.file.StandardOpenOption.APPEND);

        OnlineDeploymentResult result = deploy("green");

        assertThat(result.changes()).containsExactly("endpoint wine updated");
        assertThat(result.traffic()).hasToString("green=100");
        assertThat(workspace.resource(ENDPOINT).path("tags").path("team").asText())
                .isEqualTo("a");
        assertThat(workspace.resource(ENDPOINT).path("tags").has("aml.traffic.before.1"))
                .isTrue();
    }

    @Test
    void aDeploymentThatFailsShowsItsLogAndMovesNoTraffic() {
        deploy("blue");
        service.forget();
        service.play(
                "PUT " + PlayedEndpoints.WS + ENDPOINT + "/deployments/green",
                Answer.json(201, "{\"properties\":{\"provisioningState\":\"Creating\"}}")
                        .with("Azure-AsyncOperation", service.uri() + "/operation"));
        service.play(
                "GET /operation",
                Answer.json(
                        200, "{\"status\":\"Failed\",\"error\":{\"code\":\"ResourceNotReady\",\"message\":\"no\"}}"));

        AmlException error = catchThrowableOfType(
                AmlException.class, () -> deploy(Optional.of(Map.of("green", 100)), false, "green"));

        assertThat(error.code()).isEqualTo(ErrorCode.DEPLOYMENT_UNSERVABLE);
        assertThat(error.describe()).contains("NameError: no such model", "mvn aml:logs");
        assertThat(workspace.resource(ENDPOINT).at("/properties/traffic")).hasToString("{\"blue\":100}");
    }

    @Test
    void whatIsNotInTheCacheOfflineIsNoFaultOfTheCondaFile() {
        service.play(
                "PUT " + PlayedEndpoints.WS + ENDPOINT + "/deployments/blue",
                Answer.json(201, "{\"properties\":{\"provisioningState\":\"Creating\"}}")
                        .with("Azure-AsyncOperation", service.uri() + "/operation"));
        service.play(
                "GET /operation",
                Answer.json(
                        200,
                        "{\"status\":\"Failed\",\"error\":{\"code\":\"ImageBuildFailure\",\"message\":\"The environment's"
                                + " packages (numpy) are not in the emulator's cache, and the build is offline: run it once"
                                + " without -o.\"}}"));

        AmlException error = catchThrowableOfType(AmlException.class, () -> deploy("blue"));

        assertThat(error.code()).isEqualTo(ErrorCode.DEPLOYMENT_UNSERVABLE);
        assertThat(error.remedy()).contains("Run the goal once without -o").doesNotContain("conda file");
    }

    @Test
    void aDeploymentThatTheQuotaHasNoRoomForSaysWhatWouldFit() {
        String detail =
                "{\\\"errors\\\":{\\\"VmSize\\\":[\\\"Not enough quota available for Standard_DS3_v2 in SubscriptionId s."
                        + " Current usage/limit: 0/6. Additional needed: 8 Please see troubleshooting guide\\\"]},\\\"status\\\":400}";
        service.play(
                "PUT " + PlayedEndpoints.WS + ENDPOINT + "/deployments/blue",
                Answer.json(
                        400,
                        "{\"error\":{\"code\":\"BadRequest\",\"message\":\"The request is invalid.\",\"details\":[{\"code\":"
                                + "\"InferencingClientCreateDeploymentFailed\",\"message\":\"InferencingClient HttpRequest error,"
                                + " error detail: " + detail + "\"}]}}"));
        String location = PlayedEndpoints.WS.replaceFirst("/resourceGroups/.*", "")
                + "/providers/Microsoft.MachineLearningServices/locations/westeurope";
        service.play(
                "GET " + location + "/vmSizes",
                Answer.json(
                        200,
                        "{\"value\":[" + size("Standard_DS2_v2", "standardDSv2Family", 2, 7) + ","
                                + size("Standard_DS3_v2", "standardDSv2Family", 4, 14) + ","
                                + size("Standard_E4s_v3", "standardESv3Family", 4, 32) + "]}"));
        service.play(
                "GET " + location + "/usages",
                Answer.json(
                        200,
                        "{\"value\":[{\"name\":{\"value\":\"standardDSv2Family\"},\"currentValue\":0,\"limit\":6},"
                                + "{\"name\":{\"value\":\"standardESv3Family\"},\"currentValue\":4,\"limit\":8}]}"));

        AmlException error = catchThrowableOfType(AmlException.class, () -> deploy("blue"));

        assertThat(error.code()).isEqualTo(ErrorCode.OUT_OF_QUOTA);
        assertThat(error.getMessage())
                .contains("Not enough quota available for Standard_DS3_v2")
                .doesNotContain("{");
        assertThat(error.remedy())
                .contains("need 8 cores", "6 are left", "other sizes would fit: Standard_DS2_v2. ")
                .doesNotContain("E4s");
    }

    private static String size(String name, String family, int cores, int memory) {
        return "{\"name\":\"" + name + "\",\"family\":\"" + family + "\",\"vCPUs\":" + cores
                + ",\"gpus\":0,\"memoryGB\":" + memory + "}";
    }

    @Test
    void aDeploymentThatAnInterruptedRunHasBegunIsTakenUp() {
        deploy("blue");
        ObjectNode begun = workspace.resource(ENDPOINT + "/deployments/blue");
        String ended = begun.toString();
        begun.withObject("/properties").put("provisioningState", "Creating");
        String creating = begun.toString();
        service.play(
                "GET " + PlayedEndpoints.WS + ENDPOINT + "/deployments/blue",
                Answer.json(200, creating),
                Answer.json(200, ended));
        service.forget();

        assertThat(deploy("blue").changes()).isEmpty();
        assertThat(workspace.changes()).isEmpty();
        assertThat(progress.lines()).contains("deployment blue is Creating");
    }

    @Test
    void liveTrafficTakesTheMirrorsPlace() {
        deploy("blue", "green");
        new TrafficChange(
                        new EndpointTraffic(clients, "wine", Duration.ofSeconds(20), progress),
                        progress,
                        Clock.systemUTC())
                .change(new TrafficRequest(Optional.empty(), Optional.of(Map.of("green", 10)), false));

        assertThat(deploy(Optional.of(Map.of("green", 100)), false, "green").traffic())
                .hasToString("green=100");
    }

    @Test
    void trafficOfAnUnknownDeploymentIsRefusedBeforeAnythingIsSent() {
        AmlException error =
                catchThrowableOfType(AmlException.class, () -> deploy(Optional.of(Map.of("bleu", 100)), false, "blue"));

        assertThat(error.getMessage()).contains("no deployment 'bleu'", "Did you mean 'blue'?");
        assertThat(workspace.changes()).isEmpty();
    }

    @Test
    void aDryRunNamesTheChangesAndMakesNone() {
        assertThat(deploy(Optional.empty(), true, "blue").changes())
                .containsExactly("endpoint wine created", "deployment blue created", "traffic blue=100");
        assertThat(workspace.changes()).isEmpty();
    }

    @Test
    void aDeploymentWithoutModelGetsTheRegisteredOne() throws IOException {
        Files.writeString(project.resolve("model.json"), "{\"id\":\"/models/wine/versions/7\"}");
        String yaml = Files.readString(project.resolve("blue.yml"));
        Files.writeString(project.resolve("blue.yml"), yaml.replace("model: azureml:wine:1\n", ""));

        deploy("blue");

        assertThat(workspace
                        .resource(ENDPOINT + "/deployments/blue")
                        .at("/properties/model")
                        .asText())
                .isEqualTo("/models/wine/versions/7");
    }

    @Test
    void filesOfAManagedEndpointAreNotDeployedToKubernetes() {
        host = OnlineDeploymentRequest.Host.KUBERNETES;

        AmlException error = catchThrowableOfType(AmlException.class, () -> deploy("blue"));

        assertThat(error.getMessage())
                .contains("endpoint.yml is of kind managed-online-endpoint", "kubernetes-online-endpoint");
        assertThat(workspace.changes()).isEmpty();
    }

    @Test
    void anEndpointOnAnAttachedClusterIsDeployedTheSameWay() throws IOException {
        host = OnlineDeploymentRequest.Host.KUBERNETES;
        Files.writeString(project.resolve("endpoint.yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/kubernetesOnlineEndpoint.schema.json
                name: wine
                compute: azureml:k8s-cluster
                auth_mode: key
                """);
        Files.writeString(project.resolve("blue.yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/kubernetesOnlineDeployment.schema.json
                name: blue
                type: kubernetes
                endpoint_name: wine
                model: azureml:wine:1
                instance_count: 1
                """);

        assertThat(deploy("blue").traffic()).hasToString("blue=100");
        assertThat(workspace.resource(ENDPOINT).at("/properties/compute").asText())
                .endsWith("/computes/k8s-cluster");
        assertThat(workspace
                        .resource(ENDPOINT + "/deployments/blue")
                        .at("/properties/endpointComputeType")
                        .asText())
                .isEqualTo("Kubernetes");
    }

    private OnlineDeploymentResult deploy(String... names) {
        return deploy(Optional.empty(), false, names);
    }

    private OnlineDeploymentResult deploy(Optional<Map<String, Integer>> traffic, boolean dryRun, String... names) {
        List<Path> files =
                Arrays.stream(names).map(name -> project.resolve(name + ".yml")).toList();
        return new OnlineDeployment(clients, new SpecReader(), progress, Clock.systemUTC())
                .deploy(new OnlineDeploymentRequest(
                        host,
                        project.resolve("endpoint.yml"),
                        files,
                        project,
                        project.resolve("model.json"),
                        traffic,
                        new ScoringKeyFile(project.resolve("keys.json")),
                        Duration.ofSeconds(20),
                        dryRun));
    }
}
