package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One way to run an unpacked image on this machine. */
interface Isolation {

    /** The word for logs. */
    String name();

    /**
     * Whether the container shares this machine's network and must therefore be told a free port in {@code PORT};
     * otherwise the isolation publishes the container's own port.
     */
    boolean hostNetwork();

    /** What this way cannot do, as a sentence for the log; empty when it can do all that is asked. */
    String shortcomings();

    /** The process to start. May prepare files below {@link Start#scratch()}, which are removed when it has ended. */
    Launch launch(Start start) throws IOException;

    /** Asks an engine to end the container, where ending the started process is not enough. */
    default void stop(Start start) {}

    /** Removes what an emulator of this home left in an engine when it was killed. */
    default void reap() {}

    /**
     * A container about to be started.
     *
     * @param id unique over restarts
     * @param scratch a folder of the container's own
     * @param words program and arguments, as seen inside the image
     * @param environment the complete environment
     * @param hostPort the free port chosen for it
     */
    record Start(
            String id,
            ContainerSpec spec,
            RootFileSystems.Image image,
            Path scratch,
            UserId user,
            List<String> words,
            Map<String, String> environment,
            int hostPort) {

        Path root() {
            return image.root();
        }

        String workingDirectory() {
            return spec.workingDirectory().isEmpty() ? image.config().workingDirectory() : spec.workingDirectory();
        }
    }

    /**
     * A process of this machine. The environment is how secrets travel: arguments can be read by every user.
     *
     * @param environment complete; nothing is inherited
     */
    record Launch(List<String> command, Map<String, String> environment, Path directory) {}
}
