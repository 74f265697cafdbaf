package io.github.amlmaven.core.image.layer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.tools.jib.api.Credential;
import io.github.amlmaven.core.progress.Progress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.http.client.methods.HttpHead;
import org.junit.jupiter.api.Test;

class RegistryConnectionTest {

    @Test
    void aTokenThatAnotherThreadGivesUpMeanwhileIsStillUsed() throws Exception {
        try (BreakingRegistry registry = new BreakingRegistry();
                RegistryConnection connection = new RegistryConnection(
                        new RepositoryClient.Repository(
                                registry.host(), "models", Optional.of(Credential.from("user", "secret")), true),
                        RegistryConnection.Access.PUSH,
                        Progress.NONE)) {
            String digest = "sha256:" + "0".repeat(64);
            registry.holdsMount = true;
            AtomicBoolean first = new AtomicBoolean(true);
            CompletableFuture<?>[] mounting = {CompletableFuture.completedFuture(null)};

            RegistryConnection.Answer answer = connection.send(repository -> {
                if (!first.getAndSet(false)) {
                    mounting[0] = CompletableFuture.supplyAsync(() -> connection.mount(digest, "others"));
                    BreakingRegistry.await(registry.refusesMount);
                }
                return new HttpHead(repository.resolve("blobs/" + digest));
            });
            registry.mayRefuseMount.countDown();
            mounting[0].join();

            assertThat(answer.status()).isEqualTo(404);
        }
    }
}
