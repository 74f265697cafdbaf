package io.github.amlmaven.core.canary;

import io.github.amlmaven.core.traffic.TrafficSplit;
import java.time.Duration;

/**
 * One step.
 *
 * @param percent of the requests that the candidate gets
 * @param mirror whether it gets copies of them only
 * @param bake how long it is watched
 */
public record CanaryStep(int percent, boolean mirror, Duration bake) {

    /** The traffic of this step; where nothing can be mirrored, a mirror step leaves it as it was. */
    TrafficSplit split(TrafficSplit before, String candidate, boolean mirrors) {
        if (!mirror) {
            return before.giving(candidate, percent);
        }
        return mirrors ? before.mirroring(candidate, percent) : before.withoutMirror();
    }

    @Override
    public String toString() {
        return (mirror ? "mirror " : "") + percent + " %";
    }
}
