package io.github.amlmaven.plugin;

import io.github.amlmaven.core.appservice.SiteDeployment;
import io.github.amlmaven.core.appservice.SiteKind;
import io.github.amlmaven.core.appservice.SiteRequest;
import io.github.amlmaven.core.appservice.SiteRequest.ImagePull;
import io.github.amlmaven.core.appservice.SiteResult;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.DeployableImage;
import io.github.amlmaven.core.registry.ImageName;
import io.github.amlmaven.core.registry.RegistryAccess;
import io.github.amlmaven.core.scoring.ScoringAuth;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** What web apps and function apps share: where they are, how they pull their image, and what is told of them. */
public abstract class AbstractSiteMojo extends AbstractDeployMojo {

    /** The resource group of the app. Default: that of the workspace. */
    @Parameter(property = "aml.deploy.resourceGroup")
    private @Nullable String deployResourceGroup;

    /** The Azure region. Default: that of the workspace. */
    @Parameter(property = "aml.deploy.location")
    private @Nullable String location;

    /**
     * The ARM id of a user-assigned identity with AcrPull, by which the app pulls its image. Without it the app gets a
     * registry token that ends within hours: a later start on another host then fails.
     */
    @Parameter(property = "aml.deploy.registryIdentity")
    private @Nullable String registryIdentity;

    /** Tags of the app. */
    @Parameter
    private Map<String, String> tags = Map.of();

    /**
     * How the app is hosted. Each goal has parameters of its own for it, with properties of its own, since a project may have both.
     *
     * @param plan null for one with the app's name
     * @param slot null for production
     */
    record Hosting(
            @Nullable String plan,
            String sku,
            @Nullable String slot,
            boolean swap,
            boolean httpsOnly,
            String minTlsVersion) {}

    /** What the parameters ask for. */
    abstract SiteRequest request(AzureClients clients, ImageName image, Progress progress);

    final SiteRequest request(
            AzureClients clients,
            ImageName image,
            Hosting hosting,
            SiteKind kind,
            ScoringAuth auth,
            Progress progress) {
        return new SiteRequest(
                resourceGroup(clients),
                deploymentName(),
                location(clients),
                image.toString(),
                new SiteRequest.Plan(
                        hosting.plan() == null ? deploymentName() + "-plan" : hosting.plan(), hosting.sku()),
                Optional.ofNullable(hosting.slot()),
                hosting.swap(),
                kind,
                hosting.httpsOnly(),
                hosting.minTlsVersion(),
                environment(),
                secureEnvironment(),
                pull(image, clients, progress),
                auth,
                tags,
                limit(),
                clients.waitUpTo(limit()).interval());
    }

    /** Beside what else is deployed under the same name, in a container group or a cluster. */
    static String keyFileName(String app, String kind) {
        return app + "-" + kind + ".keys.json";
    }

    final String keyFileName() {
        return keyFileName(deploymentName(), goal().substring("deploy-".length()));
    }

    @Override
    protected GoalOutcome run(Progress progress) {
        AzureClients clients = connect(progress);
        ImageName image = image(clients, progress);
        SiteRequest request = request(clients, image, progress);
        SiteDeployment deployment = new SiteDeployment(clients.appServices(), clients.httpClient(), progress);
        String app = request.kind().word() + " " + request.name()
                + request.slot().map(s -> " slot " + s).orElse("");
        if (dryRun()) {
            Action todo = deployment.plan(request);
            return GoalOutcome.dryRun(
                    app.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + app.substring(1) + " with " + image + " "
                            + todo.outlook() + (request.swap() ? ", then a swap" : ""),
                    Map.of("plan", todo.toString(), "image", image.toString(), "swap", request.swap()));
        }
        Map<String, Object> attempted = new LinkedHashMap<>();
        attempted.put("name", request.name());
        attempted.put("resourceGroup", request.resourceGroup());
        request.slot().ifPresent(value -> attempted.put("slot", value));
        attempted.put("keysFile", request.auth().keyFile().path().toString());
        attempts(attempted);
        SiteResult result = deployment.deploy(request);
        String sentence = sentence(request, result);
        return result.changed()
                ? GoalOutcome.done(sentence, outputs(request, result))
                : GoalOutcome.upToDate(sentence + " (unchanged)", outputs(request, result));
    }

    /** Where the model serves and who may call it. */
    String sentence(SiteRequest request, SiteResult result) {
        return "Model serves at " + result.scoringUri().orElse(result.address())
                + request.slot()
                        .map(value -> result.swapped() ? ", swapped in from slot " + value : " (slot " + value + ")")
                        .orElse("")
                + result.keysFile()
                        .map(file -> ", keys in " + file)
                        .orElse(request.auth().closed() ? ", for Entra ID tokens" : ", without a key");
    }

    final String resourceGroup(AzureClients clients) {
        return deployResourceGroup == null ? clients.workspace().resourceGroup() : deployResourceGroup;
    }

    private String location(AzureClients clients) {
        return location == null ? workspaceLocation(clients) : location;
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
                .ifPresent(access -> progress.warn("The app gets a token for " + access.loginServer()
                        + " that ends within hours; name an identity with AcrPull"
                        + " (<registryIdentity>, -Daml.deploy.registryIdentity) for an app that is to live longer."));
        return login.<ImagePull>map(ImagePull.Login::new).orElseGet(ImagePull.Anonymous::new);
    }

    /** What other goals and scripts may want to know. */
    Map<String, Object> outputs(SiteRequest request, SiteResult result) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("name", request.name());
        outputs.put("resourceGroup", request.resourceGroup());
        request.slot().ifPresent(value -> outputs.put("slot", value));
        outputs.put("id", result.id());
        result.scoringUri().ifPresent(uri -> outputs.put("scoringUri", uri.toString()));
        outputs.put("image", result.image());
        result.keysFile().ifPresent(file -> outputs.put("keysFile", file.toString()));
        addEntra(request.auth(), outputs);
        outputs.put("changed", result.changed());
        outputs.put("swapped", result.swapped());
        outputs.put("readyAfterSeconds", result.ready().toMillis() / 1000.0);
        return outputs;
    }
}
