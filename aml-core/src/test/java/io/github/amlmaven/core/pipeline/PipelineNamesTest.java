package io.github.amlmaven.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PipelineNamesTest {

    @Test
    void aFileWithoutANameLendsThePipelineItsOwn() {
        assertThat(PipelineNames.ofFile(Path.of("src/main/aml/nightly-train.yml"), Optional.of("wine")))
                .isEqualTo("nightly-train");
    }

    @Test
    void aFileThatIsJustCalledPipelineTakesTheProjectsName() {
        assertThat(PipelineNames.ofFile(Path.of("src/main/aml/pipeline.yml"), Optional.of("wine")))
                .isEqualTo("wine");
        assertThat(PipelineNames.ofFile(Path.of("pipeline.yml"), Optional.empty()))
                .isEqualTo("pipeline");
    }

    @Test
    void namesKeepTheServicesRules() {
        assertThat(PipelineNames.component("Wine.K-Means 2")).isEqualTo("wine_k_means_2");
        assertThat(PipelineNames.endpoint("Wine.K-Means 2")).isEqualTo("wine-k-means-2");
        assertThat(PipelineNames.endpoint("a-name-that-is-longer-than-an-endpoint-may-be"))
                .hasSizeLessThanOrEqualTo(32);
        assertThat(PipelineNames.endpoint("x")).isEqualTo("x-pipeline");
    }
}
