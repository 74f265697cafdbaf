package io.github.amlmaven.core.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.arm.WaitOptions;
import io.github.amlmaven.core.asset.OfflineAssets;
import io.github.amlmaven.core.asset.WorkspaceAssets;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.pipeline.PipelinePublicationResult.Outcome;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.spec.AssetResolver;
import io.github.amlmaven.core.spec.PipelineComponentSpec;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Publishes a pipeline: a version of a pipeline component, a batch endpoint, a deployment for the version, and that
 * deployment as the endpoint's default. A version is known by its content, so publishing the same again changes nothing.
 *
 * <p>Bodies as azure-ai-ml 1.34.0 sends them for {@code batch-endpoint create} and {@code batch-deployment create}.
 */
public final class PipelinePublication {

    /** The property that tells what a version consists of. */
    static final String CONTENT = "content.sha256";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final AzureClients clients;
    private final SpecReader reader;
    private final Progress progress;

    public PipelinePublication(AzureClients clients, SpecReader reader, Progress progress) {
        this.clients = clients;
        this.reader = reader;
        this.progress = progress;
    }

    /** Publishes the pipeline, or finds that it is published already. */
    public PipelinePublicationResult publish(PipelinePublicationRequest request) {
        PipelineComponentSpec spec = spec(request);
        ObjectNode settings = settings(spec, request);
        String given = request.name()
                .or(() -> Optional.ofNullable(spec.name()))
                .orElseGet(() -> PipelineNames.ofFile(request.file(), request.project()));
        String name = PipelineNames.component(given);
        String digest = digest(spec, name, settings, request);
        String version =
                request.version().or(() -> Optional.ofNullable(spec.version())).orElse(digest.substring(0, 12));
        String endpoint = request.endpoint().orElse(PipelineNames.endpoint(given));
        String deployment = PipelineNames.deployment(version);
        String componentId = clients.workspace().armId() + "/components/" + name + "/versions/" + version;
        if (request.dryRun()) {
            ObjectNode body = body(spec, new OfflineAssets(clients.workspace()), name, version, digest, request);
            return new PipelinePublicationResult(Outcome.DRY_RUN, componentId, endpoint, deployment, version, "", body);
        }
        WaitOptions wait = clients.waitUpTo(request.timeout());
        Change<ObjectNode> component = component(spec, componentId, name, version, digest, request);
        boolean changed = component.changed();
        String endpointId = clients.workspace().armId() + "/batchEndpoints/" + endpoint;
        Optional<ObjectNode> found = clients.arm().find(endpointId, ApiVersions.MACHINE_LEARNING);
        ObjectNode current = found.orElseGet(() -> createEndpoint(endpointId, request, wait));
        changed |= found.isEmpty();
        changed |= deploy(endpointId + "/deployments/" + deployment, componentId, settings, digest, request, wait);
        if (request.makeDefault()
                && !deployment.equals(
                        current.at("/properties/defaults/deploymentName").asText())) {
            current = new PublishedVersions(clients, progress).setDefault(endpointId, current, deployment, wait);
            changed = true;
        }
        if (request.keepVersions().isPresent()) {
            changed |= new PublishedVersions(clients, progress)
                            .prune(endpoint, deployment, request.keepVersions().getAsInt(), request.timeout())
                    > 0;
        }
        return new PipelinePublicationResult(
                changed ? Outcome.PUBLISHED : Outcome.UNCHANGED,
                componentId,
                endpoint,
                deployment,
                version,
                current.at("/properties/scoringUri").asText(),
                component.value());
    }

    private PipelineComponentSpec spec(PipelinePublicationRequest request) {
        SpecLoader loader = new SpecLoader(reader, request.projectDirectory());
        PipelineComponentSpec spec = loader.pipeline(request.file());
        loader.warnings().forEach(warning -> progress.warnOnce(warning.toString()));
        loader.choices().forEach(progress::info);
        return request.callback()
                .map(terms -> new PullRequestCallback(reader, terms).append(spec))
                .orElse(spec);
    }

    private Change<ObjectNode> component(
            PipelineComponentSpec spec,
            String id,
            String name,
            String version,
            String digest,
            PipelinePublicationRequest request) {
        Optional<ObjectNode> existing = clients.arm().find(id, ApiVersions.MACHINE_LEARNING);
        if (existing.isPresent()) {
            String published =
                    existing.get().at("/properties/properties").path(CONTENT).asText("");
            if (published.equals(digest)) {
                return new Change<>(existing.get(), false);
            }
            throw AmlException.of(
                            ErrorCode.ARM_CONFLICT,
                            "Version " + version + " of the pipeline component " + name + " exists with other content")
                    .remedy("Give another version in the file or with -Daml.pipeline.version, or none: then the content"
                            + " decides.")
                    .build();
        }
        ObjectNode body = body(spec, new WorkspaceAssets(clients, progress), name, version, digest, request);
        clients.arm().put(id, ApiVersions.MACHINE_LEARNING, body);
        progress.info("Registered pipeline component " + name + ", version " + version);
        return new Change<>(body, true);
    }

    private static ObjectNode body(
            PipelineComponentSpec spec,
            AssetResolver assets,
            String name,
            String version,
            String digest,
            PipelinePublicationRequest request) {
        ObjectNode body = spec.toBody(assets, name, version);
        body.withObject("/properties/properties").put(CONTENT, digest);
        request.tags().forEach(body.withObject("/properties/tags")::put);
        return body;
    }

    private ObjectNode createEndpoint(String id, PipelinePublicationRequest request, WaitOptions wait) {
        ObjectNode body = envelope(request.tags());
        ObjectNode properties = body.putObject("properties");
        properties.put("authMode", "aadToken");
        properties.putObject("properties");
        ObjectNode created = clients.arm().putAndWait(id, ApiVersions.MACHINE_LEARNING, body, wait);
        progress.info("Created batch endpoint " + created.path("name").asText());
        return created;
    }

    /** Makes the deployment of this version; one that exists already is of this version, as its name tells. */
    private boolean deploy(
            String id,
            String componentId,
            ObjectNode settings,
            String digest,
            PipelinePublicationRequest request,
            WaitOptions wait) {
        Optional<ObjectNode> existing = clients.arm().find(id, ApiVersions.MACHINE_LEARNING);
        boolean same = existing.isPresent()
                && digest.equals(existing.get()
                        .at("/properties/properties")
                        .path(CONTENT)
                        .asText())
                && existing.get()
                        .at("/properties/provisioningState")
                        .asText("Succeeded")
                        .equals("Succeeded");
        if (same) {
            return false;
        }
        ObjectNode body = envelope(request.tags());
        ObjectNode properties = body.putObject("properties");
        ObjectNode configuration = properties.putObject("deploymentConfiguration");
        configuration.put("deploymentConfigurationType", "PipelineComponent");
        configuration.putObject("componentId").put("referenceType", "Id").put("assetId", componentId);
        configuration.set("settings", settings);
        properties.put("errorThreshold", -1);
        properties.put("maxConcurrencyPerInstance", 1);
        properties.put("miniBatchSize", 10);
        properties.put("outputFileName", "predictions.csv");
        properties.putObject("properties").put(CONTENT, digest);
        clients.arm().putAndWait(id, ApiVersions.MACHINE_LEARNING, body, wait);
        progress.info("Created deployment " + id.substring(id.lastIndexOf('/') + 1));
        return true;
    }

    private ObjectNode envelope(Map<String, String> tags) {
        ObjectNode body = JSON.objectNode();
        body.put(
                "location",
                clients.arm()
                        .get(clients.workspace().armId(), ApiVersions.MACHINE_LEARNING)
                        .path("location")
                        .asText());
        ObjectNode all = body.putObject("tags");
        tags.forEach(all::put);
        return body;
    }

    /** Settings of the deployment; a step that names no compute needs the default. */
    private static ObjectNode settings(PipelineComponentSpec spec, PipelinePublicationRequest request) {
        ObjectNode settings = JSON.objectNode();
        ObjectNode declared = spec.settings();
        if (declared != null) {
            declared.properties().forEach(entry -> settings.set(entry.getKey(), entry.getValue()));
        }
        String compute =
                request.defaultCompute().orElse(settings.path("default_compute").asText(""));
        if (compute.isEmpty() && spec.needsDefaultCompute()) {
            throw AmlException.of(
                            ErrorCode.SPEC_MISSING_KEY,
                            request.file().getFileName() + ": a step has no compute and the pipeline no default")
                    .remedy("Set settings.default_compute in the file, or -Daml.pipeline.defaultCompute=<name>.")
                    .build();
        }
        if (!compute.isEmpty()) {
            settings.put("default_compute", compute.replaceFirst("^azureml:", ""));
        }
        if (request.callback().isPresent()) {
            // Else a step that fails ends the one that is to tell of it.
            settings.put("continue_on_step_failure", "true");
        }
        return settings;
    }

    /** What the version consists of: everything but its own name, with local content by hash. */
    private String digest(
            PipelineComponentSpec spec, String name, ObjectNode settings, PipelinePublicationRequest request) {
        ObjectNode content = spec.toBody(new OfflineAssets(clients.workspace()), name, "");
        content.set("settings", settings);
        content.put("tags", new TreeMap<>(request.tags()).toString());
        return Sha256.of(content.toString());
    }

    private record Change<T>(T value, boolean changed) {}
}
