package io.github.amlmaven.plugin;

import com.azure.core.http.HttpClient;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.cloud.CloudEndpoints;
import io.github.amlmaven.core.cloud.CredentialChain;
import io.github.amlmaven.core.cloud.ServicePrincipal;
import io.github.amlmaven.core.cloud.Transport;
import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.cloud.WorkspaceLocator;
import io.github.amlmaven.core.concurrent.Ahead;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.spec.EndpointSpec;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.plugin.config.SettingsServers;
import io.github.amlmaven.plugin.local.LocalCloud;
import io.github.amlmaven.plugin.local.RunningEmulator;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** What all goals share that work in a workspace: which cloud, which workspace, which identity. */
public abstract class AbstractWorkspaceMojo extends AbstractAmlMojo {

    private static final List<CloudEndpoints> AZURE_CLOUDS =
            List.of(CloudEndpoints.AZURE, CloudEndpoints.CHINA, CloudEndpoints.US_GOVERNMENT);

    /**
     * Which cloud: {@code local} (the emulator; nothing leaves this machine), {@code AzureCloud},
     * {@code AzureChinaCloud} or {@code AzureUSGovernment}. Without it: {@code local} when no workspace is configured
     * anywhere, else {@code AzureCloud}.
     */
    @Parameter(property = "aml.cloud")
    private @Nullable String cloud;

    /**
     * The subscription of the workspace. Like {@code resourceGroup} and {@code workspace} it is looked for here, then in
     * {@code .azureml/config.json} of this folder or one above it, then in the {@code AZUREML_ARM_*} environment
     * variables.
     */
    @Parameter(property = "aml.subscriptionId")
    private @Nullable String subscriptionId;

    /** The resource group of the workspace. */
    @Parameter(property = "aml.resourceGroup")
    private @Nullable String resourceGroup;

    /** The name of the workspace. */
    @Parameter(property = "aml.workspace")
    private @Nullable String workspace;

    /**
     * The {@code <server>} of settings.xml that holds the identity: the client id as {@code <username>}, the client
     * secret as {@code <password>} (encrypted or not), the tenant as {@code <tenantId>} in its {@code <configuration>}.
     * Without it the environment, workload identity, the CI system's OIDC, managed identity and the Azure CLI are tried in
     * this order; {@code aml:whoami} tells what each of them said.
     */
    @Parameter(property = "aml.serverId")
    private @Nullable String serverId;

    /**
     * Where the emulator keeps its state. Default: {@code .aml/emulator/<workspace>} in the user's home.
     */
    @Parameter(property = "aml.emulator.home")
    private @Nullable File emulatorHome;

    /** Whether the emulator's registry may fetch base images from public registries. */
    @Parameter(property = "aml.emulator.upstream", defaultValue = "true")
    private boolean emulatorUpstream;

    @Inject
    private LocalCloud localCloud;

    @Inject
    private SettingsServers servers;

    /** The endpoint that a YAML file describes; empty when there is no such file. */
    final Optional<EndpointSpec> described(@Nullable File file) {
        return Optional.ofNullable(file)
                .map(this::inProject)
                .filter(Files::isRegularFile)
                .map(found -> new SpecLoader(specReader(), projectDirectory()).endpoint(found));
    }

    /** Its name. */
    final Optional<String> endpointIn(@Nullable File file) {
        return described(file).map(EndpointSpec::name);
    }

    /** The clients for the chosen cloud, workspace and identity. */
    protected final AzureClients connect(Progress progress) {
        Optional<WorkspaceLocator.Found> found = locate();
        if (isLocal(found)) {
            LocalCloud.Connection local = localCloud.connect(emulatorOptions(), session(), progress);
            RunningEmulator emulator = local.emulator();
            return clients(
                    local.endpoints(),
                    Optional.of(local.identity()),
                    new WorkspaceId(emulator.subscriptionId(), emulator.resourceGroup(), emulator.workspace()),
                    progress);
        }
        requireOnline("talks to Azure");
        WorkspaceId id = found.orElseThrow(() -> AmlException.of(
                                ErrorCode.WORKSPACE_NOT_CONFIGURED, "aml:" + goal() + " needs to know the workspace")
                        .build())
                .workspace();
        return clients(endpoints(), servers.servicePrincipal(session(), serverId), id, progress);
    }

    /**
     * What a goal needs of the workspace first, asked on a second thread while the goal checks its own input. Empty when the
     * emulator would have to be started for it: that is for a goal whose input is good.
     */
    final <T> Ahead<Optional<T>> askAhead(Progress progress, Function<AzureClients, T> question) {
        return Ahead.begin(
                "aml-" + goal() + "-sign-in",
                () -> isLocal() && !localCloud.isRunning(emulatorOptions())
                        ? Optional.empty()
                        : Optional.of(ask(progress, question)));
    }

    /** Asks the workspace one thing. */
    final <T> T ask(Progress progress, Function<AzureClients, T> question) {
        try (AzureClients clients = connect(progress)) {
            return question.apply(clients);
        }
    }

    private AzureClients clients(
            CloudEndpoints endpoints, Optional<ServicePrincipal> identity, WorkspaceId id, Progress progress) {
        HttpClient http = Transport.httpClient(endpoints, servers.proxy(session(), endpoints.resourceManager()));
        CredentialChain credential = CredentialChain.of(endpoints, identity, System.getenv(), http);
        return new AzureClients(endpoints, credential, id, progress, http);
    }

    /** A client for an address beyond the chosen cloud, through the proxy of settings.xml. */
    protected final HttpClient httpClient(URI address) {
        return Transport.httpClient(endpoints(), servers.proxy(session(), address));
    }

    /** The workspace that is configured, wherever. */
    protected final Optional<WorkspaceLocator.Found> locate() {
        requireKnownCloud();
        boolean namedLocal = CloudEndpoints.LOCAL.equals(cloud);
        return namedLocal
                ? Optional.empty()
                : new WorkspaceLocator(System.getenv())
                        .locate(subscriptionId, resourceGroup, workspace, projectDirectory());
    }

    /** Whether the cloud is this machine. */
    protected final boolean isLocal() {
        return isLocal(locate());
    }

    private boolean isLocal(Optional<WorkspaceLocator.Found> found) {
        return CloudEndpoints.LOCAL.equals(cloud) || (cloud == null && found.isEmpty());
    }

    private CloudEndpoints endpoints() {
        return AZURE_CLOUDS.stream()
                .filter(known -> known.name().equals(cloud))
                .findFirst()
                .orElse(CloudEndpoints.AZURE);
    }

    private void requireKnownCloud() {
        List<String> known = Stream.concat(
                        Stream.of(CloudEndpoints.LOCAL), AZURE_CLOUDS.stream().map(CloudEndpoints::name))
                .toList();
        if (cloud != null && !known.contains(cloud)) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "Unknown cloud '" + cloud + "'" + Suggestion.sentence(cloud, known))
                    .remedy("Set <cloud> or -Daml.cloud to " + String.join(", ", known) + ".")
                    .build();
        }
    }

    /** How the emulator of this workspace is started. */
    protected final EmulatorOptions emulatorOptions() {
        String name = workspace == null ? EmulatorOptions.DEFAULT_WORKSPACE : workspace;
        File home = emulatorHome == null
                ? new File(System.getProperty("user.home"), ".aml/emulator/" + name)
                : emulatorHome;
        return new EmulatorOptions(
                home.toPath().toAbsolutePath().normalize(),
                0,
                0,
                subscriptionId == null ? EmulatorOptions.DEFAULT_SUBSCRIPTION : subscriptionId,
                resourceGroup == null ? EmulatorOptions.DEFAULT_RESOURCE_GROUP : resourceGroup,
                name,
                true,
                emulatorUpstream);
    }

    /** Whether what runs in the workspace ends with this build, because the emulator does. */
    protected final boolean endsWithBuild() {
        return isLocal()
                && RunningEmulator.in(emulatorOptions().home())
                        .filter(emulator ->
                                emulator.pid() == ProcessHandle.current().pid())
                        .isPresent();
    }

    /** The emulator as a cloud, for goals that run the emulator whatever cloud is configured. */
    protected final LocalCloud localCloud() {
        return localCloud;
    }

    /** The servers of settings.xml, for goals that need a second credential. */
    protected final SettingsServers servers() {
        return servers;
    }
}
