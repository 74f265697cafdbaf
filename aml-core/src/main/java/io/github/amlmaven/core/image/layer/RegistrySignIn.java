package io.github.amlmaven.core.image.layer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.RegistryAuthenticationFailedException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.http.HttpHeaders;
import org.apache.http.NameValuePair;
import org.apache.http.client.entity.UrlEncodedFormEntity;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.client.utils.URLEncodedUtils;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.message.BasicNameValuePair;
import org.apache.http.util.EntityUtils;

/**
 * How a registry is told who asks: by a user and password, or by a token that its token service gives for them
 * (https://distribution.github.io/distribution/spec/auth/token/).
 *
 * @param repository whose credential is used
 * @param http asks the token service
 */
record RegistrySignIn(RepositoryClient.Repository repository, CloseableHttpClient http) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    /**
     * What the header {@code Authorization} is to say; empty without a credential where none is asked for by a token service.
     *
     * @param challenge the registry's {@code WWW-Authenticate}
     * @param access to the repository
     * @param alsoRead further repositories that the token is to be good for
     */
    Optional<String> authorization(String challenge, RegistryConnection.Access access, Set<String> alsoRead)
            throws IOException {
        return challenge.regionMatches(true, 0, "Bearer", 0, 6)
                ? Optional.of(token(challenge, access, alsoRead))
                : repository.credential().map(RegistrySignIn::basic);
    }

    private static String basic(Credential credential) {
        String pair = credential.getUsername() + ":" + credential.getPassword();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private String token(String challenge, RegistryConnection.Access access, Set<String> alsoRead) throws IOException {
        String realm = "";
        List<NameValuePair> query = new ArrayList<>();
        for (Matcher found = PARAMETER.matcher(challenge); found.find(); ) {
            if (found.group(1).equals("realm")) {
                realm = found.group(2);
            } else if (found.group(1).equals("service")) {
                query.add(new BasicNameValuePair("service", found.group(2)));
            }
        }
        query.add(new BasicNameValuePair("scope", "repository:" + repository.name() + ":" + access.actions));
        for (String other : alsoRead) {
            query.add(new BasicNameValuePair("scope", "repository:" + other + ":pull"));
        }
        if (!repository.local() && !realm.startsWith("https://")) {
            throw new IOException(refusal("its token service " + realm + " does not speak TLS"));
        }
        try (CloseableHttpResponse response = http.execute(tokenRequest(realm, query))) {
            byte[] body = EntityUtils.toByteArray(response.getEntity());
            if (response.getStatusLine().getStatusCode() != 200) {
                throw new IOException(refusal("HTTP " + response.getStatusLine().getStatusCode()));
            }
            JsonNode answer = JSON.readTree(body);
            return "Bearer "
                    + answer.path("token").asText(answer.path("access_token").asText());
        }
    }

    /** What {@code docker login} keeps of some registries is a refresh token, which goes another way than a password. */
    private HttpUriRequest tokenRequest(String realm, List<NameValuePair> query) {
        Optional<Credential> credential = repository.credential();
        if (credential.filter(Credential::isOAuth2RefreshToken).isPresent()) {
            query.add(new BasicNameValuePair("client_id", "aml-maven-plugin"));
            query.add(new BasicNameValuePair("grant_type", "refresh_token"));
            query.add(new BasicNameValuePair("refresh_token", credential.get().getPassword()));
            HttpPost request = new HttpPost(URI.create(realm));
            request.setEntity(new UrlEncodedFormEntity(query, StandardCharsets.UTF_8));
            return request;
        }
        HttpGet request = new HttpGet(URI.create(
                realm + (realm.contains("?") ? "&" : "?") + URLEncodedUtils.format(query, StandardCharsets.UTF_8)));
        credential.ifPresent(known -> request.setHeader(HttpHeaders.AUTHORIZATION, basic(known)));
        return request;
    }

    private RegistryAuthenticationFailedException refusal(String why) {
        return new RegistryAuthenticationFailedException(repository.registry(), repository.name(), why);
    }
}
