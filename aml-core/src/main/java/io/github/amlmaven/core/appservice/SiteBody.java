package io.github.amlmaven.core.appservice;

import com.azure.resourcemanager.appservice.fluent.models.SiteConfigInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteInner;
import com.azure.resourcemanager.appservice.models.FtpsState;
import com.azure.resourcemanager.appservice.models.ManagedServiceIdentity;
import com.azure.resourcemanager.appservice.models.ManagedServiceIdentityType;
import com.azure.resourcemanager.appservice.models.NameValuePair;
import com.azure.resourcemanager.appservice.models.SupportedTlsVersions;
import com.azure.resourcemanager.appservice.models.UserAssignedIdentity;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.scoring.DesiredState;
import io.github.amlmaven.core.scoring.ScoringKeys;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Turns a request into the body of {@code PUT sites/{name}}, or of a slot. */
final class SiteBody {

    /**
     * The setting with the fingerprint of what was asked for last. It is a setting and no tag because a swap exchanges
     * settings, as it does containers, and leaves tags where they are. The server tells it in its answers, so that the new
     * container can be told from the old one, which App Service lets serve until the new one is there.
     */
    static final String FINGERPRINT = "AML_SCORING_DEPLOYMENT";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SiteRequest request;
    private final ScoringKeys keys;
    private final String planId;

    SiteBody(SiteRequest request, ScoringKeys keys, String planId) {
        this.request = request;
        this.keys = keys;
        this.planId = planId;
    }

    SiteInner build() {
        Map<String, String> settings = settings();
        SiteInner site = new SiteInner();
        site.withLocation(request.location());
        site.withTags(new TreeMap<>(request.tags()));
        Map<String, UserAssignedIdentity> identities = new TreeMap<>();
        request.kind().identity().ifPresent(id -> identities.put(id, new UserAssignedIdentity()));
        if (request.pull() instanceof SiteRequest.ImagePull.Identity identity) {
            identities.put(identity.resourceId(), new UserAssignedIdentity());
        }
        if (!identities.isEmpty()) {
            site.withIdentity(new ManagedServiceIdentity()
                    .withType(ManagedServiceIdentityType.USER_ASSIGNED)
                    .withUserAssignedIdentities(identities));
        }
        return site.withKind(request.kind().armKind())
                .withReserved(true)
                .withServerFarmId(planId)
                .withHttpsOnly(request.httpsOnly())
                .withSiteConfig(config(settings));
    }

    private SiteConfigInner config(Map<String, String> settings) {
        SiteConfigInner config = new SiteConfigInner()
                .withLinuxFxVersion("DOCKER|" + request.image())
                .withHealthCheckPath(request.kind().healthCheckPath())
                .withMinTlsVersion(SupportedTlsVersions.fromString(request.minTlsVersion()))
                .withFtpsState(FtpsState.DISABLED)
                .withAcrUseManagedIdentityCreds(request.pull() instanceof SiteRequest.ImagePull.Identity)
                .withAppSettings(settings.entrySet().stream()
                        .map(setting ->
                                new NameValuePair().withName(setting.getKey()).withValue(setting.getValue()))
                        .toList());
        if (request.pull() instanceof SiteRequest.ImagePull.Identity identity) {
            config.withAcrUserManagedIdentityId(identity.clientId());
        }
        if (request.kind() instanceof SiteKind.FunctionApp && !request.plan().elastic()) {
            // Without it a host in a plan that does not scale goes to sleep and reads no queue.
            config.withAlwaysOn(true);
        }
        return config;
    }

    /** Names of the settings whose values nobody may see. */
    Set<String> secretNames() {
        Set<String> names = new TreeSet<>(request.secureEnvironment().keySet());
        names.add(ScoringKeys.PRIMARY_VARIABLE);
        names.add(ScoringKeys.SECONDARY_VARIABLE);
        settings().forEach((name, value) -> {
            if (request.kind().secrets().stream().anyMatch(value::contains)) {
                names.add(name);
            }
        });
        return names;
    }

    /** The application settings with the fingerprint of the whole. */
    Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>(request.environment());
        settings.putAll(request.secureEnvironment());
        settings.putAll(request.kind().settings());
        // Nothing is kept on the shared disk, and a container without it starts sooner.
        settings.put("WEBSITES_ENABLE_APP_SERVICE_STORAGE", "false");
        settings.putAll(request.auth().variables());
        if (request.kind() instanceof SiteKind.WebApp) {
            settings.putAll(request.auth().secrets(keys));
        }
        String fingerprint = fingerprint(settings);
        if (request.pull() instanceof SiteRequest.ImagePull.Login login) {
            settings.put(
                    "DOCKER_REGISTRY_SERVER_URL", "https://" + login.access().loginServer());
            settings.put("DOCKER_REGISTRY_SERVER_USERNAME", login.access().username());
            settings.put("DOCKER_REGISTRY_SERVER_PASSWORD", login.access().password());
        }
        settings.put(FINGERPRINT, fingerprint);
        return settings;
    }

    /**
     * Of all that the container depends on. Neither the slot, since a swap moves it, nor a registry token, which is another
     * one at each run, is part of it.
     */
    private String fingerprint(Map<String, String> settings) {
        ObjectNode state = JSON.createObjectNode();
        state.put("image", request.image());
        state.put("healthCheckPath", request.kind().healthCheckPath());
        state.put("httpsOnly", request.httpsOnly());
        state.put("minTlsVersion", request.minTlsVersion());
        state.set("settings", JSON.valueToTree(settings));
        state.set("tags", JSON.valueToTree(request.tags()));
        if (request.pull() instanceof SiteRequest.ImagePull.Identity identity) {
            state.put("identity", identity.resourceId());
        } else if (request.pull() instanceof SiteRequest.ImagePull.Login login) {
            state.set(
                    "login",
                    JSON.valueToTree(
                            login.access().shortLived()
                                    ? List.of(login.access().loginServer())
                                    : List.of(
                                            login.access().loginServer(),
                                            login.access().username(),
                                            login.access().password())));
        }
        return DesiredState.fingerprint(state.toString(), keys);
    }
}
