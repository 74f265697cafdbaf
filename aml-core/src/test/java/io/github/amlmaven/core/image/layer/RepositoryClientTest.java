package io.github.amlmaven.core.image.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.RegistryAuthenticationFailedException;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RepositoryClientTest {

    private static final byte[] MANIFEST = "{\"config\":{\"digest\":\"d\"}}".getBytes(StandardCharsets.UTF_8);

    private BreakingRegistry registry;

    @BeforeEach
    void start() throws IOException {
        registry = new BreakingRegistry();
        registry.scope = "pull";
        registry.manifests.put("1", MANIFEST);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void aSecondQuestionNeedsNeitherASignInNorAnotherTry() throws IOException {
        try (RepositoryClient client = client("secret")) {
            assertThat(client.digest("1")).hasValue(BreakingRegistry.sha256(MANIFEST));
            int first = registry.asked.get();

            assertThat(client.manifest("1").content().at("/config/digest").asText())
                    .isEqualTo("d");
            assertThat(client.digest("2")).isEmpty();

            assertThat(registry.asked).hasValue(first + 2);
            assertThat(registry.tokens).hasValue(1);
        }
    }

    @Test
    void aDigestThatTheRegistryDoesNotSayIsComputed() throws IOException {
        registry.saysDigests = false;
        try (RepositoryClient client = client("secret")) {
            assertThat(client.digest("1")).hasValue(BreakingRegistry.sha256(MANIFEST));
        }
    }

    @Test
    void aManifestThatIsNotWhatWasAskedForIsNotUsed() throws IOException {
        String digest = "sha256:" + "0".repeat(64);
        registry.manifests.put(digest, MANIFEST);
        try (RepositoryClient client = client("secret")) {
            assertThatThrownBy(() -> client.manifest(digest))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("gives " + BreakingRegistry.sha256(MANIFEST));
        }
    }

    @Test
    void aBlobIsFollowedToTheStoreWithoutTheToken() throws IOException {
        byte[] blob = "{\"os\":\"linux\"}".getBytes(StandardCharsets.UTF_8);
        String digest = BreakingRegistry.sha256(blob);
        registry.blobs.put(digest, blob);
        try (RepositoryClient client = client("secret")) {
            assertThat(client.blob(digest)).isEqualTo("{\"os\":\"linux\"}");
            try (InputStream stream = client.open(digest)) {
                assertThat(stream).hasBinaryContent(blob);
            }

            registry.blobs.put(digest, MANIFEST);
            assertThatThrownBy(() -> client.blob(digest)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aMissingManifestAndAWrongPasswordAreToldApart() throws IOException {
        try (RepositoryClient client = client("secret")) {
            assertThatThrownBy(() -> client.manifest("2")).hasMessageContaining("HTTP 404 MANIFEST_UNKNOWN");
        }
        try (RepositoryClient client = client("wrong")) {
            assertThatThrownBy(() -> client.digest("1"))
                    .hasCauseInstanceOf(RegistryAuthenticationFailedException.class)
                    .message()
                    .doesNotContain("wrong");
        }
    }

    @Test
    void aRefreshTokenGoesToTheTokenServiceInAForm() throws IOException {
        Credential refresh = Credential.from(Credential.OAUTH2_TOKEN_USER_NAME, "secret");
        try (RepositoryClient client = new RepositoryClient(
                new RepositoryClient.Repository(registry.host(), "models", Optional.of(refresh), true),
                Progress.NONE)) {
            assertThat(client.digest("1")).hasValue(BreakingRegistry.sha256(MANIFEST));
        }
        assertThat(registry.tokens).hasValue(1);
    }

    private RepositoryClient client(String password) {
        return new RepositoryClient(
                new RepositoryClient.Repository(
                        registry.host(), "models", Optional.of(Credential.from("user", password)), true),
                Progress.NONE);
    }
}
