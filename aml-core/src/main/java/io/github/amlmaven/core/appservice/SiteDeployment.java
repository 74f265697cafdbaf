package io.github.amlmaven.core.appservice;

import com.azure.core.http.HttpClient;
import com.azure.resourcemanager.appservice.AppServiceManager;
import com.azure.resourcemanager.appservice.fluent.models.SiteInner;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.plan.Comparison;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.PullGrant;
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
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Deploys a scoring image to a web app, a function app or one of its slots, waits until its model answers, and swaps the slot in when that is
 * asked for. Deploying the same again changes nothing.
 */
public final class SiteDeployment {

    private static final Pattern PULL_FAILED = Pattern.compile("(?i)image ?pull ?fail|pull access denied|unauthorized");

    private final AppServiceManager manager;
    private final ScoringReadiness readiness;
    private final Progress progress;

    /** @param http reaches the deployed model */
    public SiteDeployment(AppServiceManager manager, HttpClient http, Progress progress) {
        this.manager = manager;
        this.readiness = new ScoringReadiness(http, progress);
        this.progress = progress;
    }

    /** Checks the request and says what deploying it would do, field by field; changes nothing. */
    public Action plan(SiteRequest request) {
        Standing standing = standing(request, request.auth()::plannedKeys);
        Action action = standing.live().isEmpty() ? Action.CREATE : standing.isAsWanted() ? Action.KEEP : Action.UPDATE;
        new SitePlan(manager, progress).plan(request, standing.planId()).ifPresent(progress::planned);
        progress.planned(new SiteComparison(request, standing.body())
                .with(
                        standing.live()
                                .map(found -> new SiteComparison.Live(
                                        found, standing.site().config(), standing.settings())),
                        action));
        if (request.swap()) {
            progress.planned(swapped(request));
        }
        // A slot may be as it should be, and production is not.
        return action == Action.KEEP && request.swap() ? Action.UPDATE : action;
    }

    /** What a swap does to production. */
    private PlannedChange swapped(SiteRequest request) {
        ObjectNode now = JsonNodeFactory.instance.objectNode();
        now.put("linuxFxVersion", site(request, Optional.empty()).config().linuxFxVersion());
        return Comparison.of(
                "resourceGroups/" + request.resourceGroup() + "/providers/Microsoft.Web/sites/" + request.name(),
                Optional.of(now),
                JsonNodeFactory.instance.objectNode().put("linuxFxVersion", "DOCKER|" + request.image()),
                Action.UPDATE);
    }

    /**
     * Brings the site, or its slot, into the requested state.
     *
     * @throws AmlException {@link ErrorCode#DEPLOYMENT_FAILED} or {@link ErrorCode#DEPLOYMENT_NOT_READY} with the last
     *     lines of the container's log. A swap that was asked for is not done then: production is as it was
     */
    public SiteResult deploy(SiteRequest request) {
        long start = System.nanoTime();
        Standing standing = standing(request, request.auth()::keys);
        Site site = standing.site();
        Optional<SiteInner> live = standing.live();
        ScoringKeys keys = standing.keys();
        // Before anything is sent: a build that is killed after the write must find the keys it has set. Keys that open
        // nothing are kept too, since the fingerprint is made with them.
        ScoringKeyFile keyFile = request.auth().keyFile();
        keyFile.write(new ScoringKeyFile.Content(keys, keyFile.read().flatMap(ScoringKeyFile.Content::scoringUri)));
        boolean changes = live.isEmpty() || !standing.isAsWanted();
        if (!changes && request.swap()) {
            progress.info("The " + request.shown() + " has the image already; it is swapped with production");
        }
        int failuresBefore = 0;
        if (changes) {
            new SitePlan(manager, progress).ensure(request, standing.planId());
            failuresBefore = live.isPresent() ? new SiteLog(site.log()).failures() : 0;
        }
        SiteInner deployed = changes ? site.put(standing.body().build()) : live.orElseThrow();
        Awaited awaited = new Awaited(request, keys, standing.fingerprint());
        Duration ready = awaitModel(awaited, site, deployed, failuresBefore, left(request, start));
        boolean changed = keys(request, request.slot()).set(keys) || changes;
        if (request.swap()) {
            site.swapWithProduction(left(request, start), request.interval(), progress);
            Site production = site(request, Optional.empty());
            deployed = production.find().orElseThrow();
            awaitModel(awaited, production, deployed, Integer.MAX_VALUE, left(request, start));
            changed |= keys(request, Optional.empty()).set(keys);
        }
        URI address = address(deployed);
        Optional<URI> scoringUri = request.kind().scoringPath().map(address::resolve);
        keyFile.write(new ScoringKeyFile.Content(keys, scoringUri));
        if (request.auth().closed()) {
            scoringUri.ifPresent(uri -> warnIfUnprotected(request, uri));
        }
        return new SiteResult(
                String.valueOf(deployed.id()),
                address,
                scoringUri,
                request.image(),
                request.auth().enabled() ? Optional.of(keyFile.path()) : Optional.empty(),
                changed || request.swap(),
                request.swap(),
                ready);
    }

    /** What is waited for, the same before and after a swap. */
    private record Awaited(SiteRequest request, ScoringKeys keys, String fingerprint) {}

    /**
     * What is there, beside what is asked for.
     *
     * @param settings the application settings of the live site
     */
    private record Standing(
            Site site,
            Optional<SiteInner> live,
            Map<String, String> settings,
            ScoringKeys keys,
            String planId,
            SiteBody body,
            String fingerprint) {

        boolean isAsWanted() {
            return fingerprint.equals(settings.get(SiteBody.FINGERPRINT));
        }
    }

    /**
     * Checks the request, then looks; changes nothing.
     *
     * @param keysFor those that the live site has, or else others
     */
    private Standing standing(SiteRequest request, Function<Optional<ScoringKeys>, ScoringKeys> keysFor) {
        request.check();
        Site site = site(request, request.slot());
        Optional<SiteInner> live = site.find();
        if (live.isEmpty()) {
            requireProduction(request);
            requireSlots(request);
        }
        Map<String, String> settings = live.isPresent() ? site.settings() : Map.of();
        ScoringKeys keys = keysFor.apply(liveKeys(request, settings));
        String planId = request.plan().id(manager.subscriptionId(), request.resourceGroup());
        SiteBody body = new SiteBody(request, keys, planId);
        String fingerprint = body.settings().getOrDefault(SiteBody.FINGERPRINT, "");
        return new Standing(site, live, settings, keys, planId, body, fingerprint);
    }

    private Site site(SiteRequest request, Optional<String> slot) {
        return new Site(manager, request.kind().word(), request.resourceGroup(), request.name(), slot);
    }

    private void requireProduction(SiteRequest request) {
        if (request.slot().isPresent() && site(request, Optional.empty()).find().isEmpty()) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "There is no " + request.kind().word() + " '" + request.name()
                                    + "' that could have a slot '"
                                    + request.slot().get() + "'")
                    .remedy("Deploy it once without a slot (" + request.kind().slotProperty() + "), then to the slot.")
                    .build();
        }
    }

    /** Whether the plan of the production site has slots is known before anything is sent. */
    private void requireSlots(SiteRequest request) {
        if (request.slot().isPresent()) {
            site(request, Optional.empty())
                    .find()
                    .map(SiteInner::serverFarmId)
                    .ifPresent(new SitePlan(manager, progress)::requireSlots);
        }
    }

    /** All slots share their keys, so that callers notice nothing of a swap. */
    private Optional<ScoringKeys> liveKeys(SiteRequest request, Map<String, String> ofThisSite) {
        Optional<ScoringKeys> own = keys(request, request.slot()).live(ofThisSite);
        return request.slot().isEmpty()
                ? own
                : keys(request, Optional.empty())
                        .live(site(request, Optional.empty()).settings())
                        .or(() -> own);
    }

    private SiteKeys keys(SiteRequest request, Optional<String> slot) {
        return new SiteKeys(site(request, slot), SiteKeys.Place.of(request.kind()));
    }

    private static Duration left(SiteRequest request, long start) {
        Duration left = request.limit().minusNanos(System.nanoTime() - start);
        return left.compareTo(request.interval()) < 0 ? request.interval() : left;
    }

    /** Where the site is, as the service tells it; only a local one is without TLS. */
    static URI address(SiteInner site) {
        String host = site.defaultHostname();
        if (host == null || host.isEmpty()) {
            throw AmlException.of(ErrorCode.DEPLOYMENT_FAILED, "Site '" + site.name() + "' has no host name")
                    .remedy(
                            "Give it back its host name in the portal, or delete it with 'mvn aml:undeploy' and deploy again.")
                    .build();
        }
        URI plain = URI.create("http://" + host + "/");
        return Loopback.is(plain) ? plain : URI.create("https://" + host + "/");
    }

    private Duration awaitModel(Awaited awaited, Site site, SiteInner deployed, int failuresBefore, Duration limit) {
        SiteRequest request = awaited.request();
        URI health = address(deployed).resolve(request.kind().readyPath());
        SiteLogWatch watch = new SiteLogWatch(site, failuresBefore);
        ScoringReadiness.Outcome outcome = readiness.awaitAnswer(
                health, limit, request.interval(), Optional.of(awaited.fingerprint()), watch::newFailure);
        if (outcome instanceof ScoringReadiness.Outcome.Ready ready) {
            return ready.after();
        }
        boolean broken = outcome instanceof ScoringReadiness.Outcome.Broken;
        String reason = outcome instanceof ScoringReadiness.Outcome.Broken failed
                ? failed.reason()
                : "GET " + health + " came to "
                        + ((ScoringReadiness.Outcome.Late) outcome).lastSeen() + " after "
                        + request.limit().toSeconds() + " s";
        List<String> secrets = new ArrayList<>(request.secureEnvironment().values());
        secrets.addAll(request.kind().secrets());
        secrets.add(awaited.keys().primary());
        secrets.add(awaited.keys().secondary());
        if (request.pull() instanceof SiteRequest.ImagePull.Login login) {
            secrets.add(login.access().password());
        }
        String log = watch.last().describe(secrets);
        throw AmlException.of(
                        broken ? ErrorCode.DEPLOYMENT_FAILED : ErrorCode.DEPLOYMENT_NOT_READY,
                        "The model in " + request.shown() + " does not answer: " + reason + "\n  " + log)
                .remedy(roles(request, reason + log)
                        + "Mend what the log shows (most often an exception in init() of the scoring script, or an image"
                        + " that may not be pulled), then run 'mvn aml:package aml:"
                        + request.kind().goal()
                        + "' again; a slow model needs a larger -Daml.deploy.timeout.")
                .build();
    }

    private static String roles(SiteRequest request, String seen) {
        List<String> commands = new ArrayList<>(request.kind().toGrant());
        if (request.pull() instanceof SiteRequest.ImagePull.Identity identity
                && PULL_FAILED.matcher(seen).find()) {
            commands.add(new PullGrant(identity.resourceId(), request.image()).command());
        }
        return commands.isEmpty()
                ? ""
                : "The identity that the " + request.kind().word()
                        + " uses seems to lack a role. Give it, in a POSIX shell:\n  " + String.join("\n  ", commands)
                        + "\nand wait some minutes. ";
    }

    private void warnIfUnprotected(SiteRequest request, URI scoringUri) {
        if (readiness.isOpen(scoringUri.resolve("swagger.json"))) {
            progress.warn("The server at " + scoringUri + " answers without a key or token: the image '"
                    + request.image() + "' does not check them. Anyone can call the model.");
        }
    }
}
