package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.containerinstance.ContainerGroupDeployment;
import io.github.amlmaven.core.containerinstance.ContainerGroupRequest;
import io.github.amlmaven.core.containerinstance.ContainerGroupRequest.ImagePull;
import io.github.amlmaven.core.containerinstance.ContainerGroupResult;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.DeployableImage;
import io.github.amlmaven.core.registry.ImageName;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Deploys the scoring image to Azure Container Instances and waits until the model answers. When nothing has changed
 * since the last deployment, nothing is written. The keys are in a file that only its owner can read, beside
 * {@code deploy-aci.json}; its name is the output {@code keysFile}.
 */
@Mojo(name = "deploy-aci", requiresProject = false, threadSafe = true)
public final class DeployAciMojo extends AbstractDeployMojo {

    /** The resource group of the container group. Default: that of the workspace. */
    @Parameter(property = "aml.deploy.resourceGroup")
    private @Nullable String deployResourceGroup;

    /** The Azure region. Default: that of the workspace. */
    @Parameter(property = "aml.deploy.location")
    private @Nullable String location;

    /** Cores. */
    @Parameter(property = "aml.deploy.cpu", defaultValue = "1")
    private double cpu;

    /** Memory in GiB. */
    @Parameter(property = "aml.deploy.memoryGiB", defaultValue = "1.5")
    private double memoryGiB;

    /** The port that the model is served on. Container instances have no port mapping and no TLS. */
    @Parameter(property = "aml.deploy.port", defaultValue = "5001")
    private int port;

    /**
     * The first label of the public name, {@code <label>.<region>.azurecontainer.io}, unique in the region. Without it
     * the model is reached by its address, which may change when the group is restarted.
     */
    @Parameter(property = "aml.deploy.dnsNameLabel")
    private @Nullable String dnsNameLabel;

    /** {@code Always}, {@code OnFailure} or {@code Never}. */
    @Parameter(property = "aml.deploy.restartPolicy", defaultValue = "Always")
    private String restartPolicy;

    /**
     * The ARM id of a user-assigned identity with AcrPull, by which the group pulls its image. Without it the group gets a
     * registry token that ends within hours, too early for a group that is moved to another host later.
     */
    @Parameter(property = "aml.deploy.registryIdentity")
    private @Nullable String registryIdentity;

    /** Tags of the container group. */
    @Parameter
    private Map<String, String> tags = Map.of();

    @Override
    protected GoalOutcome run(Progress progress) {
        AzureClients clients = connect(progress);
        ImageName image = image(clients, progress);
        ContainerGroupRequest request = request(clients, image, progress);
        ContainerGroupDeployment deployment =
                new ContainerGroupDeployment(clients.containerInstances(), clients.httpClient(), progress);
        if (dryRun()) {
            Action plan = deployment.plan(request);
            return GoalOutcome.dryRun(
                    "Container group " + request.name() + " with " + image + " " + plan.outlook(),
                    Map.of("plan", plan.toString(), "image", image.toString()));
        }
        attempts(Map.of(
                "name", request.name(),
                "resourceGroup", request.resourceGroup(),
                "keysFile", request.auth().keyFile().path().toString()));
        ContainerGroupResult result = deployment.deploy(request);
        String sentence = "Model serves at " + result.scoringUri()
                + result.keysFile()
                        .map(file -> ", keys in " + file)
                        .orElse(request.auth().closed() ? ", for Entra ID tokens" : ", without a key");
        return result.changed()
                ? GoalOutcome.done(sentence, outputs(request, result))
                : GoalOutcome.upToDate(sentence + " (unchanged)", outputs(request, result));
    }

    /** What the parameters ask for. */
    ContainerGroupRequest request(AzureClients clients, ImageName image, Progress progress) {
        return new ContainerGroupRequest(
                deployResourceGroup == null ? clients.workspace().resourceGroup() : deployResourceGroup,
                deploymentName(),
                location == null ? workspaceLocation(clients) : location,
                image.toString(),
                cpu,
                memoryGiB,
                port,
                Optional.ofNullable(dnsNameLabel),
                restartPolicy,
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
            return new ImagePull.Identity(image.registry().orElseThrow(), registryIdentity);
        }
        return namedLogin(image, clients)
                .or(() -> new DeployableImage(clients, progress).login(image))
                .<ImagePull>map(ImagePull.Login::new)
                .orElseGet(ImagePull.Anonymous::new);
    }

    private Map<String, Object> outputs(ContainerGroupRequest request, ContainerGroupResult result) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("name", request.name());
        outputs.put("resourceGroup", request.resourceGroup());
        outputs.put("id", Objects.requireNonNullElse(result.id(), ""));
        outputs.put("scoringUri", result.scoringUri().toString());
        outputs.put("ip", result.ip());
        result.fqdn().ifPresent(fqdn -> outputs.put("fqdn", fqdn));
        outputs.put("image", result.image());
        result.keysFile().ifPresent(file -> outputs.put("keysFile", file.toString()));
        addEntra(request.auth(), outputs);
        outputs.put("changed", result.changed());
        outputs.put("readyAfterSeconds", seconds(result.ready()));
        return outputs;
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
