package io.github.amlmaven.core.image.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Credential;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayeredBaseTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] LAYER = "a layer of the base".getBytes(StandardCharsets.UTF_8);
    private static final byte[] CONFIGURATION =
            "{\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:base\"]},\"history\":[{},{\"empty_layer\":true}]}"
                    .getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private BreakingRegistry elsewhere;
    private BreakingRegistry target;

    @BeforeEach
    void start() throws IOException {
        elsewhere = new BreakingRegistry();
        elsewhere.scope = "pull";
        target = new BreakingRegistry();
        elsewhere.blobs.put(BreakingRegistry.sha256(LAYER), LAYER);
        elsewhere.blobs.put(BreakingRegistry.sha256(CONFIGURATION), CONFIGURATION);
    }

    @AfterEach
    void stop() {
        elsewhere.close();
        target.close();
    }

    @Test
    void aBaseOfAnotherRegistryIsBroughtOverWithTheModelUponIt() throws IOException {
        String base = base("\"config\":{\"digest\":\"" + BreakingRegistry.sha256(CONFIGURATION) + "\"},");
        DescribedLayer model = model();

        String digest;
        try (LayerSender sender = sender()) {
            digest = put(sender, base, model);
        }

        assertThat(target.blobs.get(BreakingRegistry.sha256(LAYER))).isEqualTo(LAYER);
        assertThat(target.blobs).containsKey(model.digest());
        JsonNode manifest = JSON.readTree(target.manifests.get(digest));
        assertThat(manifest.path("layers"))
                .extracting(layer -> layer.path("digest").asText())
                .containsExactly(BreakingRegistry.sha256(LAYER), model.digest());
        JsonNode configuration =
                JSON.readTree(target.blobs.get(manifest.at("/config/digest").asText()));
        assertThat(configuration.at("/rootfs/diff_ids"))
                .extracting(JsonNode::asText)
                .containsExactly("sha256:base", model.diffId());
        assertThat(configuration.path("history")).hasSize(3);
        assertThat(configuration.at("/history/2/comment").asText()).isEqualTo("model");
    }

    @Test
    void aBaseThatIsThereIsNotSentAgain() throws IOException {
        String base = base("\"config\":{\"digest\":\"" + BreakingRegistry.sha256(CONFIGURATION) + "\"},");
        DescribedLayer model = model();
        try (LayerSender sender = sender()) {
            put(sender, base, model);
        }
        target.requests.clear();

        try (LayerSender sender = sender()) {
            put(sender, base, model);
        }

        assertThat(target.requests).noneMatch(request -> request.startsWith("PATCH") || request.startsWith("POST"));
    }

    @Test
    void aManifestOfAnOldKindIsNoBase() throws IOException {
        String base = base("");
        DescribedLayer model = model();
        try (LayerSender sender = sender()) {
            assertThatThrownBy(() -> put(sender, base, model))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("a manifest of an old kind");
        }
        assertThat(target.manifests).isEmpty();
    }

    /** Its manifest's digest. */
    private String base(String configuration) {
        byte[] manifest = ("{" + configuration + "\"layers\":[{\"digest\":\"" + BreakingRegistry.sha256(LAYER)
                        + "\",\"size\":" + LAYER.length + "}]}")
                .getBytes(StandardCharsets.UTF_8);
        elsewhere.manifests.put(BreakingRegistry.sha256(manifest), manifest);
        return BreakingRegistry.sha256(manifest);
    }

    private DescribedLayer model() throws IOException {
        Path file = Files.writeString(folder.resolve("weights.bin"), "weights");
        return new FileLayer(
                        "model",
                        List.of(new LayerFile(file, "/model/weights.bin", Files.size(file), false)),
                        LayerCompression.STORED)
                .describe();
    }

    private String put(LayerSender sender, String base, DescribedLayer model) throws IOException {
        return new LayeredBase(sender)
                .put(Optional.of(new LayeredBase.Below(in(elsewhere), base)), List.of(model), false, "amd64");
    }

    private LayerSender sender() {
        LayerIndex index = new LayerIndex(new StampIndex(folder.resolve("index"), false, Progress.NONE));
        return new LayerSender(in(target), index, Progress.NONE);
    }

    private static RepositoryClient.Repository in(BreakingRegistry registry) {
        return new RepositoryClient.Repository(
                registry.host(), "models", Optional.of(Credential.from("user", "secret")), true);
    }
}
