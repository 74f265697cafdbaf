package io.github.amlmaven.core.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.asset.OfflineAssets;
import io.github.amlmaven.core.asset.PlannedAssets;
import io.github.amlmaven.core.asset.WorkspaceAssets;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.model.RegisteredModel;
import io.github.amlmaven.core.spec.AssetResolver;
import io.github.amlmaven.core.spec.ComponentUse;
import io.github.amlmaven.core.spec.DeploymentSpec;
import io.github.amlmaven.core.spec.EnvironmentUse;
import io.github.amlmaven.core.spec.ModelUse;
import java.nio.file.Files;
import java.nio.file.Path;

/** Renders deployments, with the model that this project has registered for those that name none. */
record DeploymentBodies(AzureClients clients, WorkspaceAssets assets, Path modelRecord) {

    /** As it is sent; local content is uploaded and written out assets are made. */
    ObjectNode online(DeploymentSpec spec, String location) {
        return body(spec, assets, location);
    }

    /** As it would be sent, with local content by its hash; names without a version are looked up. */
    ObjectNode offline(DeploymentSpec spec, String location) {
        return unsent(spec, new OfflineAssets(clients.workspace()), location);
    }

    /** As {@link #offline}, for a plan: code that the workspace has already goes by the id that it has there. */
    ObjectNode planned(DeploymentSpec spec, String location) {
        return unsent(spec, new PlannedAssets(clients, assets), location);
    }

    private ObjectNode unsent(DeploymentSpec spec, OfflineAssets resolver, String location) {
        ObjectNode body = body(spec, resolver, location);
        ObjectNode properties = body.withObject("/properties");
        if (spec.model() instanceof ModelUse.Reference model) {
            setModel(spec, properties, model.resolve(assets));
        }
        if (spec.environment() instanceof EnvironmentUse.Reference environment) {
            properties.put("environmentId", environment.resolve(assets));
        }
        if (spec.component() instanceof ComponentUse.Reference component) {
            properties.withObject("/deploymentConfiguration/componentId").put("assetId", component.resolve(assets));
        }
        return body;
    }

    /** What a deployment consists of. */
    String digest(DeploymentSpec spec, String location) {
        return Sha256.of(offline(spec, location).toString());
    }

    private ObjectNode body(DeploymentSpec spec, AssetResolver resolver, String location) {
        ObjectNode body = spec.toBody(resolver, location);
        if (spec.model() == null && spec.component() == null && Files.isRegularFile(modelRecord)) {
            setModel(
                    spec,
                    body.withObject("/properties"),
                    RegisteredModel.read(modelRecord).id());
        }
        return body;
    }

    private static void setModel(DeploymentSpec spec, ObjectNode properties, String id) {
        if (spec.isBatch()) {
            properties.putObject("model").put("referenceType", "Id").put("assetId", id);
        } else {
            properties.put("model", id);
        }
    }
}
