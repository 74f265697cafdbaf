package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.entry;
import static org.mockito.Mockito.when;

import com.azure.core.http.HttpClient;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.cloud.CloudEndpoints;
import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.containerinstance.ContainerGroupRequest;
import io.github.amlmaven.core.endpoint.BatchDeploymentRequest;
import io.github.amlmaven.core.endpoint.DeploymentLogs;
import io.github.amlmaven.core.endpoint.OnlineDeploymentRequest;
import io.github.amlmaven.core.evaluation.Against;
import io.github.amlmaven.core.evaluation.Rule;
import io.github.amlmaven.core.image.ImageTarget;
import io.github.amlmaven.core.image.ScoringImageRequest;
import io.github.amlmaven.core.job.JobRunRequest;
import io.github.amlmaven.core.kubernetes.KubernetesRequest;
import io.github.amlmaven.core.model.ModelRegistrationRequest;
import io.github.amlmaven.core.pipeline.PipelineInvocationRequest;
import io.github.amlmaven.core.pipeline.PipelinePublicationRequest;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.python.PythonInterpreter;
import io.github.amlmaven.core.python.PythonTests;
import io.github.amlmaven.core.ranks.RanksRequest;
import io.github.amlmaven.core.registry.ImageDigests;
import io.github.amlmaven.core.registry.ImageImport;
import io.github.amlmaven.core.registry.ImageImportRequest;
import io.github.amlmaven.core.registry.ImageName;
import io.github.amlmaven.core.schedule.ScheduleRequest;
import io.github.amlmaven.core.scoring.ScoringKeys;
import io.github.amlmaven.core.scoring.ScoringRequest;
import io.github.amlmaven.core.traffic.TrafficRequest;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.execution.MavenSession;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** What stands in the POM is what the library is asked for, goal by goal. What it does then, the invoker projects prove. */
@MojoTest
class GoalParametersTest {

    private static final String HEAD =
            "<project><build><plugins><plugin><artifactId>aml-maven-plugin</artifactId><configuration>";
    private static final String TAIL = "</configuration></plugin></plugins></build></project>";
    private static final String WORKSPACE =
            "<subscriptionId>s1</subscriptionId><resourceGroup>g1</resourceGroup><workspace>w1</workspace>";
    private static final String LOCAL = "<cloud>local</cloud><workspace>wine</workspace>"
            + "<emulatorHome>target/here</emulatorHome><emulatorUpstream>false</emulatorUpstream>";

    private static final HttpClient NO_NETWORK = request -> Mono.error(new AssertionError("sent " + request.getUrl()));

    @Inject
    private MavenSession session;

    @TempDir
    private Path directory;

    @BeforeEach
    void session() {
        when(session.getUserProperties()).thenReturn(new Properties());
        when(session.getExecutionRootDirectory()).thenReturn(directory.toString());
    }

    @Test
    @InjectMojo(goal = "attach", pom = HEAD + WORKSPACE + TAIL)
    void attach(AttachMojo goal) {
        assertThat(goal.locate())
                .hasValueSatisfying(
                        found -> assertThat(found.workspace()).isEqualTo(new WorkspaceId("s1", "g1", "w1")));
    }

    @Test
    @InjectMojo(goal = "whoami", pom = HEAD + WORKSPACE + TAIL)
    void whoami(WhoamiMojo goal) {
        assertThat(goal.isLocal()).isFalse();
        assertThat(goal.locate())
                .hasValueSatisfying(
                        found -> assertThat(found.workspace().workspace()).isEqualTo("w1"));
    }

    @Test
    @InjectMojo(goal = "emulator-start", pom = HEAD + LOCAL + TAIL)
    void emulatorStart(EmulatorStartMojo goal) {
        assertLocal(goal);
    }

    @Test
    @InjectMojo(goal = "emulator-stop", pom = HEAD + LOCAL + TAIL)
    void emulatorStop(EmulatorStopMojo goal) {
        assertLocal(goal);
    }

    @Test
    @InjectMojo(goal = "emulator-run", pom = HEAD + LOCAL + TAIL)
    void emulatorRun(EmulatorRunMojo goal) {
        assertLocal(goal);
    }

    private static void assertLocal(AbstractWorkspaceMojo goal) {
        EmulatorOptions options = goal.emulatorOptions();
        assertThat(goal.isLocal()).isTrue();
        assertThat(options.home()).isAbsolute().endsWithRaw(Path.of("target", "here"));
        assertThat(options.workspace()).isEqualTo("wine");
        assertThat(options.upstream()).isFalse();
    }

    @Test
    @InjectMojo(goal = "validate", pom = HEAD + "<specDirectory>specs</specDirectory>" + TAIL)
    void validate(ValidateMojo goal) {
        assertThat(goal)
                .extracting("specDirectory", InstanceOfAssertFactories.FILE)
                .isAbsolute()
                .hasName("specs");
    }

    @Test
    @InjectMojo(goal = "render", pom = HEAD + """
            <directory>specs</directory><renderDirectory>requests</renderDirectory>
            """ + TAIL)
    void render(RenderMojo goal) {
        assertThat(goal.root()).isAbsolute().endsWithRaw(Path.of("specs"));
        assertThat(goal)
                .extracting("renderDirectory", InstanceOfAssertFactories.FILE)
                .isAbsolute()
                .hasName("requests");
    }

    @Test
    @InjectMojo(goal = "test", pom = HEAD + """
            <testDirectory>tests</testDirectory><sourceDirectory>code</sourceDirectory>
            <arguments><argument>-k</argument><argument>training</argument></arguments>
            <reportsDirectory>reports</reportsDirectory><cacheDirectory>cache</cacheDirectory><timeout>90s</timeout>
            """ + TAIL)
    void test(TestMojo goal) {
        PythonTests.Request request =
                goal.request(new PythonInterpreter(Path.of("python3"), "3.11.7", Path.of("prefix")));

        assertThat(request.testDirectory()).isAbsolute().endsWithRaw(Path.of("tests"));
        assertThat(request.sourceDirectory()).endsWithRaw(Path.of("code"));
        assertThat(request.report()).endsWithRaw(Path.of("reports", "TEST-pytest.xml"));
        assertThat(request.environmentCache()).endsWithRaw(Path.of("cache", "environments"));
        assertThat(request.arguments()).containsExactly("-k", "training");
        assertThat(request.limit()).isEqualTo(Duration.ofSeconds(90));
        assertThat(request.offline()).isFalse();
    }

    @Test
    @InjectMojo(goal = "run", pom = HEAD + """
            <jobFile>jobs/train.yml</jobFile><inputs><clusters>4</clusters></inputs><jobName>j1</jobName>
            <experiment>wine</experiment><tags><team>a</team></tags><timeout>2h</timeout>
            <skipUnchanged>false</skipUnchanged><dryRun>true</dryRun>
            <waitForEnd>false</waitForEnd><cancelOnInterrupt>true</cancelOnInterrupt>
            """ + TAIL)
    void run(RunMojo goal) {
        session.getUserProperties().setProperty("aml.inputs.seed", "7");

        JobRunRequest request = goal.request();

        assertThat(request.file()).isAbsolute().endsWithRaw(Path.of("jobs", "train.yml"));
        assertThat(request.inputs()).containsOnly(entry("clusters", "4"), entry("seed", "7"));
        assertThat(request.name()).contains("j1");
        assertThat(request.experimentName()).contains("wine");
        assertThat(request.tags()).containsOnly(entry("team", "a"));
        assertThat(request.timeout()).isEqualTo(Duration.ofHours(2));
        assertThat(request.skipUnchanged()).isFalse();
        assertThat(request.waitForEnd()).isFalse();
        assertThat(request.cancelOnInterrupt()).isTrue();
        assertThat(request.dryRun()).isTrue();
    }

    @Test
    @InjectMojo(goal = "wait", pom = HEAD + "<job>j1</job><timeout>5m</timeout>" + TAIL)
    void waitForAJob(WaitMojo goal) {
        assertThat(goal.job().name()).isEqualTo("j1");
        assertThat(goal.timeout()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    @InjectMojo(goal = "ranks", pom = HEAD + """
            <distribution>mpi</distribution><vmSize>Standard_NC24s_v3</vmSize><nodes>2</nodes><processes>4</processes>
            """ + TAIL)
    void ranks(RanksMojo goal) {
        RanksRequest request = goal.request();

        assertThat(request.file()).isEmpty();
        assertThat(request.distribution()).contains("mpi");
        assertThat(request.vmSize()).contains("Standard_NC24s_v3");
        assertThat(request.nodes()).contains(2);
        assertThat(request.processesPerNode()).contains(4);
    }

    @Test
    @InjectMojo(goal = "register", pom = HEAD + """
            <modelFile>m.yml</modelFile><modelName>wine</modelName><modelVersion>7</modelVersion>
            <modelPath>azureml://jobs/j1/outputs/model</modelPath><buildId>42</buildId><modelJob>j1</modelJob>
            <tags><team>a</team></tags><metrics><inertia>0.5</inertia></metrics><dryRun>true</dryRun>
            """ + TAIL)
    void register(RegisterMojo goal) {
        ModelRegistrationRequest request = goal.request();

        assertThat(request.file()).isAbsolute().endsWithRaw(Path.of("m.yml"));
        assertThat(request.name()).contains("wine");
        assertThat(request.version()).contains("7");
        assertThat(request.path()).contains("azureml://jobs/j1/outputs/model");
        assertThat(request.buildId()).contains("42");
        assertThat(request.jobName()).contains("j1");
        assertThat(request.tags()).containsOnly(entry("team", "a"));
        assertThat(request.metrics()).containsOnly(entry("inertia", 0.5));
        assertThat(request.dryRun()).isTrue();
    }

    @Test
    @InjectMojo(goal = "package", pom = HEAD + """
            <image>
              <base>host</base><repository>models/wine</repository><tag>7</tag><platform>linux/arm64</platform>
              <output>tar</output><file>here/image.tar</file><user>1001</user><scoringScript>serve.py</scoringScript>
              <environment><LEVEL>info</LEVEL></environment><labels><team>a</team></labels>
            </image>
            <lockFile>pins.lock</lockFile><cacheDirectory>cache</cacheDirectory>
            """ + TAIL)
    void packageAnImage(PackageMojo goal) {
        ScoringImageRequest request = goal.imageRequests(new PackagedModel(directory, "wine", "7"))
                .orElseThrow()
                .request(Optional.empty());

        assertThat(request.model()).isEqualTo(new ScoringImageRequest.Model(directory, "wine", "7"));
        assertThat(request.code().script()).isEqualTo("serve.py");
        assertThat(request.python().lock()).endsWithRaw(Path.of("pins.lock"));
        assertThat(request.settings().base()).contains("host");
        assertThat(request.settings().platform()).hasToString("linux/arm64");
        assertThat(request.settings().user()).isEqualTo("1001");
        assertThat(request.settings().environment()).containsOnly(entry("LEVEL", "info"));
        assertThat(request.settings().labels()).containsOnly(entry("team", "a"));
        assertThat(request.target()).isInstanceOfSatisfying(ImageTarget.Tar.class, tar -> {
            assertThat(tar.reference()).isEqualTo("models/wine:7");
            assertThat(tar.file())
                    .hasValueSatisfying(file -> assertThat(file).endsWithRaw(Path.of("here", "image.tar")));
        });
        assertThat(request.place().cache()).endsWithRaw(Path.of("cache"));
    }

    @Test
    @InjectMojo(goal = "deploy-aci", pom = HEAD + """
            <deployImage>wine:7</deployImage><name>wine</name><deployResourceGroup>g2</deployResourceGroup><location>northeurope</location><cpu>2</cpu>
            <memoryGiB>3.5</memoryGiB><port>8080</port><dnsNameLabel>wine</dnsNameLabel>
            <restartPolicy>OnFailure</restartPolicy><registryIdentity>/id</registryIdentity>
            <environment><LEVEL>info</LEVEL></environment><secureEnvironment><TOKEN>t</TOKEN></secureEnvironment>
            <authEnabled>false</authEnabled><tags><team>a</team></tags><timeout>3m</timeout>
            """ + TAIL)
    void deployAci(DeployAciMojo goal) {
        ContainerGroupRequest request =
                goal.request(clients(), ImageName.parse("acr1.azurecr.io/wine:7"), Progress.NONE);

        assertThat(goal).extracting("deployImage").isEqualTo("wine:7");
        assertThat(request.resourceGroup()).isEqualTo("g2");
        assertThat(request.name()).isEqualTo("wine");
        assertThat(request.location()).isEqualTo("northeurope");
        assertThat(request.image()).isEqualTo("acr1.azurecr.io/wine:7");
        assertThat(request.cpu()).isEqualTo(2.0);
        assertThat(request.memoryGiB()).isEqualTo(3.5);
        assertThat(request.port()).isEqualTo(8080);
        assertThat(request.dnsNameLabel()).contains("wine");
        assertThat(request.restartPolicy()).isEqualTo("OnFailure");
        assertThat(request.environment()).containsOnly(entry("LEVEL", "info"));
        assertThat(request.secureEnvironment()).containsOnly(entry("TOKEN", "t"));
        assertThat(request.pull()).isEqualTo(new ContainerGroupRequest.ImagePull.Identity("acr1.azurecr.io", "/id"));
        assertThat(request.auth().enabled()).isFalse();
        assertThat(request.tags()).containsOnly(entry("team", "a"));
        assertThat(request.limit()).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    @InjectMojo(goal = "deploy-aks", pom = HEAD + """
            <name>wine</name><namespace>models</namespace><createNamespace>true</createNamespace><replicas>3</replicas>
            <autoscale><minReplicas>2</minReplicas><maxReplicas>5</maxReplicas><targetCpu>60</targetCpu></autoscale>
            <resources><cpu>250m</cpu><memoryLimit>1Gi</memoryLimit></resources><serviceType>ClusterIP</serviceType>
            <servicePort>8443</servicePort><port>8080</port><imagePullSecret>pull</imagePullSecret>
            <environment><LEVEL>info</LEVEL></environment><forceConflicts>true</forceConflicts><timeout>3m</timeout>
            """ + TAIL)
    void deployAks(DeployAksMojo goal) {
        KubernetesRequest request = goal.request(clients(), ImageName.parse("acr1.azurecr.io/wine:7"));

        assertThat(request.namespace()).isEqualTo("models");
        assertThat(request.createNamespace()).isTrue();
        assertThat(request.name()).isEqualTo("wine");
        assertThat(request.image()).isEqualTo("acr1.azurecr.io/wine:7");
        assertThat(request.replicas()).isEqualTo(3);
        assertThat(request.autoscale())
                .hasValueSatisfying(bounds -> assertThat(bounds)
                        .extracting("minReplicas", "maxReplicas", "targetCpuPercent")
                        .containsExactly(2, 5, 60));
        assertThat(request.resources())
                .extracting("cpu", "memory", "memoryLimit")
                .containsExactly("250m", "512Mi", Optional.of("1Gi"));
        assertThat(request.serviceType()).isEqualTo(KubernetesRequest.ServiceType.CLUSTER_IP);
        assertThat(request.servicePort()).isEqualTo(8443);
        assertThat(request.containerPort()).isEqualTo(8080);
        assertThat(request.pull()).isEqualTo(new KubernetesRequest.ImagePull.Secret("pull"));
        assertThat(request.environment()).containsOnly(entry("LEVEL", "info"));
        assertThat(request.forceConflicts()).isTrue();
        assertThat(request.limit()).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    @InjectMojo(goal = "deploy-managed", pom = HEAD + """
            <endpointFile>e.yml</endpointFile><deploymentFiles><deploymentFile>/d/blue.yml</deploymentFile></deploymentFiles>
            <traffic>blue=100</traffic><timeout>3m</timeout><dryRun>true</dryRun>
            """ + TAIL)
    void deployManaged(DeployManagedMojo goal) {
        OnlineDeploymentRequest request = goal.request();

        assertThat(request.endpointFile()).isAbsolute().endsWithRaw(Path.of("e.yml"));
        assertThat(request.deploymentFiles()).isEqualTo(List.of(Path.of("/d/blue.yml")));
        assertThat(request.modelRecord()).endsWithRaw(Path.of("model.json"));
        assertThat(request.traffic()).contains(Map.of("blue", 100));
        assertThat(request.limit()).isEqualTo(Duration.ofMinutes(3));
        assertThat(request.dryRun()).isTrue();
    }

    @Test
    @InjectMojo(goal = "deploy-batch", pom = HEAD + """
            <endpointFile>e.yml</endpointFile><deploymentFile>d.yml</deploymentFile><makeDefault>false</makeDefault>
            <timeout>3m</timeout>
            """ + TAIL)
    void deployBatch(DeployBatchMojo goal) {
        BatchDeploymentRequest request = goal.request();

        assertThat(request.endpointFile()).isAbsolute().endsWithRaw(Path.of("e.yml"));
        assertThat(request.deploymentFile()).isAbsolute().endsWithRaw(Path.of("d.yml"));
        assertThat(request.makeDefault()).isFalse();
        assertThat(request.limit()).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    @InjectMojo(goal = "traffic", pom = HEAD + """
            <endpoint>wine</endpoint><traffic>blue=90,green=10</traffic><mirror>red=5</mirror><timeout>3m</timeout>
            """ + TAIL)
    void traffic(TrafficMojo goal) {
        TrafficRequest request = goal.request();

        assertThat(goal.endpoint()).isEqualTo("wine");
        assertThat(request.live()).contains(Map.of("blue", 90, "green", 10));
        assertThat(request.mirror()).contains(Map.of("red", 5));
        assertThat(goal.limit()).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    @InjectMojo(goal = "rollback", pom = HEAD + "<endpoint>wine</endpoint><to>blue</to>" + TAIL)
    void rollback(RollbackMojo goal) {
        assertThat(goal.endpoint()).isEqualTo("wine");
        assertThat(goal.request().to()).contains("blue");
    }

    @Test
    @InjectMojo(goal = "logs", pom = HEAD + """
            <endpoint>wine</endpoint><deployment>blue</deployment><tail>7</tail><container>storage-initializer</container>
            """ + TAIL)
    void logs(LogsMojo goal) {
        assertThat(goal.endpoint()).isEqualTo("wine");
        assertThat(goal.container()).isEqualTo(DeploymentLogs.Container.STORAGE_INITIALIZER);
        assertThat(goal).extracting("deployment", "tail").containsExactly("blue", 7);
    }

    @Test
    @InjectMojo(
            goal = "keys",
            pom = HEAD + "<endpoint>wine</endpoint><rotate>secondary</rotate><keysFile>k</keysFile>" + TAIL)
    void keys(KeysMojo goal) {
        assertThat(goal.rotated()).contains(ScoringKeys.Which.SECONDARY);
        assertThat(goal)
                .extracting("keysFile", InstanceOfAssertFactories.FILE)
                .isAbsolute()
                .hasName("k");
    }

    @Test
    @InjectMojo(goal = "score", pom = HEAD + """
            <file>requests</file><expectStatus>401</expectStatus><auth>none</auth><timeout>5s</timeout>
            <allowPlainHttp>true</allowPlainHttp><data>{"rows": [1]}</data>
            """ + TAIL)
    void score(ScoreMojo goal) {
        assertThat(goal)
                .extracting("file", InstanceOfAssertFactories.FILE)
                .isAbsolute()
                .hasName("requests");
        assertThat(goal).extracting("expectStatus", "auth").containsExactly(401, "none");
    }

    @Test
    @InjectMojo(goal = "score", pom = HEAD + """
            <expectStatus>401</expectStatus><timeout>5s</timeout><allowPlainHttp>true</allowPlainHttp>
            <deployment>green</deployment><data>{"rows": [1]}</data><expect>{"clusters": [2]}</expect>
            """ + TAIL)
    void scoreWithData(ScoreMojo goal) {
        ScoringRequest request = goal.request(URI.create("http://localhost:1/score"), Optional.empty());

        assertThat(request.payloads()).singleElement().satisfies(payload -> {
            assertThat(payload.json()).isEqualTo("{\"rows\": [1]}");
            assertThat(payload.expected())
                    .hasValueSatisfying(
                            json -> assertThat(json.at("/clusters/0").asInt()).isEqualTo(2));
        });
        assertThat(request.expectStatus()).isEqualTo(401);
        assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(request.plainHttpAllowed()).isTrue();
        assertThat(request.deployment()).contains("green");
    }

    @Test
    @InjectMojo(goal = "undeploy", pom = HEAD + """
            <target>aks</target><name>wine</name><namespace>models</namespace><timeout>3m</timeout>
            <cluster><name>aks1</name><context>c</context></cluster>
            """ + TAIL)
    void undeploy(UndeployMojo goal) {
        assertThat(goal)
                .extracting("target", "name", "namespace", "timeout", "cluster.name", "cluster.context")
                .containsExactly("aks", "wine", "models", "3m", "aks1", "c");
    }

    @Test
    @InjectMojo(goal = "acr-import", pom = HEAD + """
            <source>a/b:1</source><sourceRegistryId>/source</sourceRegistryId><registry>acr2</registry>
            <registryResourceGroup>g2</registryResourceGroup><force>true</force><digest>sha256:1</digest>
            <targets><target>approved/b:1</target><target>approved/b:latest</target></targets><timeout>3m</timeout>
            """ + TAIL)
    void acrImport(AcrImportMojo goal) {
        AzureClients clients = clients();
        ImageImport images = new ImageImport(
                clients.containerRegistries(), new ImageDigests(NO_NETWORK, clients.credential()), Progress.NONE);

        ImageImportRequest request = goal.request(clients, images);

        assertThat(request.resourceGroup()).isEqualTo("g2");
        assertThat(request.registry()).isEqualTo("acr2");
        assertThat(request.source()).isEqualTo(new ImageImportRequest.Source.Resource("/source"));
        assertThat(request.image()).hasToString("a/b:1");
        assertThat(request.targets()).isEqualTo(List.of("approved/b:1", "approved/b:latest"));
        assertThat(request.force()).isTrue();
        assertThat(request.digest()).contains("sha256:1");
        assertThat(request.limit()).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    @InjectMojo(goal = "publish-pipeline", pom = HEAD + """
            <pipelineFile>p.yml</pipelineFile><pipelineName>nightly</pipelineName><endpoint>nightly-wine</endpoint>
            <pipelineVersion>7</pipelineVersion><defaultCompute>big</defaultCompute><makeDefault>false</makeDefault>
            <keepVersions>3</keepVersions><tags><team>a</team></tags><timeout>3m</timeout><dryRun>true</dryRun>
            """ + TAIL)
    void publishPipeline(PublishPipelineMojo goal) {
        PipelinePublicationRequest request = goal.request();

        assertThat(request.file()).isAbsolute().endsWithRaw(Path.of("p.yml"));
        assertThat(request.name()).contains("nightly");
        assertThat(request.endpoint()).contains("nightly-wine");
        assertThat(request.version()).contains("7");
        assertThat(request.defaultCompute()).contains("big");
        assertThat(request.makeDefault()).isFalse();
        assertThat(request.keepVersions()).hasValue(3);
        assertThat(request.tags()).containsOnly(entry("team", "a"));
        assertThat(request.timeout()).isEqualTo(Duration.ofMinutes(3));
        assertThat(request.dryRun()).isTrue();
    }

    @Test
    @InjectMojo(goal = "invoke-pipeline", pom = HEAD + """
            <endpoint>nightly-wine</endpoint><pipelineVersion>7</pipelineVersion><inputs><clusters>4</clusters></inputs>
            <experiment>wine</experiment><waitForEnd>false</waitForEnd>
            """ + TAIL)
    void invokePipeline(InvokePipelineMojo goal) {
        PipelineInvocationRequest request = goal.request();

        assertThat(request.endpoint()).isEqualTo("nightly-wine");
        assertThat(request.version()).contains("7");
        assertThat(request.inputs()).isEqualTo(Map.of("clusters", "4"));
        assertThat(request.experimentName()).contains("wine");
        assertThat(request.timeout()).isEmpty();
        assertThat(request.dryRun()).isFalse();
    }

    @Test
    @InjectMojo(goal = "evaluate", pom = HEAD + """
            <rules><rule><metric>rmse</metric><direction>minimize</direction><maximum>4.5</maximum>
            <tolerance>0.1</tolerance><against>tag:channel=live</against><slices><slice>north</slice></slices>
            <sampleMetric>n</sampleMetric><minimumSample>100</minimumSample></rule>
            <rule><metric>r2</metric><minimum>0.5</minimum></rule></rules>
            """ + TAIL)
    void evaluate(EvaluateMojo goal) {
        assertThat(goal.request())
                .containsExactly(
                        new Rule(
                                "rmse",
                                Rule.Direction.MINIMIZE,
                                OptionalDouble.empty(),
                                OptionalDouble.of(4.5),
                                0.1,
                                new Against.Tag("channel", "live"),
                                List.of("north"),
                                "n",
                                100),
                        new Rule(
                                "r2",
                                Rule.Direction.MAXIMIZE,
                                OptionalDouble.of(0.5),
                                OptionalDouble.empty(),
                                0,
                                new Against.Nothing(),
                                List.of(),
                                "samples",
                                0));
    }

    @Test
    @InjectMojo(goal = "schedule", pom = HEAD + """
            <scheduleJob>nightly.yml</scheduleJob><scheduleName>nightly</scheduleName><cron>0 3 * * *</cron>
            <timeZone>Tokyo Standard Time</timeZone><startTime>2030-01-31T06:00:00</startTime><timeout>3m</timeout>
            """ + TAIL)
    void schedule(ScheduleMojo goal) {
        ScheduleRequest request = goal.request();

        assertThat(request.action()).isEqualTo(ScheduleRequest.Action.APPLY);
        assertThat(request.file()).isAbsolute().endsWithRaw(Path.of("nightly.yml"));
        assertThat(request.name()).contains("nightly");
        assertThat(request.trigger())
                .contains(new ScheduleRequest.Trigger(
                        Optional.of("0 3 * * *"), "", 1, "Tokyo Standard Time", Optional.of("2030-01-31T06:00:00")));
        assertThat(request.timeout()).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    @InjectMojo(goal = "deploy-aci", pom = HEAD + "<skip>true</skip>" + TAIL)
    void aSkippedGoalAsksForNothing(DeployAciMojo goal) {
        assertThatCode(goal::execute).doesNotThrowAnyException();
    }

    /** A goal that is added without a test of its parameters is noticed here. */
    @Test
    void everyGoalHasATestHere() throws Exception {
        String descriptor = Files.readString(Path.of("target/classes/META-INF/maven/plugin.xml"));
        List<String> tested = goalTests().stream()
                .flatMap(test -> Arrays.stream(test.getDeclaredMethods()))
                .map(method -> method.getAnnotation(InjectMojo.class))
                .filter(Objects::nonNull)
                .map(InjectMojo::goal)
                .distinct()
                .toList();
        List<String> goals = Pattern.compile("<goal>([a-z-]+)</goal>")
                .matcher(descriptor)
                .results()
                .map(match -> match.group(1))
                // A report's parameters are used when the site is made: its invoker project does.
                .filter(goal -> !goal.equals("help") && !goal.endsWith("report"))
                .toList();

        assertThat(tested).containsExactlyInAnyOrderElementsOf(goals);
    }

    /** This class, and those that are a goal's own. */
    private static List<Class<?>> goalTests() throws Exception {
        List<Class<?>> tests = new ArrayList<>(List.of(GoalParametersTest.class));
        Path folder = Path.of(GoalParametersTest.class.getResource("").toURI());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith("MojoTest.class")) {
                    tests.add(Class.forName(GoalParametersTest.class.getPackageName() + "."
                            + name.substring(0, name.length() - ".class".length())));
                }
            }
        }
        return tests;
    }

    private static AzureClients clients() {
        return new AzureClients(
                CloudEndpoints.AZURE,
                scopes -> Mono.error(new AssertionError("asked for a token")),
                new WorkspaceId("s1", "g1", "w1"),
                Progress.NONE,
                NO_NETWORK);
    }
}
