package io.github.amlmaven.plugin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.DeployableImage;
import io.github.amlmaven.core.registry.ImageName;
import io.github.amlmaven.core.registry.RegistryAccess;
import io.github.amlmaven.core.scoring.EntraTokens;
import io.github.amlmaven.core.scoring.ScoringAuth;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.scoring.ScoringKeys;
import io.github.amlmaven.core.scoring.TenantTokens;
import io.github.amlmaven.plugin.config.SettingsServers;
import io.github.amlmaven.plugin.config.TimeLimit;
import io.github.amlmaven.plugin.config.Variables;
import io.github.amlmaven.plugin.record.DeploymentRecords;
import io.github.amlmaven.plugin.record.GoalRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** What the goals share that put a scoring image somewhere: which image, its environment, its keys. */
public abstract class AbstractDeployMojo extends AbstractWorkspaceMojo {

    /**
     * The image to deploy: {@code [registry/]repository:tag} or {@code ...@sha256:...}; without a registry it is one of the
     * workspace's registry. Default: what {@code aml:package} has pushed in this project, by its digest.
     */
    @Parameter(property = "aml.deploy.image")
    private @Nullable String deployImage;

    /**
     * The name of what is deployed; it stays the same from one version of the model to the next. Default: the
     * artifactId in lower case, with a hyphen for what is neither letter nor digit.
     */
    @Parameter(property = "aml.deploy.name")
    private @Nullable String name;

    /** Environment variables of the scoring server and script. */
    @Parameter
    private Map<String, String> environment = Map.of();

    /**
     * Environment variables that are secrets: nobody can read them back from Azure. Take their values from the
     * build's environment ({@code ${env.DB_PASSWORD}}), never write them into the POM.
     */
    @Parameter
    private Map<String, String> secureEnvironment = Map.of();

    /**
     * Whether callers need a key ({@code Authorization: Bearer <key>}). Off means that everyone who can reach the
     * address can call the model.
     */
    @Parameter(property = "aml.deploy.authEnabled", defaultValue = "true")
    private boolean authEnabled;

    /**
     * Whom the scoring server lets in: {@code key}, {@code entra} (callers with an Entra ID token for
     * {@code entraAudiences}; the image must be built with {@code <image><entraTokens>}) or {@code none}. Default:
     * {@code key}, or {@code none} when {@code authEnabled} is false.
     */
    @Parameter(property = "aml.deploy.auth")
    private @Nullable String auth;

    /** The applications that tokens may be for: App ID URIs ({@code api://...}) or client ids. */
    @Parameter(property = "aml.deploy.entraAudiences")
    private List<String> entraAudiences = List.of();

    /** Application roles of which a caller needs one. Default: any identity of the tenant may call. */
    @Parameter(property = "aml.deploy.entraRoles")
    private List<String> entraRoles = List.of();

    /** The tenant whose tokens are accepted. Default: that of the workspace's subscription. */
    @Parameter(property = "aml.deploy.entraTenantId")
    private @Nullable String entraTenantId;

    /**
     * The {@code <server>} of settings.xml that holds the two scoring keys: the first as {@code <password>}, the second
     * as {@code <passphrase>}, each of at least 16 characters. Without it the environment variables
     * {@code AML_SCORING_PRIMARY_KEY} and {@code AML_SCORING_SECONDARY_KEY} of the build are taken; without those the keys of
     * the last deployment stay, and the first deployment makes random ones.
     */
    @Parameter(property = "aml.deploy.keysServerId")
    private @Nullable String keysServerId;

    /**
     * The {@code <server>} of settings.xml with user and password of the image's registry, for a registry that is not
     * Azure's.
     */
    @Parameter(property = "aml.deploy.registryServerId")
    private @Nullable String registryServerId;

    /** How long to wait until the model answers, as {@code 90s} or {@code 20m}; the deployment goes on after that. */
    @Parameter(property = "aml.deploy.timeout", defaultValue = "20m")
    private String timeout;

    @Override
    protected final boolean gated() {
        return true;
    }

    /** Whether the image is the one that this project has built last. */
    protected final boolean takesBuiltImage() {
        return deployImage == null;
    }

    /** The image by digest where its registry can be asked. */
    protected final ImageName image(AzureClients clients, Progress progress) {
        if (deployImage != null) {
            return new DeployableImage(clients, progress).pin(deployImage, Optional.empty());
        }
        Optional<ObjectNode> packaged = GoalRecord.outputsOf(outputDirectory(), "package");
        ObjectNode built = packaged.filter(outputs -> outputs.hasNonNull("image"))
                .orElseThrow(() -> AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID,
                                "aml:" + goal() + " does not know which image to deploy"
                                        + (packaged.isPresent()
                                                ? ": the last aml:package made the model's archive alone"
                                                : ""))
                        .remedy("Put <image/> into the plugin's <configuration> (or add -Daml.image=true) and run"
                                + " 'mvn aml:package aml:" + goal()
                                + "'; or name an image that is there: <deployImage>, -Daml.deploy.image.")
                        .build());
        return new DeployableImage(clients, progress)
                .pin(
                        built.get("image").asText(),
                        Optional.ofNullable(built.get("digest")).map(digest -> digest.asText()));
    }

    /** The login for the image's registry that the user has named. */
    protected final Optional<RegistryAccess> namedLogin(ImageName pinned, AzureClients clients) {
        return Optional.ofNullable(registryServerId).map(id -> {
            SettingsServers.Login login = servers().login(session(), id);
            String server = pinned.registry().orElseThrow();
            return new RegistryAccess(
                    server,
                    login.username(),
                    login.password(),
                    clients.endpoints().isLocal());
        });
    }

    /** Who is let in, the keys that the user has chosen, and where keys are kept. */
    protected final ScoringAuth auth(String keyFileName, AzureClients clients) {
        Optional<ScoringKeys> given =
                keysServerId == null ? fromEnvironment() : Optional.of(servers().scoringKeys(session(), keysServerId));
        ScoringKeyFile keyFile = new ScoringKeyFile(outputDirectory().resolve(keyFileName));
        String wanted = auth == null ? (authEnabled ? "key" : "none") : auth;
        return switch (wanted) {
            case "key" -> new ScoringAuth(true, given, keyFile);
            case "none" -> new ScoringAuth(false, given, keyFile);
            case "entra" -> new ScoringAuth(false, given, keyFile, Optional.of(entra(clients)));
            default ->
                throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "aml.deploy.auth '" + wanted + "'")
                        .remedy("Set <auth> to key, entra or none.")
                        .build();
        };
    }

    private EntraTokens entra(AzureClients clients) {
        boolean withoutCheck = deployImage == null
                && GoalRecord.outputsOf(outputDirectory(), "package")
                        .filter(outputs -> outputs.path("entraTokens").asBoolean())
                        .isEmpty();
        if (withoutCheck) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "aml.deploy.auth is 'entra', but the image cannot check Entra ID tokens")
                    .remedy("Build it with <image><entraTokens>true</entraTokens> (-Daml.image.entraTokens=true).")
                    .build();
        }
        return new TenantTokens(clients).of(Optional.ofNullable(entraTenantId), entraAudiences, entraRoles);
    }

    /** What {@code aml:score} needs to know to get a token for what was deployed. */
    protected final void addEntra(ScoringAuth auth, Map<String, Object> outputs) {
        auth.entra()
                .ifPresent(tokens ->
                        outputs.put("entraAudience", tokens.audiences().get(0)));
    }

    private static Optional<ScoringKeys> fromEnvironment() {
        String primary = System.getenv(ScoringKeys.PRIMARY_VARIABLE);
        String secondary = System.getenv(ScoringKeys.SECONDARY_VARIABLE);
        return primary == null || secondary == null
                ? Optional.empty()
                : Optional.of(new ScoringKeys(primary, secondary));
    }

    /** The region of the workspace. */
    protected static String workspaceLocation(AzureClients clients) {
        return clients.arm()
                .get(clients.workspace().armId(), ApiVersions.MACHINE_LEARNING)
                .path("location")
                .asText();
    }

    protected final Duration limit() {
        return TimeLimit.of("aml.deploy.timeout", timeout);
    }

    protected final String deploymentName() {
        return name == null ? DeploymentRecords.defaultName(project().getArtifactId()) : name;
    }

    protected final Map<String, String> environment() {
        return Variables.of("environment", environment);
    }

    protected final Map<String, String> secureEnvironment() {
        return Variables.of("secureEnvironment", secureEnvironment);
    }
}
