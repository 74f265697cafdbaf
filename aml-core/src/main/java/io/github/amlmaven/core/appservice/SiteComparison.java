package io.github.amlmaven.core.appservice;

import com.azure.resourcemanager.appservice.fluent.models.SiteConfigInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteConfigResourceInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteInner;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.plan.Comparison;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Sets a site that is there beside the one that is wanted. The service keeps a site in three places (itself, its
 * configuration, its settings); here they are one document, of what a deployment writes. A setting whose value is secret, or
 * may be since somebody else has made it, is never told.
 */
final class SiteComparison {

    /** Other values at each run, without anything having changed. */
    private static final Set<String> LEFT_OUT = Set.of(SiteBody.FINGERPRINT, "DOCKER_REGISTRY_SERVER_PASSWORD");

    private final SiteRequest request;
    private final SiteBody body;
    private final Set<String> plain;

    SiteComparison(SiteRequest request, SiteBody body) {
        this.request = request;
        this.body = body;
        this.plain = new TreeSet<>(body.settings().keySet());
        plain.removeAll(body.secretNames());
    }

    /** What is there: the site, and what it does not tell of itself. */
    record Live(SiteInner site, SiteConfigResourceInner config, Map<String, String> settings) {}

    /** What writing the site would change. */
    PlannedChange with(Optional<Live> live, Action action) {
        String resource = "resourceGroups/" + request.resourceGroup() + "/providers/Microsoft.Web/sites/"
                + request.name() + request.slot().map(slot -> "/slots/" + slot).orElse("");
        return Comparison.of(resource, live.map(this::document), wanted(), action);
    }

    private ObjectNode wanted() {
        SiteInner site = body.build();
        ObjectNode document = site(site, body.settings());
        SiteConfigInner config = site.siteConfig();
        config(
                document,
                config.linuxFxVersion(),
                config.healthCheckPath(),
                config.minTlsVersion(),
                Boolean.TRUE.equals(config.alwaysOn()));
        return document;
    }

    private ObjectNode document(Live live) {
        ObjectNode document = site(live.site(), live.settings());
        SiteConfigResourceInner config = live.config();
        config(
                document,
                config.linuxFxVersion(),
                config.healthCheckPath(),
                config.minTlsVersion(),
                Boolean.TRUE.equals(config.alwaysOn()));
        return document;
    }

    private ObjectNode site(SiteInner site, Map<String, String> settings) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        // The service answers "West Europe" to "westeurope", and ids in the case of who has made the resource.
        document.put(
                "location", String.valueOf(site.location()).replace(" ", "").toLowerCase(Locale.ROOT));
        document.put("kind", site.kind());
        new TreeMap<>(Objects.requireNonNullElse(site.tags(), Map.<String, String>of()))
                .forEach(document.putObject("tags")::put);
        ObjectNode properties = document.putObject("properties");
        properties.put("serverFarmId", String.valueOf(site.serverFarmId()).toLowerCase(Locale.ROOT));
        properties.put("httpsOnly", Boolean.TRUE.equals(site.httpsOnly()));
        if (site.identity() != null && site.identity().userAssignedIdentities() != null) {
            site.identity().userAssignedIdentities().keySet().stream()
                    .map(id -> id.toLowerCase(Locale.ROOT))
                    .sorted()
                    .forEach(properties.putArray("identities")::add);
        }
        ObjectNode values = properties.putObject("environmentVariables");
        new TreeMap<>(settings).forEach((name, value) -> {
            if (LEFT_OUT.contains(name)) {
                return;
            }
            if (plain.contains(name)) {
                values.put(name, value);
            } else {
                values.putObject(name).put("secureValue", value);
            }
        });
        return document;
    }

    private static void config(
            ObjectNode document,
            @Nullable String image,
            @Nullable String healthCheckPath,
            @Nullable Object minTlsVersion,
            boolean alwaysOn) {
        document.withObject("/properties/siteConfig")
                .put("linuxFxVersion", image)
                .put("healthCheckPath", healthCheckPath)
                .put("minTlsVersion", String.valueOf(minTlsVersion))
                .put("alwaysOn", alwaysOn);
    }
}
