package io.github.amlmaven.core.containerinstance;

import io.github.amlmaven.core.error.ParameterCheck;
import io.github.amlmaven.core.registry.RegistryAccess;
import io.github.amlmaven.core.scoring.ScoringAuth;
import io.github.amlmaven.core.scoring.ScoringVariables;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A scoring image as a container group.
 *
 * @param resourceGroup where the group lives
 * @param name the group's and its one container's name
 * @param location the Azure region
 * @param image the image, by digest where it is known, so that the group runs what was built
 * @param cpu cores
 * @param memoryGiB memory in GiB
 * @param port the port the server listens on and the group publishes
 * @param dnsNameLabel first label of the public name; empty means that the group has an address only
 * @param restartPolicy {@code Always}, {@code OnFailure} or {@code Never}
 * @param environment variables of the container
 * @param secureEnvironment variables that nobody can read back
 * @param pull how the group gets the image
 * @param auth keys of the scoring server
 * @param tags tags of the group
 * @param limit how long to wait for the group and for the model
 * @param interval between two looks
 */
public record ContainerGroupRequest(
        String resourceGroup,
        String name,
        String location,
        String image,
        double cpu,
        double memoryGiB,
        int port,
        Optional<String> dnsNameLabel,
        String restartPolicy,
        Map<String, String> environment,
        Map<String, String> secureEnvironment,
        ImagePull pull,
        ScoringAuth auth,
        Map<String, String> tags,
        Duration limit,
        Duration interval) {

    /** How a container group gets at its image. */
    public sealed interface ImagePull {

        /** The image is public. */
        record Anonymous() implements ImagePull {}

        /** With a user and a password or token. */
        record Login(RegistryAccess access) implements ImagePull {}

        /**
         * With a user-assigned identity that has AcrPull; the one to choose for a group that is to live for long, since
         * a token ends within hours.
         */
        record Identity(String server, String resourceId) implements ImagePull {}
    }

    /** Checks everything that can be checked before anything is sent; limits from the service's documentation. */
    void check() {
        ParameterCheck check = new ParameterCheck()
                .requireMatch(
                        "name",
                        name,
                        "(?!.*--)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
                        "1 to 63 lower-case letters, digits and single hyphens, none at the ends")
                .requireMatch("location", location, "[a-zA-Z0-9 ]+", "an Azure region, such as westeurope")
                .requireMatch(
                        "restartPolicy", restartPolicy, "Always|OnFailure|Never", "one of Always, OnFailure, Never")
                .require(cpu > 0 && cpu <= 32, "cpu " + cpu + ": more than 0 cores, 32 at most")
                .require(memoryGiB > 0 && memoryGiB <= 256, "memoryGiB " + memoryGiB + ": more than 0, 256 at most")
                .require(port > 0 && port <= 65_535, "port " + port + ": 1 to 65535");
        dnsNameLabel.ifPresent(label -> check.requireMatch(
                "dnsNameLabel",
                label,
                "[a-z]([a-z0-9-]{1,61}[a-z0-9])",
                "3 to 63 lower-case letters, digits and hyphens, a letter first"));
        ScoringVariables.check(check, environment, secureEnvironment);
        auth.check(check);
        check.orThrow("The container group cannot be deployed");
    }
}
