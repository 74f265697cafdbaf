package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a registry over HTTP by the distribution API, with the token authentication of the Docker registry. As for
 * Docker, a registry on loopback need not have a trusted certificate, nor TLS.
 */
final class RemoteRegistry implements ImageSource {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final String ACCEPT = String.join(
            ", ", Manifests.OCI_INDEX, Manifests.DOCKER_LIST, Manifests.OCI_MANIFEST, Manifests.DOCKER_MANIFEST);
    private static final int MOST_REDIRECTS = 5;

    private final HttpClient client;
    private final @Nullable String user;
    private final @Nullable String password;
    private final Duration answerLimit;
    private final boolean loopback;
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private volatile URI base;

    /**
     * @param base with or without scheme
     * @param user null for anonymous; empty when the password is a refresh token
     * @param answerLimit how long an answer may take to begin
     */
    RemoteRegistry(
            String base,
            @Nullable String user,
            @Nullable String password,
            Duration connectLimit,
            Duration answerLimit) {
        this.base = URI.create(base.contains("://") ? base : "https://" + base);
        String host = String.valueOf(this.base.getHost());
        this.loopback = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
        this.user = user != null && user.isEmpty() ? RegistryAccess.TOKEN_USER : user;
        this.password = password;
        this.answerLimit = answerLimit;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectLimit);
        if (loopback) {
            builder.sslContext(trustingLoopback());
        }
        this.client = builder.build();
    }

    @Override
    public Optional<Fetched> manifest(String repository, String reference) throws IOException {
        HttpResponse<InputStream> response = get("/v2/" + repository + "/manifests/" + reference, repository, ACCEPT);
        try (InputStream body = response.body()) {
            if (response.statusCode() == 404) {
                return Optional.empty();
            }
            check(response);
            byte[] bytes = body.readNBytes(Manifests.LARGEST + 1);
            if (bytes.length > Manifests.LARGEST) {
                throw new IOException("manifest of " + repository + " is larger than 4 MiB");
            }
            String type = response.headers().firstValue("Content-Type").orElse("");
            Fetched fetched = new Fetched(type.replaceFirst(";.*", "").strip(), new ManifestBytes(bytes));
            if (ImageName.isDigest(reference) && !fetched.digest().equals(reference)) {
                throw new IOException("manifest has digest " + fetched.digest() + ", not " + reference);
            }
            return Optional.of(fetched);
        }
    }

    @Override
    public InputStream blob(String repository, String digest) throws IOException {
        HttpResponse<InputStream> response = get("/v2/" + repository + "/blobs/" + digest, repository, "*/*");
        check(response);
        return response.body();
    }

    private void check(HttpResponse<InputStream> response) throws IOException {
        if (response.statusCode() != 200) {
            response.body().close();
            throw new IOException(response.uri().getHost() + " answered " + response.statusCode() + " to GET "
                    + response.uri().getPath());
        }
    }

    private HttpResponse<InputStream> get(String path, String repository, String accept) throws IOException {
        String authorization = tokens.get(repository);
        HttpResponse<InputStream> response = send(path, accept, authorization);
        if (response.statusCode() == 401) {
            response.body().close();
            String challenge = response.headers().firstValue("WWW-Authenticate").orElse("");
            String fresh = authorize(challenge, repository);
            tokens.put(repository, fresh);
            response = send(path, accept, fresh);
        }
        return redirected(response, accept);
    }

    private HttpResponse<InputStream> send(String path, String accept, @Nullable String authorization)
            throws IOException {
        try {
            return exchange(base.resolve(path), accept, authorization);
        } catch (SSLException e) {
            if (!loopback || !"https".equals(base.getScheme())) {
                throw e;
            }
            // Speaks no TLS; allowed on loopback, as for Docker.
            base = URI.create("http://" + base.getAuthority());
            return exchange(base.resolve(path), accept, authorization);
        }
    }

    private HttpResponse<InputStream> exchange(URI uri, String accept, @Nullable String authorization)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(answerLimit)
                .header("Accept", accept)
                .GET();
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading from " + uri.getHost(), e);
        }
    }

    /** Follows to a storage host without the registry's token, which is none of its business. */
    private HttpResponse<InputStream> redirected(HttpResponse<InputStream> first, String accept) throws IOException {
        HttpResponse<InputStream> response = first;
        for (int i = 0; i < MOST_REDIRECTS && response.statusCode() / 100 == 3; i++) {
            String location = response.headers().firstValue("Location").orElse("");
            response.body().close();
            response = exchange(response.uri().resolve(location), accept, null);
        }
        return response;
    }

    private String authorize(String challenge, String repository) throws IOException {
        String basic = user == null
                ? ""
                : "Basic "
                        + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        if (!challenge.regionMatches(true, 0, "Bearer", 0, 6)) {
            if (basic.isEmpty()) {
                throw new IOException(base.getHost() + " wants credentials");
            }
            return basic;
        }
        Map<String, String> parameters = new HashMap<>();
        Matcher matcher = PARAMETER.matcher(challenge);
        while (matcher.find()) {
            parameters.put(matcher.group(1), matcher.group(2));
        }
        String realm = parameters.getOrDefault("realm", "");
        String scope = parameters.getOrDefault("scope", "repository:" + repository + ":pull");
        URI uri = URI.create(realm + (realm.contains("?") ? "&" : "?") + "service="
                + encode(parameters.getOrDefault("service", "")) + "&scope=" + encode(scope));
        HttpResponse<InputStream> response = exchange(uri, "application/json", basic.isEmpty() ? null : basic);
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException(uri.getHost() + " gave no token for " + scope + ": " + response.statusCode());
            }
            JsonNode json = JSON.readTree(body);
            return "Bearer "
                    + json.path("access_token").asText(json.path("token").asText());
        }
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static SSLContext trustingLoopback() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    /** For loopback only, where there is no network to listen on. */
    private static final class AnyCertificate extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
