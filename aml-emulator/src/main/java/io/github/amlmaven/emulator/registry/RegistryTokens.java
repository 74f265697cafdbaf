package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A registry's refresh and access tokens: JWTs signed by the emulator. azure-containers-containerregistry decodes the payload
 * with the plain Base64 alphabet and reads {@code exp} from the top level of it, so the payload is kept to characters whose
 * encoding is the same in both alphabets, and {@code exp} comes first.
 */
final class RegistryTokens {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Duration REFRESH_VALIDITY = Duration.ofHours(3);
    private static final Duration ACCESS_VALIDITY = Duration.ofMinutes(75);
    private static final Pattern SCOPE_TEXT = Pattern.compile("[a-zA-Z0-9._/:*,-]+");

    private static final Set<String> TYPES = Set.of("repository", "registry");

    private final byte[] secret;
    private final Clock clock;

    RegistryTokens(DocumentStore store, Clock clock) {
        byte[] fresh = new byte[32];
        new SecureRandom().nextBytes(fresh);
        ObjectNode document = JsonNodeFactory.instance
                .objectNode()
                .put("value", HexFormat.of().formatHex(fresh));
        store.putIfAbsent("registry.secrets", "token", document);
        String value = store.get("registry.secrets", "token")
                .orElseThrow()
                .path("value")
                .asText();
        this.secret = HexFormat.of().parseHex(value);
        this.clock = clock;
    }

    /**
     * What a token allows on one resource.
     *
     * @param type {@code repository} or {@code registry}
     */
    record Access(String type, String name, List<String> actions) {

        boolean allows(String wantedType, String wantedName, String action) {
            return type.equals(wantedType)
                    && name.equals(wantedName)
                    && (actions.contains(action) || actions.contains("*"));
        }

        /** Reads {@code repository:a/b:pull,push}; several are joined by spaces. Malformed ones are left out. */
        static List<Access> parse(String scopes) {
            List<Access> list = new ArrayList<>();
            for (String scope : scopes.split(" ", -1)) {
                int first = scope.indexOf(':');
                int last = scope.lastIndexOf(':');
                if (first > 0 && last > first && SCOPE_TEXT.matcher(scope).matches()) {
                    String type = scope.substring(0, first).equals("artifact-repository")
                            ? "repository"
                            : scope.substring(0, first);
                    if (TYPES.contains(type)) {
                        List<String> actions = List.of(scope.substring(last + 1).split(",", -1));
                        list.add(new Access(type, scope.substring(first + 1, last), actions));
                    }
                }
            }
            return list;
        }
    }

    String refresh(String registry) {
        return issue(registry, "refresh_token", REFRESH_VALIDITY, List.of());
    }

    String access(String registry, List<Access> access) {
        return issue(registry, "access_token", ACCESS_VALIDITY, access);
    }

    boolean validRefresh(String registry, String token) {
        return verify(registry, "refresh_token", token).isPresent();
    }

    /** What a valid access token allows; empty when it is not valid. */
    Optional<List<Access>> validAccess(String registry, String token) {
        return verify(registry, "access_token", token).map(payload -> {
            List<Access> list = new ArrayList<>();
            for (JsonNode access : payload.path("access")) {
                List<String> actions = new ArrayList<>();
                access.path("actions").forEach(action -> actions.add(action.asText()));
                list.add(new Access(
                        access.path("type").asText(), access.path("name").asText(), actions));
            }
            return list;
        });
    }

    private String issue(String registry, String grant, Duration validity, List<Access> access) {
        Instant now = clock.instant();
        ObjectNode header =
                JsonNodeFactory.instance.objectNode().put("alg", "HS256").put("typ", "JWT");
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("exp", now.plus(validity).getEpochSecond())
                .put("nbf", now.minusSeconds(300).getEpochSecond())
                .put("iat", now.getEpochSecond())
                .put("iss", "Azure Container Registry")
                .put("aud", registry)
                .put("grant_type", grant)
                .put("version", "1.0")
                .put("jti", UUID.randomUUID().toString());
        if (grant.equals("access_token")) {
            var list = payload.putArray("access");
            for (Access one : access) {
                ObjectNode node = list.addObject().put("type", one.type()).put("name", one.name());
                one.actions().forEach(node.putArray("actions")::add);
            }
        }
        String signed = encode(header) + "." + encode(payload);
        return signed + "." + ENCODER.encodeToString(sign(signed));
    }

    private Optional<JsonNode> verify(String registry, String grant, String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        JsonNode payload;
        try {
            byte[] signature = Base64.getUrlDecoder().decode(parts[2]);
            if (!MessageDigest.isEqual(signature, sign(parts[0] + "." + parts[1]))) {
                return Optional.empty();
            }
            payload = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
        } catch (IOException | IllegalArgumentException e) {
            // Not one of ours; the caller answers 401.
            return Optional.empty();
        }
        boolean good = payload.path("aud").asText().equals(registry)
                && payload.path("grant_type").asText().equals(grant)
                && payload.path("exp").asLong() > clock.instant().getEpochSecond();
        return good ? Optional.of(payload) : Optional.empty();
    }

    private byte[] sign(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    private static String encode(ObjectNode node) {
        return ENCODER.encodeToString(node.toString().getBytes(StandardCharsets.UTF_8));
    }
}
