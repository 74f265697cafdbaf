package io.github.amlmaven.core.traffic;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.scoring.ScoringCredential;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Something that has several versions of a model behind one address: an online endpoint, a route of a cluster. */
public interface TrafficTarget {

    /** What its notes begin with; others are not ours. */
    String NOTES = "aml.";

    /** Its name, as messages say it. */
    String name();

    /** Its id, as its service has it. */
    String id();

    /** Versions that can get requests. */
    Set<String> versions();

    /** How it is now. */
    State read();

    /** Refuses a target whose requests do not arrive, whatever its split says: nothing can be judged there. */
    default void checkServed() {}

    /**
     * Changes split and notes in one write, so that no crash leaves one without the other; what is not changed is not written.
     *
     * @param change gets what is there, and is called again when somebody else was faster
     * @return how it is afterwards
     * @throws AmlException also when {@code change} throws one; nothing is written then
     */
    State update(UnaryOperator<State> change);

    /** Whether requests can be copied to one more version. */
    boolean mirrors();

    /** How to call one version, whatever its share of the traffic. */
    Access access(String version);

    /** How a user reads the log of a version. */
    String logGoal(String version);

    /**
     * A state.
     *
     * @param notes what was noted on the target itself under names that begin with {@value #NOTES}
     */
    record State(TrafficSplit split, Map<String, String> notes) {

        public State {
            notes = Map.copyOf(notes);
        }
    }

    /**
     * The way to one version.
     *
     * @param credential what opens the address now; asked before each request, since tokens end
     * @param header the value of {@code azureml-model-deployment}, by which the address tells the versions apart
     */
    record Access(URI uri, Supplier<Optional<ScoringCredential>> credential, Optional<String> header) {}
}
