package io.github.amlmaven.core.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.amlmaven.core.error.AmlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterAccessTest {

    @TempDir
    private Path folder;

    @Test
    void aContextThatTheKubeconfigHasNotIsToldThoseThatItHas() throws IOException {
        Path file = Files.writeString(folder.resolve("config"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: https://localhost:1}}]
                users: [{name: u, user: {token: t}}]
                contexts:
                - {name: staging, context: {cluster: c, user: u}}
                - {name: production, context: {cluster: c, user: u}}
                current-context: staging
                """);
        ClusterAccess access = new ClusterAccess(() -> {
            throw new AssertionError("no AKS cluster is meant");
        });

        AmlException error = catchThrowableOfType(
                AmlException.class,
                () -> access.connect(new ClusterAccess.Cluster.Kubeconfig(file, Optional.of("prodution"))));

        assertThat(error.getMessage()).contains("has no context 'prodution'. Did you mean 'production'?");
        assertThat(error.remedy()).contains("production, staging");
    }
}
