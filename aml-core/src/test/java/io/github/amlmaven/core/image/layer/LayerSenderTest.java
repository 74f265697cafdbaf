package io.github.amlmaven.core.image.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.tools.jib.api.Credential;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayerSenderTest {

    private static final int LARGE = 40 << 20;

    @TempDir
    Path folder;

    private BreakingRegistry registry;

    @BeforeEach
    void start() throws IOException {
        registry = new BreakingRegistry();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @ParameterizedTest
    @EnumSource(LayerCompression.class)
    void anUnknownLayerArrivesWholeInOnePatch(LayerCompression compression) throws Exception {
        FileLayer layer = layer("weights.bin", LARGE, compression);
        String digest = sent("secret", layer).digest();

        assertThat(registry.blobs).containsOnlyKeys(digest);
        assertThat(registry.requests.stream().filter(request -> request.startsWith("PATCH")))
                .hasSize(1);
        assertThat(registry.openSessions()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(LayerCompression.class)
    void aBrokenUploadGoesOnFromTheLastConfirmedByte(LayerCompression compression) throws Exception {
        registry.breaks.set(3);
        registry.breakAfter = 9_000_000;
        FileLayer layer = layer("weights.bin", LARGE, compression);

        assertThat(registry.blobs).isEmpty();
        String digest = sent("secret", layer).digest();

        assertThat(registry.blobs).containsOnlyKeys(digest);
        List<String> pieces = registry.requests.stream()
                .filter(request -> request.startsWith("PATCH [") && request.contains("-"))
                .toList();
        assertThat(pieces).hasSizeGreaterThan(2);
        assertThat(pieces.get(0)).as("what the registry has is not sent again").matches("PATCH \\[(?!0-)\\d+-\\d+\\]");
    }

    @Test
    void aSessionThatTheRegistryLostBeginsAnew() throws Exception {
        registry.breaks.set(2);
        registry.losesSessions.set(1);
        registry.breakAfter = 5_000_000;

        String digest = sent("secret", layer("weights.bin", LARGE, LayerCompression.STORED))
                .digest();

        assertThat(registry.blobs).containsOnlyKeys(digest);
        assertThat(registry.requests).anyMatch(request -> request.startsWith("PATCH [0-"));
    }

    @Test
    void aRegistryThatAlwaysBreaksIsAnErrorInTheEnd() throws Exception {
        registry.breaks.set(Integer.MAX_VALUE);
        registry.losesSessions.set(Integer.MAX_VALUE);
        registry.breakAfter = 0;
        FileLayer layer = layer("weights.bin", 1000, LayerCompression.STORED);

        assertThatThrownBy(() -> sent("secret", layer)).isInstanceOf(IOException.class);
        assertThat(registry.blobs).isEmpty();
    }

    @Test
    void aLayerThatIsThereIsNotKeptASecondTime() throws Exception {
        FileLayer layer = layer("weights.bin", LARGE, LayerCompression.STORED);
        DescribedLayer known = layer.describe();
        registry.blobs.put(known.digest(), new byte[0]);

        assertThat(sent("secret", layer)).isEqualTo(known);

        assertThat(registry.requests).noneMatch(request -> request.startsWith("PUT"));
        assertThat(registry.blobs.get(known.digest())).isEmpty();
    }

    @Test
    void whatIsOnlyToBeVerifiedIsHashedBeforeAnythingIsSent() throws Exception {
        FileLayer layer = layer("weights.bin", LARGE, LayerCompression.STORED);
        registry.blobs.put(layer.describe().digest(), new byte[0]);
        LayerIndex verifying = new LayerIndex(new StampIndex(folder.resolve("index"), true, Progress.NONE));

        try (LayerSender sender = new LayerSender(repository("secret"), verifying, Progress.NONE)) {
            sender.send(sender.describe(List.of(layer)));
        }

        assertThat(registry.requests).isNotEmpty().allMatch(request -> request.startsWith("HEAD"));
    }

    @Test
    void aLayerOfAnotherRepositoryIsMounted() throws Exception {
        FileLayer layer = layer("weights.bin", 1000, LayerCompression.STORED);
        registry.mountable = "others";
        LayerIndex index = index();
        DescribedLayer known = index.describe(List.of(layer)).get(0);
        index.sent(registry.host(), "others", known.digest());

        try (LayerSender sender = new LayerSender(repository("secret"), index, Progress.NONE)) {
            sender.send(List.of(known));
        }

        assertThat(registry.requests).noneMatch(request -> request.startsWith("PATCH"));
        assertThat(index.repository(registry.host(), known.digest())).hasValue("models");
    }

    @Test
    void whatTheRegistryDoesNotMountLeavesNoUploadBehind() throws Exception {
        LayerIndex index = index();
        String digest = "sha256:" + "0".repeat(64);
        index.sent(registry.host(), "others", digest);

        try (LayerSender sender = new LayerSender(repository("secret"), index, Progress.NONE)) {
            sender.mount(List.of(digest, "sha256:" + "1".repeat(64)));
        }

        assertThat(registry.requests.stream().filter(request -> request.startsWith("POST")))
                .hasSize(1);
        assertThat(registry.requests.stream().filter(request -> request.startsWith("DELETE")))
                .hasSize(1);
        assertThat(registry.uploads).isEmpty();
    }

    @Test
    void aWrongPasswordIsNamedAsRefusal() throws Exception {
        FileLayer layer = layer("weights.bin", 1000, LayerCompression.STORED);

        assertThatThrownBy(() -> sent("wrong", layer))
                .hasStackTraceContaining("401")
                .message()
                .doesNotContain("wrong");
    }

    private DescribedLayer sent(String password, FileLayer layer) throws IOException {
        try (LayerSender sender = new LayerSender(repository(password), index(), Progress.NONE)) {
            List<DescribedLayer> described = sender.describe(List.of(layer));
            sender.send(described);
            return described.get(0);
        }
    }

    private LayerIndex index() {
        return new LayerIndex(new StampIndex(folder.resolve("index"), false, Progress.NONE));
    }

    private RepositoryClient.Repository repository(String password) {
        return new RepositoryClient.Repository(
                registry.host(), "models", Optional.of(Credential.from("user", password)), true);
    }

    private FileLayer layer(String name, int size, LayerCompression compression) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        LayerFile file = new LayerFile(Files.write(folder.resolve(name), content), "/m/" + name, size, false);
        return new FileLayer("model", List.of(file), compression);
    }
}
