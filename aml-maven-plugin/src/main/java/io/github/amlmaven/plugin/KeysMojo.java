package io.github.amlmaven.plugin;

import io.github.amlmaven.core.appservice.SiteKeyRotation;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.endpoint.EndpointKeys;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.scoring.ScoringKeys;
import io.github.amlmaven.plugin.config.Choice;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Puts the keys of an online endpoint, a web app or a function app into a file that only its owner can read; they are never shown.
 * With {@code rotate} one of the two is replaced first while the other one stays valid, so that callers can move without an
 * interruption: rotate one, hand it out, rotate the other. All slots of an app get the new key. Which deployment: where this
 * project has deployed last, unless {@code -Daml.endpoint} or {@code -Daml.keys.target} says otherwise.
 */
@Mojo(name = "keys", requiresProject = false, threadSafe = true)
public final class KeysMojo extends AbstractServedMojo {

    private static final List<String> TARGETS = List.of("managed", "webapp", "function", "aci", "aks");

    /**
     * {@code managed} (any online endpoint of Azure Machine Learning), {@code webapp} or {@code function}. Default: where this
     * project has deployed last.
     */
    @Parameter(property = "aml.keys.target")
    private @Nullable String target;

    /** {@code primary} or {@code secondary}: the key to replace. Default: none. */
    @Parameter(property = "aml.keys.rotate")
    private @Nullable String rotate;

    /**
     * The file. Default: that of the deployment, which {@code aml:score} reads: {@code target/aml/deploy-managed.keys.json}, or
     * {@code target/aml/<name>-webapp.keys.json} or {@code <name>-function.keys.json} for an app.
     */
    @Parameter(property = "aml.keys.file")
    private @Nullable File keysFile;

    @Override
    protected GoalOutcome run(Progress progress) {
        Optional<ScoringKeys.Which> key = rotated();
        String kind = target("aml.keys.target", target, TARGETS);
        return switch (kind) {
            case "webapp" -> ofApp(kind, SiteKeyRotation.App.WEB_APP, key, progress);
            case "function" -> ofApp(kind, SiteKeyRotation.App.FUNCTION_APP, key, progress);
            case "managed" -> ofEndpoint(key, progress);
            default -> throw byDeployment(kind);
        };
    }

    private GoalOutcome ofEndpoint(Optional<ScoringKeys.Which> key, Progress progress) {
        String endpoint = endpoint();
        ScoringKeyFile file = file(outputDirectory().resolve("deploy-managed.keys.json"));
        if (dryRun()) {
            return planned(endpoint, file);
        }
        try (AzureClients clients = connect(progress)) {
            new EndpointKeys(clients).list(endpoint, key, file, limit());
        }
        return done(endpoint, "endpoint", endpoint, file.path());
    }

    private GoalOutcome ofApp(
            String kind, SiteKeyRotation.App app, Optional<ScoringKeys.Which> key, Progress progress) {
        String shown = app.word() + " " + appName(kind);
        if (dryRun()) {
            return planned(shown, file(outputDirectory().resolve(AbstractSiteMojo.keyFileName(appName(kind), kind))));
        }
        AzureClients clients = connect(progress);
        App of = app(kind, clients);
        ScoringKeyFile file = file(of.keysFile()
                .map(Path::of)
                .orElse(outputDirectory().resolve(AbstractSiteMojo.keyFileName(of.name(), kind))));
        new SiteKeyRotation(clients.appServices(), clients.httpClient(), progress)
                .list(new SiteKeyRotation.Request(
                        app,
                        of.resourceGroup(),
                        of.name(),
                        key,
                        file,
                        limit(),
                        clients.waitUpTo(limit()).interval()));
        return done(shown, "name", of.name(), file.path());
    }

    private ScoringKeyFile file(Path otherwise) {
        return new ScoringKeyFile(keysFile == null ? otherwise : inProject(keysFile));
    }

    private GoalOutcome planned(String what, ScoringKeyFile file) {
        return GoalOutcome.dryRun(
                "Would " + (rotate == null ? "" : "replace the " + rotate + " key and ") + "write the keys of " + what
                        + " to " + file.path(),
                Map.of("endpoint", what));
    }

    private GoalOutcome done(String what, String output, String name, Path file) {
        return GoalOutcome.done(
                "Keys of " + what + " are in " + file + (rotate == null ? "" : "; the " + rotate + " key is new"),
                Map.of(output, name, "keysFile", file.toString(), "rotated", rotate == null ? "" : rotate));
    }

    private static AmlException byDeployment(String kind) {
        String goal = "deploy-" + kind;
        String effect = kind.equals("aci")
                ? "a container group takes other keys only by a restart, during which it does not answer"
                : "its keys are in a Secret that the deployment applies";
        return AmlException.of(
                        ErrorCode.CONFIGURATION_INVALID,
                        "aml:keys has nothing to do with what aml:" + goal + " deploys: " + effect)
                .remedy("The keys are in the file that " + goal
                        + ".json names as keysFile. To replace one, name both by"
                        + " -Daml.deploy.keysServerId, the other one as it was, and run 'mvn aml:" + goal + "'"
                        + (kind.equals("aks") ? "; pods with the new keys come before the old ones go." : "."))
                .build();
    }

    /** Which key the parameter names. */
    Optional<ScoringKeys.Which> rotated() {
        if (rotate == null) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(ScoringKeys.Which.values())
                .filter(one -> one.word().equals(rotate))
                .findFirst()
                .orElseThrow(() ->
                        Choice.refused("aml.keys.rotate", String.valueOf(rotate), List.of("primary", "secondary"))));
    }
}
