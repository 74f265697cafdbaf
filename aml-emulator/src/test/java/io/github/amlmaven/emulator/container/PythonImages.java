package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of an image that holds this machine's own Python and a server script: no public registry is needed, and it
 * runs in every isolation of this machine.
 */
public final class PythonImages {

    /** Where the server script lies in the image. */
    public static final String SERVER = "/app/server.py";

    private static final Pattern LIBRARY = Pattern.compile("(?:=> |^\\s*)(/\\S+) \\(0x", Pattern.MULTILINE);
    private static final Set<String> NOT_NEEDED = Set.of(
            "test",
            "tests",
            "idlelib",
            "tkinter",
            "site-packages",
            "dist-packages",
            "ensurepip",
            "lib2to3",
            "__pycache__",
            "pydoc_data",
            "turtledemo",
            "distutils",
            "unittest",
            "sqlite3");

    private PythonImages() {}

    /**
     * Files by their absolute path in the image.
     *
     * @param python the interpreter's path in the image
     */
    public record Interpreter(String python, Map<String, Path> files) {}

    /** This machine's interpreter with its standard library and shared libraries, at their own paths. */
    public static Interpreter interpreter() throws IOException {
        String[] facts = run("python3", "-c", """
                import sys, os, sysconfig
                print(os.path.realpath(sys.executable)); print(sysconfig.get_path('stdlib'))""").lines().toArray(String[]::new);
        Map<String, Path> files = new TreeMap<>();
        Path python = Path.of(facts[0]);
        files.put(python.toString(), python);
        library(Path.of(facts[1]), files);
        StringBuilder linked = new StringBuilder(run("ldd", python.toString()));
        for (String file : Set.copyOf(files.keySet())) {
            if (file.endsWith(".so")) {
                linked.append(run("ldd", file));
            }
        }
        Matcher matcher = LIBRARY.matcher(linked);
        for (MatchResult result : matcher.results().toList()) {
            Path library = Path.of(result.group(1));
            files.put(library.toString(), library.toRealPath());
        }
        return new Interpreter(python.toString(), files);
    }

    private static void library(Path stdlib, Map<String, Path> files) throws IOException {
        Files.walkFileTree(stdlib, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                return NOT_NEEDED.contains(name) || name.startsWith("config-")
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() || Files.isRegularFile(file)) {
                    files.put(file.toString(), file.toRealPath());
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** A server that answers GET with a version and what it sees of its surroundings. */
    public static String server(String version) {
        try (var source = PythonImages.class.getResourceAsStream("server.py")) {
            if (source == null) {
                throw new IllegalStateException("server.py is missing");
            }
            return new String(source.readAllBytes(), StandardCharsets.UTF_8).replace("@VERSION@", version);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
