package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What podman and docker have in common: a real container, started in the foreground by the engine's own client. */
abstract class EngineIsolation implements Isolation {

    private static final String LABEL = "io.github.amlmaven.emulator";
    private static final Duration CALL_LIMIT = Duration.ofSeconds(20);
    /** Variables that would change the engine's client itself if they were passed through its environment. */
    private static final Set<String> CLIENT_VARIABLES = Set.of("PATH", "HOME", "TMPDIR", "USER");

    private static final Set<String> CLIENT_PREFIXES = Set.of("LD_", "XDG_", "CONTAINERS_", "DOCKER_", "PODMAN_");

    private final HostTool engine;
    private final String owner;
    private final boolean bridge;
    private final Map<String, String> clientEnvironment;

    /**
     * @param owner the emulator's home, as a word: a label by which leftovers are found
     * @param bridge publish the port from a network of the container's own, with limits; else the host's network
     */
    EngineIsolation(HostTool engine, String owner, boolean bridge, Map<String, String> clientEnvironment) {
        this.engine = engine;
        this.owner = owner;
        this.bridge = bridge;
        this.clientEnvironment = clientEnvironment;
    }

    @Override
    public final boolean hostNetwork() {
        return !bridge;
    }

    @Override
    public final String shortcomings() {
        return bridge ? "" : name() + " shares this machine's network here and does not enforce cpu and memory limits";
    }

    /** The options and the operand that name the image's file system. */
    abstract List<String> image(Start start) throws IOException;

    final HostTool engine() {
        return engine;
    }

    @Override
    public final Launch launch(Start start) throws IOException {
        Map<String, String> environment = client();
        List<String> command = new ArrayList<>(List.of(
                engine.path().toString(),
                "run",
                "--rm",
                "--name",
                container(start),
                "--label",
                LABEL + "=" + owner,
                "--workdir",
                start.workingDirectory(),
                "--user",
                start.user().user() + ":" + start.user().group()));
        network(start, command);
        for (Map.Entry<String, String> variable : start.environment().entrySet()) {
            if (CLIENT_VARIABLES.contains(variable.getKey())
                    || CLIENT_PREFIXES.stream().anyMatch(variable.getKey()::startsWith)) {
                command.addAll(List.of("--env", variable.getKey() + "=" + variable.getValue()));
            } else {
                environment.put(variable.getKey(), variable.getValue());
                command.addAll(List.of("--env", variable.getKey()));
            }
        }
        for (ContainerSpec.Mount mount : start.spec().mounts()) {
            command.addAll(List.of("--volume", mount.folder() + ":" + mount.path() + ":ro"));
        }
        command.addAll(image(start));
        command.addAll(start.words());
        return new Launch(command, environment, start.scratch());
    }

    private void network(Start start, List<String> command) {
        if (!bridge) {
            command.addAll(List.of("--network", "host"));
            return;
        }
        command.addAll(List.of(
                "--publish",
                "127.0.0.1:" + start.hostPort() + ":" + start.spec().port()));
        if (start.spec().cpu() > 0) {
            command.addAll(List.of("--cpus", Double.toString(start.spec().cpu())));
        }
        if (start.spec().memoryGiB() > 0) {
            command.addAll(List.of("--memory", (long) (start.spec().memoryGiB() * 1024) + "m"));
        }
    }

    private Map<String, String> client() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.putAll(clientEnvironment);
        return environment;
    }

    private static String container(Start start) {
        return "aml-" + start.id().toLowerCase(Locale.ROOT);
    }

    @Override
    public final void stop(Start start) {
        call("stop", "--time", "3", container(start));
    }

    @Override
    public final void reap() {
        String leftovers = call("ps", "--all", "--quiet", "--filter", "label=" + LABEL + "=" + owner);
        for (String id : leftovers.split("\\s+", -1)) {
            if (id.matches("[0-9a-f]{12,64}")) {
                call("rm", "--force", id);
            }
        }
    }

    private String call(String... arguments) {
        try {
            return engine.run(CALL_LIMIT, clientEnvironment, arguments).output();
        } catch (IOException e) {
            System.getLogger(EngineIsolation.class.getName())
                    .log(System.Logger.Level.WARNING, name() + " " + arguments[0] + " failed: " + e);
            return "";
        }
    }

    /** Podman runs the unpacked image itself, with an overlay of its own on it. */
    static final class Podman extends EngineIsolation {

        Podman(HostTool podman, String owner, boolean bridge, Map<String, String> clientEnvironment) {
            super(podman, owner, bridge, clientEnvironment);
        }

        /**
         * Settings for machines where podman's own defaults do not start: no right to raise limits, cgroups in hybrid
         * mode, which crun refuses.
         */
        static Map<String, String> modestSettings(Path files) throws IOException {
            Path settings = files.resolve("podman-containers.conf");
            Files.writeString(settings, """
                    [containers]
                    default_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]
                    [engine]
                    cgroup_manager = "cgroupfs"
                    events_logger = "file"
                    runtime = "runc"
                    """);
            return Map.of("CONTAINERS_CONF", settings.toString());
        }

        @Override
        public String name() {
            return "podman";
        }

        @Override
        List<String> image(Start start) {
            return List.of("--log-driver", "none", "--rootfs", start.root() + ":O");
        }
    }

    /** Docker runs only its own images, so the unpacked one is imported, once a digest. */
    static final class Docker extends EngineIsolation {

        private final HostTool tar;

        Docker(HostTool docker, HostTool tar, String owner) {
            super(docker, owner, true, Map.of());
            this.tar = tar;
        }

        @Override
        public String name() {
            return "docker";
        }

        @Override
        List<String> image(Start start) throws IOException {
            String tag = "aml-emulator:" + start.image().digest().replace(':', '-');
            if (!engine().run(CALL_LIMIT, Map.of(), "image", "inspect", tag).ok()) {
                load(start.root(), tag);
            }
            return List.of(tag);
        }

        private void load(Path root, String tag) throws IOException {
            List<Process> pipeline = ProcessBuilder.startPipeline(List.of(
                    new ProcessBuilder(tar.path().toString(), "-C", root.toString(), "--numeric-owner", "-c", "."),
                    new ProcessBuilder(engine().path().toString(), "import", "-", tag)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)));
            try {
                for (Process process : pipeline) {
                    if (process.waitFor() != 0) {
                        throw new IOException("docker cannot import the image " + tag);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while docker imported " + tag, e);
            }
        }
    }
}
