package io.github.amlmaven.core.evaluation;

import java.util.Map;
import java.util.Optional;

/** Where the other models' metrics come from. */
@FunctionalInterface
public interface Baselines {

    /** For rules that compare with no other model. */
    Baselines NONE = against -> Optional.empty();

    /** The version that is meant; empty when the model has none such yet. */
    Optional<Baseline> find(Against against);

    /**
     * A registered version.
     *
     * @param name {@code model:version}, for the reader
     * @param metrics what its {@code metric.*} tags say
     */
    record Baseline(String name, Map<String, Double> metrics) {
        public Baseline {
            metrics = Map.copyOf(metrics);
        }
    }
}
