package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.ComponentSpec;
import io.github.amlmaven.core.spec.DataSpec;
import io.github.amlmaven.core.spec.DeploymentSpec;
import io.github.amlmaven.core.spec.EndpointSpec;
import io.github.amlmaven.core.spec.EnvironmentSpec;
import io.github.amlmaven.core.spec.JobSpec;
import io.github.amlmaven.core.spec.ModelSpec;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.schema.Kind;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which request a kind becomes, and where it goes. */
final class KindRequests {

    /** Kinds of files that stand beside specs and are never sent by themselves. */
    private static final Set<String> OTHERS = Set.of(
            "prompt-flow", "conda-file", "python-env", "invocation", "identity-patch", "feature-set-spec", "canary");

    private final SpecLoader loader;
    private final PlannedAssets assets;

    KindRequests(SpecLoader loader, PlannedAssets assets) {
        this.loader = loader;
        this.assets = assets;
    }

    static boolean isOther(Kind kind) {
        return OTHERS.contains(kind.name()) || kind.name().startsWith("v1-");
    }

    PlannedRequest request(CheckedSpec spec) {
        String kind = spec.kind().name();
        if (kind.endsWith("-job")) {
            return job(spec);
        }
        if (kind.endsWith("-component") || kind.equals("prompt-flow")) {
            return component(spec);
        }
        return switch (kind) {
            case "model" -> model(spec);
            case "environment" -> environment(spec);
            case "data" -> data(spec);
            case "datastore" -> put("datastores", spec.required("name"), DatastoreRequests.body(spec));
            case "managed-online-endpoint", "kubernetes-online-endpoint", "batch-endpoint" -> endpoint(spec);
            case "managed-online-deployment", "kubernetes-online-deployment", "batch-deployment" -> deployment(spec);
            case "amlcompute", "computeinstance", "virtualmachine", "kubernetes-compute", "synapsespark" ->
                put("computes", spec.required("name"), new ComputeRequests(spec, assets.workspace()).body());
            case "schedule" ->
                put("schedules", spec.required("name"), new ScheduleRequests(spec, loader, assets).body());
            case "connection" -> put("connections", spec.required("name"), new ConnectionRequests(spec).body());
            case "data-import" -> put("jobs", RequestRendering.GENERATED, DataImports.job(spec, assets));
            case "registry" ->
                PlannedRequest.put(
                        assets.workspace().resourceGroupId()
                                + "/providers/Microsoft.MachineLearningServices/registries/" + spec.required("name"),
                        new RegistryRequests(spec).body());
            case "serverless-endpoint" ->
                put("serverlessEndpoints", spec.required("name"), ServerlessRequests.endpoint(spec));
            case "model-package" ->
                new PlannedRequest(
                        "POST",
                        assets.version("models", "model", "1") + "/package",
                        new PackageRequests(spec, assets).body());
            case "feature-set" ->
                PlannedRequest.put(
                        assets.version("featuresets", spec.required("name"), spec.required("version")),
                        FeatureStoreRequests.set(spec, assets, loader));
            case "feature-store-entity" ->
                PlannedRequest.put(
                        assets.version("featurestoreEntities", spec.required("name"), spec.required("version")),
                        FeatureStoreRequests.entity(spec));
            case "feature-store" ->
                PlannedRequest.put(
                        assets.workspace().resourceGroupId().replace("resourceGroups", "resourcegroups")
                                + "/providers/Microsoft.Resources/deployments/" + RequestRendering.GENERATED,
                        FeatureStoreRequests.store(spec, assets.workspace()));
            case "workspace" ->
                PlannedRequest.put(
                        assets.workspace().resourceGroupId().replace("resourceGroups", "resourcegroups")
                                + "/providers/Microsoft.Resources/deployments/" + RequestRendering.GENERATED,
                        new WorkspaceRequests(spec, assets.workspace()).parameters());
            default -> throw unsupported(spec);
        };
    }

    private static AmlException unsupported(CheckedSpec spec) {
        return AmlException.of(
                        ErrorCode.SPEC_UNSUPPORTED,
                        spec.file().getFileName() + " is of kind " + spec.kind()
                                + ", which can be checked but not be rendered")
                .build();
    }

    private PlannedRequest put(String collection, String name, ObjectNode body) {
        return PlannedRequest.put(path(collection, name), body);
    }

    private String path(String collection, @Nullable String name) {
        return assets.workspace().armId() + "/" + collection + "/" + (name == null ? RequestRendering.GENERATED : name);
    }

    private PlannedRequest job(CheckedSpec spec) {
        new RefusedByClient(loader, spec).job();
        JobSpec job = loader.job(spec.file());
        ObjectNode body = job.toBody(assets);
        String name = job.name() == null ? RequestRendering.GENERATED : job.name();
        if (body.get("properties") instanceof ObjectNode properties) {
            if (job.experimentName() == null) {
                properties.put("experimentName", experiment(spec));
            }
            if (properties.path("displayName").asText("").isEmpty()) {
                properties.put("displayName", name);
            }
        }
        return put("jobs", name, body);
    }

    /** The folder's name, as the official client that runs in it. */
    private static String experiment(CheckedSpec spec) {
        String folder = String.valueOf(spec.directory().getFileName());
        int dot = folder.lastIndexOf('.');
        return (dot > 0 ? folder.substring(0, dot) : folder).replace(" ", "");
    }

    private PlannedRequest component(CheckedSpec spec) {
        new RefusedByClient(loader, spec).component();
        ComponentSpec component = loader.component(spec.file());
        String name = spec.required("name");
        String version = component.version() == null ? "1" : component.version();
        return PlannedRequest.put(assets.version("components", name, version), component.toBody(assets, name, version));
    }

    private PlannedRequest model(CheckedSpec spec) {
        ModelSpec model = loader.model(spec.file());
        String version = model.version() == null ? "1" : model.version();
        return PlannedRequest.put(assets.version("models", spec.required("name"), version), model.toBody(assets));
    }

    private PlannedRequest environment(CheckedSpec spec) {
        new RefusedByClient(loader, spec).environment();
        EnvironmentSpec environment = loader.environment(spec.file());
        String version = environment.version() == null ? "1" : environment.version();
        return PlannedRequest.put(
                assets.version("environments", spec.required("name"), version), environment.toBody(assets));
    }

    private PlannedRequest data(CheckedSpec spec) {
        new RefusedByClient(loader, spec).data();
        DataSpec data = loader.data(spec.file());
        String version = data.version() == null ? "1" : data.version();
        return PlannedRequest.put(
                assets.version("data", data.name() == null ? RequestRendering.GENERATED : data.name(), version),
                data.toBody(assets, List.of()));
    }

    private PlannedRequest pipelineDeployment(CheckedSpec spec) {
        new RefusedByClient(loader, spec).pipelineDeployment();
        DeploymentSpec deployment = loader.deployment(spec.file());
        return PlannedRequest.put(
                path("batchEndpoints", deployment.endpointName()) + "/deployments/" + deployment.name(),
                deployment.toBody(assets, RequestRendering.LOCATION));
    }

    private PlannedRequest endpoint(CheckedSpec spec) {
        EndpointSpec endpoint = loader.endpoint(spec.file());
        return put(endpoint.collection(), endpoint.name(), endpoint.toBody(assets, RequestRendering.LOCATION));
    }

    private PlannedRequest deployment(CheckedSpec spec) {
        if (spec.kind().name().equals("batch-deployment") && "pipeline".equals(spec.text("type"))) {
            return pipelineDeployment(spec);
        }
        new RefusedByClient(loader, spec).deployment();
        JsonNode collected = spec.content().at("/data_collector/collections");
        collected.properties().forEach(entry -> assets.collected(spec, entry.getKey(), entry.getValue()));
        DeploymentSpec deployment = loader.deployment(spec.file());
        String collection = deployment.isBatch() ? "batchEndpoints" : "onlineEndpoints";
        String path = path(collection, deployment.endpointName()) + "/deployments/" + deployment.name();
        ObjectNode body = deployment.toBody(assets, RequestRendering.LOCATION);
        collected
                .properties()
                .forEach(entry -> ((ObjectNode)
                                body.at("/properties/dataCollector/collections").path(entry.getKey()))
                        .put("dataId", assets.collected(spec, entry.getKey(), entry.getValue())));
        return PlannedRequest.put(path, body);
    }
}
