package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.util.Optional;

/**
 * Runs images that were pushed to the emulator's registry, by the best means this machine has: podman or docker,
 * bubblewrap, unshare/chroot, or a plain process on the image's own Python packages.
 */
public interface ContainerRuntime extends AutoCloseable {

    /**
     * Pulls, unpacks (once a digest) and starts.
     *
     * @throws IOException when the image does not exist or cannot be unpacked or started
     */
    Container start(ContainerSpec spec) throws IOException;

    /** How containers are run here, as one word for logs: podman, docker, bubblewrap, unshare, chroot or process. */
    String isolation();

    /** Whether 127.0.0.1 is this machine in containers too, so that they reach what listens there. */
    default boolean hostNetwork() {
        return true;
    }

    /** What that way cannot do, as a sentence for the user; empty when nothing is missing. */
    default String shortcomings() {
        return "";
    }

    /** Stops all containers. */
    @Override
    void close();

    /** A started container. */
    interface Container {

        ContainerSpec spec();

        boolean alive();

        /** Exit code once it has ended. */
        Optional<Integer> exitCode();

        /** Loopback port of this machine on which the container's port is reached. */
        int hostPort();

        /** Standard output and error so far; {@code tail} last lines, or all when 0. */
        String log(int tail);

        /** Ends the container and all its processes. */
        void stop();
    }
}
