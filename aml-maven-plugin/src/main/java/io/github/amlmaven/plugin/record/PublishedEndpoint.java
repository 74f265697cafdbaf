package io.github.amlmaven.plugin.record;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The batch endpoint that goals of this project have made. It stands as long as nobody deletes it: a later publication that
 * failed, for a misspelt version say, does not take its name away.
 */
public final class PublishedEndpoint {

    private static final String PUBLISH = "publish-pipeline";

    private PublishedEndpoint() {}

    /** The name that {@code goal} has left, if it ever ended well here. */
    public static Optional<String> of(Path outputDirectory, String goal) {
        return GoalRecord.leftBehind(outputDirectory, goal)
                .map(left -> left.outputs().path("endpoint").asText())
                .filter(name -> !name.isEmpty());
    }

    /** That of {@code aml:publish-pipeline}, for a goal that was given none. */
    public static String required(Path outputDirectory, String forWhat) {
        return of(outputDirectory, PUBLISH).orElseThrow(() -> missing(forWhat));
    }

    /** Forgets the endpoint once it is gone; a record of another one stays. */
    public static void forget(Path outputDirectory, String endpoint) {
        if (of(outputDirectory, PUBLISH).equals(Optional.of(endpoint))) {
            Path file = outputDirectory.resolve(PUBLISH + ".json");
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw AmlException.of(ErrorCode.LOCAL_IO, "cannot delete " + file + ": " + e.getMessage())
                        .cause(e)
                        .build();
            }
        }
    }

    /** What to say when a goal needs an endpoint and there is none. */
    public static AmlException missing(String forWhat) {
        return AmlException.of(ErrorCode.CONFIGURATION_INVALID, forWhat + " needs the endpoint's name")
                .remedy("Set <endpoint> or -Daml.pipeline.endpoint, or publish from this project first.")
                .build();
    }
}
