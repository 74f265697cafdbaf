package io.github.amlmaven.plugin;

import io.github.amlmaven.core.appservice.WebAppDeployment;
import io.github.amlmaven.core.appservice.WebAppRequest;
import io.github.amlmaven.core.appservice.WebAppRequest.ImagePull;
import io.github.amlmaven.core.appservice.WebAppResult;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.DeployableImage;
import io.github.amlmaven.core.registry.ImageName;
import io.github.amlmaven.core.registry.RegistryAccess;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Deploys the scoring image to Azure App Service (Web App for containers) and waits until the model answers. With
 * {@code -Daml.webapp.slot} it goes to a deployment slot, which serves beside production under an address of its own; with
 * {@code -Daml.webapp.swap} that slot then changes places with production, without an outage, and only when its model
 * answers. When nothing has changed since the last deployment, nothing is written. All slots have the same keys; they are in a
 * file that only its owner can read, whose name is the output {@code keysFile}.
 */
@Mojo(name = "deploy-webapp", requiresProject = false, threadSafe = true)
public final class DeployWebappMojo extends AbstractDeployMojo {

    /** The resource group of the web app. Default: that of the workspace. */
    @Parameter(property = "aml.deploy.resourceGroup")
    private @Nullable String deployResourceGroup;

    /** The Azure region. Default: that of the workspace. */
    @Parameter(property = "aml.deploy.location")
    private @Nullable String location;

    /**
     * The App Service plan: a name in the app's resource group, or an ARM id. One that is not there is created. Default: the
     * app's name with {@code -plan}.
     */
    @Parameter(property = "aml.webapp.plan")
    private @Nullable String plan;

    /** The size of a plan that must be created. Slots need {@code S1} or larger. */
    @Parameter(property = "aml.webapp.sku", defaultValue = "B1")
    private String sku;

    /** The deployment slot. Default: production. The app must be there before it can have a slot. */
    @Parameter(property = "aml.webapp.slot")
    private @Nullable String slot;

    /** Swaps the slot with production once its model answers. What was in production is in the slot then. */
    @Parameter(property = "aml.webapp.swap", defaultValue = "false")
    private boolean swap;

    /** The port that the server listens on in the container ({@code WEBSITES_PORT}); callers use 443. */
    @Parameter(property = "aml.deploy.port", defaultValue = "5001")
    private int port;

    /** What the platform asks once a minute to tell a healthy instance from a broken one. */
    @Parameter(property = "aml.webapp.healthCheckPath", defaultValue = "/")
    private String healthCheckPath;

    /** Whether plain http is redirected to https. */
    @Parameter(property = "aml.webapp.httpsOnly", defaultValue = "true")
    private boolean httpsOnly;

    /** The oldest TLS version that the app speaks. */
    @Parameter(property = "aml.webapp.minTlsVersion", defaultValue = "1.2")
    private String minTlsVersion;

    /**
     * The ARM id of a user-assigned identity with AcrPull, by which the app pulls its image. Without it the app gets a
     * registry token that ends within hours: a later start on another host then fails.
     */
    @Parameter(property = "aml.deploy.registryIdentity")
    private @Nullable String registryIdentity;

    /** Tags of the web app. */
    @Parameter
    private Map<String, String> tags = Map.of();

    @Override
    protected GoalOutcome run(Progress progress) {
        AzureClients clients = connect(progress);
        ImageName image = image(clients, progress);
        WebAppRequest request = request(clients, image, progress);
        WebAppDeployment deployment = new WebAppDeployment(clients.appServices(), clients.httpClient(), progress);
        if (dryRun()) {
            WebAppDeployment.Plan todo = deployment.plan(request);
            return GoalOutcome.dryRun(
                    "Web app " + request.name()
                            + request.slot().map(s -> " slot " + s).orElse("") + " with " + image + ": " + todo
                            + (request.swap() ? ", then a swap" : ""),
                    Map.of("plan", todo.toString(), "image", image.toString(), "swap", request.swap()));
        }
        Map<String, Object> attempted = new LinkedHashMap<>();
        attempted.put("name", request.name());
        attempted.put("resourceGroup", request.resourceGroup());
        request.slot().ifPresent(value -> attempted.put("slot", value));
        attempted.put("keysFile", request.auth().keyFile().path().toString());
        attempts(attempted);
        WebAppResult result = deployment.deploy(request);
        String sentence = "Model serves at " + result.scoringUri()
                + request.slot()
                        .map(value -> result.swapped() ? ", swapped in from slot " + value : " (slot " + value + ")")
                        .orElse("")
                + result.keysFile()
                        .map(file -> ", keys in " + file)
                        .orElse(request.auth().closed() ? ", for Entra ID tokens" : ", without a key");
        return result.changed()
                ? GoalOutcome.done(sentence, outputs(request, result))
                : GoalOutcome.upToDate(sentence + " (unchanged)", outputs(request, result));
    }

    /** What the parameters ask for. */
    WebAppRequest request(AzureClients clients, ImageName image, Progress progress) {
        return new WebAppRequest(
                deployResourceGroup == null ? clients.workspace().resourceGroup() : deployResourceGroup,
                deploymentName(),
                location == null ? workspaceLocation(clients) : location,
                image.toString(),
                new WebAppRequest.Plan(plan == null ? deploymentName() + "-plan" : plan, sku),
                Optional.ofNullable(slot),
                swap,
                port,
                healthCheckPath,
                httpsOnly,
                minTlsVersion,
                environment(),
                secureEnvironment(),
                pull(image, clients, progress),
                auth(deploymentName() + ".keys.json", clients),
                tags,
                limit(),
                clients.waitUpTo(limit()).interval());
    }

    private ImagePull pull(ImageName image, AzureClients clients, Progress progress) {
        if (registryIdentity != null) {
            String clientId = clients.arm()
                    .get(registryIdentity, ApiVersions.MANAGED_IDENTITY)
                    .at("/properties/clientId")
                    .asText();
            return new ImagePull.Identity(registryIdentity, clientId);
        }
        Optional<RegistryAccess> login =
                namedLogin(image, clients).or(() -> new DeployableImage(clients, progress).login(image));
        login.filter(access -> access.shortLived() && !access.local())
                .ifPresent(access -> progress.warn("The web app gets a token for " + access.loginServer()
                        + " that ends within hours; name an identity with AcrPull"
                        + " (<registryIdentity>, -Daml.deploy.registryIdentity) for an app that is to live longer."));
        return login.<ImagePull>map(ImagePull.Login::new).orElseGet(ImagePull.Anonymous::new);
    }

    private Map<String, Object> outputs(WebAppRequest request, WebAppResult result) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("name", request.name());
        outputs.put("resourceGroup", request.resourceGroup());
        request.slot().ifPresent(value -> outputs.put("slot", value));
        outputs.put("id", result.id());
        outputs.put("scoringUri", result.scoringUri().toString());
        outputs.put("image", result.image());
        result.keysFile().ifPresent(file -> outputs.put("keysFile", file.toString()));
        addEntra(request.auth(), outputs);
        outputs.put("changed", result.changed());
        outputs.put("swapped", result.swapped());
        outputs.put("readyAfterSeconds", result.ready().toMillis() / 1000.0);
        return outputs;
    }
}
