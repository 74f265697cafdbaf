package io.github.amlmaven.core.image.layer;

import com.google.cloud.tools.jib.api.RegistryAuthenticationFailedException;
import io.github.amlmaven.core.progress.Progress;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.http.Header;
import org.apache.http.HttpHeaders;
import org.apache.http.HttpResponse;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpDelete;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpHead;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.client.protocol.HttpClientContext;
import org.apache.http.conn.util.PublicSuffixMatcher;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.DefaultHttpRequestRetryHandler;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.protocol.HttpContext;
import org.apache.http.util.EntityUtils;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one repository of a registry
 * (https://github.com/opencontainers/distribution-spec/blob/main/spec.md): for what Jib's client has no words for (uploads
 * that are taken up where they broke off, digests that are known only at the end, media types that Jib does not write), and
 * for questions, each of which costs Jib's client a sign-in and a try for every way in which a registry may speak.
 * Signs in when, and as, the registry asks. Safe for use by several threads.
 */
final class RegistryConnection implements AutoCloseable {

    private static final int CONNECTIONS = 16;
    private static final int CONNECT_MILLIS = 20_000;

    /** A registry may take its time at the end of a large blob. */
    private static final int ANSWER_MILLIS = 300_000;

    /** From a registry to the store behind it is one step; more may be a circle. */
    private static final int REDIRECTS = 5;

    private static final Set<String> READS = Set.of(HttpGet.METHOD_NAME, HttpHead.METHOD_NAME);
    private static final int READS_AGAIN = 2;

    private final RepositoryClient.Repository repository;
    private final Access access;
    private final Progress progress;
    private final CloseableHttpClient http;
    private final @Nullable RegistryConnection other;
    private final Set<String> mountedFrom = new TreeSet<>();
    private volatile @Nullable URI root;
    private @Nullable String authorization;

    /** What a token is asked for; some registries refuse to answer who asks for more than he has. */
    enum Access {
        PULL("pull"),
        PUSH("pull,push");

        final String actions;

        Access(String actions) {
            this.actions = actions;
        }
    }

    RegistryConnection(RepositoryClient.Repository repository, Access access, Progress progress) {
        this.repository = repository;
        this.access = access;
        this.progress = progress;
        HttpClientBuilder builder = HttpClients.custom()
                .useSystemProperties()
                .disableRedirectHandling()
                .setRetryHandler(new ReadsAgain())
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
        this.http = builder.setSSLSocketFactory(new RegistryTls(repository.local()))
                // The list of all public suffixes takes time to read; RegistryTls verifies names by its own.
                .setPublicSuffixMatcher(new PublicSuffixMatcher(List.of(), List.of()))
                .build();
        this.other = null;
    }

    private RegistryConnection(RepositoryClient.Repository repository, Access access, RegistryConnection other) {
        this.repository = repository;
        this.access = access;
        this.progress = other.progress;
        this.http = other.http;
        this.other = other;
    }

    /** To another repository of the same registry: over the same sockets, with a token of its own. Ends with this one. */
    RegistryConnection beside(RepositoryClient.Repository neighbour, Access wanted) {
        return new RegistryConnection(neighbour, wanted, this);
    }

    /**
     * What came back.
     *
     * @param status HTTP status
     * @param location absolute; where an upload goes on
     * @param range the last byte of an upload that the registry has; empty when it says nothing
     * @param text the body of a small answer
     * @param type the body's media type
     * @param digest of the content, as the registry says
     */
    record Answer(
            int status,
            Optional<URI> location,
            Optional<Long> range,
            String text,
            String type,
            Optional<String> digest) {}

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
        URI base = base();
        String used = authorization();
        Answer answer = once(call.request(base), used);
        if (answer.status() == 401) {
            // Not whatever is the latest by then: another thread may just have given that up for one that is good for
            // more.
            String token = signIn(used);
            answer = once(call.request(base), token);
        }
        requireAccess(answer);
        return answer;
    }

    /** The body of what a request reads, as it comes: for what is too large to be held. To be closed. */
    InputStream open(Call call) throws IOException {
        URI base = base();
        String used = authorization();
        CloseableHttpResponse response = execute(call.request(base), used);
        if (status(response) == 401) {
            response.close();
            response = execute(call.request(base), signIn(used));
        }
        if (status(response) != 200 || response.getEntity() == null) {
            try (CloseableHttpResponse refusal = response) {
                Answer answer = answer(refusal, base);
                requireAccess(answer);
                throw new IOException(
                        "the registry refuses to show a blob: HTTP " + answer.status() + " " + answer.text());
            }
        }
        CloseableHttpResponse found = response;
        return new FilterInputStream(found.getEntity().getContent()) {
            /** Of the connection, not of the stream, which would read what is left. */
            @Override
            public void close() throws IOException {
                found.close();
            }
        };
    }

    private URI base() {
        return URI.create(root() + "v2/" + repository.name() + "/");
    }

    private void requireAccess(Answer answer) throws IOException {
        if (answer.status() == 401 || answer.status() == 403) {
            throw new IOException(new RegistryAuthenticationFailedException(
                    repository.registry(), repository.name(), "HTTP " + answer.status() + " " + answer.text()));
        }
    }

    private Answer once(HttpUriRequest request, @Nullable String authorization) throws IOException {
        try (CloseableHttpResponse response = execute(request, authorization)) {
            return answer(response, request.getURI());
        }
    }

    /** What is read is followed to where it is: Azure's registry keeps blobs in a storage account. */
    private CloseableHttpResponse execute(HttpUriRequest request, @Nullable String authorization) throws IOException {
        CloseableHttpResponse response = http.execute(authorized(request, authorization));
        URI at = request.getURI();
        for (int led = 0; led < REDIRECTS && request.getMethod().equals(HttpGet.METHOD_NAME); led++) {
            Optional<URI> location = first(response, HttpHeaders.LOCATION).map(at::resolve);
            if (status(response) / 100 != 3 || location.isEmpty()) {
                break;
            }
            response.close();
            at = location.get();
            if (!repository.local() && !"https".equals(at.getScheme())) {
                throw new IOException("the registry leads to " + at.getHost() + ", without TLS");
            }
            HttpGet next = new HttpGet(at);
            next.setHeaders(request.getHeaders(HttpHeaders.ACCEPT));
            response = http.execute(authorized(next, authorization));
        }
        return response;
    }

    /** A location may lead to another host, which the registry's password is no business of. */
    private HttpUriRequest authorized(HttpUriRequest request, @Nullable String authorization) {
        if (authorization != null
                && root().getAuthority().equals(request.getURI().getAuthority())) {
            request.setHeader(HttpHeaders.AUTHORIZATION, authorization);
        }
        return request;
    }

    private static Answer answer(CloseableHttpResponse response, URI asked) throws IOException {
        byte[] body = response.getEntity() == null ? new byte[0] : EntityUtils.toByteArray(response.getEntity());
        return new Answer(
                status(response),
                first(response, HttpHeaders.LOCATION).map(asked::resolve),
                first(response, HttpHeaders.RANGE)
                        .map(text -> Long.parseLong(text.substring(text.lastIndexOf('-') + 1))),
                new String(body, StandardCharsets.UTF_8),
                first(response, HttpHeaders.CONTENT_TYPE).orElse(""),
                first(response, "Docker-Content-Digest"));
    }

    private static int status(HttpResponse response) {
        return response.getStatusLine().getStatusCode();
    }

    /** A question whose answer got lost is asked again, but for the first, whose answer may be that nobody speaks so. */
    private final class ReadsAgain extends DefaultHttpRequestRetryHandler {
        ReadsAgain() {
            super(READS_AGAIN, false);
        }

        @Override
        public boolean retryRequest(IOException failure, int attempt, HttpContext context) {
            String method = HttpClientContext.adapt(context)
                    .getRequest()
                    .getRequestLine()
                    .getMethod();
            return root != null && READS.contains(method) && super.retryRequest(failure, attempt, context);
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
        if (root == null && other != null) {
            root = other.root();
        }
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
        authorization = new RegistrySignIn(repository, http)
                .authorization(challenge, access, mountedFrom)
                .orElse(null);
        return authorization;
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        if (other == null) {
            http.close();
        }
    }
}
