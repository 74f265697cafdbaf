package io.github.amlmaven.core.asset;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.content.AssetHash;
import io.github.amlmaven.core.spec.EnvironmentSpec;
import java.nio.file.Path;

/**
 * Resolves as {@link OfflineAssets} does, but gives code that the workspace has already the id that it has there, and an
 * environment its own name and version: a plan shows them as changed only when they are. Reads from the workspace, writes nothing.
 */
public final class PlannedAssets extends OfflineAssets {

    private final WorkspaceAssets workspace;

    public PlannedAssets(AzureClients clients, WorkspaceAssets workspace) {
        super(clients.workspace());
        this.workspace = workspace;
    }

    @Override
    public String environment(EnvironmentSpec environment) {
        return isNamed(environment) ? namedEnvironment(environment) : super.environment(environment);
    }

    @Override
    String codeOf(Path local) {
        return workspace.existingCode(AssetHash.content(local)).orElseGet(() -> super.codeOf(local));
    }
}
