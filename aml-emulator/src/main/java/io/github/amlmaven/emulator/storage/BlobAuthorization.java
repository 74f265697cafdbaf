package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.identity.TokenAuthority;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decides whether a request to the Blob service is allowed: SharedKey, SAS or Entra ID token; nothing is public. */
final class BlobAuthorization {

    private final Accounts accounts;
    private final TokenAuthority tokens;
    private final Clock clock;

    BlobAuthorization(Accounts accounts, TokenAuthority tokens, Clock clock) {
        this.accounts = accounts;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** Who asks. */
    sealed interface Caller {}

    /** Holder of the account's key: may do all. */
    record Owner() implements Caller {}

    /** A user or service principal. */
    record Principal(String objectId) implements Caller {}

    /** @param mayReplace whether a PUT may replace an existing blob */
    record SasHolder(boolean mayReplace) implements Caller {}

    /**
     * Decides.
     *
     * @param keys of the request's account
     * @throws HttpError 401 or 403 with the service's code
     */
    Caller authorize(BlobRequest request, Accounts.Keys keys) {
        Exchange exchange = request.exchange();
        Optional<String> authorization = exchange.header("Authorization");
        if (authorization.isPresent()) {
            return byHeader(request, keys, authorization.get());
        }
        if (exchange.query("sig").isPresent()) {
            Sas sas = new Sas(firsts(exchange.queries()));
            sas.check(exchange, keys, wanted(request), clock.instant());
            return new SasHolder(sas.field("sp").indexOf('w') >= 0);
        }
        throw unauthenticated(exchange, "NoAuthenticationInformation", "no Authorization header and no signature");
    }

    /** Checks the SAS in a copy source's query. */
    void authorizeSource(Exchange exchange, String account, String container, String name, Map<String, String> sas) {
        Accounts.Keys keys = accounts.keys(account).orElseThrow(StorageErrors::blobNotFound);
        new Sas(sas).check(exchange, keys, new Sas.Wanted(account, container, name, "r", 'o'), clock.instant());
    }

    private Caller byHeader(BlobRequest request, Accounts.Keys keys, String authorization) {
        Exchange exchange = request.exchange();
        String scheme = authorization.substring(0, Math.max(0, authorization.indexOf(' ')));
        String value = authorization.substring(scheme.length()).strip();
        switch (scheme.toLowerCase(Locale.ROOT)) {
            case "sharedkey" -> {
                int colon = value.indexOf(':');
                boolean own = colon > 0 && value.substring(0, colon).equalsIgnoreCase(request.account());
                if (own
                        && SharedKey.verify(
                                exchange, value.substring(0, colon), keys.all(), value.substring(colon + 1))) {
                    return new Owner();
                }
                throw StorageErrors.authenticationFailed(
                        "The MAC signature found in the HTTP request is not the same as any computed signature.");
            }
            case "bearer" -> {
                if (!exchange.secure()) {
                    throw StorageErrors.authenticationFailed("A token may only be sent over https.");
                }
                return principal(request, value);
            }
            default ->
                throw StorageErrors.of(
                        400, "InvalidAuthenticationInfo", "Authentication scheme " + scheme + " is not supported.");
        }
    }

    private Caller principal(BlobRequest request, String token) {
        Set<String> audiences =
                Set.of("https://storage.azure.com", "https://" + request.account() + ".blob.core.windows.net");
        try {
            TokenAuthority.Claims claims = tokens.verify(token);
            if (audiences.contains(claims.audience().replaceAll("/+$", ""))) {
                return new Principal(claims.objectId());
            }
            throw unauthenticated(
                    request.exchange(), "InvalidAuthenticationInfo", "the token is for " + claims.audience());
        } catch (TokenAuthority.InvalidToken e) {
            throw unauthenticated(request.exchange(), "InvalidAuthenticationInfo", String.valueOf(e.getMessage()));
        }
    }

    private static Sas.Wanted wanted(BlobRequest request) {
        return new Sas.Wanted(
                request.account(), request.container(), request.name(), request.permissions(), request.resourceType());
    }

    private static HttpError unauthenticated(Exchange exchange, String code, String detail) {
        return StorageErrors.of(401, code, "Server failed to authenticate the request: " + detail + ".")
                .header(
                        "WWW-Authenticate",
                        "Bearer authorization_uri=" + exchange.base() + "/" + EmulatorOptions.TENANT
                                + "/oauth2/authorize resource_id=https://storage.azure.com");
    }

    private static Map<String, String> firsts(Map<String, java.util.List<String>> queries) {
        Map<String, String> firsts = new LinkedHashMap<>();
        queries.forEach((name, values) -> firsts.put(name, values.get(0)));
        return firsts;
    }
}
