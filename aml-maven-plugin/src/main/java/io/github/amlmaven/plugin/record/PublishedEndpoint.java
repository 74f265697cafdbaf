package io.github.amlmaven.plugin.record;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The batch endpoint that goals of this project have made. It stands as long as nobody deletes it: a later publication that
 * failed, for a misspelt version say, does not take its name away.
 */
public final class PublishedEndpoint {

    private PublishedEndpoint() {}

    /** The name that {@code goal} has left, if it ever ended well here. */
    public static Optional<String> of(Path outputDirectory, String goal) {
        return GoalRecord.leftBehind(outputDirectory, goal)
                .map(left -> left.outputs().path("endpoint").asText())
                .filter(name -> !name.isEmpty());
    }

    /** That of {@code aml:publish-pipeline}, for a goal that was given none. */
    public static String required(Path outputDirectory, String forWhat) {
        return of(outputDirectory, "publish-pipeline").orElseThrow(() -> missing(forWhat));
    }

    /** What to say when a goal needs an endpoint and there is none. */
    public static AmlException missing(String forWhat) {
        return AmlException.of(ErrorCode.CONFIGURATION_INVALID, forWhat + " needs the endpoint's name")
                .remedy("Set <endpoint> or -Daml.pipeline.endpoint, or publish from this project first.")
                .build();
    }
}
