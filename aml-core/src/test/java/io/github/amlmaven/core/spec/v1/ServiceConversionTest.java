package io.github.amlmaven.core.spec.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inference and deployment configurations, schedules, HyperDrive. */
class ServiceConversionTest {

    private static final ServiceNames NAMES = new ServiceNames("wine", "azureml:wine@latest", "k8s");

    @TempDir
    private Path directory;

    private V1Folder folder;

    @BeforeEach
    void aScript() throws IOException {
        folder = new V1Folder(directory)
                .with("src/score.py", "def init(): pass\n")
                .with("src/conda.yml", "dependencies: [{pip: [azureml-defaults]}]\n")
                .with(
                        "ic.json",
                        "{\"entryScript\": \"score.py\", \"sourceDirectory\": \"src\", \"condaFile\": \"conda.yml\"}");
    }

    private ServiceConversion.Service service(String deployment) throws IOException {
        folder.with("dc.yml", deployment);
        return ServiceConversion.of(folder.document("dc.yml"), folder.document("ic.json"), NAMES, folder, directory);
    }

    @ParameterizedTest(name = "{0} cores, {1} GiB: {2}")
    @CsvSource({"0.1, 0.5, Standard_DS2_v2", "2, 7, Standard_DS2_v2", "2, 8, Standard_DS3_v2", "8, 40, Standard_DS5_v2"
    })
    void aContainerInstanceIsTheSmallestNodeThatHoldsIt(String cores, String memory, String size) throws IOException {
        ServiceConversion.Service service = service(
                "computeType: ACI\ncontainerResourceRequirements: {cpu: " + cores + ", memoryInGB: " + memory + "}\n");

        assertThat(service.problems()).isEmpty();
        assertThat(service.kind()).isEqualTo("managed");
        assertThat(service.deployment().content().path("instance_type").asText())
                .isEqualTo(size);
        assertThat(service.deployment().content().at("/code_configuration").toString())
                .isEqualTo("{\"code\":\"./src\",\"scoring_script\":\"score.py\"}");
        assertThat(service.deployment().content().at("/environment/conda_file").asText())
                .isEqualTo("./src/conda.yml");
        assertThat(service.endpoint().comments().above("/auth_mode"))
                .anySatisfy(comment ->
                        assertThat(comment).contains("without authentication", "default of container instances"));
    }

    @Test
    void aksIsAKubernetesEndpointWithAllItsSettings() throws IOException {
        ServiceConversion.Service service = service("""
                computeType: AKS
                autoScaler: {autoscaleEnabled: true, minReplicas: 1, maxReplicas: 3, refreshPeriodInSeconds: 10, targetUtilization: 70}
                containerResourceRequirements: {cpu: 0.5, memoryInGB: 1}
                gpuCores: 1
                scoringTimeoutMs: 5000
                maxConcurrentRequestsPerContainer: 2
                maxQueueWaitMs: 500
                livenessProbeRequirements: {periodSeconds: 5, initialDelaySeconds: 60, failureThreshold: 4}
                tokenAuthEnabled: true
                keys: {primaryKey: s3cret}
                namespace: ml
                dataCollection: {storageEnabled: true}
                """);

        ObjectNode deployment = service.deployment().content();
        assertThat(service.kind()).isEqualTo("kubernetes");
        assertThat(service.endpoint().content().toString())
                .isEqualTo("{\"name\":\"wine\",\"compute\":\"azureml:k8s\",\"auth_mode\":\"aml_token\"}");
        assertThat(deployment.path("scale_settings").toString())
                .isEqualTo("{\"type\":\"target_utilization\",\"min_instances\":1,\"max_instances\":3,"
                        + "\"polling_interval\":10,\"target_utilization_percentage\":70}");
        assertThat(deployment.at("/resources/requests").toString())
                .isEqualTo("{\"cpu\":\"0.5\",\"memory\":\"1Gi\",\"nvidia.com/gpu\":\"1\"}");
        assertThat(deployment.path("request_settings").toString())
                .isEqualTo(
                        "{\"request_timeout_ms\":5000,\"max_concurrent_requests_per_instance\":2,\"max_queue_wait_ms\":500}");
        assertThat(deployment.path("liveness_probe").toString())
                .isEqualTo("{\"period\":5,\"initial_delay\":60,\"failure_threshold\":4}");
        assertThat(service.endpoint().warnings())
                .extracting(Object::toString)
                .anySatisfy(line -> assertThat(line).contains("dc.yml:10:7", "aml:keys"))
                .noneSatisfy(line -> assertThat(line).contains("s3cret"));
        assertThat(service.deployment().warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.toString()).contains("data_collector"));
    }

    @Test
    void fixedReplicasAreInstances() throws IOException {
        assertThat(service("computeType: AKS\nnumReplicas: 2\n")
                        .deployment()
                        .content()
                        .path("instance_count")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void thisMachineIsAManagedEndpointOfTheEmulator() throws IOException {
        ServiceConversion.Service service = service("computeType: local\nport: 8890\n");

        assertThat(service.kind()).isEqualTo("managed");
        assertThat(service.endpoint().warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.toString()).contains("aml:deploy-managed"));
    }

    @Test
    void versionsOfAnAksEndpointHaveNoEquivalent() throws IOException {
        assertThat(service("computeType: AKSENDPOINT\n").problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString()).contains("dc.yml:1:14", "'traffic'"));
    }

    @Test
    void aContainerInstanceIsAConfigurationOfDeployAciToo() throws IOException {
        folder.with("dc.yml", "computeType: aci\nlocation: westeurope\nauthEnabled: true\n");

        assertThat(ServiceConversion.pom(folder.document("dc.yml"), "wine", "g:a"))
                .contains("<groupId>g</groupId>", "<location>westeurope</location>", "<authEnabled>true</authEnabled>");
        folder.with("dc.yml", "computeType: aks\n");
        assertThat(ServiceConversion.pom(folder.document("dc.yml"), "wine", "g:a"))
                .isEmpty();
    }

    @Test
    void aRecurringScheduleStartsThePipeline() throws IOException {
        folder.with("s.yml", """
                Schedule:
                  description: nightly
                  recurrence: {frequency: Week, interval: 2, time_of_day: "04:30", week_days: [Friday], time_zone: UTC}
                  pipeline_parameters: {a: 1}
                """);

        Converted schedule = ScheduleConversion.of(folder.document("s.yml"), "nightly", Optional.of("./pipeline.yml"));

        assertThat(schedule.problems()).isEmpty();
        assertThat(schedule.content().toString())
                .isEqualTo("{\"name\":\"nightly\",\"description\":\"nightly\",\"trigger\":{\"type\":\"recurrence\","
                        + "\"frequency\":\"week\",\"interval\":2,\"time_zone\":\"UTC\",\"schedule\":{\"hours\":[4],"
                        + "\"minutes\":[30],\"week_days\":[\"friday\"]}},\"create_job\":{\"type\":\"pipeline\","
                        + "\"job\":\"./pipeline.yml\",\"inputs\":{\"a\":1}}}");
    }

    @Test
    void aScheduleThatWatchesADatastoreHasNoEquivalent() throws IOException {
        folder.with("s.yml", "Schedule:\n  datastore_name: blob\n  polling_interval: 5\n");

        assertThat(ScheduleConversion.of(folder.document("s.yml"), "s", Optional.of("./pipeline.yml"))
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString()).contains("s.yml:2:19", "Event Grid"));
    }

    @Test
    void hyperDriveWithItsRunConfigurationIsASweep() throws IOException {
        folder.with(
                "cpu.runconfig", "script: src/score.py\ntarget: cpu\nenvironment: {name: e}\narguments: [--a, 1]\n");
        folder.with("hd.yml", """
                sampling:
                  type: Random
                  parameter_space:
                  - {name: --penalty, expression: choice, values: [0.5, 1]}
                  - {name: --rate, expression: loguniform, values: [-6, -1]}
                policy: {type: BanditPolicy, evaluation_interval: 1, slack_factor: 0.2}
                primary_metric_name: Accuracy
                primary_metric_goal: Maximize
                max_total_runs: 8
                max_concurrent_runs: 2
                max_duration_minutes: 100
                """);

        Converted sweep = SweepConversion.of(folder.document("hd.yml"), folder.job("cpu.runconfig"));

        assertThat(sweep.problems()).isEmpty();
        ObjectNode content = sweep.content();
        assertThat(content.at("/trial/command").asText())
                .isEqualTo(
                        "python src/score.py --a 1 --penalty ${{search_space.penalty}} --rate ${{search_space.rate}}");
        assertThat(content.path("search_space").toString())
                .isEqualTo("{\"penalty\":{\"type\":\"choice\",\"values\":[0.5,1]},"
                        + "\"rate\":{\"type\":\"loguniform\",\"min_value\":-6,\"max_value\":-1}}");
        assertThat(content.path("objective").toString())
                .isEqualTo("{\"goal\":\"maximize\",\"primary_metric\":\"Accuracy\"}");
        assertThat(content.path("limits").toString())
                .isEqualTo("{\"max_total_trials\":8,\"max_concurrent_trials\":2,\"timeout\":6000}");
        assertThat(content.path("early_termination").toString())
                .isEqualTo("{\"type\":\"bandit\",\"evaluation_interval\":1,\"slack_factor\":0.2}");
    }
}
