package io.github.amlmaven.core.appservice;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpClient;
import com.azure.resourcemanager.appservice.AppServiceManager;
import com.azure.resourcemanager.appservice.fluent.models.AppServicePlanInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteInner;
import com.azure.resourcemanager.appservice.models.SkuDescription;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.scoring.Loopback;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.scoring.ScoringKeys;
import io.github.amlmaven.core.scoring.ScoringReadiness;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Deploys a scoring image to a web app or one of its slots, waits until its model answers, and swaps the slot in when that is
 * asked for. Deploying the same again changes nothing.
 */
public final class WebAppDeployment {

    /** Marks a plan as made by this class, so that removing its last app may remove it. */
    static final String PLAN_TAG = "aml.createdBy";

    static final String PLAN_TAG_VALUE = "aml-maven-plugin";

    private final AppServiceManager manager;
    private final ScoringReadiness readiness;
    private final Progress progress;

    /** @param http reaches the deployed model */
    public WebAppDeployment(AppServiceManager manager, HttpClient http, Progress progress) {
        this.manager = manager;
        this.readiness = new ScoringReadiness(http, progress);
        this.progress = progress;
    }

    /** What {@link #deploy} would do. */
    public enum Plan {
        CREATE,
        UPDATE,
        NOTHING
    }

    /** Checks the request and says what deploying it would do; changes nothing. */
    public Plan plan(WebAppRequest request) {
        request.check();
        WebAppSite site = site(request, request.slot());
        if (site.find().isEmpty()) {
            requireProduction(request);
            return Plan.CREATE;
        }
        Map<String, String> live = site.settings();
        ScoringKeys keys = request.auth().keys(liveKeys(request, live));
        return isAsWanted(request, live, keys) ? Plan.NOTHING : Plan.UPDATE;
    }

    /**
     * Brings the web app, or its slot, into the requested state.
     *
     * @throws AmlException {@link ErrorCode#DEPLOYMENT_FAILED} or {@link ErrorCode#DEPLOYMENT_NOT_READY} with the last
     *     lines of the container's log. A swap that was asked for is not done then: production is as it was
     */
    public WebAppResult deploy(WebAppRequest request) {
        request.check();
        long start = System.nanoTime();
        WebAppSite site = site(request, request.slot());
        Optional<SiteInner> live = site.find();
        if (live.isEmpty()) {
            requireProduction(request);
        }
        Map<String, String> settings = live.isPresent() ? site.settings() : Map.of();
        ScoringKeys keys = request.auth().keys(liveKeys(request, settings));
        // Before anything is sent: a build that is killed after the write must find the keys it has set.
        ScoringKeyFile keyFile = request.auth().keyFile();
        if (request.auth().enabled()) {
            keyFile.write(new ScoringKeyFile.Content(keys, keyFile.read().flatMap(ScoringKeyFile.Content::scoringUri)));
        }
        boolean changes = live.isEmpty() || !isAsWanted(request, settings, keys);
        if (!changes && request.swap()) {
            progress.info("The " + request.shown() + " has the image already; it is swapped with production");
        }
        String planId = request.plan().id(manager.subscriptionId(), request.resourceGroup());
        int failuresBefore = 0;
        if (changes) {
            ensurePlan(request, planId);
            failuresBefore = live.isPresent() ? new WebAppLog(site.log()).failures() : 0;
        }
        WebAppBody body = new WebAppBody(request, keys, planId);
        SiteInner deployed = changes ? site.put(body.build()) : live.orElseThrow();
        URI scoringUri = scoringUri(deployed);
        String fingerprint = body.settings().getOrDefault(WebAppBody.FINGERPRINT, "");
        Duration ready = awaitModel(request, site, scoringUri, fingerprint, keys, failuresBefore, left(request, start));
        if (request.swap()) {
            site.swapWithProduction(left(request, start), request.interval(), progress);
            deployed = site(request, Optional.empty()).find().orElseThrow();
            scoringUri = scoringUri(deployed);
            awaitModel(
                    request,
                    site(request, Optional.empty()),
                    scoringUri,
                    fingerprint,
                    keys,
                    Integer.MAX_VALUE,
                    left(request, start));
        }
        if (request.auth().enabled()) {
            keyFile.write(new ScoringKeyFile.Content(keys, Optional.of(scoringUri)));
        }
        if (request.auth().closed()) {
            warnIfUnprotected(request, scoringUri);
        }
        return new WebAppResult(
                String.valueOf(deployed.id()),
                scoringUri,
                request.image(),
                request.auth().enabled() ? Optional.of(keyFile.path()) : Optional.empty(),
                changes || request.swap(),
                request.swap(),
                ready);
    }

    private WebAppSite site(WebAppRequest request, Optional<String> slot) {
        return new WebAppSite(manager.serviceClient().getWebApps(), request.resourceGroup(), request.name(), slot);
    }

    private void requireProduction(WebAppRequest request) {
        if (request.slot().isPresent() && site(request, Optional.empty()).find().isEmpty()) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "There is no web app '" + request.name() + "' that could have a slot '"
                                    + request.slot().get() + "'")
                    .remedy("Deploy it once without a slot (-Daml.webapp.slot), then to the slot.")
                    .build();
        }
    }

    /** All slots share their keys, so that callers notice nothing of a swap. */
    private Optional<ScoringKeys> liveKeys(WebAppRequest request, Map<String, String> ofThisSite) {
        Optional<ScoringKeys> own = keysAmong(ofThisSite);
        return request.slot().isEmpty()
                ? own
                : keysAmong(site(request, Optional.empty()).settings()).or(() -> own);
    }

    private static Optional<ScoringKeys> keysAmong(Map<String, String> settings) {
        String primary = settings.get(ScoringKeys.PRIMARY_VARIABLE);
        String secondary = settings.get(ScoringKeys.SECONDARY_VARIABLE);
        return primary == null || secondary == null
                ? Optional.empty()
                : Optional.of(new ScoringKeys(primary, secondary));
    }

    private boolean isAsWanted(WebAppRequest request, Map<String, String> live, ScoringKeys keys) {
        String planId = request.plan().id(manager.subscriptionId(), request.resourceGroup());
        String wanted = new WebAppBody(request, keys, planId).settings().get(WebAppBody.FINGERPRINT);
        return wanted != null && wanted.equals(live.get(WebAppBody.FINGERPRINT));
    }

    private void ensurePlan(WebAppRequest request, String planId) {
        String[] segments = planId.split("/", -1);
        if (segments.length < 9) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "'" + planId + "' is no App Service plan's id")
                    .build();
        }
        String group = segments[4];
        String name = segments[8];
        var plans = manager.serviceClient().getAppServicePlans();
        try {
            if (plans.getByResourceGroup(group, name) != null) {
                return;
            }
        } catch (HttpResponseException e) {
            if (e.getResponse() == null || e.getResponse().getStatusCode() != 404) {
                throw ArmErrors.ofFailure("read App Service plan '" + name + "'", e);
            }
        }
        AppServicePlanInner plan = new AppServicePlanInner();
        plan.withLocation(request.location());
        plan.withTags(Map.of(PLAN_TAG, PLAN_TAG_VALUE));
        plan.withKind("linux")
                .withReserved(true)
                .withSku(new SkuDescription().withName(request.plan().sku()));
        progress.info(
                "Creating App Service plan " + name + " (" + request.plan().sku() + ")");
        try {
            plans.createOrUpdate(group, name, plan);
        } catch (RuntimeException e) {
            throw ArmErrors.ofFailure("create App Service plan '" + name + "'", e);
        }
    }

    private static Duration left(WebAppRequest request, long start) {
        Duration left = request.limit().minusNanos(System.nanoTime() - start);
        return left.compareTo(request.interval()) < 0 ? request.interval() : left;
    }

    /** Where the site is, as the service tells it; only a local one is without TLS. */
    static URI scoringUri(SiteInner site) {
        String host = site.defaultHostname();
        if (host == null || host.isEmpty()) {
            throw AmlException.of(ErrorCode.DEPLOYMENT_FAILED, "Web app '" + site.name() + "' has no host name")
                    .build();
        }
        URI plain = URI.create("http://" + host + "/score");
        return Loopback.is(plain) ? plain : URI.create("https://" + host + "/score");
    }

    private Duration awaitModel(
            WebAppRequest request,
            WebAppSite site,
            URI scoringUri,
            String fingerprint,
            ScoringKeys keys,
            int failuresBefore,
            Duration limit) {
        LogWatch watch = new LogWatch(site, failuresBefore);
        ScoringReadiness.Outcome outcome =
                readiness.await(scoringUri, limit, request.interval(), Optional.of(fingerprint), watch::newFailure);
        if (outcome instanceof ScoringReadiness.Outcome.Ready ready) {
            return ready.after();
        }
        boolean broken = outcome instanceof ScoringReadiness.Outcome.Broken;
        String reason = outcome instanceof ScoringReadiness.Outcome.Broken failed
                ? failed.reason()
                : "GET " + scoringUri.resolve("/") + " came to "
                        + ((ScoringReadiness.Outcome.Late) outcome).lastSeen() + " after "
                        + request.limit().toSeconds() + " s";
        List<String> secrets = new ArrayList<>(request.secureEnvironment().values());
        secrets.add(keys.primary());
        secrets.add(keys.secondary());
        if (request.pull() instanceof WebAppRequest.ImagePull.Login login) {
            secrets.add(login.access().password());
        }
        throw AmlException.of(
                        broken ? ErrorCode.DEPLOYMENT_FAILED : ErrorCode.DEPLOYMENT_NOT_READY,
                        "The model in " + request.shown() + " does not answer: " + reason + "\n  "
                                + watch.last.describe(secrets))
                .remedy("Mend what the log shows (most often an exception in init() of the scoring script, or an image"
                        + " that may not be pulled), then run 'mvn aml:package aml:deploy-webapp' again; a slow model"
                        + " needs a larger -Daml.deploy.timeout.")
                .build();
    }

    private void warnIfUnprotected(WebAppRequest request, URI scoringUri) {
        if (readiness.answersWithoutKey(scoringUri)) {
            progress.warn("The server at " + scoringUri + " answers without a key or token: the image '"
                    + request.image() + "' does not check them. Anyone can call the model.");
        }
    }

    /** Looks at the site's log while it is waited for, and keeps what it saw last. */
    private static final class LogWatch {

        private final WebAppSite site;
        private final int failuresBefore;
        private WebAppLog last = new WebAppLog("");

        LogWatch(WebAppSite site, int failuresBefore) {
            this.site = site;
            this.failuresBefore = failuresBefore;
        }

        /** A failed start that was not there before the write. */
        Optional<String> newFailure() {
            last = new WebAppLog(site.log());
            return last.failures() > failuresBefore ? last.lastFailure() : Optional.empty();
        }
    }
}
