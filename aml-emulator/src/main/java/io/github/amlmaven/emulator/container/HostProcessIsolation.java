package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The last resort, which works everywhere: the image's program as a process of this machine. Absolute paths that exist
 * in the image are rewritten to where they lie on disk, in words and in environment values; paths inside the image's
 * files are not.
 */
final class HostProcessIsolation implements Isolation {

    private static final Duration TRIAL_LIMIT = Duration.ofSeconds(10);

    private final Optional<HostTool> setsid;

    HostProcessIsolation(Optional<HostTool> setsid) {
        this.setsid = setsid;
    }

    @Override
    public String name() {
        return "process";
    }

    @Override
    public boolean hostNetwork() {
        return true;
    }

    @Override
    public String shortcomings() {
        return "the container runs as a plain process of this machine: its files, user and network are not isolated and"
                + " limits are not enforced";
    }

    @Override
    public Launch launch(Start start) throws IOException {
        RootPath paths = new RootPath(start.root());
        Map<String, String> environment = new LinkedHashMap<>();
        for (Map.Entry<String, String> variable : start.environment().entrySet()) {
            environment.put(variable.getKey(), mounted(start, mappedList(variable.getValue(), paths)));
        }
        String hostPath = System.getenv("PATH");
        environment.merge(
                "PATH", hostPath == null ? ImageConfig.DEFAULT_PATH : hostPath, (image, host) -> image + ":" + host);
        environment.put(
                "TMPDIR",
                Files.createDirectories(start.scratch().resolve("tmp")).toString());
        environment.put("HOME", start.scratch().toString());
        List<String> command = new ArrayList<>();
        setsid.ifPresent(tool -> command.add(tool.path().toString()));
        command.addAll(program(start, paths, environment));
        for (String word : start.words().subList(1, start.words().size())) {
            command.add(mapped(word, paths));
        }
        Path directory = paths.follow(start.workingDirectory());
        return new Launch(command, environment, Files.isDirectory(directory) ? directory : start.scratch());
    }

    /** The image's own program when this machine can run it; for Python otherwise this machine's. */
    private static List<String> program(Start start, RootPath paths, Map<String, String> environment)
            throws IOException {
        String word = start.words().get(0);
        Optional<Path> found = search(word, start.environment().getOrDefault("PATH", ""), paths);
        String name = word.substring(word.lastIndexOf('/') + 1);
        if (!name.startsWith("python")) {
            return interpreted(found, start, paths, environment)
                    .orElseGet(() -> List.of(found.map(Path::toString).orElse(word)));
        }
        return List.of(python(found, start.root(), environment));
    }

    private static String python(Optional<Path> own, Path root, Map<String, String> environment) throws IOException {
        if (own.isPresent()) {
            Path prefix = own.get().resolveSibling("..").normalize();
            Map<String, String> home = Map.of("PYTHONHOME", prefix.toString());
            HostTool.Result trial = new HostTool(own.get()).run(TRIAL_LIMIT, home, "-c", "import ssl, json, ctypes");
            if (trial.ok()) {
                environment.putAll(home);
                return own.get().toString();
            }
        }
        HostTool host = HostTool.find("python3")
                .orElseThrow(() -> new IOException("the image's Python does not run on this machine, which has none"));
        String packages = sitePackages(root);
        environment.merge("PYTHONPATH", packages, (present, added) -> present + ":" + added);
        return host.path().toString();
    }

    /** Scripts such as {@code gunicorn} begin with {@code #!} and a path inside the image. */
    private static Optional<List<String>> interpreted(
            Optional<Path> script, Start start, RootPath paths, Map<String, String> environment) throws IOException {
        if (script.isEmpty() || !Files.isRegularFile(script.get())) {
            return Optional.empty();
        }
        try (var input = Files.newInputStream(script.get())) {
            String first = new String(input.readNBytes(200), java.nio.charset.StandardCharsets.ISO_8859_1)
                    .lines()
                    .findFirst()
                    .orElse("");
            if (!first.startsWith("#!") || !first.contains("python")) {
                return Optional.empty();
            }
            Optional<Path> own = search(
                    first.substring(2).strip().replaceFirst("^\\S*env\\s+", ""),
                    start.environment().getOrDefault("PATH", ""),
                    paths);
            return Optional.of(
                    List.of(python(own, start.root(), environment), script.get().toString()));
        }
    }

    private static Optional<Path> search(String program, String path, RootPath paths) throws IOException {
        List<String> candidates = new ArrayList<>();
        if (program.contains("/")) {
            candidates.add(program);
        } else {
            for (String folder : path.split(":", -1)) {
                candidates.add(folder + "/" + program);
            }
        }
        for (String candidate : candidates) {
            Path file = paths.follow(candidate);
            if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    private static String sitePackages(Path root) throws IOException {
        try (var found = Files.find(
                root, 6, (path, attributes) -> attributes.isDirectory() && isPackageFolder(path.getFileName()))) {
            return found.map(Path::toString).sorted().collect(Collectors.joining(":"));
        }
    }

    private static boolean isPackageFolder(Path name) {
        return name.toString().equals("site-packages") || name.toString().equals("dist-packages");
    }

    /** There are no mounts here, but the variables that name their places can name the folders themselves. */
    private static String mounted(Start start, String value) {
        for (ContainerSpec.Mount mount : start.spec().mounts()) {
            String inImage = start.root() + mount.path();
            for (String place : List.of(inImage, mount.path())) {
                if (value.equals(place) || value.startsWith(place + "/")) {
                    return mount.folder() + value.substring(place.length());
                }
            }
        }
        return value;
    }

    private static String mappedList(String value, RootPath paths) throws IOException {
        if (!value.contains(":") || value.contains("://")) {
            return mapped(value, paths);
        }
        List<String> parts = new ArrayList<>();
        for (String part : value.split(":", -1)) {
            parts.add(mapped(part, paths));
        }
        return String.join(":", parts);
    }

    private static String mapped(String value, RootPath paths) throws IOException {
        if (!value.startsWith("/") || value.equals("/") || value.indexOf('\0') >= 0) {
            return value;
        }
        Path inside = paths.follow(value);
        return Files.exists(inside) ? inside.toString() : value;
    }
}
