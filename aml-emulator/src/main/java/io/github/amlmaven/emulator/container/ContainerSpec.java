package io.github.amlmaven.emulator.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A container to run.
 *
 * @param name unique on this emulator; used for folders and logs
 * @param image reference in the emulator's registry or elsewhere: {@code host/repository:tag} or {@code @digest}
 * @param command overrides the image's entrypoint and command when not empty
 * @param environment added to the image's own
 * @param port the port that the container listens on
 * @param cpu cores, 0 for no limit
 * @param memoryGiB 0 for no limit
 * @param mounts folders of this machine that the container sees, read-only
 * @param workingDirectory overrides the image's when not empty
 */
public record ContainerSpec(
        String name,
        String image,
        List<String> command,
        Map<String, String> environment,
        int port,
        double cpu,
        double memoryGiB,
        List<Mount> mounts,
        String workingDirectory) {

    public ContainerSpec {
        mounts = List.copyOf(mounts);
    }

    /** Without mounts. */
    public ContainerSpec(
            String name,
            String image,
            List<String> command,
            Map<String, String> environment,
            int port,
            double cpu,
            double memoryGiB) {
        this(name, image, command, environment, port, cpu, memoryGiB, List.of());
    }

    /** In the image's own working directory. */
    public ContainerSpec(
            String name,
            String image,
            List<String> command,
            Map<String, String> environment,
            int port,
            double cpu,
            double memoryGiB,
            List<Mount> mounts) {
        this(name, image, command, environment, port, cpu, memoryGiB, mounts, "");
    }

    /** @param path in the container, absolute */
    public record Mount(Path folder, String path) {}
}
