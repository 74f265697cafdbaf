package io.github.amlmaven.core.traffic;

/** How an endpoint's traffic was and is, or would be. */
public record TrafficResult(String endpoint, TrafficSplit before, TrafficSplit after) {

    public boolean changed() {
        return !before.equals(after);
    }
}
