package io.github.amlmaven.core.appservice;

import com.azure.core.http.HttpClient;
import com.azure.resourcemanager.appservice.AppServiceManager;
import com.azure.resourcemanager.appservice.fluent.models.SiteInner;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.function.FunctionLayout;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.scoring.ScoringKeys;
import io.github.amlmaven.core.scoring.ScoringReadiness;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts a web app's or function app's keys into a file for its owner alone, after replacing one of them when asked to. The other
 * one opens the app and all its slots all the time.
 */
public final class SiteKeyRotation {

    private final AppServiceManager manager;
    private final ScoringReadiness readiness;
    private final Progress progress;

    /** @param http reaches the deployed model */
    public SiteKeyRotation(AppServiceManager manager, HttpClient http, Progress progress) {
        this.manager = manager;
        this.readiness = new ScoringReadiness(http, progress);
        this.progress = progress;
    }

    /** What the app is. */
    public enum App {
        WEB_APP("web app", "deploy-webapp"),
        FUNCTION_APP("function app", "deploy-function");

        private final String word;
        private final String goal;

        App(String word, String goal) {
            this.word = word;
            this.goal = goal;
        }

        /** As people call it. */
        public String word() {
            return word;
        }
    }

    /**
     * What is asked for.
     *
     * @param rotate the key to replace, if any
     * @param file where the keys go; the address in it is kept, which may be that of a slot
     * @param limit how long the app and its slots may take to know the new key
     */
    public record Request(
            App app,
            String resourceGroup,
            String name,
            Optional<ScoringKeys.Which> rotate,
            ScoringKeyFile file,
            Duration limit,
            Duration interval) {}

    /** Production or a slot with keys. */
    private record Keyed(Site site, SiteInner live, SiteKeys keys, Map<String, String> settings) {}

    /**
     * Writes the keys; answers the file. What is killed in between leaves callers with the other key as they were, and is mended
     * by doing it again.
     *
     * @throws AmlException {@link ErrorCode#ARM_NOT_FOUND} without such an app, {@link ErrorCode#CONFIGURATION_INVALID} when it
     *     takes no keys or no second one, {@link ErrorCode#DEPLOYMENT_NOT_READY} or {@link ErrorCode#DEPLOYMENT_FAILED} when
     *     the app does not come to know the new key
     */
    public Path list(Request request) {
        Site site = site(request, Optional.empty());
        SiteInner live = site.find()
                .orElseThrow(() -> AmlException.of(ErrorCode.ARM_NOT_FOUND, "There is no " + site.shown())
                        .remedy("Name it by -Daml.deploy.name and -Daml.deploy.resourceGroup, or run 'mvn aml:"
                                + request.app.goal + "' first.")
                        .build());
        SiteKeys.Place place = place(request, site);
        Keyed production = keyed(site, live, place);
        ScoringKeys keys = production.keys().live(production.settings()).orElseThrow(() -> takesNone(request, site));
        if (request.rotate.isPresent()) {
            ScoringKeys.Which which = request.rotate.get();
            if (place == SiteKeys.Place.HOST_MASTER) {
                throw AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID,
                                "The " + which.word() + " key of " + site.shown()
                                        + " is not replaced: functions of authLevel admin open to the master key alone,"
                                        + " so callers would be cut off until they have the new one")
                        .remedy("Deploy it with -Daml.function.authLevel=function, which takes either of two keys.")
                        .build();
            }
            keys = keys.renewed(which, new SecureRandom());
            // Before anything is sent: a build that is killed after the write must find the key it has set.
            write(request, production, keys);
            rotate(request, production, which, keys);
        }
        write(request, production, keys);
        return request.file.path();
    }

    private void rotate(Request request, Keyed production, ScoringKeys.Which which, ScoringKeys keys) {
        long start = System.nanoTime();
        List<Keyed> all = new ArrayList<>(List.of(production));
        for (String slot : production.site().slots()) {
            Site of = site(request, Optional.of(slot));
            of.find().map(live -> keyed(of, live, place(request, of))).ifPresent(all::add);
        }
        for (Keyed one : all) {
            if (one.keys().live(one.settings()).isEmpty()) {
                progress.info(one.site().shown() + " has no keys of its own to replace");
                continue;
            }
            progress.info("The " + which.word() + " key of " + one.site().shown() + " is replaced");
            if (request.app == App.FUNCTION_APP) {
                one.keys().set(keys);
            } else {
                Duration left = request.limit.minusNanos(System.nanoTime() - start);
                rotateSetting(
                        request, one, which, keys, left.compareTo(request.interval) < 0 ? request.interval : left);
            }
        }
    }

    /** The service starts a container with the new settings beside the one that serves, which is kept until that one does. */
    private void rotateSetting(Request request, Keyed one, ScoringKeys.Which which, ScoringKeys keys, Duration limit) {
        int failuresBefore = new SiteLog(one.site().log()).failures();
        Map<String, String> settings = new TreeMap<>(one.settings());
        settings.put(ScoringKeys.PRIMARY_VARIABLE, keys.primary());
        settings.put(ScoringKeys.SECONDARY_VARIABLE, keys.secondary());
        one.site().putSettings(settings);
        if ("Stopped".equalsIgnoreCase(one.live().state())) {
            return;
        }
        SiteLogWatch watch = new SiteLogWatch(one.site(), failuresBefore);
        ScoringReadiness.Outcome outcome = readiness.awaitKey(
                SiteDeployment.address(one.live()), keys.value(which), limit, request.interval, watch::newFailure);
        if (outcome instanceof ScoringReadiness.Outcome.Ready) {
            return;
        }
        boolean broken = outcome instanceof ScoringReadiness.Outcome.Broken;
        String reason = outcome instanceof ScoringReadiness.Outcome.Broken failed
                ? failed.reason()
                : ((ScoringReadiness.Outcome.Late) outcome).lastSeen() + " after " + limit.toSeconds() + " s";
        throw AmlException.of(
                        broken ? ErrorCode.DEPLOYMENT_FAILED : ErrorCode.DEPLOYMENT_NOT_READY,
                        "The new " + which.word() + " key does not open "
                                + one.site().shown() + ": " + reason + "\n  "
                                + watch.last().describe(List.of(keys.primary(), keys.secondary())))
                .remedy("The other key is as it was. Mend what the log shows, then run 'mvn aml:keys' again; a slow"
                        + " model needs a larger -Daml.endpoint.timeout.")
                .build();
    }

    private static void write(Request request, Keyed production, ScoringKeys keys) {
        Optional<URI> address = request.file
                .read()
                .flatMap(ScoringKeyFile.Content::scoringUri)
                .or(() -> scoringPath(request, production.settings())
                        .map(path -> SiteDeployment.address(production.live()).resolve(path)));
        request.file.write(new ScoringKeyFile.Content(keys, address));
    }

    /** Empty for a function that nobody calls. */
    private static Optional<String> scoringPath(Request request, Map<String, String> settings) {
        if (request.app == App.WEB_APP) {
            return Optional.of("/score");
        }
        return settings.getOrDefault("AzureWebJobsScriptRoot", "").startsWith(FunctionLayout.ROOT + "http-")
                ? Optional.of(FunctionLayout.SCORING_PATH)
                : Optional.empty();
    }

    /** A function app that was deployed for the master key has no first key of ours with its host. */
    private static SiteKeys.Place place(Request request, Site site) {
        if (request.app == App.WEB_APP) {
            return SiteKeys.Place.SETTINGS;
        }
        boolean named = new SiteKeys(site, SiteKeys.Place.HOST).live(Map.of()).isPresent();
        return named ? SiteKeys.Place.HOST : SiteKeys.Place.HOST_MASTER;
    }

    private static Keyed keyed(Site site, SiteInner live, SiteKeys.Place place) {
        return new Keyed(site, live, new SiteKeys(site, place), site.settings());
    }

    private static AmlException takesNone(Request request, Site site) {
        return AmlException.of(
                        ErrorCode.CONFIGURATION_INVALID,
                        request.app == App.WEB_APP
                                ? "The server of " + site.shown()
                                        + " has no keys: it takes Entra ID tokens, or is open to everybody"
                                : "The Functions host of " + site.shown() + " has no keys of ours, or does not run")
                .remedy("Run 'mvn aml:" + request.app.goal
                        + "' with <auth>key</auth>; it makes two keys. 'mvn aml:logs'" + " tells whether the app runs.")
                .build();
    }

    private Site site(Request request, Optional<String> slot) {
        return new Site(manager, request.app.word, request.resourceGroup, request.name, slot);
    }
}
