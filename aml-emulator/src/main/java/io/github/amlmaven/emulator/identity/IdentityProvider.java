package io.github.amlmaven.emulator.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.identity.TokenAuthority.Claims;
import io.github.amlmaven.emulator.identity.TokenAuthority.InvalidToken;
import io.github.amlmaven.emulator.identity.TokenAuthority.Proof;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Entra ID's token endpoint, its discovery documents, and the two managed-identity endpoints (IMDS, App Service). Knows
 * one tenant and one service principal; the managed identity is that principal too, and says so in its tokens.
 */
public final class IdentityProvider implements Provider {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> TENANT_NAMES =
            Set.of(EmulatorOptions.TENANT, "adfs", "common", "organizations", "local");
    private static final Duration REFRESH_VALIDITY = Duration.ofDays(90);

    private final TokenAuthority tokens;
    private final BootstrapCredentials credentials;
    private final Clock clock;
    private final String managedIdentity;

    public IdentityProvider(
            TokenAuthority tokens, BootstrapCredentials credentials, Clock clock, EmulatorOptions options) {
        this.managedIdentity = "/subscriptions/" + options.subscriptionId() + "/resourcegroups/"
                + options.resourceGroup() + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/local";
        this.tokens = tokens;
        this.credentials = credentials;
        this.clock = clock;
    }

    @Override
    public void declare(Routes routes) {
        routes.add("POST", "/{tenant}/oauth2/v2.0/token", this::version2);
        routes.add("POST", "/{tenant}/oauth2/token", this::version1);
        routes.add("GET", "/{tenant}/v2.0/.well-known/openid-configuration", this::configuration);
        routes.add("GET", "/{tenant}/.well-known/openid-configuration", this::configuration);
        // MSAL appends "adfs" to an authority that ends in it already.
        routes.add("GET", "/{tenant}/adfs/.well-known/openid-configuration", this::configuration);
        routes.add("GET", "/{tenant}/discovery/v2.0/keys", exchange -> exchange.send(200, tokens.keys()));
        routes.add("GET", "/common/discovery/instance", this::instances);
        routes.add("GET", "/metadata/identity/oauth2/token", this::instanceMetadata);
        routes.add("GET|POST", "/msi/token", this::appService);
    }

    private void version2(Exchange exchange) throws IOException {
        Map<String, String> form = exchange.form();
        String principal = principal(exchange, form);
        String audience = audience(exchange, form.getOrDefault("scope", ""));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("token_type", "Bearer")
                .put("expires_in", TokenAuthority.VALIDITY.toSeconds() - 1)
                .put("ext_expires_in", TokenAuthority.VALIDITY.toSeconds() - 1)
                .put("access_token", tokens.issue(audience, principal, credentials.objectId(), proof(form)));
        addRefreshToken(answer, form, principal);
        exchange.setHeader("Cache-Control", "no-store, no-cache");
        exchange.send(200, answer);
    }

    /** The older form, also ADFS's: {@code resource} instead of {@code scope}, numbers as text. */
    private void version1(Exchange exchange) throws IOException {
        Map<String, String> form = exchange.form();
        String principal = principal(exchange, form);
        String resource = form.containsKey("resource")
                ? form.get("resource")
                : audience(exchange, form.getOrDefault("scope", ""));
        ObjectNode answer = answer(resource, principal, proof(form));
        answer.put("not_before", Long.toString(clock.instant().getEpochSecond()));
        addRefreshToken(answer, form, principal);
        exchange.setHeader("Cache-Control", "no-store, no-cache");
        exchange.send(200, answer);
    }

    private void addRefreshToken(ObjectNode answer, Map<String, String> form, String principal) {
        if (!"client_credentials".equals(form.get("grant_type"))) {
            answer.put(
                    "refresh_token",
                    tokens.issue(
                            "refresh", principal, credentials.objectId(), Proof.SECRET, "refresh", REFRESH_VALIDITY));
        }
    }

    /** Checks who asks, and says which application that is. */
    private String principal(Exchange exchange, Map<String, String> form) {
        String tenant = exchange.variable("tenant").toLowerCase(Locale.ROOT);
        if (!TENANT_NAMES.contains(tenant)) {
            throw error(EntraError.UNKNOWN_TENANT, exchange, tenant);
        }
        String grant = form.getOrDefault("grant_type", "");
        String clientId = form.getOrDefault("client_id", "");
        switch (grant) {
            case "client_credentials" -> checkClient(exchange, form, clientId);
            case "refresh_token" -> {
                return checkRefreshToken(exchange, form.getOrDefault("refresh_token", ""));
            }
            default -> throw error(EntraError.WRONG_GRANT, exchange, grant);
        }
        return clientId;
    }

    private void checkClient(Exchange exchange, Map<String, String> form, String clientId) {
        if (clientId.isEmpty()) {
            throw error(EntraError.NO_CLIENT_ID, exchange, "client_id");
        }
        if (!clientId.equalsIgnoreCase(credentials.clientId())) {
            throw error(EntraError.UNKNOWN_APPLICATION, exchange, clientId);
        }
        String secret = form.get("client_secret");
        String assertion = form.get("client_assertion");
        if (secret != null) {
            if (!same(secret, credentials.clientSecret())) {
                throw error(EntraError.WRONG_SECRET, exchange, clientId);
            }
        } else if (assertion != null) {
            checkAssertion(exchange, assertion);
        } else {
            throw error(EntraError.NO_SECRET, exchange, "");
        }
    }

    /**
     * A federated token of a CI system. Its signature cannot be checked without asking its issuer; form and expiry are.
     */
    private void checkAssertion(Exchange exchange, String assertion) {
        String[] parts = assertion.split("\\.", -1);
        try {
            JsonNode claims =
                    parts.length == 3 ? JSON.readTree(Base64.getUrlDecoder().decode(parts[1])) : JSON.nullNode();
            if (!claims.isObject()) {
                throw error(EntraError.WRONG_ASSERTION, exchange, "it is not a signed token");
            }
            if (claims.has("exp")
                    && claims.path("exp").asLong() <= clock.instant().getEpochSecond()) {
                throw error(EntraError.WRONG_ASSERTION, exchange, "it has expired");
            }
        } catch (IOException | IllegalArgumentException e) {
            throw error(EntraError.WRONG_ASSERTION, exchange, "it is not a signed token");
        }
    }

    private String checkRefreshToken(Exchange exchange, String refreshToken) {
        try {
            Claims claims = tokens.verify(refreshToken, "refresh");
            return claims.applicationId();
        } catch (InvalidToken e) {
            throw error(EntraError.WRONG_REFRESH_TOKEN, exchange, e.code());
        }
    }

    /** The resource of the first {@code /.default} scope. A double slash means that the audience itself ends in one. */
    private String audience(Exchange exchange, String scope) {
        if (scope.isBlank()) {
            throw error(EntraError.NO_SCOPE, exchange, "");
        }
        return Arrays.stream(scope.strip().split(" +"))
                .filter(one -> one.endsWith("/.default"))
                .map(one -> one.substring(0, one.length() - "/.default".length()))
                .findFirst()
                .orElseThrow(() -> error(EntraError.WRONG_SCOPE, exchange, scope));
    }

    private void configuration(Exchange exchange) throws IOException {
        String tenant = exchange.variable("tenant");
        String authority = exchange.base() + "/" + tenant;
        String version = tenant.equalsIgnoreCase("adfs") ? "/oauth2" : "/oauth2/v2.0";
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("issuer", "https://sts.windows.net/" + EmulatorOptions.TENANT + "/")
                .put("authorization_endpoint", authority + version + "/authorize")
                .put("token_endpoint", authority + version + "/token")
                .put("device_authorization_endpoint", authority + version + "/devicecode")
                .put("jwks_uri", authority + "/discovery/v2.0/keys");
        answer.putArray("response_types_supported").add("code").add("id_token");
        answer.putArray("subject_types_supported").add("pairwise");
        answer.putArray("id_token_signing_alg_values_supported").add("ES256");
        answer.putArray("token_endpoint_auth_methods_supported")
                .add("client_secret_post")
                .add("private_key_jwt");
        exchange.send(200, answer);
    }

    private void instances(Exchange exchange) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put(
                "tenant_discovery_endpoint",
                exchange.base() + "/" + EmulatorOptions.TENANT + "/v2.0/.well-known/openid-configuration");
        answer.put("api-version", "1.1");
        ObjectNode self = answer.putArray("metadata").addObject();
        String authority = exchange.base().getAuthority();
        self.put("preferred_network", authority).put("preferred_cache", authority);
        self.putArray("aliases").add(authority);
        exchange.send(200, answer);
    }

    /** Azure's instance metadata service on a virtual machine. */
    private void instanceMetadata(Exchange exchange) throws IOException {
        if (!exchange.header("Metadata").orElse("").equalsIgnoreCase("true")) {
            throw managedIdentityError(400, "invalid_request", "Required metadata header not specified");
        }
        exchange.send(200, managedIdentityAnswer(exchange));
    }

    /** App Service, Functions and AML compute: {@code IDENTITY_ENDPOINT} with {@code IDENTITY_HEADER}. */
    private void appService(Exchange exchange) throws IOException {
        String header = exchange.header("X-IDENTITY-HEADER")
                .or(() -> exchange.header("secret"))
                .orElse("");
        if (!same(header, credentials.identityHeader())) {
            throw managedIdentityError(403, "forbidden", "The X-IDENTITY-HEADER is missing or wrong.");
        }
        exchange.send(200, managedIdentityAnswer(exchange));
    }

    private static String resource(Exchange exchange) {
        return exchange.query("resource")
                .filter(resource -> !resource.isEmpty())
                .orElseThrow(() ->
                        managedIdentityError(400, "invalid_request", "Required query variable 'resource' is missing"));
    }

    private ObjectNode managedIdentityAnswer(Exchange exchange) {
        String id = exchange.query("mi_res_id")
                .or(() -> exchange.query("msi_res_id"))
                .orElse(managedIdentity);
        return answer(resource(exchange), credentials.clientId(), Proof.managedIdentity(id));
    }

    private static Proof proof(Map<String, String> form) {
        return form.containsKey("client_assertion") && !form.containsKey("client_secret")
                ? Proof.ASSERTION
                : Proof.SECRET;
    }

    private ObjectNode answer(String resource, String applicationId, Proof proof) {
        long validity = TokenAuthority.VALIDITY.toSeconds() - 1;
        return JsonNodeFactory.instance
                .objectNode()
                .put("access_token", tokens.issue(resource, applicationId, credentials.objectId(), proof))
                .put("token_type", "Bearer")
                .put("client_id", applicationId)
                .put("resource", resource)
                .put("expires_in", Long.toString(validity))
                .put("expires_on", Long.toString(clock.instant().getEpochSecond() + validity));
    }

    private static HttpError managedIdentityError(int status, String error, String description) {
        return HttpError.json(
                status,
                JsonNodeFactory.instance.objectNode().put("error", error).put("error_description", description));
    }

    private HttpError error(EntraError error, Exchange exchange, String detail) {
        return error.with(exchange, clock.instant(), detail);
    }

    private static boolean same(String given, String expected) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }
}
