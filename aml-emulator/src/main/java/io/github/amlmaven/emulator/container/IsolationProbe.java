package io.github.amlmaven.emulator.container;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tries an isolation with a tiny image made of this machine's own {@code true}, the same way that images are run. */
final class IsolationProbe {

    private static final Duration LIMIT = Duration.ofSeconds(8);
    private static final Pattern LIBRARY = Pattern.compile("(?:=> |^\\s*)(/\\S+) \\(0x", Pattern.MULTILINE);

    private final Path folder;

    IsolationProbe(Path folder) {
        this.folder = folder;
    }

    /** @return why it does not work, or empty when it does */
    Optional<String> failure(Isolation isolation) {
        Path scratch = folder.resolve("probe-" + UUID.randomUUID());
        try {
            Files.createDirectories(scratch);
            Optional<String> failure = run(isolation, start(image(), scratch));
            if (failure.isPresent()) {
                isolation.reap();
            }
            return failure;
        } catch (IOException e) {
            return Optional.of(e.toString());
        } finally {
            remove(scratch);
        }
    }

    private static Optional<String> run(Isolation isolation, Isolation.Start start) throws IOException {
        Isolation.Launch launch = isolation.launch(start);
        Path output = start.scratch().resolve("output");
        ProcessBuilder builder = new ProcessBuilder(launch.command())
                .directory(launch.directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(launch.environment());
        Process process = builder.start();
        try {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.of("no end after " + LIMIT.toSeconds() + " s");
            }
            return process.exitValue() == 0
                    ? Optional.empty()
                    : Optional.of("exit code " + process.exitValue() + ": "
                            + Files.readString(output).strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        } finally {
            new ProcessSession(process.pid(), start.id()).kill();
        }
    }

    private Isolation.Start start(RootFileSystems.Image image, Path scratch) throws IOException {
        String id = UUID.randomUUID().toString();
        ContainerSpec spec = new ContainerSpec("probe", "probe", List.of(), Map.of(), 5001, 0.5, 0.25);
        return new Isolation.Start(
                id,
                spec,
                image,
                scratch,
                UserId.ROOT,
                List.of("/bin/true"),
                Map.of("PATH", ImageConfig.DEFAULT_PATH, ProcessSession.MARK, id),
                Loopback.freePort());
    }

    private synchronized RootFileSystems.Image image() throws IOException {
        Path root = folder.resolve("probe-image");
        if (!Files.exists(root)) {
            Path program = HostTool.find("true")
                    .orElseThrow(() -> new IOException("this machine has no program 'true'"))
                    .path();
            Path temporary = folder.resolve("probe-image-" + UUID.randomUUID());
            for (String point : List.of("bin", "proc", "dev", "sys", "tmp", "run", "etc")) {
                Files.createDirectories(temporary.resolve(point));
            }
            Files.copy(program.toRealPath(), temporary.resolve("bin/true"));
            for (Path library : libraries(program)) {
                Path copy = temporary.resolve(library.toString().substring(1));
                Files.createDirectories(copy.resolveSibling("."));
                Files.copy(library.toRealPath(), copy);
            }
            Files.move(temporary, root);
        }
        ImageConfig config = new ImageConfig(Map.of(), List.of(), List.of(), "/", "");
        return new RootFileSystems.Image("sha256:probe", root, config, JsonNodeFactory.instance.objectNode());
    }

    private static List<Path> libraries(Path program) throws IOException {
        Optional<HostTool> ldd = HostTool.find("ldd");
        if (ldd.isEmpty()) {
            return List.of();
        }
        Matcher matcher = LIBRARY.matcher(
                ldd.get().run(LIMIT, Map.of(), program.toString()).output());
        return matcher.results()
                .map(result -> Path.of(result.group(1)))
                .distinct()
                .toList();
    }

    private static void remove(Path scratch) {
        try {
            LayerUnpacker.delete(scratch);
        } catch (IOException e) {
            System.getLogger(IsolationProbe.class.getName())
                    .log(System.Logger.Level.WARNING, "cannot remove " + scratch + ": " + e);
        }
    }
}
