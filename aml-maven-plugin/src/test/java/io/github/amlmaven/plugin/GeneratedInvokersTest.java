package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.cloud.CloudEndpoints;
import io.github.amlmaven.core.cloud.CredentialChain;
import io.github.amlmaven.core.cloud.ServicePrincipal;
import io.github.amlmaven.core.cloud.Transport;
import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.pipeline.InvokerGeneration;
import io.github.amlmaven.core.pipeline.PipelinePublication;
import io.github.amlmaven.core.pipeline.PipelinePublicationRequest;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs as they are written, run as their user runs them: against a pipeline published at an emulator. */
@Timeout(180)
class GeneratedInvokersTest {

    /** Too short for a deployment's name as it is. */
    private static final String SHORTEST = "7";

    @TempDir
    static Path directory;

    private static Emulator emulator;
    private static AzureClients clients;
    private static InvokerGeneration.Result written;

    @BeforeAll
    static void publish() throws Exception {
        EmulatorOptions options = EmulatorOptions.in(directory.resolve("home"));
        emulator = Emulator.start(options);
        String https = emulator.endpoints().https().toString();
        CloudEndpoints endpoints = new CloudEndpoints(
                CloudEndpoints.LOCAL,
                URI.create(https),
                URI.create(https),
                "https://management.azure.com",
                "https://ml.azure.com",
                emulator.endpoints().authority(),
                Optional.of(emulator.certificate()));
        clients = new AzureClients(
                endpoints,
                CredentialChain.of(
                        endpoints,
                        Optional.of(ServicePrincipal.withSecret(
                                EmulatorOptions.TENANT, emulator.clientId(), emulator.clientSecret())),
                        Map.of(),
                        Transport.httpClient(endpoints, Optional.empty())),
                new WorkspaceId(options.subscriptionId(), options.resourceGroup(), options.workspace()),
                Progress.NONE);
        Path file = Files.writeString(directory.resolve("shout.yml"), """
                type: pipeline
                settings: {default_compute: azureml:cpu-cluster}
                inputs: {word: hello, times: 2}
                jobs:
                  shout:
                    type: command
                    command: echo ${{inputs.word}} ${{inputs.times}}
                    environment: {image: "python:3.11-slim"}
                    inputs: {word: "${{parent.inputs.word}}", times: "${{parent.inputs.times}}"}
                """);
        for (String version : List.of(SHORTEST, "1.0")) {
            new PipelinePublication(clients, new SpecReader(), Progress.NONE)
                    .publish(new PipelinePublicationRequest(
                            file,
                            directory,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of("shouting"),
                            Optional.of(version),
                            Optional.empty(),
                            Map.of(),
                            true,
                            OptionalInt.empty(),
                            Optional.empty(),
                            Duration.ofMinutes(1),
                            false));
        }
        written = new InvokerGeneration(clients)
                .generate(new InvokerGeneration.Request(
                        "shouting", List.of("java", "python", "csharp", "curl"), directory.resolve("invoker"), false));
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("emulator", emulator.certificate());
        try (OutputStream store = Files.newOutputStream(directory.resolve("trusted.p12"))) {
            trusted.store(store, "changeit".toCharArray());
        }
    }

    @AfterAll
    static void stop() {
        emulator.close();
    }

    static Stream<List<String>> programs() {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return Stream.of(
                List.of("python3", "invoke_pipeline.py"),
                List.of("bash", "invoke-pipeline.sh"),
                List.of(
                        java.toString(),
                        "-Djavax.net.ssl.trustStore=" + directory.resolve("trusted.p12"),
                        "-Djavax.net.ssl.trustStorePassword=changeit",
                        "InvokePipeline.java"));
    }

    private record Ended(int code, String output) {}

    private static Ended run(List<String> program, Map<String, String> variables, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.resolve("invoker").toFile());
        String certificate = directory.resolve("home/certificate.pem").toString();
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("AZURE_") || name.startsWith("IDENTITY_"));
        environment.put("SSL_CERT_FILE", certificate);
        environment.put("CURL_CA_BUNDLE", certificate);
        environment.putAll(variables);
        Path output = Files.createTempFile(directory, "output", ".txt");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(output).strip());
    }

    private static Map<String, String> servicePrincipal(String secret) {
        Map<String, String> variables = new HashMap<>();
        variables.put("AZURE_TENANT_ID", EmulatorOptions.TENANT);
        variables.put("AZURE_CLIENT_ID", emulator.clientId());
        variables.put("AZURE_CLIENT_SECRET", secret);
        variables.put("AZURE_AUTHORITY_HOST", emulator.endpoints().https().toString());
        return variables;
    }

    private static String inputOf(String job, String input) {
        return clients.arm()
                .get(clients.workspace().armId() + "/jobs/" + job, "2025-12-01")
                .at("/properties/inputs/" + input + "/value")
                .asText();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aServicePrincipalStartsTheDefaultVersionWithInputs(List<String> program) throws Exception {
        Ended ended = run(program, servicePrincipal(emulator.clientSecret()), "word=a \"quoted\\ word\"=", "times=3");

        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(inputOf(ended.output(), "word")).isEqualTo("a \"quoted\\ word\"=");
        assertThat(inputOf(ended.output(), "times")).isEqualTo("3");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aManagedIdentityStartsAVersionWithoutInputs(List<String> program) throws Exception {
        Ended ended = run(
                program,
                Map.of(
                        "AZURE_POD_IDENTITY_AUTHORITY_HOST",
                        emulator.endpoints().http().toString()),
                "--version",
                "1.0");

        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(inputOf(ended.output(), "word")).isEqualTo("hello");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aVersionTooShortForADeploymentsNameIsStartedToo(List<String> program) throws Exception {
        Ended ended = run(program, servicePrincipal(emulator.clientSecret()), "--version", SHORTEST);

        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(inputOf(ended.output(), "word")).isEqualTo("hello");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void whereNobodyListensIsSaidInALine(List<String> program) throws Exception {
        Ended ended = run(program, Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://localhost:1"));

        assertThat(ended.code()).isNotZero();
        assertThat(ended.output().lines()).as(ended.output()).hasSize(1);
        assertThat(ended.output()).contains("localhost");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void whatIsWrongIsSaidAndNoSecretPrinted(List<String> program) throws Exception {
        Ended refused = run(program, servicePrincipal("wr0ng-s3cret"));
        assertThat(refused.code()).isNotZero();
        assertThat(refused.output()).contains("HTTP 401", "AADSTS7000215").doesNotContain("wr0ng-s3cret");

        Ended unknown = run(program, servicePrincipal(emulator.clientSecret()), "wrod=a");
        assertThat(unknown.code()).isNotZero();
        assertThat(unknown.output()).contains("'wrod=a' is no input");
    }

    /** Where there is a compiler: Mono's is the one that Debian has. */
    @Test
    void theProgramInCSharpCompilesSaysWhatIsWrongAndStartsAVersion() throws Exception {
        Path compiler = Path.of("/usr/bin/mcs");
        assumeTrue(Files.isExecutable(compiler), "no C# compiler here");

        Ended compiled = run(
                List.of(compiler.toString(), "-warnaserror", "-r:System.Net.Http.dll", "InvokePipeline.cs"), Map.of());
        assertThat(compiled.code()).as(compiled.output()).isZero();

        Ended refused = run(List.of("mono", "InvokePipeline.exe"), Map.of(), "wrod=a");
        assertThat(refused.output()).contains("'wrod=a' is no input");
        Ended alone = run(
                List.of("mono", "InvokePipeline.exe"),
                Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://localhost:1"));
        assertThat(alone.output().lines()).as(alone.output()).hasSize(1);

        Map<String, String> variables = new HashMap<>(servicePrincipal(emulator.clientSecret()));
        variables.putAll(trustedByMono());
        Ended started = run(List.of("mono", "InvokePipeline.exe"), variables, "--version", SHORTEST, "times=3");
        assertThat(started.code()).as(started.output()).isZero();
        assertThat(inputOf(started.output(), "times")).isEqualTo("3");
    }

    /** Mono has a store of its own in the user's folder, with certificates by OpenSSL's hash of their subjects. */
    private static Map<String, String> trustedByMono() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "no openssl here");
        Path certificate = directory.resolve("home/certificate.pem");
        Ended hash = run(
                List.of("/usr/bin/openssl", "x509", "-noout", "-subject_hash", "-in", certificate.toString()),
                Map.of());
        Path user = Files.createDirectories(directory.resolve("mono"));
        Path trusted = Files.createDirectories(user.resolve(".mono/new-certs/Trust"));
        Files.copy(certificate, trusted.resolve(hash.output() + ".0"));
        return Map.of("HOME", user.toString(), "XDG_CONFIG_HOME", user.toString());
    }

    @Test
    void theReadmeNamesTheTwoActionsAndTheRoleHasThem() throws Exception {
        assertThat(written.inputs()).isEqualTo(Map.of("word", "Literal", "times", "Literal"));
        String readme = Files.readString(directory.resolve("invoker/README.md"));
        String role = Files.readString(directory.resolve("invoker/role-least.json"));
        for (String action : List.of("batchEndpoints/jobs/write", "batchEndpoints/deployments/jobs/write")) {
            assertThat(readme).contains("`Microsoft.MachineLearningServices/workspaces/" + action + "`");
            assertThat(role).contains("\"Microsoft.MachineLearningServices/workspaces/" + action + "\"");
        }
        for (String file : written.files()) {
            assertThat(Files.readString(directory.resolve("invoker").resolve(file)))
                    .doesNotContain(emulator.clientSecret())
                    .doesNotContainPattern("@[a-z.A-Z]+@");
        }
    }

    @Test
    void anEndpointThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> new InvokerGeneration(clients)
                        .generate(new InvokerGeneration.Request("none", List.of("java"), directory, true)))
                .isInstanceOfSatisfying(
                        AmlException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.PIPELINE_NOT_FOUND));
    }
}
