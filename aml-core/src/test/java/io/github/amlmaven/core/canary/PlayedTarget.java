package io.github.amlmaven.core.canary;

import io.github.amlmaven.core.scoring.ScoringCredential;
import io.github.amlmaven.core.traffic.TrafficSplit;
import io.github.amlmaven.core.traffic.TrafficTarget;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A target in memory; every split that it had is kept. */
final class PlayedTarget implements TrafficTarget {

    static final URI ADDRESS = URI.create("https://wine.example/score");

    private final List<TrafficSplit> history = new ArrayList<>();
    private State state;
    /** What opens it. */
    Supplier<Optional<ScoringCredential>> credential = Optional::empty;

    boolean mirrors = true;
    String id = "wine";

    /** Called before each write, to play what others do meanwhile. */
    Runnable beforeWrite = () -> {};

    PlayedTarget(String split, Map<String, String> notes) {
        this.state = new State(TrafficSplit.ofText(split), notes);
    }

    @Override
    public String name() {
        return "wine";
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Set<String> versions() {
        return Set.of("blue", "green");
    }

    @Override
    public synchronized State read() {
        return state;
    }

    @Override
    public State update(UnaryOperator<State> change) {
        beforeWrite.run();
        synchronized (this) {
            State next = change.apply(state);
            if (!next.split().equals(state.split())) {
                history.add(next.split());
            }
            state = next;
            return next;
        }
    }

    /** Somebody else sets the traffic. */
    void seize(String split) {
        State now = read();
        synchronized (this) {
            state = new State(TrafficSplit.ofText(split), now.notes());
        }
    }

    @Override
    public boolean mirrors() {
        return mirrors;
    }

    @Override
    public Access access(String version) {
        return new Access(ADDRESS, credential, Optional.of(version));
    }

    @Override
    public String logGoal(String version) {
        return "read " + version;
    }

    List<String> history() {
        return history.stream().map(TrafficSplit::toString).toList();
    }
}
