package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.identity.TokenAuthority;
import io.github.amlmaven.emulator.registry.Registries.Registry;
import io.github.amlmaven.emulator.registry.RegistryTokens.Access;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * ACR's token service: {@code /oauth2/exchange} (Entra ID token to refresh token) and {@code /oauth2/token} (refresh token,
 * password or nothing to access token).
 */
final class OAuthEndpoint {

    private static final Set<String> AUDIENCES = Set.of(
            "https://management.azure.com",
            "https://management.core.windows.net",
            "https://containerregistry.azure.net");

    private final Registries registries;
    private final RegistryAccess access;
    private final RegistryTokens tokens;
    private final TokenAuthority authority;

    OAuthEndpoint(Registries registries, RegistryAccess access, RegistryTokens tokens, TokenAuthority authority) {
        this.registries = registries;
        this.access = access;
        this.tokens = tokens;
        this.authority = authority;
    }

    void declare(Routes routes) {
        routes.add("POST", "/oauth2/exchange", this::exchange);
        routes.add("POST", "/oauth2/token", this::post);
        routes.add("GET", "/oauth2/token", this::get);
    }

    private void exchange(Exchange exchange) throws IOException {
        Registry registry = access.registry(exchange);
        Map<String, String> form = exchange.form();
        String grant = form.getOrDefault("grant_type", "");
        boolean good = switch (grant) {
            case "access_token", "access_token_refresh_token" -> entra(form.getOrDefault("access_token", ""));
            case "refresh_token" -> tokens.validRefresh(registry.name(), form.getOrDefault("refresh_token", ""));
            default -> throw OciErrors.of(400, "UNSUPPORTED", "grant_type " + grant + " is not supported");
        };
        if (!good) {
            throw unauthorized();
        }
        exchange.send(200, JsonNodeFactory.instance.objectNode().put("refresh_token", tokens.refresh(registry.name())));
    }

    private boolean entra(String token) {
        try {
            String audience = authority.verify(token).audience();
            return AUDIENCES.contains(audience.replaceAll("/+$", ""));
        } catch (TokenAuthority.InvalidToken e) {
            // The caller answers 401; the registry does not say why, as ACR does not.
            return false;
        }
    }

    private void post(Exchange exchange) throws IOException {
        Registry registry = access.registry(exchange);
        Map<String, String> form = exchange.form();
        List<Access> wanted = Access.parse(form.getOrDefault("scope", ""));
        String grant = form.getOrDefault("grant_type", "");
        switch (grant) {
            case "refresh_token" -> {
                // jib signs in with the user name <token> and sends the refresh token here.
                if (!tokens.validRefresh(registry.name(), form.getOrDefault("refresh_token", ""))) {
                    throw unauthorized();
                }
                grant(exchange, registry, wanted);
            }
            case "password" -> {
                String user = form.getOrDefault("username", "");
                Optional<RegistryAccess.Basic> basic = user.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new RegistryAccess.Basic(user, form.getOrDefault("password", "")));
                password(exchange, registry, basic, wanted);
            }
            default -> throw OciErrors.of(400, "UNSUPPORTED", "grant_type " + grant + " is not supported");
        }
    }

    private void get(Exchange exchange) throws IOException {
        Registry registry = access.registry(exchange);
        List<String> scopes = exchange.queries().getOrDefault("scope", List.of());
        Optional<RegistryAccess.Basic> basic = RegistryAccess.Basic.of(exchange);
        if (basic.isEmpty() && exchange.header("Authorization").isPresent()) {
            throw unauthorized();
        }
        password(exchange, registry, basic, Access.parse(String.join(" ", scopes)));
    }

    private void password(
            Exchange exchange, Registry registry, Optional<RegistryAccess.Basic> basic, List<Access> wanted)
            throws IOException {
        if (basic.isPresent()) {
            if (!access.accepts(registry, basic.get())) {
                throw unauthorized();
            }
            grant(exchange, registry, wanted);
            return;
        }
        if (!registries.anonymousPull(registry)) {
            throw unauthorized();
        }
        List<Access> pulls = wanted.stream()
                .filter(one -> one.type().equals("repository") && one.actions().contains("pull"))
                .map(one -> new Access(one.type(), one.name(), List.of("pull")))
                .toList();
        grant(exchange, registry, pulls);
    }

    private void grant(Exchange exchange, Registry registry, List<Access> granted) throws IOException {
        exchange.send(
                200,
                JsonNodeFactory.instance.objectNode().put("access_token", tokens.access(registry.name(), granted)));
    }

    private static HttpError unauthorized() {
        return OciErrors.of(
                401,
                "UNAUTHORIZED",
                "authentication required, visit https://aka.ms/acr/authorization for more information.");
    }
}
