package io.github.amlmaven.core.cloud;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.ProxyOptions;
import com.azure.core.http.policy.BearerTokenAuthenticationPolicy;
import com.azure.core.http.policy.RequestIdPolicy;
import com.azure.core.http.policy.RetryPolicy;
import com.azure.core.http.policy.UserAgentPolicy;
import com.azure.core.management.AzureEnvironment;
import com.azure.core.management.profile.AzureProfile;
import com.azure.resourcemanager.appservice.AppServiceManager;
import com.azure.resourcemanager.containerinstance.ContainerInstanceManager;
import com.azure.resourcemanager.containerregistry.ContainerRegistryManager;
import com.azure.resourcemanager.containerservice.ContainerServiceManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.arm.ArmClient;
import io.github.amlmaven.core.arm.WaitOptions;
import io.github.amlmaven.core.progress.Progress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The clients of one workspace in one cloud under one identity, made when first asked for and shared from then on.
 * Thread-safe.
 */
public final class AzureClients implements AutoCloseable {

    private final CloudEndpoints endpoints;
    private final TokenCredential credential;
    private final WorkspaceId workspace;
    private final Progress progress;
    private final HttpClient httpClient;
    private final Map<String, HttpPipeline> pipelines = new ConcurrentHashMap<>();
    private final Lazy<ArmClient> arm;
    private final Lazy<AppServiceManager> appServices;
    private final Lazy<ContainerInstanceManager> containerInstances;
    private final Lazy<ContainerRegistryManager> containerRegistries;
    private final Lazy<ContainerServiceManager> containerServices;

    public AzureClients(
            CloudEndpoints endpoints, TokenCredential credential, WorkspaceId workspace, Progress progress) {
        this(endpoints, credential, workspace, progress, Optional.empty());
    }

    /** As the other constructor, through a proxy (never for a local cloud). */
    public AzureClients(
            CloudEndpoints endpoints,
            TokenCredential credential,
            WorkspaceId workspace,
            Progress progress,
            Optional<ProxyOptions> proxy) {
        this(endpoints, credential, workspace, progress, Transport.httpClient(endpoints, proxy));
    }

    /** With a client that is shared with the credential. */
    public AzureClients(
            CloudEndpoints endpoints,
            TokenCredential credential,
            WorkspaceId workspace,
            Progress progress,
            HttpClient httpClient) {
        this.endpoints = endpoints;
        this.credential = credential;
        this.workspace = workspace;
        this.progress = progress;
        this.httpClient = httpClient;
        this.arm = new Lazy<>(() -> new ArmClient(management(), endpoints.resourceManager(), progress));
        this.appServices = new Lazy<>(() -> AppServiceManager.authenticate(management(), profile()));
        this.containerInstances = new Lazy<>(() -> ContainerInstanceManager.authenticate(management(), profile()));
        this.containerRegistries = new Lazy<>(() -> ContainerRegistryManager.authenticate(management(), profile()));
        this.containerServices = new Lazy<>(() -> ContainerServiceManager.authenticate(management(), profile()));
    }

    public CloudEndpoints endpoints() {
        return endpoints;
    }

    public WorkspaceId workspace() {
        return workspace;
    }

    public TokenCredential credential() {
        return credential;
    }

    /**
     * A token of the build's own identity, for what is not called by {@link #pipeline}.
     *
     * @param audience the resource that the token is for, without {@code /.default}
     */
    public AccessToken token(String audience) {
        return credential.getTokenSync(new TokenRequestContext().addScopes(audience + "/.default"));
    }

    /** The bare client: no token, no retries. */
    public HttpClient httpClient() {
        return httpClient;
    }

    /**
     * A pipeline that signs in for a resource, retries, and sets a request id.
     *
     * @param audience the resource that the token is for, without {@code /.default}
     */
    public HttpPipeline pipeline(String audience) {
        return pipelines.computeIfAbsent(
                audience,
                resource -> new HttpPipelineBuilder()
                        .httpClient(httpClient)
                        .policies(
                                new UserAgentPolicy("aml-maven-plugin"),
                                new RequestIdPolicy(),
                                retryPolicy(),
                                new OncePost(),
                                new BearerTokenAuthenticationPolicy(credential, resource + "/.default"),
                                new RequestTrace(progress))
                        .build());
    }

    /** A pipeline without a token: for discovery documents and for URLs that carry their own signature. */
    public HttpPipeline anonymousPipeline() {
        return pipelines.computeIfAbsent(
                "",
                none -> new HttpPipelineBuilder()
                        .httpClient(httpClient)
                        .policies(new RequestIdPolicy(), retryPolicy(), new OncePost(), new RequestTrace(progress))
                        .build());
    }

    /** How requests to this cloud are retried: patiently in Azure, shortly on one machine. */
    public RetryPolicy retryPolicy() {
        return new RetryPolicy(endpoints.isLocal() ? ServiceRetry.local(progress) : ServiceRetry.remote(progress));
    }

    /** How to wait for an operation of this cloud: Azure is asked every 5 s, a local cloud ten times a second. */
    public WaitOptions waitUpTo(Duration limit) {
        return endpoints.isLocal() ? new WaitOptions(limit, Duration.ofMillis(100)) : WaitOptions.upTo(limit);
    }

    public ArmClient arm() {
        return arm.get();
    }

    public AppServiceManager appServices() {
        return appServices.get();
    }

    public ContainerInstanceManager containerInstances() {
        return containerInstances.get();
    }

    public ContainerRegistryManager containerRegistries() {
        return containerRegistries.get();
    }

    public ContainerServiceManager containerServices() {
        return containerServices.get();
    }

    /** A job's page for people, as its document names it; what the emulator names there is for programs. */
    public Optional<String> studioPage(JsonNode job) {
        return Optional.of(job.at("/properties/services/Studio/endpoint").asText(""))
                .filter(page -> !page.isEmpty() && !endpoints.isLocal());
    }

    private HttpPipeline management() {
        return pipeline(endpoints.managementAudience());
    }

    private AzureProfile profile() {
        Map<String, String> urls = new HashMap<>(AzureEnvironment.AZURE.getEndpoints());
        urls.put("resourceManagerEndpointUrl", endpoints.resourceManager() + "/");
        urls.put("activeDirectoryEndpointUrl", endpoints.authority() + "/");
        urls.put("managementEndpointUrl", endpoints.managementAudience());
        return new AzureProfile(null, workspace.subscriptionId(), new AzureEnvironment(urls));
    }

    /** Nothing to release: the JDK's client ends with its last reference, and its threads are daemons. */
    @Override
    public void close() {
        pipelines.clear();
    }

    /** Makes a value once, when first asked. */
    private static final class Lazy<T> {
        private final Supplier<T> make;
        private @Nullable T value;

        Lazy(Supplier<T> make) {
            this.make = make;
        }

        synchronized T get() {
            T made = value;
            if (made == null) {
                made = make.get();
                value = made;
            }
            return made;
        }
    }
}
