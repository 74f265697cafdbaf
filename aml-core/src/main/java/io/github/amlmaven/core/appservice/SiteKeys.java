package io.github.amlmaven.core.appservice;

import com.azure.resourcemanager.appservice.fluent.models.HostKeysInner;
import io.github.amlmaven.core.function.FunctionTrigger;
import io.github.amlmaven.core.scoring.ScoringKeys;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads and sets a site's two keys, wherever they are. */
final class SiteKeys {

    private static final String FUNCTION_KEYS = "functionKeys";
    private static final String MASTER_KEY = "masterKey";
    private static final String MASTER = "_master";
    private static final String PRIMARY = "aml-primary";
    private static final String SECONDARY = "aml-secondary";

    private final Site site;
    private final Place place;

    SiteKeys(Site site, Place place) {
        this.site = site;
        this.place = place;
    }

    /** Where a site's keys are. */
    enum Place {
        /** A web app's: among its settings, since the scoring server checks them. */
        SETTINGS,
        /** A function app's: with the Functions host, which checks them itself, as host keys, which open every function. */
        HOST,
        /** As {@link #HOST}, but what only the master key opens has that as first key. */
        HOST_MASTER;

        static Place of(SiteKind kind) {
            if (!(kind instanceof SiteKind.FunctionApp app)) {
                return SETTINGS;
            }
            boolean admin = app.trigger() instanceof FunctionTrigger.Http http
                    && http.level() == FunctionTrigger.AuthLevel.ADMIN;
            return admin ? HOST_MASTER : HOST;
        }
    }

    /** The keys that open the site now; empty when there are none, or no host that could be asked. */
    Optional<ScoringKeys> live(Map<String, String> settings) {
        return place == Place.SETTINGS
                ? both(settings.get(ScoringKeys.PRIMARY_VARIABLE), settings.get(ScoringKeys.SECONDARY_VARIABLE))
                : site.hostKeys().flatMap(this::ofHost);
    }

    private Optional<ScoringKeys> ofHost(HostKeysInner keys) {
        Map<String, String> named = Objects.requireNonNullElse(keys.functionKeys(), Map.<String, String>of());
        return both(place == Place.HOST_MASTER ? keys.masterKey() : named.get(PRIMARY), named.get(SECONDARY));
    }

    private static Optional<ScoringKeys> both(@Nullable String primary, @Nullable String secondary) {
        return primary == null || secondary == null
                ? Optional.empty()
                : Optional.of(new ScoringKeys(primary, secondary));
    }

    /** Hands the keys to the Functions host, unless it has them; a web app has them by its settings. */
    boolean set(ScoringKeys keys) {
        Optional<ScoringKeys> live = place == Place.SETTINGS ? Optional.of(keys) : live(Map.of());
        if (live.equals(Optional.of(keys))) {
            return false;
        }
        if (!live.map(ScoringKeys::primary).equals(Optional.of(keys.primary()))) {
            if (place == Place.HOST_MASTER) {
                site.putHostKey(MASTER_KEY, MASTER, keys.primary());
            } else {
                site.putHostKey(FUNCTION_KEYS, PRIMARY, keys.primary());
            }
        }
        if (!live.map(ScoringKeys::secondary).equals(Optional.of(keys.secondary()))) {
            site.putHostKey(FUNCTION_KEYS, SECONDARY, keys.secondary());
        }
        return true;
    }
}
