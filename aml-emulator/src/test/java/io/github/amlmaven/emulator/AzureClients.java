package io.github.amlmaven.emulator;

import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.BearerTokenAuthenticationPolicy;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.http.rest.SimpleResponse;
import com.azure.core.management.AzureEnvironment;
import com.azure.core.management.polling.PollResult;
import com.azure.core.management.polling.SyncPollerFactory;
import com.azure.core.management.profile.AzureProfile;
import com.azure.core.management.serializer.SerializerFactory;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.core.util.polling.SyncPoller;
import com.azure.identity.ClientSecretCredential;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Microsoft's own clients, pointed at an emulator and trusting nothing but its certificate. */
public final class AzureClients {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    /** Where an emulator is and who may use it. */
    public record Coordinates(
            URI https,
            X509Certificate certificate,
            String clientId,
            String clientSecret,
            String subscriptionId,
            String resourceGroup,
            String workspace) {

        static Coordinates of(Emulator emulator) {
            EmulatorOptions options = emulator.options();
            return new Coordinates(
                    emulator.endpoints().https(),
                    emulator.certificate(),
                    emulator.clientId(),
                    emulator.clientSecret(),
                    options.subscriptionId(),
                    options.resourceGroup(),
                    options.workspace());
        }

        /** From the files that another process left in its home. */
        static Coordinates in(Path home) throws IOException, GeneralSecurityException {
            JsonNode descriptor = JSON.readTree(home.resolve("emulator.json").toFile());
            JsonNode credentials =
                    JSON.readTree(home.resolve("credentials.json").toFile());
            try (InputStream pem = Files.newInputStream(home.resolve("certificate.pem"))) {
                return new Coordinates(
                        URI.create(descriptor.path("https").asText()),
                        (X509Certificate)
                                CertificateFactory.getInstance("X.509").generateCertificate(pem),
                        credentials.path("clientId").asText(),
                        credentials.path("clientSecret").asText(),
                        descriptor.path("subscriptionId").asText(),
                        descriptor.path("resourceGroup").asText(),
                        descriptor.path("workspace").asText());
            }
        }
    }

    private final Coordinates emulator;
    private final HttpClient http;
    private final HttpPipeline pipeline;

    public AzureClients(Emulator emulator) {
        this(Coordinates.of(emulator));
    }

    public AzureClients(Coordinates emulator) {
        this.emulator = emulator;
        this.http = new JdkHttpClientBuilder(java.net.http.HttpClient.newBuilder()
                        .version(java.net.http.HttpClient.Version.HTTP_1_1)
                        .sslContext(trusting(emulator)))
                .build();
        this.pipeline = new HttpPipelineBuilder()
                .httpClient(http)
                .policies(new BearerTokenAuthenticationPolicy(credential(), "https://management.azure.com/.default"))
                .build();
    }

    /** A status with its body, JSON null when there is none. */
    public record Answer(int status, JsonNode body) {}

    public HttpClient http() {
        return http;
    }

    public ClientSecretCredential credential() {
        return credential(emulator.clientSecret());
    }

    public ClientSecretCredential credential(String secret) {
        return new ClientSecretCredentialBuilder()
                .tenantId(EmulatorOptions.TENANT)
                .clientId(emulator.clientId())
                .clientSecret(secret)
                .authorityHost(emulator.https() + "/")
                .disableInstanceDiscovery()
                .httpClient(http)
                .retryOptions(new RetryOptions(new FixedDelayOptions(0, Duration.ofMillis(1))))
                .build();
    }

    public String token(String scope) {
        TokenCredential credential = credential();
        return credential
                .getTokenSync(new TokenRequestContext().addScopes(scope))
                .getToken();
    }

    public AzureProfile profile() {
        Map<String, String> endpoints = new HashMap<>(AzureEnvironment.AZURE.getEndpoints());
        endpoints.put("resourceManagerEndpointUrl", emulator.https() + "/");
        endpoints.put("activeDirectoryEndpointUrl", emulator.https() + "/");
        return new AzureProfile(EmulatorOptions.TENANT, emulator.subscriptionId(), new AzureEnvironment(endpoints));
    }

    /** The ARM path of the emulator's workspace. */
    public String workspace() {
        return "/subscriptions/" + emulator.subscriptionId() + "/resourceGroups/"
                + emulator.resourceGroup() + "/providers/Microsoft.MachineLearningServices/workspaces/"
                + emulator.workspace();
    }

    /** One call with an ARM token; {@code path} may have a query. */
    public Answer call(HttpMethod method, String path, String body) {
        return answer(pipeline.sendSync(request(method, path, body), Context.NONE));
    }

    /** One call as it is, token or none. */
    public Answer send(HttpRequest request) {
        return answer(http.sendSync(request, Context.NONE));
    }

    /**
     * A long-running call, followed to its end by azure-core-management's poller.
     *
     * @return the final status: {@code SUCCESSFULLY_COMPLETED}, {@code FAILED} ...
     */
    public String follow(HttpMethod method, String path, String body) {
        return poller(method, path, body)
                .waitForCompletion(Duration.ofSeconds(60))
                .getStatus()
                .toString();
    }

    public SyncPoller<PollResult<BinaryData>, BinaryData> poller(HttpMethod method, String path, String body) {
        HttpRequest request = request(method, path, body);
        SyncPoller<PollResult<BinaryData>, BinaryData> poller = SyncPollerFactory.create(
                SerializerFactory.createDefaultManagementSerializerAdapter(),
                pipeline,
                BinaryData.class,
                BinaryData.class,
                POLL_INTERVAL,
                () -> {
                    HttpResponse response = pipeline.sendSync(request, Context.NONE);
                    if (response.getStatusCode() >= 400) {
                        throw new IllegalStateException(response.getStatusCode() + " "
                                + response.getBodyAsBinaryData().toString());
                    }
                    return new SimpleResponse<>(
                            request, response.getStatusCode(), response.getHeaders(), response.getBodyAsBinaryData());
                });
        poller.setPollInterval(POLL_INTERVAL);
        return poller;
    }

    private HttpRequest request(HttpMethod method, String path, String body) {
        String version =
                path.contains("api-version=") ? "" : (path.contains("?") ? "&" : "?") + "api-version=2025-12-01";
        HttpRequest request = new HttpRequest(method, emulator.https() + path + version);
        if (!body.isEmpty()) {
            request.setBody(body).setHeader(HttpHeaderName.CONTENT_TYPE, "application/json");
        }
        return request;
    }

    private static Answer answer(HttpResponse response) {
        BinaryData body = response.getBodyAsBinaryData();
        try {
            byte[] bytes = body == null ? new byte[0] : body.toBytes();
            return new Answer(response.getStatusCode(), bytes.length == 0 ? JSON.nullNode() : JSON.readTree(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SSLContext trusting(Coordinates emulator) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("emulator", emulator.certificate());
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
