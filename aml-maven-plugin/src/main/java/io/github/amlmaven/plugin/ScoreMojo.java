package io.github.amlmaven.plugin;

import com.azure.core.http.HttpClient;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.cloud.CloudEndpoints;
import io.github.amlmaven.core.cloud.Transport;
import io.github.amlmaven.core.endpoint.EndpointCredential;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.pipeline.BatchScoring;
import io.github.amlmaven.core.pipeline.Predictions;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.scoring.Latencies;
import io.github.amlmaven.core.scoring.Loopback;
import io.github.amlmaven.core.scoring.ModelCall;
import io.github.amlmaven.core.scoring.SampleInput;
import io.github.amlmaven.core.scoring.ScoringAnswer;
import io.github.amlmaven.core.scoring.ScoringCredential;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.scoring.ScoringPayloads;
import io.github.amlmaven.core.scoring.ScoringReadiness;
import io.github.amlmaven.core.scoring.ScoringRequest;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.EndpointSpec;
import io.github.amlmaven.plugin.config.Choice;
import io.github.amlmaven.plugin.config.TimeLimit;
import io.github.amlmaven.plugin.record.DeploymentRecords;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.record.ScoringOutputs;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Calls a deployed model with JSON and shows what it answers; with {@code <expect>} it is a test. The key is that of the
 * deployment, and it goes to the deployment only. A batch endpoint scores a file, a folder or a data asset: the goal waits for its
 * job and brings the predictions to {@code target/aml/predictions}.
 */
@Mojo(name = "score", requiresProject = false, threadSafe = true)
public final class ScoreMojo extends AbstractWorkspaceMojo {

    private static final List<String> TARGETS = List.of("aci", "aks", "webapp", "function", "managed", "batch");

    private static final Duration START_OF_A_LOCAL_SERVER = Duration.ofSeconds(60);

    /**
     * The scoring address. Default: what this project has deployed last; where there is no record of that, as in another
     * checkout, the online endpoint of the endpoint's file.
     */
    @Parameter(property = "aml.score.uri")
    private @Nullable String uri;

    /**
     * {@code aci}, {@code aks}, {@code webapp}, {@code function}, {@code managed} or {@code batch}, when this project has deployed to
     * several. Default: the latest one.
     */
    @Parameter(property = "aml.score.target")
    private @Nullable String target;

    /** The name of the deployment, when this project has deployed several. Default: the latest one. */
    @Parameter(property = "aml.deploy.name")
    private @Nullable String name;

    /** An online or batch endpoint of the workspace, by its name, whoever has deployed it. */
    @Parameter(property = "aml.endpoint")
    private @Nullable String endpoint;

    /** The endpoint's YAML file, asked for its name where this project has no record of a deployment. */
    @Parameter(property = "aml.endpoint.file", defaultValue = "${project.basedir}/src/main/aml/endpoint.yml")
    private @Nullable File endpointFile;

    /** The batch endpoint's YAML file, asked for its name where neither a record nor the endpoint's file says what is meant. */
    @Parameter(property = "aml.batch.endpointFile", defaultValue = "${project.basedir}/src/main/aml/batch-endpoint.yml")
    private @Nullable File batchEndpointFile;

    /**
     * The deployment of an online endpoint that must answer, whatever its share of the traffic; of a batch endpoint the one that
     * scores, in place of its default.
     */
    @Parameter(property = "aml.deployment")
    private @Nullable String deployment;

    /**
     * The JSON to send. Default, without a file: the sample input that the scoring script declares ({@code @input_schema} of
     * inference-schema), which the model publishes. For a batch endpoint, a URI or {@code azureml:<data>:<version>}.
     */
    @Parameter(property = "aml.score.data")
    private @Nullable String data;

    /** A JSON file to send, or a folder: each {@code *.json} file in it is one call. A batch endpoint scores any file or folder. */
    @Parameter(property = "aml.score.file")
    private @Nullable File file;

    /**
     * The answer that the model must give, as JSON: order of keys and white space do not matter. Of a batch endpoint the rows, a line
     * each: their order does not matter.
     */
    @Parameter(property = "aml.score.expect")
    private @Nullable String expect;

    /** A file with the answer, or a folder with one for each file sent, by the same names. */
    @Parameter(property = "aml.score.expectFile")
    private @Nullable File expectFile;

    /** The HTTP status that the model must give. */
    @Parameter(property = "aml.score.expectStatus", defaultValue = "200")
    private int expectStatus;

    /**
     * {@code key} (the deployment's; for an online endpoint of this project that takes tokens, one of those), {@code token} (an
     * Entra ID token, for online endpoints and for what was deployed with {@code auth} entra, where it is the default; for an
     * online endpoint of this project with aml_token, that) or {@code none}. A key can
     * also be given by the environment variable {@code AML_SCORING_KEY}.
     */
    @Parameter(property = "aml.score.auth", defaultValue = "key")
    private String auth;

    /** The {@code <server>} of settings.xml whose password is the key, for an address that this project has not deployed. */
    @Parameter(property = "aml.score.keyServerId")
    private @Nullable String keyServerId;

    /** Whether a key may go over plain http to a host that is neither Azure's nor this machine. */
    @Parameter(property = "aml.score.allowPlainHttp", defaultValue = "false")
    private boolean allowPlainHttp;

    /** The time limit of one call. */
    @Parameter(property = "aml.score.timeout", defaultValue = "60s")
    private String timeout;

    /** How long to wait for the job of a batch endpoint: {@code 90s}, {@code 30m}, {@code 2h}. The job itself goes on after that. */
    @Parameter(property = "aml.run.timeout", defaultValue = "2h")
    private String jobTimeout;

    private @Nullable AzureClients clients;

    @Override
    protected GoalOutcome run(Progress progress) {
        try {
            return score(progress);
        } finally {
            if (clients != null) {
                clients.close();
            }
        }
    }

    /** Connects when that turns out to be needed: a model with a key is called without Azure's resource manager. */
    private AzureClients connected(Progress progress) {
        AzureClients known = clients;
        if (known == null) {
            known = connect(progress);
            clients = known;
        }
        return known;
    }

    private GoalOutcome score(Progress progress) {
        if (endpoint != null && uri != null) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "-Daml.endpoint=" + endpoint + " and -Daml.score.uri=" + uri
                                    + " both say where the model is")
                    .remedy("Leave out one of them.")
                    .build();
        }
        Optional<String> batch = batchEndpoint(progress);
        if (batch.isPresent()) {
            return new BatchEndpointScoring(this).score(batchRequest(batch.get()), progress);
        }
        Optional<DeploymentRecords.Deployed> deployed =
                endpoint == null ? new DeploymentRecords(outputDirectory()).newest(target, name) : Optional.empty();
        deployed.ifPresent(found -> warnOfFailed(found, progress));
        Optional<EndpointCredential> named = named(deployed, progress);
        URI address = named.map(EndpointCredential::address).orElseGet(() -> address(deployed));
        HttpClient http = client(address, deployed, named.isPresent(), progress);
        ModelCall call = new ModelCall(http, progress);
        ScoringRequest request = request(address, credential(address, deployed, named, progress));
        if (data == null && file == null) {
            request = request.sending(payloads(Optional.of(new SampleInput(call).of(request))));
        }
        List<ScoringAnswer> answers = call.run(request);
        if (answers.size() == 1) {
            return GoalOutcome.done(
                    "Model at " + address + " answered " + sentence(answers.get(0)),
                    ScoringOutputs.of(address, answers));
        }
        answers.forEach(answer -> progress.info(answer.name() + ": " + sentence(answer)));
        return GoalOutcome.done(
                "Model at " + address + " gave " + answers.size() + " answers: " + Latencies.of(answers),
                ScoringOutputs.of(address, answers));
    }

    private void warnOfFailed(DeploymentRecords.Deployed asked, Progress progress) {
        new DeploymentRecords(outputDirectory())
                .newestLeftBehind(target, name)
                .filter(last -> !last.goal().equals(DeploymentRecords.BATCH))
                .filter(last -> uri == null
                        && last.startedAt().isAfter(asked.startedAt())
                        && !last.file().equals(asked.file()))
                .ifPresent(last -> progress.warn("aml:" + last.goal()
                        + ", which ran last, did not end well; asked is what aml:" + asked.goal()
                        + " deployed before. Name another one by -Daml.score.target or -Daml.deploy.name."));
    }

    /** The batch endpoint that is meant; empty when the model is called by HTTP. */
    Optional<String> batchEndpoint(Progress progress) {
        if (target != null && !TARGETS.contains(target)) {
            throw Choice.refused("aml.score.target", target, TARGETS);
        }
        boolean asked = "batch".equals(target);
        boolean sendsJson = data != null && AssetReference.remote(data).isEmpty();
        if (!asked && (target != null || uri != null || sendsJson)) {
            return Optional.empty();
        }
        if (endpoint != null) {
            return Optional.of(endpoint)
                    .filter(given -> asked || new BatchScoring(connected(progress), progress).isBatch(given));
        }
        DeploymentRecords records = new DeploymentRecords(outputDirectory());
        Optional<DeploymentRecords.Deployed> batch = records.newestLeftBehind("batch", name);
        Optional<DeploymentRecords.Deployed> online = records.newest(null, name);
        if (batch.isPresent()) {
            // An online model can be asked for its sample input; a batch endpoint scores nothing of its own accord.
            boolean last = online.filter(one -> (data == null && file == null)
                            || one.startedAt().isAfter(batch.get().startedAt()))
                    .isEmpty();
            return batch.filter(found -> asked || last).map(found -> found.required("name"));
        }
        if (!asked && (online.isPresent() || name != null)) {
            return Optional.empty();
        }
        Optional<EndpointSpec> file = described(endpointFile);
        Optional<String> named = file.filter(EndpointSpec::isBatch)
                .map(EndpointSpec::name)
                .or(() -> asked || file.isEmpty() ? endpointIn(batchEndpointFile) : Optional.empty());
        if (asked && named.isEmpty()) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "aml:score does not know the batch endpoint")
                    .remedy("Name it (-Daml.endpoint=...) or its file (-Daml.batch.endpointFile=...), or run 'mvn"
                            + " aml:deploy-batch' first.")
                    .build();
        }
        return named;
    }

    /** What the parameters ask of a batch endpoint. */
    BatchScoring.Request batchRequest(String batchEndpoint) {
        if ((data == null) == (file == null)) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            data == null
                                    ? "There is nothing for batch endpoint '" + batchEndpoint + "' to score"
                                    : "data and file are both given")
                    .remedy("Set either <file> (-Daml.score.file=<file or folder>) or <data>"
                            + " (-Daml.score.data=azureml:<name>:<version>, or a URI).")
                    .build();
        }
        return new BatchScoring.Request(
                batchEndpoint,
                Optional.ofNullable(deployment),
                file == null ? String.valueOf(data) : file.toString(),
                projectDirectory(),
                outputDirectory().resolve("predictions"),
                TimeLimit.of("aml.run.timeout", jobTimeout),
                Optional.ofNullable(expect)
                        .map(Predictions::rowsOf)
                        .or(() -> path(expectFile).map(Predictions::rowsOf)),
                dryRun());
    }

    /** What the parameters ask for; sends nothing where the model is to be asked for its sample input. */
    ScoringRequest request(URI address, Optional<ScoringCredential> credential) {
        return new ScoringRequest(
                address,
                credential,
                data == null && file == null ? List.of() : payloads(Optional.ofNullable(data)),
                expectStatus,
                TimeLimit.of("aml.score.timeout", timeout),
                allowPlainHttp,
                Optional.ofNullable(deployment));
    }

    private List<ScoringRequest.Payload> payloads(Optional<String> json) {
        return ScoringPayloads.read(json, path(file), Optional.ofNullable(expect), path(expectFile));
    }

    private static String sentence(ScoringAnswer answer) {
        return answer.status() + " in " + answer.time().toMillis() + " ms"
                + (answer.requestId().isEmpty() ? "" : ", request " + answer.requestId()) + ": "
                + ModelCall.shortened(answer.body());
    }

    private static Optional<Path> path(@Nullable File given) {
        return Optional.ofNullable(given).map(File::toPath);
    }

    /** The endpoint that is named, or that the project's file names where nothing else says what is meant. */
    private Optional<EndpointCredential> named(Optional<DeploymentRecords.Deployed> deployed, Progress progress) {
        boolean unsaid = deployed.isEmpty() && name == null && (target == null || target.equals("managed"));
        return Optional.ofNullable(endpoint)
                .or(() -> unsaid ? endpointIn(endpointFile) : Optional.empty())
                .filter(given -> uri == null)
                .map(given -> EndpointCredential.of(connected(progress), given));
    }

    private URI address(Optional<DeploymentRecords.Deployed> deployed) {
        Optional<String> trigger = deployed.filter(
                        d -> uri == null && d.text("scoringUri").isEmpty())
                .flatMap(d -> d.text("trigger"));
        if (trigger.isPresent()) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "The function app that was deployed last is not called, a " + trigger.get()
                                    + " triggers it")
                    .remedy("Put what is to be scored there; or name another deployment (-Daml.score.target=...).")
                    .build();
        }
        String text = Optional.ofNullable(uri)
                .or(() -> deployed.map(d -> d.required("scoringUri")))
                .orElseThrow(() -> AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID, "aml:score does not know the model's address")
                        .remedy(
                                new DeploymentRecords(outputDirectory())
                                                .newestLeftBehind("batch")
                                                .isPresent()
                                        ? "A batch endpoint scores files: name them by <file> (-Daml.score.file=...)."
                                        : "Run a deploy goal such as 'mvn aml:deploy-aci' first, name an online endpoint"
                                                + " (-Daml.endpoint=...), or set <uri> (-Daml.score.uri=...).")
                        .build());
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "aml.score.uri '" + text + "' is no address")
                    .remedy("Write it as https://<host>/score.")
                    .build();
        }
    }

    /**
     * What runs in the emulator serves only while it runs, and may be starting again now; an endpoint's front end waits for
     * that itself.
     */
    private HttpClient client(
            URI address, Optional<DeploymentRecords.Deployed> deployed, boolean isEndpoint, Progress progress) {
        requireOnline(address, "calls a model that is not on this machine");
        if (!Loopback.is(address)) {
            return Transport.httpClient(CloudEndpoints.AZURE, servers().proxy(session(), address));
        }
        HttpClient http = connected(progress).httpClient();
        boolean behindAFrontEnd = isEndpoint
                || deployed.filter(d -> d.isEndpoint() || d.text("version").isPresent())
                        .isPresent();
        if (behindAFrontEnd) {
            return http;
        }
        URI health = deployed.flatMap(d -> d.text("healthUri")).map(URI::create).orElseGet(() -> address.resolve("/"));
        new ScoringReadiness(http, progress)
                .awaitAnswer(
                        health, START_OF_A_LOCAL_SERVER, Duration.ofMillis(200), Optional.empty(), Optional::empty);
        return http;
    }

    private Optional<ScoringCredential> credential(
            URI address,
            Optional<DeploymentRecords.Deployed> deployed,
            Optional<EndpointCredential> named,
            Progress progress) {
        return switch (auth) {
            case "none" -> Optional.empty();
            case "token", "entra" ->
                Optional.of(ownToken(address, deployed, progress)
                        .or(() -> named.map(EndpointCredential::get))
                        .or(() -> ofEndpoint(address, deployed, progress))
                        .orElseGet(() -> ScoringCredential.entraToken(address, () -> endpointToken(progress))));
            case "key" ->
                key(deployed)
                        .or(() -> ownToken(address, deployed, progress))
                        .or(() -> named.map(EndpointCredential::get))
                        .or(() -> ofEndpoint(address, deployed, progress));
            default -> throw Choice.refused("aml.score.auth", auth, List.of("key", "token", "none"));
        };
    }

    /** A token for a server that this project has deployed with {@code auth=entra}; no other address gets to see it. */
    private Optional<ScoringCredential> ownToken(
            URI address, Optional<DeploymentRecords.Deployed> deployed, Progress progress) {
        return deployed.filter(d -> d.text("scoringUri").equals(Optional.of(address.toString())))
                .flatMap(d -> d.text("entraAudience"))
                .map(audience -> ScoringCredential.token(
                        ScoringCredential.Kind.ENTRA_TOKEN,
                        connected(progress).token(audience).getToken(),
                        address));
    }

    /** What an endpoint that this project has deployed takes, which may be no key. */
    private Optional<ScoringCredential> ofEndpoint(
            URI address, Optional<DeploymentRecords.Deployed> deployed, Progress progress) {
        return deployed.filter(DeploymentRecords.Deployed::isEndpoint)
                .filter(d -> d.text("scoringUri").equals(Optional.of(address.toString())))
                .map(d -> EndpointCredential.of(connected(progress), d.required("name"))
                        .get());
    }

    private String endpointToken(Progress progress) {
        AzureClients azure = connected(progress);
        return azure.token(azure.endpoints().machineLearningAudience()).getToken();
    }

    private Optional<ScoringCredential> key(Optional<DeploymentRecords.Deployed> deployed) {
        String fromEnvironment = System.getenv("AML_SCORING_KEY");
        Optional<String> header = deployed.filter(d -> uri == null).flatMap(d -> d.text("keyHeader"));
        if (keyServerId != null) {
            return Optional.of(new ScoringCredential(
                    servers().login(session(), keyServerId).password(), Optional.empty(), header));
        }
        if (fromEnvironment != null) {
            return Optional.of(new ScoringCredential(fromEnvironment, Optional.empty(), header));
        }
        return deployed.flatMap(d -> d.text("keysFile"))
                .flatMap(keys -> new ScoringKeyFile(Path.of(keys)).read())
                .map(content -> new ScoringCredential(
                        content.keys().primary(), content.scoringUri(), deployed.flatMap(d -> d.text("keyHeader"))));
    }
}
