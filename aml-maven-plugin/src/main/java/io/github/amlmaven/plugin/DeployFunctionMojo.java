package io.github.amlmaven.plugin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.appservice.FunctionStorage;
import io.github.amlmaven.core.appservice.FunctionStorageLookup;
import io.github.amlmaven.core.appservice.SiteKind;
import io.github.amlmaven.core.appservice.SiteRequest;
import io.github.amlmaven.core.appservice.SiteResult;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.function.FunctionTrigger;
import io.github.amlmaven.core.function.FunctionTrigger.AuthLevel;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.ImageName;
import io.github.amlmaven.core.scoring.ScoringAuth;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.record.GoalRecord;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Deploys the scoring image as an Azure Function App and waits until the model is loaded. {@code -Daml.function.trigger} says
 * what makes the model run: a request ({@code http}), a message in a queue or a new blob; the answers go to the caller, to
 * another queue, to another container. The image must be built with {@code <image><functionApp>}; one image serves by any
 * trigger. When nothing has changed since the last deployment, nothing is written.
 */
@Mojo(name = "deploy-function", requiresProject = false, threadSafe = true)
public final class DeployFunctionMojo extends AbstractSiteMojo {

    /** What makes the model run: {@code http}, {@code queue} or {@code blob}. */
    @Parameter(property = "aml.function.trigger", defaultValue = "http")
    private String trigger;

    /**
     * Who may call an {@code http} function: {@code function} (with a key: {@code x-functions-key} or {@code ?code=}),
     * {@code admin} (with the master key) or {@code anonymous} (everybody). Default: {@code function}, or
     * {@code anonymous} when {@code auth} is {@code entra} or {@code none}; with {@code entra} the scoring server then checks
     * tokens itself.
     */
    @Parameter(property = "aml.function.authLevel")
    private @Nullable String authLevel;

    /** The queue whose messages are scored, with trigger {@code queue}. */
    @Parameter(property = "aml.function.queue")
    private @Nullable String queue;

    /** The queue of the answers. Default: {@code queue} with {@code -scored}. */
    @Parameter(property = "aml.function.outputQueue")
    private @Nullable String outputQueue;

    /** The container whose blobs are scored, with trigger {@code blob}. */
    @Parameter(property = "aml.function.container")
    private @Nullable String container;

    /** The container of the answers, {@code <blob>.json} each. Default: {@code container} with {@code -scored}. */
    @Parameter(property = "aml.function.outputContainer")
    private @Nullable String outputContainer;

    /**
     * The storage account of the Functions host, in which queues and containers are too: a name in the app's resource group,
     * or an ARM id. Default: that of the workspace.
     */
    @Parameter(property = "aml.function.storageAccount")
    private @Nullable String storageAccount;

    /**
     * The ARM id of a user-assigned identity with <i>Storage Blob Data Owner</i> and <i>Storage Queue Data Contributor</i>
     * on the storage account. Default: the app gets a key of the account.
     */
    @Parameter(property = "aml.function.storageIdentity")
    private @Nullable String storageIdentity;

    /**
     * The App Service plan: a name in the app's resource group, or an ARM id. One that is not there is created. Default: the
     * app's name with {@code -plan}.
     */
    @Parameter(property = "aml.function.plan")
    private @Nullable String plan;

    /**
     * The size of a plan that must be created: {@code EP1} to {@code EP3} (Elastic Premium) scale with the load, others
     * ({@code B1}, {@code P1v3} ...) do not; the consumption plan takes no containers.
     */
    @Parameter(property = "aml.function.sku", defaultValue = "EP1")
    private String sku;

    /** The deployment slot. Default: production. The app must be there before it can have a slot. */
    @Parameter(property = "aml.function.slot")
    private @Nullable String slot;

    /** Swaps the slot with production once its model answers. What was in production is in the slot then. */
    @Parameter(property = "aml.function.swap", defaultValue = "false")
    private boolean swap;

    /** Whether plain http is redirected to https. */
    @Parameter(property = "aml.function.httpsOnly", defaultValue = "true")
    private boolean httpsOnly;

    /** The oldest TLS version that the app speaks. */
    @Parameter(property = "aml.function.minTlsVersion", defaultValue = "1.2")
    private String minTlsVersion;

    @Override
    protected GoalOutcome run(Progress progress) {
        requireFunctionImage();
        return super.run(progress);
    }

    @Override
    SiteRequest request(AzureClients clients, ImageName image, Progress progress) {
        // Before anything is asked: a mistake among the parameters is told first.
        FunctionTrigger wanted = trigger(auth(keyFileName(), clients));
        FunctionStorage storage = new FunctionStorageLookup(clients, progress)
                .find(
                        Optional.ofNullable(storageAccount),
                        resourceGroup(clients),
                        Optional.ofNullable(storageIdentity));
        return request(clients, image, new SiteKind.FunctionApp(wanted, storage), progress);
    }

    /** What the parameters ask for, with the storage account that was found. */
    SiteRequest request(AzureClients clients, ImageName image, SiteKind.FunctionApp app, Progress progress) {
        ScoringAuth auth = auth(keyFileName(), clients);
        boolean byKey = app.trigger() instanceof FunctionTrigger.Http http && http.level() != AuthLevel.ANONYMOUS;
        return request(
                clients,
                image,
                new Hosting(plan, sku, slot, swap, httpsOnly, minTlsVersion),
                app,
                new ScoringAuth(byKey, auth.given(), auth.keyFile(), auth.entra()),
                progress);
    }

    /** The trigger that the parameters describe. */
    FunctionTrigger trigger(ScoringAuth auth) {
        return switch (trigger) {
            case "http" -> new FunctionTrigger.Http(level(auth));
            case "queue" -> new FunctionTrigger.Queue(required("queue", queue), or(outputQueue, queue + "-scored"));
            case "blob" ->
                new FunctionTrigger.Blob(required("container", container), or(outputContainer, container + "-scored"));
            default -> throw invalid("aml.function.trigger '" + trigger + "'", "Set <trigger> to http, queue or blob.");
        };
    }

    private AuthLevel level(ScoringAuth auth) {
        if (authLevel == null) {
            return auth.enabled() ? AuthLevel.FUNCTION : AuthLevel.ANONYMOUS;
        }
        AuthLevel level = Arrays.stream(AuthLevel.values())
                .filter(one -> one.text().equals(authLevel))
                .findFirst()
                .orElseThrow(() -> invalid(
                        "aml.function.authLevel '" + authLevel + "'",
                        "Set <authLevel> to function, admin or anonymous."));
        if (auth.entra().isPresent() && level != AuthLevel.ANONYMOUS) {
            throw invalid(
                    "aml.function.authLevel '" + authLevel + "' with auth 'entra': a caller would need both",
                    "Leave out <authLevel>, or <auth>.");
        }
        return level;
    }

    private String required(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw invalid(
                    "trigger '" + trigger + "' without a " + name,
                    "Set <" + name + "> (-Daml.function." + name + "=...).");
        }
        return value;
    }

    private static String or(@Nullable String value, String other) {
        return value == null ? other : value;
    }

    /** An image without the Functions host would start, and never be ready. */
    private void requireFunctionImage() {
        boolean other = takesBuiltImage()
                && GoalRecord.outputsOf(outputDirectory(), "package")
                        .filter(outputs -> outputs.hasNonNull("image"))
                        .filter(outputs -> !isFunctionApp(outputs))
                        .isPresent();
        if (other) {
            throw invalid(
                    "The image was not built for a function app",
                    "Build it with <image><functionApp>true</functionApp></image> (-Daml.image.functionApp=true).");
        }
    }

    private static boolean isFunctionApp(ObjectNode outputs) {
        return outputs.path("functionApp").asBoolean();
    }

    private static AmlException invalid(String what, String remedy) {
        return AmlException.of(ErrorCode.CONFIGURATION_INVALID, what)
                .remedy(remedy)
                .build();
    }

    @Override
    String sentence(SiteRequest request, SiteResult result) {
        SiteKind.FunctionApp app = (SiteKind.FunctionApp) request.kind();
        String where = " (function app " + request.name()
                + request.slot().map(value -> ", slot " + value).orElse("") + ")";
        if (app.trigger() instanceof FunctionTrigger.Queue of) {
            return "Model scores messages of queue " + of.queue() + " to queue " + of.output() + where;
        }
        return app.trigger() instanceof FunctionTrigger.Blob of
                ? "Model scores blobs of container " + of.container() + " to container " + of.output() + where
                : super.sentence(request, result);
    }

    @Override
    Map<String, Object> outputs(SiteRequest request, SiteResult result) {
        Map<String, Object> outputs = super.outputs(request, result);
        SiteKind.FunctionApp app = (SiteKind.FunctionApp) request.kind();
        outputs.put("trigger", app.trigger().shown());
        outputs.put("healthUri", result.address().resolve(app.readyPath()).toString());
        outputs.put("storageAccount", app.storage().account());
        if (app.trigger() instanceof FunctionTrigger.Queue of) {
            outputs.put("queue", of.queue());
            outputs.put("outputQueue", of.output());
        } else if (app.trigger() instanceof FunctionTrigger.Blob of) {
            outputs.put("container", of.container());
            outputs.put("outputContainer", of.output());
        } else if (request.auth().enabled()) {
            outputs.put("keyHeader", "x-functions-key");
        }
        return outputs;
    }
}
