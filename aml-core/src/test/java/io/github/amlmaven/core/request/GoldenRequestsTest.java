package io.github.amlmaven.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The official client is the oracle: its requests for the public examples of {@code az ml}, and for files that exercise
 * each key of each schema, are kept beside this test ({@code conformance/goldens} makes them).
 */
class GoldenRequestsTest {

    private static final Path SHARED = Path.of(System.getProperty("aml.shared.dir"));
    private static final Path RESOURCES = Path.of("src/test/resources/io/github/amlmaven/core/request");

    @Test
    void everyPublicExampleBecomesTheRequestOfTheOfficialClient() {
        compare(SHARED.resolve("corpus/azureml-examples"), "azureml-examples", 360);
    }

    @Test
    void everyKeyOfEverySchemaBecomesTheRequestOfTheOfficialClient() {
        compare(RESOURCES.resolve("variations"), "variations", 200);
    }

    private static void compare(Path yaml, String set, int atLeast) {
        Goldens goldens = Goldens.read(RESOURCES.resolve("goldens").resolve(set));
        RequestRendering rendering = new RequestRendering(new SpecReader());
        Map<String, String> differences = new LinkedHashMap<>();
        goldens.files().forEach((file, golden) -> {
            JsonNode ours = RenderedJson.of(rendering.render(yaml.resolve(file), yaml));
            String difference = RenderedJson.difference(golden.content(), ours);
            if (!difference.isEmpty()) {
                differences.put(file, golden.kind() + ": " + difference);
            }
        });
        System.getLogger(GoldenRequestsTest.class.getName())
                .log(System.Logger.Level.INFO, goldens.score(differences.keySet()));
        assertThat(goldens.files()).hasSizeGreaterThanOrEqualTo(atLeast);
        assertThat(differences).isEqualTo(Map.of());
    }
}
