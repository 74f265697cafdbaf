package io.github.amlmaven.emulator.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Issues and checks access tokens: JWTs (RFC 7519) signed with ES256 by the emulator's own key. Claims are those of an
 * Entra v1 token of a service principal.
 */
public final class TokenAuthority {

    /** Validity of an access token; Entra's is 60 to 90 minutes. */
    public static final Duration VALIDITY = Duration.ofHours(1);

    /** The issuer ends them earlier, with the job. */
    private static final Duration RUN_VALIDITY = Duration.ofDays(30);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    /** The application role that the emulator's one principal holds in every application. */
    private static final String ROLE = "Model.Score";

    private static final String KEY_ID = "aml-emulator";
    private static final String ALGORITHM = "SHA256withECDSAinP1363Format";

    private final Supplier<KeyPair> keys;
    private final Clock clock;

    /** @param keys asked when there is something to sign or to check */
    public TokenAuthority(Supplier<KeyPair> keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** What a valid token says. */
    public record Claims(String audience, String objectId, String applicationId, String use, Instant expires) {}

    /**
     * How a client has proved who it is.
     *
     * @param credentialClass claim {@code appidacr}: 1 a secret, 2 a certificate or another issuer's token
     * @param managedIdentity claim {@code xms_mirid}: the ARM id of what has the identity; empty for other clients
     */
    record Proof(String credentialClass, String managedIdentity) {

        static final Proof SECRET = new Proof("1", "");
        static final Proof ASSERTION = new Proof("2", "");

        /** Managed identities have certificates of Azure's own. */
        static Proof managedIdentity(String id) {
            return new Proof("2", id);
        }
    }

    /** Why a token is not accepted; {@code code} is ARM's. */
    public static final class InvalidToken extends Exception {
        private static final long serialVersionUID = 1L;
        private final String code;

        InvalidToken(String code, String message) {
            super(message);
            this.code = code;
        }

        public String code() {
            return code;
        }
    }

    /**
     * An access token for a principal.
     *
     * @param audience the resource: {@code https://management.azure.com}, {@code https://ml.azure.com} ...
     */
    public String issue(String audience, String applicationId, String objectId) {
        return issue(audience, applicationId, objectId, Proof.SECRET);
    }

    String issue(String audience, String applicationId, String objectId, Proof proof) {
        return issue(audience, applicationId, objectId, proof, "access", VALIDITY);
    }

    /**
     * A token for the data planes that a running job holds. It is a JWT because azureml-mlflow reads its {@code exp}; {@link
     * #verify} does not take it for an access token.
     */
    public String issueForRun(String run) {
        return issue("https://ml.azure.com", run, run, Proof.SECRET, "run", RUN_VALIDITY);
    }

    /** @param use {@code access} or {@code refresh}; one is not accepted for the other */
    String issue(String audience, String applicationId, String objectId, Proof proof, String use, Duration validity) {
        Instant now = clock.instant();
        ObjectNode header = JsonNodeFactory.instance.objectNode();
        header.put("typ", "JWT").put("alg", "ES256").put("kid", KEY_ID);
        ObjectNode claims = JsonNodeFactory.instance.objectNode();
        if (use.equals("access")) {
            claims.putArray("roles").add(ROLE);
        }
        claims.put("aud", audience)
                .put("iss", "https://sts.windows.net/" + EmulatorOptions.TENANT + "/")
                .put("iat", now.getEpochSecond())
                .put("nbf", now.getEpochSecond())
                .put("exp", now.plus(validity).getEpochSecond())
                .put("appid", applicationId)
                .put("appidacr", proof.credentialClass())
                .put("idtyp", "app")
                .put("oid", objectId)
                .put("sub", objectId)
                .put("tid", EmulatorOptions.TENANT)
                .put("uti", UUID.randomUUID().toString())
                .put("use", use)
                .put("ver", "1.0");
        if (!proof.managedIdentity().isEmpty()) {
            claims.put("xms_mirid", proof.managedIdentity());
        }
        String signed = encode(header) + "." + encode(claims);
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(keys.get().getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + ENCODER.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign a token", e);
        }
    }

    /** Checks signature, kind and times; the audience is the caller's business. */
    public Claims verify(String token) throws InvalidToken {
        return verify(token, "access");
    }

    Claims verify(String token, String use) throws InvalidToken {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            throw new InvalidToken("InvalidAuthenticationToken", "The access token is invalid.");
        }
        JsonNode claims = decode(parts[1]);
        if (!signed(parts)) {
            throw new InvalidToken(
                    "InvalidAuthenticationToken",
                    "The access token validation failure: it was not issued by this emulator.");
        }
        Instant expires = Instant.ofEpochSecond(claims.path("exp").asLong());
        if (!expires.isAfter(clock.instant())) {
            throw new InvalidToken(
                    "ExpiredAuthenticationToken",
                    "The access token expiry UTC time '" + expires + "' is earlier than current UTC time '"
                            + clock.instant() + "'.");
        }
        if (!claims.path("use").asText().equals(use)) {
            throw new InvalidToken("InvalidAuthenticationToken", "The token is not an " + use + " token.");
        }
        return new Claims(
                claims.path("aud").asText(),
                claims.path("oid").asText(),
                claims.path("appid").asText(),
                use,
                expires);
    }

    /**
     * Demands a bearer token for a data plane.
     *
     * @param audience says whether an audience, lower case and without its last slash, is accepted
     * @throws HttpError 401 in ARM's envelope
     */
    public Claims require(Exchange exchange, Predicate<String> audience) {
        String authorization = exchange.header("Authorization").orElse("");
        if (!authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            throw unauthorized(
                    exchange, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");
        }
        try {
            Claims claims = verify(authorization.substring(7).strip());
            String given = claims.audience().replaceAll("/+$", "").toLowerCase(Locale.ROOT);
            if (!audience.test(given)) {
                throw unauthorized(
                        exchange,
                        "InvalidAuthenticationTokenAudience",
                        "The access token has been obtained for wrong audience or resource '" + claims.audience()
                                + "'.");
            }
            return claims;
        } catch (InvalidToken e) {
            throw unauthorized(exchange, e.code(), e.getMessage() == null ? e.code() : e.getMessage());
        }
    }

    private static HttpError unauthorized(Exchange exchange, String code, String message) {
        return HttpError.arm(401, code, message)
                .header(
                        "WWW-Authenticate",
                        "Bearer authorization_uri=\"" + exchange.base() + "/" + EmulatorOptions.TENANT
                                + "\", error=\"invalid_token\", error_description=\"" + message.replace('"', '\'')
                                + "\"");
    }

    /** The public key as JWK set (RFC 7517). */
    ObjectNode keys() {
        ECPublicKey key = (ECPublicKey) keys.get().getPublic();
        ObjectNode set = JsonNodeFactory.instance.objectNode();
        set.putArray("keys")
                .addObject()
                .put("kty", "EC")
                .put("use", "sig")
                .put("alg", "ES256")
                .put("kid", KEY_ID)
                .put("crv", "P-256")
                .put("x", coordinate(key.getW().getAffineX().toByteArray()))
                .put("y", coordinate(key.getW().getAffineY().toByteArray()));
        return set;
    }

    private static String coordinate(byte[] number) {
        byte[] fixed = new byte[32];
        int length = Math.min(number.length, fixed.length);
        System.arraycopy(number, number.length - length, fixed, fixed.length - length, length);
        return ENCODER.encodeToString(fixed);
    }

    private boolean signed(String[] parts) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(keys.get().getPublic());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            return signature.verify(Base64.getUrlDecoder().decode(parts[2]));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private static JsonNode decode(String part) throws InvalidToken {
        try {
            return JSON.readTree(Base64.getUrlDecoder().decode(part));
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidToken("InvalidAuthenticationToken", "The access token is invalid: it is not a JWT.");
        }
    }

    private static String encode(ObjectNode node) {
        try {
            return ENCODER.encodeToString(JSON.writeValueAsBytes(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write a token", e);
        }
    }
}
