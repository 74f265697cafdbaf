package io.github.amlmaven.emulator.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.registry.ImageStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Containers on this machine, by the best isolation that was found to work. */
public final class LocalContainerRuntime implements ContainerRuntime {

    private static final System.Logger LOG = System.getLogger(LocalContainerRuntime.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();
    /** By which servers, and custom handlers of Azure Functions, are told where to listen. */
    private static final List<String> PORT_VARIABLES = List.of("PORT", "FUNCTIONS_CUSTOMHANDLER_PORT");

    private static final String RECORD = "record.json";

    private final Path files;
    private final Path running;
    private final Path logs;
    private final String owner;
    private final String wanted;
    private final RootFileSystems images;
    private final Map<String, LocalContainer> containers = new ConcurrentHashMap<>();
    private final Set<Integer> ports = ConcurrentHashMap.newKeySet();
    /** All processes start from one lasting thread: the kernel's "die with parent" means the thread, not the process. */
    private final ExecutorService launcher = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "container-launcher");
        thread.setDaemon(true);
        return thread;
    });

    private @Nullable Isolation isolation;

    /**
     * @param files folder for unpacked images, logs and what is running
     * @throws IOException when the folder cannot be prepared
     */
    public LocalContainerRuntime(Path files, ImageStore store) throws IOException {
        this(files, store, IsolationChoice.override());
    }

    LocalContainerRuntime(Path files, ImageStore store, String wanted) throws IOException {
        this.wanted = wanted;
        this.files = Files.createDirectories(files).toRealPath();
        this.running = Files.createDirectories(this.files.resolve("running"));
        this.logs = this.files.resolve("logs");
        this.owner = owner(this.files);
        LayerUnpacker.delete(logs);
        Files.createDirectories(logs);
        this.images = new RootFileSystems(this.files.resolve("rootfs"), store);
        reapLeftovers();
    }

    private static String owner(Path files) {
        CRC32 hash = new CRC32();
        hash.update(files.toString().getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(hash.getValue());
    }

    /** Ends what an emulator on this home left when it was killed. */
    private void reapLeftovers() throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(running)) {
            boolean engines = false;
            for (Path leftover : leftovers) {
                Path record = leftover.resolve(RECORD);
                if (Files.exists(record)) {
                    JsonNode document = JSON.readTree(record.toFile());
                    endSession(leftover.getFileName().toString(), document);
                    engines |= document.path("engine").asBoolean();
                }
                LayerUnpacker.delete(leftover);
            }
            if (engines) {
                IsolationChoice.candidates(files, owner, wanted).forEach(Isolation::reap);
            }
        }
    }

    private static void endSession(String id, JsonNode record) {
        long pid = record.path("pid").asLong();
        Optional<ProcessHandle> leader = ProcessHandle.of(pid)
                .filter(handle -> startedAt(handle) == record.path("startedAt").asLong());
        ProcessSession session = new ProcessSession(pid, id);
        if (leader.isPresent()) {
            session.kill();
        }
        session.killMarked();
    }

    private static long startedAt(ProcessHandle handle) {
        return handle.info().startInstant().map(java.time.Instant::toEpochMilli).orElse(0L);
    }

    /** The files of an image, unpacked once a digest. */
    public ImageFiles files(String image) throws IOException {
        RootFileSystems.Image unpacked = images.unpack(image);
        return new ImageFiles(unpacked.root(), unpacked.config());
    }

    @Override
    public Container start(ContainerSpec spec) throws IOException {
        RootFileSystems.Image image = images.unpack(spec.image());
        Isolation chosen = choose();
        String id = UUID.randomUUID().toString();
        // Other users must not see the environment files or upper layer, but a container's user must get through.
        Path scratch = Files.createDirectory(
                running.resolve(id),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        int port = reservePort();
        try {
            for (ContainerSpec.Mount mount : spec.mounts()) {
                // The image's files may be read-only to the container; where it mounts must be there before.
                Files.createDirectories(new RootPath(image.root()).follow(mount.path()));
            }
            List<String> words = image.config().words(spec.command());
            if (words.isEmpty()) {
                throw new ImageUnavailableException(
                        "the image " + spec.image() + " has no command, and none was given");
            }
            UserId user = UserId.of(image.config(), new RootPath(image.root()));
            Map<String, String> environment = environment(spec, image.config(), chosen, user, id, port);
            Isolation.Start start = new Isolation.Start(id, spec, image, scratch, user, words, environment, port);
            Process process = launch(chosen.launch(start));
            record(scratch, process, chosen);
            LocalContainer container =
                    LocalContainer.watch(chosen, start, process, logs.resolve(id + ".log"), () -> forget(id, port));
            containers.put(id, container);
            if (!container.alive()) {
                containers.remove(id);
            }
            return container;
        } catch (IOException e) {
            ports.remove(port);
            LayerUnpacker.delete(scratch);
            throw e;
        }
    }

    private void forget(String id, int port) {
        containers.remove(id);
        ports.remove(port);
    }

    private int reservePort() throws IOException {
        int port = Loopback.freePort();
        while (!ports.add(port)) {
            port = Loopback.freePort();
        }
        return port;
    }

    private static Map<String, String> environment(
            ContainerSpec spec, ImageConfig config, Isolation isolation, UserId user, String id, int port) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("HOME", user.isRoot() ? "/root" : "/tmp");
        environment.putAll(config.environment());
        environment.putAll(spec.environment());
        if (isolation.hostNetwork()) {
            String own = Integer.toString(spec.port());
            environment.putIfAbsent("PORT", own);
            for (String variable : PORT_VARIABLES) {
                environment.replace(variable, own, Integer.toString(port));
            }
        }
        environment.put(ProcessSession.MARK, id);
        return environment;
    }

    private Process launch(Isolation.Launch launch) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(launch.command())
                .directory(launch.directory().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().clear();
        builder.environment().putAll(launch.environment());
        try {
            return launcher.submit(builder::start).get();
        } catch (ExecutionException e) {
            throw new IOException("the container cannot be started: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a container was started", e);
        }
    }

    private static void record(Path scratch, Process process, Isolation isolation) throws IOException {
        ObjectNode record = JSON.createObjectNode();
        record.put("pid", process.pid());
        record.put("startedAt", startedAt(process.toHandle()));
        record.put("isolation", isolation.name());
        record.put("engine", isolation instanceof EngineIsolation);
        if (process.isAlive()) {
            JSON.writeValue(scratch.resolve(RECORD).toFile(), record);
        }
    }

    private synchronized Isolation choose() throws IOException {
        if (isolation == null) {
            IsolationProbe probe = new IsolationProbe(files);
            StringBuilder reasons = new StringBuilder();
            for (Isolation candidate : IsolationChoice.candidates(files, owner, wanted)) {
                Optional<String> failure = probe.failure(candidate);
                if (failure.isEmpty()) {
                    LOG.log(
                            System.Logger.Level.INFO,
                            "containers run by " + candidate.name()
                                    + (candidate.shortcomings().isEmpty() ? "" : ": " + candidate.shortcomings()));
                    isolation = candidate;
                    return candidate;
                }
                reasons.append("; ").append(candidate.name()).append(": ").append(failure.get());
                LOG.log(System.Logger.Level.DEBUG, candidate.name() + " does not work here: " + failure.get());
            }
            throw new IOException("containers cannot be run here" + reasons);
        }
        return isolation;
    }

    @Override
    public String isolation() {
        try {
            return choose().name();
        } catch (IOException e) {
            return "none (" + e.getMessage() + ")";
        }
    }

    @Override
    public boolean hostNetwork() {
        try {
            return choose().hostNetwork();
        } catch (IOException e) {
            // Nothing can be started, and whoever tries is told why.
            LOG.log(System.Logger.Level.DEBUG, "no isolation, so no network", e);
            return true;
        }
    }

    @Override
    public String shortcomings() {
        try {
            return choose().shortcomings();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Override
    public void close() {
        containers.values().parallelStream().forEach(LocalContainer::stop);
        launcher.shutdown();
    }
}
