package io.github.amlmaven.core.asset;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.content.AssetHash;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ProgressLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlannedAssetsTest {

    private static final String THERE = LoopbackService.WORKSPACE.armId() + "/codes/a-name-of-its-own/versions/1";

    @TempDir
    private Path code;

    @Test
    void codeThatTheWorkspaceHasGoesByItsIdAndOtherCodeByItsHash() throws IOException {
        Files.writeString(code.resolve("score.py"), "def run(data): return data\n");
        String hash = AssetHash.content(code);
        ProgressLog progress = new ProgressLog();
        try (LoopbackService service = new LoopbackService()) {
            service.otherwise(request -> Answer.json(
                    200,
                    hash.equals(request.query().get("hash"))
                            ? "{\"value\":[{\"id\":\"" + THERE + "\"}]}"
                            : "{\"value\":[]}"));
            try (AzureClients clients = service.clients(progress)) {
                PlannedAssets assets = new PlannedAssets(clients, new WorkspaceAssets(clients, progress));

                assertThat(assets.codeOf(code)).isEqualTo(THERE);

                Files.writeString(code.resolve("score.py"), "def run(data): return None\n");
                assertThat(assets.codeOf(code)).endsWith("/codes/sha256-" + AssetHash.content(code) + "/versions/1");
            }
            assertThat(service.requests())
                    .isNotEmpty()
                    .allMatch(request -> request.method().equals("GET"));
        }
    }

    @Test
    void aNamedEnvironmentIsPlannedUnderItsNameAsItWillBeWritten() throws IOException {
        ProgressLog progress = new ProgressLog();
        SpecLoader loader = new SpecLoader(new SpecReader(), code);
        try (LoopbackService service = new LoopbackService();
                AzureClients clients = service.clients(progress)) {
            PlannedAssets assets = new PlannedAssets(clients, new WorkspaceAssets(clients, progress));

            assertThat(assets.environment(loader.environment(Files.writeString(
                            code.resolve("named.yml"), "name: sklearn\nversion: 3\nimage: ubuntu\n"))))
                    .isEqualTo(LoopbackService.WORKSPACE.armId() + "/environments/sklearn/versions/3");
            // Without a version the service counts on, so there is no such place to compare with.
            assertThat(assets.environment(loader.environment(
                            Files.writeString(code.resolve("unnamed.yml"), "name: sklearn\nimage: ubuntu\n"))))
                    .contains("/environments/CliV2AnonymousEnvironment/versions/");
            assertThat(service.requests()).isEmpty();
        }
    }
}
