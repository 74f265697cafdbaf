package io.github.amlmaven.emulator.mlflow;

import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.asset.AssetVersions;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.job.Runs;
import io.github.amlmaven.emulator.job.access.DataPlaneAccess;
import io.github.amlmaven.emulator.job.data.DataLocations;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.Provider;
import io.github.amlmaven.emulator.storage.BlobStore;
import java.io.IOException;

/**
 * MLflow's REST API 2.0 below a workspace's tracking URI.
 *
 * <p>Source: https://mlflow.org/docs/latest/rest-api.html; what azureml-mlflow 1.62 asks for besides.
 */
public final class MlflowProvider implements Provider {

    private final EmulatorContext context;
    private final Scope scope;
    private final BlobStore blobs;

    public MlflowProvider(
            EmulatorContext context, ResourceStore resources, Runs runs, DataPlaneAccess access, BlobStore blobs) {
        this.context = context;
        this.scope = new Scope(resources, runs, access);
        this.blobs = blobs;
    }

    @Override
    public void declare(Routes routes) {
        ExperimentCatalog experiments = new ExperimentCatalog(context.store(), scope.runs(), context.clock());
        DataLocations locations =
                new DataLocations(scope.resources(), context.endpoints().authority());
        Artifacts artifacts =
                new Artifacts(locations, blobs, context.endpoints().https());
        new ExperimentRoutes(scope, experiments).declare(routes);
        new RunRoutes(scope, experiments, context.clock()).declare(routes);
        new ArtifactRoutes(scope, artifacts).declare(routes);
        RegisteredModels models = new RegisteredModels(
                scope.resources(), new AssetVersions(scope.resources(), context.clock()), artifacts);
        new ModelRoutes(scope, models).declare(routes);
        scope.add(routes, "GET|POST|PUT|PATCH|DELETE", "/{endpoint...}", MlflowProvider::absent);
    }

    /**
     * What AML's tracking server does not have, among it the logged models of MLflow 3 and aliases of registered models:
     * 404 and no body (https://github.com/Azure/azure-sdk-for-python/issues/44896), which MLflow's client tells apart from
     * an entity that does not exist.
     */
    private static void absent(Exchange exchange) throws IOException {
        exchange.send(404);
    }
}
