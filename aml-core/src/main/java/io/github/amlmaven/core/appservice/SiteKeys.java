package io.github.amlmaven.core.appservice;

import com.azure.resourcemanager.appservice.fluent.models.HostKeysInner;
import io.github.amlmaven.core.function.FunctionTrigger;
import io.github.amlmaven.core.scoring.ScoringKeys;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a site's two keys are: a web app's among its settings, since the scoring server checks them; a function app's with
 * the Functions host, which checks them itself. There they are host keys of these names, so that they open every function;
 * what only the master key opens has that as first key.
 */
final class SiteKeys {

    private static final String FUNCTION_KEYS = "functionKeys";
    private static final String MASTER_KEY = "masterKey";
    private static final String MASTER = "_master";
    private static final String PRIMARY = "aml-primary";
    private static final String SECONDARY = "aml-secondary";

    private final Site site;
    private final SiteKind kind;

    SiteKeys(Site site, SiteKind kind) {
        this.site = site;
        this.kind = kind;
    }

    /** The keys that open the site now; empty when there are none, or no host that could be asked. */
    Optional<ScoringKeys> live(Map<String, String> settings) {
        return kind instanceof SiteKind.FunctionApp app
                ? site.hostKeys().flatMap(keys -> ofHost(app, keys))
                : both(settings.get(ScoringKeys.PRIMARY_VARIABLE), settings.get(ScoringKeys.SECONDARY_VARIABLE));
    }

    private static Optional<ScoringKeys> ofHost(SiteKind.FunctionApp app, HostKeysInner keys) {
        Map<String, String> named = Objects.requireNonNullElse(keys.functionKeys(), Map.<String, String>of());
        return both(isAdmin(app) ? keys.masterKey() : named.get(PRIMARY), named.get(SECONDARY));
    }

    private static boolean isAdmin(SiteKind.FunctionApp app) {
        return app.trigger() instanceof FunctionTrigger.Http http && http.level() == FunctionTrigger.AuthLevel.ADMIN;
    }

    private static Optional<ScoringKeys> both(
            @org.jspecify.annotations.Nullable String primary, @org.jspecify.annotations.Nullable String secondary) {
        return primary == null || secondary == null
                ? Optional.empty()
                : Optional.of(new ScoringKeys(primary, secondary));
    }

    /** Hands the keys to the Functions host, unless it has them; a web app has them by its settings. */
    boolean set(ScoringKeys keys) {
        if (!(kind instanceof SiteKind.FunctionApp app) || live(Map.of()).equals(Optional.of(keys))) {
            return false;
        }
        if (isAdmin(app)) {
            site.putHostKey(MASTER_KEY, MASTER, keys.primary());
        } else {
            site.putHostKey(FUNCTION_KEYS, PRIMARY, keys.primary());
        }
        site.putHostKey(FUNCTION_KEYS, SECONDARY, keys.secondary());
        return true;
    }
}
