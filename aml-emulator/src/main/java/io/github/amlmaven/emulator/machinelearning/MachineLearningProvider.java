package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.arm.Operations;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.asset.AssetKind;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.identity.TokenAuthority;
import io.github.amlmaven.emulator.inference.EndpointKeys;
import io.github.amlmaven.emulator.inference.OnlineDeployments;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.Provider;
import io.github.amlmaven.emulator.spec.SpecValidator;
import io.github.amlmaven.emulator.storage.BlobStore;
import java.util.ArrayList;
import java.util.List;

/** Microsoft.MachineLearningServices but for jobs. */
public final class MachineLearningProvider implements Provider {

    private final WorkspaceProvider workspaces;
    private final ComputeProvider computes;
    private final WorkspaceScope scope;
    private final CoreQuota quota;
    private final List<Provider> parts = new ArrayList<>();

    public MachineLearningProvider(
            EmulatorContext context,
            ResourceStore resources,
            Operations operations,
            TokenAuthority tokens,
            BlobStore blobs,
            StorageAccounts accounts,
            AssetContent content,
            EndpointKeys keys,
            OnlineDeployments deployments) {
        scope = new WorkspaceScope(context, resources, operations);
        quota = new CoreQuota(scope);
        RequestCheck check = (exchange, model) -> context.options().strict()
                ? SpecValidator.check(
                        WorkspaceScope.PROVIDER,
                        model,
                        exchange.json(),
                        resources.get(new ResourceId(exchange.rawPath())))
                : exchange.json();
        DatastoreProvider datastores = new DatastoreProvider(scope, blobs, check);
        workspaces = new WorkspaceProvider(scope, blobs, datastores, check);
        computes = new ComputeProvider(scope, check);
        parts.add(workspaces);
        parts.add(datastores);
        parts.add(computes);
        parts.add(new ComputeCatalog(quota, check));
        parts.add(new ConnectionProvider(scope, check));
        parts.add(new CodeUploadProvider(scope, blobs, check));
        for (AssetKind kind : AssetKind.values()) {
            parts.add(new AssetProvider(scope, AssetHome.workspaces(scope), kind, check));
        }
        parts.add(new ModelPackageProvider(scope));
        registries(check, tokens, blobs, accounts, content);
        for (EndpointKind kind : EndpointKind.values()) {
            parts.add(new EndpointProvider(scope, kind, check, tokens, keys, deployments));
            parts.add(new DeploymentProvider(scope, kind, check, deployments, quota));
        }
    }

    private void registries(
            RequestCheck check,
            TokenAuthority tokens,
            BlobStore blobs,
            StorageAccounts accounts,
            AssetContent content) {
        AssetRegistryHome dataPlane = new AssetRegistryHome(scope, tokens, AssetRegistryHome.DATA_PLANE);
        parts.add(new AssetRegistries(scope, check, dataPlane, accounts));
        parts.add(new AssetRegistryData(scope, dataPlane, blobs, content));
        for (AssetKind kind : AssetKind.values()) {
            parts.add(new AssetProvider(scope, new AssetRegistryHome(scope, tokens, ""), kind, check));
            // There is no specification of the data plane's bodies, and clients send properties that have gone.
            parts.add(new AssetProvider(scope, dataPlane, kind, (exchange, model) -> exchange.json()));
        }
    }

    @Override
    public void declare(Routes routes) {
        parts.forEach(part -> part.declare(routes));
    }

    /**
     * Sets the number of a managed deployment's instances.
     *
     * @throws io.github.amlmaven.emulator.http.HttpError when the quota has no room for them
     */
    public void scale(ResourceId deployment, int instances) {
        quota.scale(deployment, instances);
    }

    /**
     * Makes a workspace with its datastores, the cluster {@code cpu-cluster} and the attached Kubernetes cluster
     * {@code k8s-cluster}, as at first start.
     *
     * @param body as in a PUT; the resources that it refers to must exist
     */
    public void createWorkspace(ResourceId id, JsonNode body, ResourceId kubernetes) {
        createWorkspace(id, body);
        String location = body.path("location").asText();
        computes.createDefault(id, "cpu-cluster", location);
        computes.createAttached(id, "k8s-cluster", kubernetes, location);
    }

    /** Makes a workspace with its datastores, as templates do; without a cluster. */
    public void createWorkspace(ResourceId id, JsonNode body) {
        workspaces.create(id, body);
    }
}
