package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A step of a pipeline.
 *
 * @param name the key under {@code jobs}
 * @param content the step, typed by the schema
 * @param directory what its relative paths start from
 * @param component what it runs; null for AutoML
 */
public record PipelineStep(
        String name,
        ObjectNode content,
        Path directory,
        @Nullable ComponentUse component) {

    /** The pipeline that the step is, when it is one and is written out. */
    public Optional<PipelineComponentSpec> nested() {
        return component instanceof ComponentUse.Inline inline
                        && inline.component() instanceof PipelineComponentSpec pipeline
                ? Optional.of(pipeline)
                : Optional.empty();
    }

    /** The step as the official client renders it: snake_case inside a camelCase request. */
    ObjectNode toBody(AssetResolver assets) {
        return component == null
                ? new AutoMlRendering(content, directory, assets).step(name)
                : new StepRendering(this, component, assets).body();
    }
}
