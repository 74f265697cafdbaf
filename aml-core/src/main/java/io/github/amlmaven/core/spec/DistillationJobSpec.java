package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A distillation: data made by a large model trains a small one. The service knows it as fine-tuning with properties.
 *
 * @param spec the checked file
 */
public record DistillationJobSpec(CheckedSpec spec) implements JobSpec {

    @Override
    public ObjectNode toBody(AssetResolver assets) {
        return new DistillationRendering(spec, assets).body();
    }
}
