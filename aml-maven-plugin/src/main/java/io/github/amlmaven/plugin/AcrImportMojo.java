package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.ImageDigests;
import io.github.amlmaven.core.registry.ImageImport;
import io.github.amlmaven.core.registry.ImageImportRequest;
import io.github.amlmaven.core.registry.ImageImportRequest.Source;
import io.github.amlmaven.core.registry.ImageImportResult;
import io.github.amlmaven.core.registry.ImageName;
import io.github.amlmaven.core.registry.RegistryAccess;
import io.github.amlmaven.core.registry.RegistryLogin;
import io.github.amlmaven.plugin.config.SettingsServers;
import io.github.amlmaven.plugin.config.TimeLimit;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Copies an image from one registry into an Azure container registry, on the service's side, and verifies its digest
 * afterwards: {@code mvn aml:acr-import -Daml.import.source=mcr.microsoft.com/azureml/base:1}. Needs no project.
 */
@Mojo(name = "acr-import", requiresProject = false, threadSafe = true)
public final class AcrImportMojo extends AbstractWorkspaceMojo {

    /**
     * The image to copy, by tag or digest, with its registry: {@code mcr.microsoft.com/azureml/base:1}. With
     * {@code sourceRegistryId} without the registry.
     */
    @Parameter(property = "aml.import.source", required = true)
    private String source;

    /** The ARM id of the source registry, when it is Azure's in another subscription. */
    @Parameter(property = "aml.import.sourceRegistryId")
    private @Nullable String sourceRegistryId;

    /** The {@code <server>} of settings.xml with user and password of the source registry. */
    @Parameter(property = "aml.import.sourceServerId")
    private @Nullable String sourceServerId;

    /** The names that the image gets, {@code repository:tag}. Default: the source's own. */
    @Parameter(property = "aml.import.targets")
    private List<String> targets = List.of();

    /** The name of the registry that gets the image. Default: that of the workspace. */
    @Parameter(property = "aml.import.registry")
    private @Nullable String registry;

    /** The resource group of that registry. Default: that of the workspace's registry. */
    @Parameter(property = "aml.import.resourceGroup")
    private @Nullable String registryResourceGroup;

    /** Whether a target tag that names another image already is moved. */
    @Parameter(property = "aml.import.force", defaultValue = "false")
    private boolean force;

    /** The digest that the image must have, {@code sha256:...}. Default: that of the source, where it can be read. */
    @Parameter(property = "aml.import.digest")
    private @Nullable String digest;

    /** How long to wait. */
    @Parameter(property = "aml.import.timeout", defaultValue = "30m")
    private String timeout;

    @Override
    protected GoalOutcome run(Progress progress) {
        AzureClients clients = connect(progress);
        ImageImport images = new ImageImport(
                clients.containerRegistries(), new ImageDigests(clients.httpClient(), clients.credential()), progress);
        ImageImportRequest request = request(clients, images);
        if (dryRun()) {
            List<String> names = images.plan(request);
            return GoalOutcome.dryRun(
                    "Would import " + source + " as " + String.join(", ", names), Map.of("images", names));
        }
        ImageImportResult result = images.run(request);
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("images", result.images());
        outputs.put("image", result.images().get(0));
        outputs.put("digest", result.digest());
        outputs.put("verified", result.verified().isPresent());
        String sentence = String.join(", ", result.images()) + " is " + result.digest();
        return result.changed()
                ? GoalOutcome.done("Imported: " + sentence, outputs)
                : GoalOutcome.upToDate("Imported already: " + sentence, outputs);
    }

    /** What the parameters ask for. */
    ImageImportRequest request(AzureClients clients, ImageImport images) {
        ImageName image = ImageName.parse(source);
        Source from = from(image, images);
        ImageName bare = new ImageName(Optional.empty(), image.repository(), image.tag(), image.digest());
        // The ids of resource groups and registries have the same form everywhere: .../resourceGroups/{4}/.../{8}.
        String[] home = registry == null || registryResourceGroup == null
                ? new RegistryLogin(clients).workspaceRegistryId().split("/", -1)
                : new String[0];
        Duration limit = TimeLimit.of("aml.import.timeout", timeout);
        return new ImageImportRequest(
                registryResourceGroup == null ? home[4] : registryResourceGroup,
                registry == null ? home[8] : registry,
                from,
                bare,
                targets,
                force,
                Optional.ofNullable(digest),
                limit,
                clients.waitUpTo(limit).interval());
    }

    private Source from(ImageName image, ImageImport images) {
        if (sourceRegistryId != null) {
            return new Source.Resource(sourceRegistryId);
        }
        String host = image.registry()
                .orElseThrow(() -> AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID, "the source '" + source + "' names no registry")
                        .remedy("Write <source>registry/repository:tag</source>, or set <sourceRegistryId>.")
                        .build());
        requireOnline(URI.create("https://" + host), "copies an image from " + host);
        Optional<RegistryAccess> login = Optional.ofNullable(sourceServerId).map(id -> {
            SettingsServers.Login user = servers().login(session(), id);
            return new RegistryAccess(host, user.username(), user.password(), false);
        });
        return images.source(host, login);
    }
}
