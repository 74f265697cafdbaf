package io.github.amlmaven.core.cloud;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.ExponentialBackoffOptions;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Configuration;
import com.azure.core.util.ConfigurationBuilder;
import com.azure.core.util.Context;
import com.azure.identity.AadCredentialBuilderBase;
import com.azure.identity.AzureCliCredentialBuilder;
import com.azure.identity.AzurePipelinesCredentialBuilder;
import com.azure.identity.ClientAssertionCredentialBuilder;
import com.azure.identity.ClientCertificateCredentialBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import com.azure.identity.WorkloadIdentityCredentialBuilder;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds the links of the {@link CredentialChain} out of azure-identity. */
final class CredentialLinks {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The audience that Entra ID wants in a federated token. */
    private static final String EXCHANGE = "api://AzureADTokenExchange";

    private final CloudEndpoints endpoints;
    private final Map<String, String> env;
    private final HttpClient httpClient;

    CredentialLinks(CloudEndpoints endpoints, Map<String, String> env, HttpClient httpClient) {
        this.endpoints = endpoints;
        this.env = env;
        this.httpClient = httpClient;
    }

    List<CredentialLink> all(Optional<ServicePrincipal> explicit) {
        List<CredentialLink> links = new ArrayList<>();
        links.add(new CredentialLink(
                "Service principal of the configuration",
                true,
                () -> explicit.isPresent() ? Optional.empty() : Optional.of("no <server> of settings.xml is named"),
                () -> principal(explicit.orElseThrow())));
        if (!endpoints.isLocal()) {
            links.add(environment());
            links.add(workloadIdentity());
            links.add(gitHub());
            links.add(azurePipelines());
            links.add(managedIdentity());
            links.add(azureCli());
        }
        return links;
    }

    private CredentialLink environment() {
        return new CredentialLink(
                "Environment variables",
                true,
                () -> missing("AZURE_TENANT_ID", "AZURE_CLIENT_ID")
                        .or(() -> set("AZURE_CLIENT_SECRET") || set("AZURE_CLIENT_CERTIFICATE_PATH")
                                ? Optional.empty()
                                : Optional.of("AZURE_CLIENT_SECRET and AZURE_CLIENT_CERTIFICATE_PATH are not set")),
                () -> principal(new ServicePrincipal(
                        get("AZURE_TENANT_ID"),
                        get("AZURE_CLIENT_ID"),
                        env.get("AZURE_CLIENT_SECRET"),
                        set("AZURE_CLIENT_SECRET") ? null : Path.of(get("AZURE_CLIENT_CERTIFICATE_PATH")),
                        env.get("AZURE_CLIENT_CERTIFICATE_PASSWORD"))));
    }

    private CredentialLink workloadIdentity() {
        return new CredentialLink(
                "Workload identity",
                true,
                () -> missing("AZURE_FEDERATED_TOKEN_FILE", "AZURE_TENANT_ID", "AZURE_CLIENT_ID"),
                () -> entra(new WorkloadIdentityCredentialBuilder(), get("AZURE_TENANT_ID"), get("AZURE_CLIENT_ID"))
                        .tokenFilePath(get("AZURE_FEDERATED_TOKEN_FILE"))
                        .build());
    }

    private CredentialLink gitHub() {
        return new CredentialLink(
                "GitHub Actions OIDC",
                true,
                () -> missing(
                        "ACTIONS_ID_TOKEN_REQUEST_URL",
                        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
                        "AZURE_TENANT_ID",
                        "AZURE_CLIENT_ID"),
                () -> entra(new ClientAssertionCredentialBuilder(), get("AZURE_TENANT_ID"), get("AZURE_CLIENT_ID"))
                        .clientAssertion(this::gitHubToken)
                        .build());
    }

    /** GitHub's job token for Entra ID: {@code GET $ACTIONS_ID_TOKEN_REQUEST_URL&audience=...} -> {@code {"value"}}. */
    private String gitHubToken() {
        HttpRequest request =
                new HttpRequest(HttpMethod.GET, get("ACTIONS_ID_TOKEN_REQUEST_URL") + "&audience=" + EXCHANGE);
        request.setHeader(HttpHeaderName.AUTHORIZATION, "Bearer " + get("ACTIONS_ID_TOKEN_REQUEST_TOKEN"));
        try (HttpResponse response = httpClient.sendSync(request, Context.NONE)) {
            BinaryData body = response.getBodyAsBinaryData();
            if (response.getStatusCode() != 200 || body == null) {
                throw new IllegalStateException("GitHub's token service answered " + response.getStatusCode()
                        + "; the job needs 'permissions: id-token: write'");
            }
            return JSON.readTree(body.toBytes()).path("value").asText();
        } catch (IOException notJson) {
            throw AmlException.of(ErrorCode.CREDENTIAL_REFUSED, "GitHub's token service did not answer JSON")
                    .cause(notJson)
                    .build();
        }
    }

    private CredentialLink azurePipelines() {
        return new CredentialLink(
                "Azure Pipelines service connection",
                true,
                () -> missing(
                        "SYSTEM_OIDCREQUESTURI",
                        "SYSTEM_ACCESSTOKEN",
                        "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
                        "AZURESUBSCRIPTION_TENANT_ID",
                        "AZURESUBSCRIPTION_CLIENT_ID"),
                () -> entra(
                                new AzurePipelinesCredentialBuilder(),
                                get("AZURESUBSCRIPTION_TENANT_ID"),
                                get("AZURESUBSCRIPTION_CLIENT_ID"))
                        .serviceConnectionId(get("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"))
                        .systemAccessToken(get("SYSTEM_ACCESSTOKEN"))
                        .configuration(configuration("SYSTEM_OIDCREQUESTURI"))
                        .build());
    }

    private CredentialLink managedIdentity() {
        return new CredentialLink("Managed identity", false, this::managedIdentityMissing, () -> {
            // Not the shared client: the identity endpoint of the machine is plain HTTP beside any proxy.
            ManagedIdentityCredentialBuilder builder = new ManagedIdentityCredentialBuilder();
            return set("AZURE_CLIENT_ID")
                    ? builder.clientId(get("AZURE_CLIENT_ID")).build()
                    : builder.build();
        });
    }

    /**
     * Whether something is there to ask. The instance metadata service answers 400 to a request without its header;
     * networks and proxies that answer for its address (403) do not count.
     */
    private Optional<String> managedIdentityMissing() {
        if (set("IDENTITY_ENDPOINT") || set("MSI_ENDPOINT")) {
            return Optional.empty();
        }
        String host = env.getOrDefault("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://169.254.169.254");
        try {
            HttpURLConnection probe =
                    (HttpURLConnection) URI.create(host + "/metadata/identity/oauth2/token?api-version=2018-02-01")
                            .toURL()
                            .openConnection(Proxy.NO_PROXY);
            probe.setConnectTimeout(1000);
            probe.setReadTimeout(1000);
            int status = probe.getResponseCode();
            probe.disconnect();
            return status == 400
                    ? Optional.empty()
                    : Optional.of("the metadata service's address answers " + status + " (a network device?)");
        } catch (IOException | IllegalArgumentException nobody) {
            return Optional.of("this machine has no identity endpoint");
        }
    }

    private static CredentialLink azureCli() {
        return new CredentialLink(
                "Azure CLI",
                false,
                Optional::empty,
                () -> new AzureCliCredentialBuilder()
                        .processTimeout(Duration.ofSeconds(20))
                        .build());
    }

    private TokenCredential principal(ServicePrincipal principal) {
        if (principal.secret() != null) {
            return entra(new ClientSecretCredentialBuilder(), principal.tenantId(), principal.clientId())
                    .clientSecret(principal.secret())
                    .build();
        }
        ClientCertificateCredentialBuilder builder =
                entra(new ClientCertificateCredentialBuilder(), principal.tenantId(), principal.clientId());
        String file = String.valueOf(principal.certificate());
        if (file.endsWith(".pfx") || file.endsWith(".p12")) {
            builder.pfxCertificate(file).clientCertificatePassword(passwordOf(principal));
        } else {
            builder.pemCertificate(file);
        }
        return builder.build();
    }

    private static @Nullable String passwordOf(ServicePrincipal principal) {
        return principal.certificatePassword();
    }

    private <T extends AadCredentialBuilderBase<T>> T entra(T builder, String tenant, String client) {
        builder.authorityHost(endpoints.authority() + "/")
                .tenantId(tenant)
                .clientId(client)
                .httpClient(httpClient)
                .retryOptions(
                        endpoints.isLocal()
                                ? new RetryOptions(new FixedDelayOptions(1, Duration.ofMillis(50)))
                                : new RetryOptions(new ExponentialBackoffOptions().setMaxRetries(3)));
        if (endpoints.isLocal()) {
            // Discovery would ask login.microsoftonline.com first.
            builder.disableInstanceDiscovery();
        }
        return builder;
    }

    private Configuration configuration(String... names) {
        ConfigurationBuilder builder = new ConfigurationBuilder();
        for (String name : names) {
            builder.putProperty(name, get(name));
        }
        return builder.build();
    }

    private Optional<String> missing(String... names) {
        List<String> absent = List.of(names).stream().filter(name -> !set(name)).toList();
        return absent.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(", ", absent) + (absent.size() == 1 ? " is not set" : " are not set"));
    }

    private boolean set(String name) {
        return !get(name).isBlank();
    }

    private String get(String name) {
        return env.getOrDefault(name, "");
    }
}
