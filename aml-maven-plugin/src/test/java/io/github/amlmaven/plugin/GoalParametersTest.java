package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.evaluation.Against;
import io.github.amlmaven.core.evaluation.Rule;
import io.github.amlmaven.core.image.ImageTarget;
import io.github.amlmaven.core.image.ScoringImageRequest;
import io.github.amlmaven.core.model.ModelRegistrationRequest;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.python.PythonInterpreter;
import io.github.amlmaven.core.python.PythonTests;
import io.github.amlmaven.core.registry.ImageDigests;
import io.github.amlmaven.core.registry.ImageImport;
import io.github.amlmaven.core.registry.ImageImportRequest;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What stands in the POM is what the library is asked for: where a goal works, checks, models and images. What it does then, the invoker projects prove. */
@MojoTest
class GoalParametersTest extends GoalTest {

    private static final String WORKSPACE =
            "<subscriptionId>s1</subscriptionId><resourceGroup>g1</resourceGroup><workspace>w1</workspace>";
    private static final String LOCAL = "<cloud>local</cloud><workspace>wine</workspace>"
            + "<emulatorHome>target/here</emulatorHome><emulatorUpstream>false</emulatorUpstream>";

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

    /** A goal that is added without a test of its parameters is noticed here. */
    @Test
    void everyGoalHasATest() throws Exception {
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

    /** The tests of this package. */
    private static List<Class<?>> goalTests() throws Exception {
        List<Class<?>> tests = new ArrayList<>();
        Path folder = Path.of(GoalParametersTest.class.getResource("").toURI());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith("Test.class")) {
                    tests.add(Class.forName(GoalParametersTest.class.getPackageName() + "."
                            + name.substring(0, name.length() - ".class".length())));
                }
            }
        }
        return tests;
    }
}
