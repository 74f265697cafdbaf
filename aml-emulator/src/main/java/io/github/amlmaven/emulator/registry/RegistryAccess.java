package io.github.amlmaven.emulator.registry;

import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.registry.Registries.Registry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Decides who may do what in a registry. */
final class RegistryAccess {

    /** The user name that stands for "the password is a refresh token". */
    static final String TOKEN_USER = "00000000-0000-0000-0000-000000000000";

    private final Registries registries;
    private final RegistryTokens tokens;

    RegistryAccess(Registries registries, RegistryTokens tokens) {
        this.registries = registries;
        this.tokens = tokens;
    }

    /** A user name with its password. */
    record Basic(String user, String password) {
        @Override
        public String toString() {
            return "Basic[" + user + "]";
        }

        static Optional<Basic> of(Exchange exchange) {
            String header = exchange.header("Authorization").orElse("");
            if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
                return Optional.empty();
            }
            try {
                byte[] bytes = Base64.getDecoder().decode(header.substring(6).strip());
                String pair = new String(bytes, StandardCharsets.UTF_8);
                int colon = pair.indexOf(':');
                return colon < 0
                        ? Optional.empty()
                        : Optional.of(new Basic(pair.substring(0, colon), pair.substring(colon + 1)));
            } catch (IllegalArgumentException e) {
                // Not base64: no credentials, the caller answers 401.
                return Optional.empty();
            }
        }
    }

    /** Whether these are the enabled admin user's, or a refresh token of this registry. */
    boolean accepts(Registry registry, Basic basic) {
        if (basic.user().equals(TOKEN_USER)) {
            return tokens.validRefresh(registry.name(), basic.password());
        }
        return registries.adminEnabled(registry)
                && basic.user().toLowerCase(Locale.ROOT).equals(registry.name())
                && (same(basic.password(), registry.password()) || same(basic.password(), registry.password2()));
    }

    private static boolean same(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    /** For requests that need no right but to be somebody: {@code GET /v2/}. */
    Registry signedIn(Exchange exchange) {
        Registry registry = registry(exchange);
        if (holds(exchange, registry).isEmpty()) {
            throw challenge(
                    exchange, registry, "", exchange.header("Authorization").isPresent() ? "invalid_token" : "");
        }
        return registry;
    }

    /**
     * @param type {@code repository} or {@code registry}
     * @param action {@code pull}, {@code push}, {@code delete}, {@code metadata_read} ...
     * @param alternatives actions that include the wanted one
     * @throws HttpError 401 with the challenge that names the scope
     */
    Registry require(Exchange exchange, String type, String name, String action, String... alternatives) {
        Registry registry = registry(exchange);
        if (allowed(exchange, registry, type, name, action, alternatives)) {
            return registry;
        }
        boolean known = exchange.header("Authorization").isPresent();
        String asked = action.equals("push") ? "pull,push" : action;
        String error = !known ? "" : holds(exchange, registry).isPresent() ? "insufficient_scope" : "invalid_token";
        throw challenge(exchange, registry, type + ":" + name + ":" + asked, error);
    }

    boolean allowed(
            Exchange exchange, Registry registry, String type, String name, String action, String... alternatives) {
        Optional<List<RegistryTokens.Access>> held = holds(exchange, registry);
        if (held.isEmpty()) {
            return exchange.header("Authorization").isEmpty()
                    && action.equals("pull")
                    && registries.anonymousPull(registry);
        }
        for (RegistryTokens.Access access : held.get()) {
            if (access.equals(ALL) || access.allows(type, name, action)) {
                return true;
            }
            for (String alternative : alternatives) {
                if (access.allows(type, name, alternative)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static final RegistryTokens.Access ALL = new RegistryTokens.Access("*", "*", List.of("*"));

    private Optional<List<RegistryTokens.Access>> holds(Exchange exchange, Registry registry) {
        String header = exchange.header("Authorization").orElse("");
        if (header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return tokens.validAccess(registry.name(), header.substring(7).strip());
        }
        return Basic.of(exchange).filter(basic -> accepts(registry, basic)).map(basic -> List.of(ALL));
    }

    /** The registry that the client addressed. */
    Registry registry(Exchange exchange) {
        exchange.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
        return registries
                .at(exchange.base())
                .orElseThrow(() -> OciErrors.of(404, "NAME_UNKNOWN", "no registry answers at " + exchange.base()));
    }

    private static HttpError challenge(Exchange exchange, Registry registry, String scope, String error) {
        String authority = exchange.base().getAuthority();
        StringBuilder header = new StringBuilder("Bearer realm=\"")
                .append(exchange.base())
                .append("/oauth2/token\",service=\"")
                .append(authority)
                .append('"');
        if (!scope.isEmpty()) {
            header.append(",scope=\"").append(scope).append('"');
        }
        if (!error.isEmpty()) {
            header.append(",error=\"").append(error).append('"');
        }
        return OciErrors.of(
                        401,
                        "UNAUTHORIZED",
                        "authentication required by registry " + registry.name() + ", visit "
                                + "https://aka.ms/acr/authorization for more information.")
                .header("WWW-Authenticate", header.toString());
    }
}
