package io.github.amlmaven.core.image.layer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.RegistryAuthenticationFailedException;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.http.Header;
import org.apache.http.HttpHeaders;
import org.apache.http.HttpResponse;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpDelete;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.util.EntityUtils;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one repository of a registry
 * (https://github.com/opencontainers/distribution-spec/blob/main/spec.md), for what Jib's client has no words for: uploads
 * that are taken up where they broke off, digests that are known only at the end, media types that Jib does not write.
 * Signs in as the registry asks (https://distribution.github.io/distribution/spec/auth/token/) with one user and password.
 * Safe for use by several threads.
 */
final class RegistryConnection implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final int CONNECTIONS = 16;
    private static final int CONNECT_MILLIS = 20_000;

    /** A registry may take its time at the end of a large blob. */
    private static final int ANSWER_MILLIS = 300_000;

    private final RepositoryClient.Repository repository;
    private final Progress progress;
    private final CloseableHttpClient http;
    private final Set<String> mountedFrom = new TreeSet<>();
    private @Nullable URI root;
    private @Nullable String authorization;

    RegistryConnection(RepositoryClient.Repository repository, Progress progress) {
        this.repository = repository;
        this.progress = progress;
        HttpClientBuilder builder = HttpClients.custom()
                .useSystemProperties()
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableContentCompression()
                .setUserAgent("aml-maven-plugin")
                .setMaxConnPerRoute(CONNECTIONS)
                .setMaxConnTotal(CONNECTIONS)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setConnectionRequestTimeout(CONNECT_MILLIS)
                        .setSocketTimeout(ANSWER_MILLIS)
                        .build());
        this.http =
                builder.setSSLSocketFactory(new RegistryTls(repository.local())).build();
    }

    /**
     * What came back.
     *
     * @param status HTTP status
     * @param location absolute; where an upload goes on
     * @param range the last byte of an upload that the registry has; empty when it says nothing
     * @param text the body of a small answer
     * @param type the body's media type
     */
    record Answer(int status, Optional<URI> location, Optional<Long> range, String text, String type) {}

    /** Something that can be sent again, with a fresh token. */
    interface Call {
        HttpUriRequest request(URI repository) throws IOException;
    }

    /**
     * Whether the repository now has the blob from another one of the registry, so that nothing is to be sent. Not when that one
     * may not be read, which costs no more than sending.
     */
    boolean mount(String digest, String from) {
        mayMountFrom(from);
        String query = "?mount=" + encoded(digest) + "&from=" + encoded(from);
        Answer answer;
        try {
            answer = send(base -> new HttpPost(base.resolve("blobs/uploads/" + query)));
        } catch (IOException e) {
            progress.debug(digest + " cannot be mounted from " + from + ": " + e.getMessage());
            mayNotMountFrom(from);
            return false;
        }
        // A registry that does not mount begins an upload instead.
        answer.location().filter(session -> answer.status() == 202).ifPresent(this::withdraw);
        return answer.status() == 201;
    }

    /** Gives up an upload. */
    void withdraw(URI session) {
        try {
            send(base -> new HttpDelete(session));
        } catch (IOException e) {
            // The registry forgets it by itself after a time.
            progress.debug("An upload that is not needed cannot be withdrawn: " + e);
        }
    }

    /** Makes later tokens good for reading another repository of the registry. */
    private synchronized void mayMountFrom(String other) {
        if (mountedFrom.add(other)) {
            authorization = null;
        }
    }

    private synchronized void mayNotMountFrom(String other) {
        mountedFrom.remove(other);
        authorization = null;
    }

    /** Sends a request; one that is refused for want of a token is sent a second time. */
    Answer send(Call call) throws IOException {
        URI base = URI.create(root() + "v2/" + repository.name() + "/");
        String used = authorization();
        Answer answer = once(call.request(base), base, used);
        if (answer.status() == 401) {
            // Not whatever is the latest by then: another thread may just have given that up for one that is good for
            // more.
            String token = signIn(used);
            answer = once(call.request(base), base, token);
        }
        if (answer.status() == 401 || answer.status() == 403) {
            throw new IOException(new RegistryAuthenticationFailedException(
                    repository.registry(), repository.name(), "HTTP " + answer.status() + " " + answer.text()));
        }
        return answer;
    }

    private Answer once(HttpUriRequest request, URI base, @Nullable String authorization) throws IOException {
        // A location may lead to another host, which the registry's password is no business of.
        if (authorization != null && base.getAuthority().equals(request.getURI().getAuthority())) {
            request.setHeader(HttpHeaders.AUTHORIZATION, authorization);
        }
        try (CloseableHttpResponse response = http.execute(request)) {
            byte[] body = response.getEntity() == null ? new byte[0] : EntityUtils.toByteArray(response.getEntity());
            String type = first(response, HttpHeaders.CONTENT_TYPE).orElse("");
            Optional<Long> range = first(response, HttpHeaders.RANGE)
                    .map(text -> Long.parseLong(text.substring(text.lastIndexOf('-') + 1)));
            return new Answer(
                    response.getStatusLine().getStatusCode(),
                    first(response, HttpHeaders.LOCATION)
                            .map(text -> request.getURI().resolve(text)),
                    range,
                    new String(body, StandardCharsets.UTF_8),
                    type);
        }
    }

    private static Optional<String> first(HttpResponse response, String name) {
        return Optional.ofNullable(response.getFirstHeader(name)).map(Header::getValue);
    }

    private synchronized @Nullable String authorization() {
        return authorization;
    }

    /**
     * A registry on this machine may speak plain HTTP; any other must not. Asked in plain words first and without a
     * password: a server with TLS refuses them at once, where one without it may wait for the end of a handshake.
     */
    private synchronized URI root() {
        if (root == null) {
            URI plain = URI.create("http://" + repository.registry() + "/");
            root = repository.local() && answers(plain) ? plain : URI.create("https://" + repository.registry() + "/");
        }
        return root;
    }

    private boolean answers(URI address) {
        try (CloseableHttpResponse response = http.execute(new HttpGet(address.resolve("v2/")))) {
            EntityUtils.consume(response.getEntity());
            int status = response.getStatusLine().getStatusCode();
            return status == 200 || status == 401;
        } catch (IOException e) {
            progress.debug(address + " does not speak plain HTTP: " + e.getMessage());
            return false;
        }
    }

    private synchronized @Nullable String signIn(@Nullable String refused) throws IOException {
        if (authorization != null && !authorization.equals(refused)) {
            return authorization;
        }
        String challenge;
        try (CloseableHttpResponse response = http.execute(new HttpGet(root().resolve("v2/")))) {
            challenge = first(response, HttpHeaders.WWW_AUTHENTICATE).orElse("Basic");
            EntityUtils.consume(response.getEntity());
        }
        Optional<String> basic = repository.credential().map(RegistryConnection::basic);
        authorization = challenge.regionMatches(true, 0, "Bearer", 0, 6) ? token(challenge, basic) : basic.orElse(null);
        return authorization;
    }

    private static String basic(Credential credential) {
        String pair = credential.getUsername() + ":" + credential.getPassword();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private String token(String challenge, Optional<String> basic) throws IOException {
        String realm = "";
        StringBuilder query = new StringBuilder();
        for (Matcher found = PARAMETER.matcher(challenge); found.find(); ) {
            if (found.group(1).equals("realm")) {
                realm = found.group(2);
            } else if (found.group(1).equals("service")) {
                query.append("service=").append(encoded(found.group(2)));
            }
        }
        query.append("&scope=").append(encoded("repository:" + repository.name() + ":pull,push"));
        for (String other : mountedFrom) {
            query.append("&scope=").append(encoded("repository:" + other + ":pull"));
        }
        URI address = URI.create(realm + (realm.contains("?") ? "&" : "?") + query);
        if (!repository.local() && !"https".equals(address.getScheme())) {
            throw new IOException(refusal("its token service " + realm + " does not speak TLS"));
        }
        HttpGet request = new HttpGet(address);
        basic.ifPresent(text -> request.setHeader(HttpHeaders.AUTHORIZATION, text));
        try (CloseableHttpResponse response = http.execute(request)) {
            byte[] body = EntityUtils.toByteArray(response.getEntity());
            if (response.getStatusLine().getStatusCode() != 200) {
                throw new IOException(refusal("HTTP " + response.getStatusLine().getStatusCode()));
            }
            var answer = JSON.readTree(body);
            return "Bearer "
                    + answer.path("token").asText(answer.path("access_token").asText());
        }
    }

    private RegistryAuthenticationFailedException refusal(String why) {
        return new RegistryAuthenticationFailedException(repository.registry(), repository.name(), why);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
